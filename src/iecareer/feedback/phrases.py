"""Texts shown in place of a withheld number, and numbers formatted as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iecareer.feedback import rules
from iecareer.feedback.wording import of_value

if TYPE_CHECKING:
    from iecareer.feedback.published import Edition

_MINIMUM = {rule.name: rule.minimum for rule in (*rules.RATES, rules.STARTING_SALARY)}
_MINIMUM["salary_differential"] = rules.STARTING_SALARY.minimum


def withheld(table: str, row: dict[str, Any], edition: Edition) -> tuple[str, str]:
    """Chinese and English text for a row without a published value; empty for a published one."""
    status = row.get("status")
    if status in (None, "ok"):
        return "", ""
    if status == "too_few":
        least = edition.number(_MINIMUM[table])
        if table in ("retention", "retention_curve"):
            return (
                f"在岗不足 {least} 人，不发布",
                f"fewer than {least} graduates still at risk: not published",
            )
        return f"不足 {least} 人，不发布", f"fewer than {least} graduates: not published"
    return of_value("status", status)


def percent(value: float | None, digits: int = 1) -> str:
    """A share as text, ``–`` if missing."""
    return "–" if value is None else f"{100 * value:.{digits}f}%"


def yuan(value: float | None) -> str:
    """CNY per month as text, ``–`` if missing."""
    return "–" if value is None else f"¥{value:,.0f}"
