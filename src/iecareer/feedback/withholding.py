"""SQL expressions that withhold numbers about people.

Every table of feedback uses these functions. They know no table and no policy: the caller passes the minimum
count.
"""

from __future__ import annotations


def enough(count: str, least: int) -> str:
    """Condition: the count is at least `least`; null counts as 0."""
    return f"coalesce({count}, 0) >= {least}"


def shown(expression: str, condition: str) -> str:
    """The value where the condition holds, else null."""
    return f"case when {condition} then {expression} end"


def shown_count(count: str, least: int) -> str:
    """A count of people, always null below the minimum, because it could identify a few people."""
    return shown(count, f"{count} >= {least}")


def shown_status(condition: str) -> str:
    """The status of a row: ``too_few`` instead of ``ok`` if the condition does not hold."""
    return f"case when status = 'ok' and not ({condition}) then 'too_few' else status end"
