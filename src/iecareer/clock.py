"""The current time and the current day."""

from __future__ import annotations

from datetime import UTC, date, datetime


def now() -> str:
    """The current time in UTC as sortable text with microseconds."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def today() -> date:
    """The current day in the machine's time zone."""
    return datetime.now().astimezone().date()
