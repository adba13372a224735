"""The first step after landing: fixing what a run sees, or what a past one saw."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iecareer.runs.pin import Pin


def pin_night(run_id: str, as_of: date, target: str | None = None, replay: str | None = None) -> Pin:
    """Pin what was received by `as_of`, or what the run `replay` pinned, for a run of that id.

    Without a `target` the engine is the local one, of a replay that of the past run.

    Raises
    ------
    IecareerError
        When the disk has no room for a night, rows of policy cannot be understood, or the past run cannot be made
        again.
    """
    from iecareer.landing.versions import RULES_VERSION
    from iecareer.runs.disk import refuse_full_disk
    from iecareer.runs.pin import pin
    from iecareer.runs.replay import pin_replay

    refuse_full_disk()
    if replay:
        return pin_replay(run_id, replay, target=target)
    return pin(run_id, as_of, target=target or "local", rules=RULES_VERSION)


def begin_run(run_id: str, as_of: str, target: str | None = None, replay: str | None = None) -> str:
    """The same with the day as text, for a task; returns the id of the run."""
    return pin_night(run_id, date.fromisoformat(as_of), target, replay).run_id
