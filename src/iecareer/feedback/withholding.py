"""SQL expressions that withhold and round numbers about people.

Every table of feedback uses these functions. They know no table and no policy: the caller passes the minimum
count.
"""

from __future__ import annotations


def enough(count: str, least: int) -> str:
    """Condition: so many people stand behind a value. An unknown count is none."""
    return f"coalesce({count}, 0) >= {least}"


def shown(expression: str, condition: str) -> str:
    """The value where the condition holds, else null."""
    return f"case when {condition} then {expression} end"


def shown_count(count: str, least: int) -> str:
    """A count of people, null below the minimum whatever the status: it would name a handful of them."""
    return shown(count, f"{count} >= {least}")


def shown_status(condition: str) -> str:
    """The status of a row whose values are shown under `condition`: an ``ok`` row becomes ``too_few`` without it."""
    return f"case when status = 'ok' and not ({condition}) then 'too_few' else status end"


def rounded(expression: str, unit: int) -> str:
    """Money rounded to a multiple of `unit` CNY."""
    return f"round({expression} / {unit}) * {unit}"
