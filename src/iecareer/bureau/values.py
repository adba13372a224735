"""Values in words: as few decimals as leave a number on its own side of the thresholds that it is compared with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from iecareer.bureau.words import of_value, say
from iecareer.feedback.wording import NOTHING, Text

if TYPE_CHECKING:
    from decimal import Decimal

    from iecareer.bureau.policy import Policy

MONTHS, LOG, SHARE = "months", "log", "share"
_UNITS = {"months_since_new_version": MONTHS, "salary_difference": LOG}
# Smaller shares need more digits to be told from 0.
_SMALL = 0.01
_MOST_DIGITS = 9
# Computed numbers closer than this count as equal.
_ROUNDING = 1e-9


def unit_of(indicator: str) -> str:
    """Unit of an indicator: months, log (of a ratio) or share."""
    return _UNITS.get(indicator, SHARE)


def rounded(value: float, digits: int, thresholds: Iterable[float] = ()) -> str:
    """A number with so many decimals; with more where rounding would move it across a threshold or onto it."""
    beside = [one for one in thresholds if abs(value - one) > _ROUNDING]
    while digits < _MOST_DIGITS and any((round(value, digits) - one) * (value - one) <= 0 for one in beside):
        digits += 1
    return f"{value:,.{digits}f}"


def points(value: float, policy: Policy, digits: int = 1) -> str:
    """An index or a score of a level, on its own side of the limits of the bands."""
    return rounded(value, digits, (policy.number("yellow_from"), policy.number("green_from")))


def percent(value: float, *thresholds: float) -> str:
    """A share in percent."""
    digits = 1 if value == 0 or abs(value) >= _SMALL else 3
    return f"{rounded(100 * value, digits, [100 * one for one in thresholds])}%"


def policy_percent(value: float) -> str:
    """A share that policy states, with the digits that it has."""
    return f"{100 * value:g}%"


def amount(value: Decimal | float | None) -> Text:
    """Money in CNY, to the cent."""
    return NOTHING if value is None else say("cny", amount=f"{value:,.2f}")


def indicator_value(row: dict[str, Any], value: float) -> Text:
    """A value of an indicator in its unit, on its own side of the red line."""
    unit = unit_of(row["indicator"])
    if unit == MONTHS:
        return say("months", n=rounded(value, 1).removesuffix(".0"))
    if unit == LOG:
        return say("log", value=f"{value:+.4f}")
    text = percent(value, *([row["red_line"]] if row.get("red_line") is not None else []))
    return Text(text, text)


def listed(words: Iterable[Text]) -> Text:
    """Words in one line; nothing if there are none."""
    found = list(words)
    return Text("、".join(word.zh for word in found), ", ".join(word.en for word in found))


def clauses(sentences: Iterable[Text]) -> Text:
    """Parts of a sentence that have commas themselves; nothing if there are none."""
    found = list(sentences)
    return Text("；".join(one.zh for one in found), "; ".join(one.en for one in found))


def words_of(column: str, joined: str | None) -> Text:
    """Words of codes that are joined by a bar."""
    return listed(of_value(column, code) for code in (joined or "").split("|") if code)
