"""The new warnings of a published night that a channel has not sent yet, as messages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from iecareer.bureau.warnings.message import message
from iecareer.lake.sent_warnings import enter, newest_year, recorded, unsent
from iecareer.lights.published_warnings import PublishedWarnings, published_warnings
from iecareer.runs.pin import Pin, read_pin
from iecareer.runs.publish import published_path


def prepare(run_id: str, channels: list[str]) -> dict[str, Any]:
    """Enter the new warnings of a run's newest year into the record, and make each channel's message.

    Who calls it holds :func:`iecareer.lake.sent_warnings.record_lock` until the messages are sent and recorded.

    Parameters
    ----------
    run_id : str
        A published run.
    channels : list of str
        Names of the channels that are set.

    Returns
    -------
    dict
        ``year``, ``n_new`` and ``messages`` (channel → message, only where something is unsent). ``nothing`` says why
        nothing of the run may be sent.

    Raises
    ------
    IecareerError
        When the published warehouse has no lights, or the run has no pin.
    """
    found = published_warnings(published_path())
    if reason := _is_not_sent(found, read_pin(run_id)):
        return {"year": found.year, "n_new": 0, "messages": {}, "nothing": reason}
    listed = [(one.warning_id, one.unit, one.cause) for one in found.new]
    entries = enter(int(found.year or 0), listed, found.as_of)
    messages = {}
    for channel in channels:
        waiting = {*unsent(entries, (name for name, _, _ in listed), channel)}
        if kept := [one for one in found.new if one.warning_id in waiting]:
            messages[channel] = message(kept, found.as_of)
    return {"year": found.year, "n_new": len(listed), "messages": messages}


def unsent_warnings(found: PublishedWarnings) -> dict[str, Any]:
    """How many new warnings of the published newest year no channel has sent: `year`, `n_new`, `n_unsent`."""
    ids = [one.warning_id for one in found.new]
    waiting = unsent(recorded(found.year), ids) if found.year else []
    return {"year": found.year, "n_new": len(ids), "n_unsent": len(waiting)}


def _is_not_sent(found: PublishedWarnings, pin: Pin) -> str | None:
    newest = newest_year()
    if found.run_id != pin.run_id:
        return "another run is published"
    if found.year is None:
        return "no unit has a light"
    if newest is not None and found.year < newest:
        return f"warnings of {newest} are known already"
    return "the run is as of a past day" if _is_past(pin) else None


def _is_past(pin: Pin) -> bool:
    """Whether the reference date was over in every time zone when the run began."""
    began = datetime.fromisoformat(pin.started_at).astimezone(UTC)
    return pin.as_of < (began - timedelta(hours=12)).date()
