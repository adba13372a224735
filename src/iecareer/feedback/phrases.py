"""Texts shown in place of a withheld number, and numbers formatted as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from iecareer.feedback.published import Edition

_PAY = ("starting_salary", "wage")


def withheld(table: str, row: dict[str, Any] | None, edition: Edition) -> tuple[str, str]:
    """Why a row has no published value, in Chinese and English; empty texts if it has one.

    Each text is true for every row with this status (docs/methods.md, Publication).
    """
    if row is None:
        return "本期没有这项数据", "no such number in this release"
    if row.get("status", "ok") == "ok":
        return "", ""
    if row["status"] == "too_few":
        return _too_few(table, row, edition)
    if row["status"] == "not_observed":
        return "观察期未满，或有关月份缺数据", "not followed long enough, or months are missing"
    return "不可比，不发布", "not comparable, not published"


def _too_few(table: str, row: dict[str, Any], edition: Edition) -> tuple[str, str]:
    least = edition.number("min_n_rate")
    if table == "salary_differential":
        least = edition.number("min_n_wage")
        return f"任一方不足 {least} 人，不发布", f"fewer than {least} graduates on one side: not published"
    if table in _PAY:
        least = edition.number("min_n_wage" if row["scope"] == "program" else "min_n_rollup")
    elif table == "retention" and row["n"] is not None:
        if row["scope"] == "program" or row["n"] >= edition.number("min_n_rollup"):
            return "跟踪满期的人数不足，不发布", "too few were followed to the horizon: not published"
        least = edition.number("min_n_rollup")
    return f"不足 {least} 人，不发布", f"fewer than {least} graduates: not published"


def percent(value: float | None, n: int | None = None) -> str:
    """A share as text, with one decimal from 100 persons on (as it is published); ``–`` if missing."""
    return "–" if value is None else f"{100 * value:.{0 if n is not None and n < 100 else 1}f}%"


def yuan(value: float | None) -> str:
    """CNY per month as text, ``–`` if missing."""
    return "–" if value is None else f"¥{value:,.0f}"
