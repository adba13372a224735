"""The first step after landing: pins the deliveries that a run sees, or those of the past run it replays."""

from __future__ import annotations

import logging
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iecareer.runs.pin import Pin

_LOG = logging.getLogger(__name__)


def pin_night(run_id: str, as_of: date, target: str | None = None, replay: str | None = None) -> Pin:
    """Pin for the run `run_id` what was received by `as_of`, or what the run `replay` pinned.

    Without a `target` the engine is the local one; a replay uses the engine of the past run.

    Raises
    ------
    IecareerError
        When the disk has too little space, rows of policy cannot be understood, or the past run cannot be replayed.
    """
    from iecareer.landing.versions import RULES_VERSION
    from iecareer.runs.disk import refuse_full_disk
    from iecareer.runs.pin import pin
    from iecareer.runs.replay import pin_replay

    refuse_full_disk()
    if replay:
        return pin_replay(run_id, replay, target=target)
    return pin(run_id, as_of, target=target or "local", rules=RULES_VERSION)


def begin_run(
    run_id: str,
    as_of: str,
    target: str | None = None,
    replay: str | None = None,
    landing: bool = False,
) -> str:
    """Call :func:`pin_night` with the day as text, for a task; returns the id of the run.

    If the night lands (`landing`), names that lacked their list are looked up again first. What fails there stays
    quarantined, is logged, and is tried again by the next night. So is what the log of deliveries lacks.
    """
    from iecareer.clock import today
    from iecareer.errors import IecareerError
    from iecareer.landing import look_up_again
    from iecareer.ledger.deliveries import complete_log
    from iecareer.runs.kept_build import take_kept_build

    day = date.fromisoformat(as_of)
    try:
        complete_log()
    except IecareerError as error:
        _LOG.warning("The log of deliveries is not complete: %s", error)
    if landing and not replay:
        for receipt in look_up_again(min(day, today())):
            if receipt["error"]:
                _LOG.warning("Names are not looked up again: %s", receipt["error"])
    pinned = pin_night(run_id, day, target, replay)
    take_kept_build(pinned)
    return pinned.run_id
