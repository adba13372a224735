"""The programs of an institution, those that lie most clearly below their peers first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iecareer.feedback.statements import Statement, state
from iecareer.feedback.wording import Text, listed, say

if TYPE_CHECKING:
    from iecareer.feedback.indicators import Indicators
    from iecareer.feedback.published import College, Edition

# A 95 % interval lies on one side of the truth in at most 2.5 % of all cases.
BY_CHANCE = 0.025


@dataclass(frozen=True)
class RankedProgram:
    """One program with its statements; `is_flagged` means that the model proposes a curriculum review."""

    code: str
    name: str
    statements: tuple[Statement, ...]
    is_flagged: bool = False

    @property
    def lower(self) -> list[Statement]:
        """What is marked lower than peers, the clearest first."""
        found = [one for one in self.statements if one.mark == "lower"]
        return sorted(found, key=lambda one: one.clearness or 0, reverse=True)

    @property
    def higher(self) -> list[Statement]:
        """What is marked higher than peers."""
        return [one for one in self.statements if one.mark == "higher"]

    @property
    def compared(self) -> list[Statement]:
        """What is compared with peers at all."""
        return [one for one in self.statements if one.mark]

    @property
    def place(self) -> tuple[float, str]:
        """Sorts programs: lower first, then by how close they come to it; nothing to compare, nothing known last."""
        clearness = [one.clearness for one in self.compared if one.clearness is not None]
        if clearness:
            return -max(clearness), self.code
        return (1e12 if any(one.is_shown for one in self.statements) else 1e13), self.code

    @property
    def verdict(self) -> Text:
        """Why the program stands where it stands."""
        if self.lower:
            return self._lower()
        if self.higher:
            return say("rank_higher", names=_labels(self.higher), n=len(self.compared))
        if self.compared:
            return say("rank_not_told_apart", n=len(self.compared))
        shown = [one for one in self.statements if one.is_shown]
        return say("rank_not_compared", n=len(shown)) if shown else say("rank_nothing_known")

    def _lower(self) -> Text:
        first, *others = self.lower
        text = say(
            "rank_lower",
            label=first.indicator.label,
            years=first.years,
            value=first.compared,
            peers=first.peers,
        )
        if others:
            text = say("rank_lower_too", text=text, names=_labels(others))
        if self.higher:
            text = say("rank_higher_too", text=text, names=_labels(self.higher))
        return text


def ranked_programs(college: College, edition: Edition, indicators: Indicators) -> list[RankedProgram]:
    """All programs in the order in which they need attention."""
    flagged = {row["program_code"] for row in college.tables["program_flag"] if row["is_flagged"]}
    programs = [
        RankedProgram(
            code,
            name,
            tuple(state(indicator, college, edition, code) for indicator in indicators.ranked),
            code in flagged,
        )
        for code, name in college.programs
    ]
    return sorted(programs, key=lambda program: program.place)


def chance_of_lower(programs: list[RankedProgram]) -> Text:
    """How many marks `lower` are to be expected without any difference."""
    n = sum(len(program.compared) for program in programs)
    return say("chance", n=n, expected=f"{BY_CHANCE * n:.1f}") if n else say("chance_nothing_compared")


def _labels(statements: list[Statement]) -> Text:
    return listed([one.indicator.label for one in statements])
