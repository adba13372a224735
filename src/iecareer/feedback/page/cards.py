"""The cards at the top of a page: the institution's newest published numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iecareer.feedback.not_shown import why_not_shown
from iecareer.feedback.statements import Statement, state, years
from iecareer.feedback.wording import NOTHING, Text, say

if TYPE_CHECKING:
    from iecareer.feedback.indicators import Indicator, Indicators
    from iecareer.feedback.published import College, Edition


@dataclass(frozen=True)
class Card:
    """One headline number with what always stands beside it."""

    statement: Statement
    newer: Text
    beside: tuple[Statement, ...] = ()


def cards(college: College, edition: Edition, indicators: Indicators) -> list[Card]:
    """Headline numbers, the most important first; insured and known destinations stand beside the placement rate."""

    def card(indicator: Indicator, *beside: Indicator) -> Card:
        return Card(
            state(indicator, college, edition),
            _newer(indicator, college, edition),
            tuple(state(other, college, edition) for other in beside),
        )

    return [
        card(indicators.placement, indicators.insured, indicators.known),
        card(indicators.match),
        card(indicators.stay(indicators.horizon), indicators.stay(36)),
        card(indicators.start_pay, indicators.later_pay(36)),
    ]


def _newer(indicator: Indicator, college: College, edition: Edition) -> Text:
    """Why a newer cohort than the shown one is missing; no text if the newest one is shown."""
    rows = indicator.rows(college)
    if not rows or rows[0]["status"] == "ok" or all(row["status"] != "ok" for row in rows):
        return NOTHING
    return say("newer_not_shown", years=years(rows[0]), why=why_not_shown(indicator.table, rows[0], edition))
