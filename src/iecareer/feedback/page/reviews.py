"""The curriculum reviews that the model proposes, with their reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iecareer.feedback.wording import NOTHING, Text, say

if TYPE_CHECKING:
    from iecareer.feedback.published import College, Row

_VERY_LIKELY, _LIKELY = 90, 60


@dataclass(frozen=True)
class Review:
    """One proposal."""

    name: str
    odds: Text
    reasons: tuple[Text, ...]
    skills: Text
    clears: Text


def reviews(college: College) -> list[Review]:
    """All proposals, the likeliest first."""
    flagged = [row for row in college.tables["program_flag"] if row["is_flagged"]]
    flagged.sort(key=lambda row: (-(row["score"] or 0), row["program_code"]))
    return [
        Review(
            row["program_name"] or row["program_code"],
            odds(row["score"]),
            tuple(filter(any, (_both(row, f"reason_{number}") for number in (1, 2, 3)))),
            _both(row, "skills"),
            _both(row, "what_would_clear"),
        )
        for row in flagged
    ]


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
