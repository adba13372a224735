"""Which warnings of lights were sent, over nights: one document per year, ``lake/warnings/<year>.json``.

It has each new warning by its id, the day on which a night first published it, and when which channel sent it. A
document is replaced atomically. Who writes one holds :func:`record_lock`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from filelock import FileLock

from iecareer.clock import now
from iecareer.documents import read_document, write_document
from iecareer.errors import IecareerError
from iecareer.settings import lake

Entry = dict[str, Any]
# A night that waits longer leaves its warnings to the next one.
_WAIT_SECONDS = 600


@contextmanager
def record_lock() -> Iterator[None]:
    """Only one night at a time sends and records. The lock ends with its process."""
    _folder().mkdir(parents=True, exist_ok=True)
    with FileLock(_folder() / "record.lock", timeout=_WAIT_SECONDS):
        yield


def recorded(year: int) -> dict[str, Entry]:
    """What is known of the new warnings of a year, by id: `unit`, `cause`, `first_published_on`, `sent`.

    Raises
    ------
    IecareerError
        When the record is no such document.
    """
    path = _path(year)
    try:
        return dict(read_document(path)["warnings"]) if path.exists() else {}
    except (ValueError, KeyError, TypeError):
        raise IecareerError(
            f"{path} is no record of sent warnings.",
            next_step=f"Move it away; new warnings of {year} are then sent once more.",
        ) from None


def newest_year() -> int | None:
    """The newest year with a record."""
    years = [int(path.stem) for path in _folder().glob("[0-9]*.json")]
    return max(years, default=None)


def enter(year: int, warnings: Iterable[tuple[str, str, str]], day: date) -> dict[str, Entry]:
    """Enter warnings (id, unit, cause) that no earlier night published; returns the record of the year."""
    entries, before = recorded(year), len(recorded(year))
    for warning_id, unit, cause in warnings:
        first = {"unit": unit, "cause": cause, "first_published_on": day.isoformat(), "sent": {}}
        entries.setdefault(warning_id, first)
    if len(entries) > before:
        _write(year, entries)
    return entries


def mark_sent(year: int, warning_ids: Iterable[str], channel: str, message_id: str) -> None:
    """Record that a channel sent a message with these warnings."""
    entries = recorded(year)
    for warning_id in warning_ids:
        entries[warning_id]["sent"][channel] = {"at": now(), "message": message_id}
    _write(year, entries)


def unsent(entries: dict[str, Entry], warning_ids: Iterable[str], channel: str | None = None) -> list[str]:
    """Those of the ids that the channel did not send yet; without a channel, those that none sent."""
    sent = {one: entries.get(one, {}).get("sent", {}) for one in warning_ids}
    return [one for one, by in sent.items() if not (by if channel is None else channel in by)]


def _write(year: int, entries: dict[str, Entry]) -> None:
    write_document(_path(year), {"year": year, "warnings": entries})


def _path(year: int) -> Path:
    return _folder() / f"{year}.json"


def _folder() -> Path:
    return lake() / "warnings"
