"""What a bureau reads first: the institutions and programs of the whole region, ranked, and how many lie below peers.

Input: the ranked programs of one institution after the other. Only the first programs are kept, because a large region
has tens of thousands.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from iecareer.feedback.ranking import BY_CHANCE, RankedProgram, ranked_programs
from iecareer.feedback.statements import Statement, state
from iecareer.feedback.wording import Text, say

if TYPE_CHECKING:
    from iecareer.feedback.indicators import Indicators
    from iecareer.feedback.published import College, Edition

# Programs that page and workbook may list.
KEPT = 1000


@dataclass(frozen=True)
class Standing:
    """One institution beside the others, and its programs beside their peers."""

    institution: RankedProgram
    programs: tuple[RankedProgram, ...]


@dataclass(frozen=True)
class RankedAt:
    """A program with the name of its institution."""

    institution: str
    program: RankedProgram

    @property
    def place(self) -> tuple[float, str, str]:
        """Sorts programs of several institutions."""
        return (*self.program.place, self.institution)


@dataclass
class Overview:
    """The institutions and the first programs of a region."""

    institutions: list[RankedProgram] = field(default_factory=list)
    programs: list[RankedAt] = field(default_factory=list)
    n_programs: int = 0
    n_compared: int = 0
    n_lower: int = 0
    n_comparisons: int = 0

    def add(self, standing: Standing) -> None:
        """Add one institution."""
        self.institutions.append(standing.institution)
        self.institutions.sort(key=lambda one: one.place)
        name = standing.institution.name
        found = self.programs + [RankedAt(name, program) for program in standing.programs]
        self.programs = sorted(found, key=lambda one: one.place)[:KEPT]
        self.n_programs += len(standing.programs)
        self.n_compared += sum(bool(one.compared) for one in standing.programs)
        self.n_lower += sum(bool(one.lower) for one in standing.programs)
        self.n_comparisons += sum(len(one.compared) for one in standing.programs)


def standing(college: College, edition: Edition, indicators: Indicators) -> Standing:
    """Where an institution and its programs stand."""
    statements = tuple(state(one, college, edition) for one in indicators.ranked)
    programs = ranked_programs(college, edition, indicators)
    return Standing(RankedProgram(college.code, college.name, statements), tuple(programs))


def overview_message(overview: Overview, region: Statement) -> list[Text]:
    """The region's placement, how many institutions differ in it, and how many programs lie below their peers."""
    return [_placed(region), _institutions(overview), _programs(overview)]


def _placed(placement: Statement) -> Text:
    if not placement.is_shown:
        return say("message_not_placed", why=placement.why)
    return say("overview_placed", years=placement.years, value=placement.value, interval=placement.interval)


def _institutions(overview: Overview) -> Text:
    """By the ministry's placement rate, which is the first of the ranked indicators."""
    marks = [one.statements[0].mark for one in overview.institutions]
    return say(
        "overview_institutions",
        n=len(marks),
        compared=sum(bool(mark) for mark in marks),
        lower=marks.count("lower"),
        higher=marks.count("higher"),
        same=marks.count("not_told_apart"),
    )


def _programs(overview: Overview) -> Text:
    if not overview.n_compared:
        return say("overview_no_programs", n=overview.n_programs)
    return say(
        "overview_programs",
        n=overview.n_programs,
        compared=overview.n_compared,
        lower=overview.n_lower,
        times=overview.n_comparisons,
        expected=f"{BY_CHANCE * overview.n_comparisons:.1f}",
    )
