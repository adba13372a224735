"""Alerts: post stopped deliveries and overdue sources to the address in ``$IECAREER_ALERT_URL``.

A run continues if the alert cannot be sent. The alert names sources and deliveries, never a value of a row.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from iecareer.clock import today
from iecareer.lake.freshness import SourceState
from iecareer.lake.manifest import Delivery
from iecareer.robots import post, robot_text
from iecareer.runs.pin import Pin


def alert(pin: Pin, stopped: Sequence[Delivery], silent: Sequence[SourceState]) -> str | None:
    """Post an alert, unless the run is as of a past day, or no delivery was stopped and no source is overdue.

    Returns
    -------
    str or None
        ``posted``, ``not posted: <kind of failure>``, or None when there was nothing to post or no address is set.
    """
    address = os.environ.get("IECAREER_ALERT_URL")
    if not address or pin.as_of < today() or not (stopped or silent):
        return None
    if not address.lower().startswith(("http://", "https://")):
        return "not posted: IECAREER_ALERT_URL is not a web address"
    lines = [
        *(
            f"{s.source_id}: overdue, last delivery on {s.last_received_on}, due by {s.expected_by}"
            for s in silent
        ),
        *(
            f"{d.source_id}/{d.record_type}: stopped ({', '.join(d.failed)}), {d.delivery_id}"
            for d in stopped
        ),
    ]
    # The format of WeCom and DingTalk robots. Other receivers can use the two lists at the end.
    document = robot_text("\n".join(["iecareer", *lines])) | {
        "run_id": pin.run_id,
        "silent": [state.source_id for state in silent],
        "stopped": [delivery.delivery_id for delivery in stopped],
    }
    problem = post(address, document)
    return f"not posted: {problem}" if problem else "posted"
