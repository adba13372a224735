"""The curriculum reviews that the model proposes, with their reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iecareer.feedback.statements import state
from iecareer.feedback.wording import NOTHING, Text, say

if TYPE_CHECKING:
    from iecareer.feedback.indicators import Indicators
    from iecareer.feedback.published import College, Edition, Row
    from iecareer.feedback.statements import Statement

_VERY_LIKELY, _LIKELY = 90, 60


@dataclass(frozen=True)
class Review:
    """One proposal."""

    name: str
    odds: Text
    reasons: tuple[Text, ...]
    published: Text
    skills: Text
    clears: Text


def reviews(college: College, edition: Edition, indicators: Indicators) -> list[Review]:
    """All proposals, the likeliest first."""
    flagged = [row for row in college.tables["program_flag"] if row["is_flagged"]]
    flagged.sort(key=lambda row: (-(row["score"] or 0), row["program_code"]))
    return [
        Review(
            row["program_name"] or row["program_code"],
            odds(row["score"]),
            tuple(filter(any, (_both(row, f"reason_{number}") for number in (1, 2, 3)))),
            _published(state(indicators.match, college, edition, row["program_code"])),
            _both(row, "skills"),
            _both(row, "what_would_clear"),
        )
        for row in flagged
    ]


def _published(match: Statement) -> Text:
    """Job match as the rest of the page states it, because reasons rest on estimates of the model."""
    if not match.is_shown:
        return say("review_not_published", why=match.why)
    return say(
        "review_published",
        years=match.years,
        label=match.indicator.label,
        value=match.compared,
        peers=match.peers,
    )


def odds(score: float | None) -> Text:
    """How likely it is that the match of the next cohorts stays clearly below peers, in words and tens of percent."""
    if score is None:
        return NOTHING
    tens = min(10 * round(10 * score), _VERY_LIKELY)
    if tens == _VERY_LIKELY:
        return say("odds_very_likely", tens=tens)
    return say("odds_likely" if tens >= _LIKELY else "odds_even", tens=tens)


def _both(row: Row, column: str) -> Text:
    return Text(row[f"{column}_zh"] or "", row[f"{column}_en"] or "")
