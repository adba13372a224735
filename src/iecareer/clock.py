"""The present moment and the present day."""

from __future__ import annotations

from datetime import UTC, date, datetime


def now() -> str:
    """The present moment in UTC as sortable text with microseconds."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def today() -> date:
    """The present day where this machine stands."""
    return datetime.now().astimezone().date()
