"""The page of the bureau: the region's headline numbers, its institutions and its programs, ranked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from iecareer.feedback.indicators import Indicators
from iecareer.feedback.notes import notes
from iecareer.feedback.overview import overview_message
from iecareer.feedback.page.cards import cards
from iecareer.feedback.page.environment import template
from iecareer.feedback.page.sections import Panel, drawn, over_cohorts
from iecareer.feedback.page.tables import Table, by_cohort, scale_of
from iecareer.feedback.statements import state
from iecareer.feedback.wording import Text, say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from iecareer.feedback.imprint import Imprint
    from iecareer.feedback.overview import Overview
    from iecareer.feedback.published import College, Edition
    from iecareer.feedback.ranking import RankedProgram

# Longer lists are not read; the data files have all.
_LISTED = 30


@dataclass(frozen=True)
class Ranked:
    """One line of a ranked list: what it is called, its code, and what is known of it."""

    name: Text
    code: str
    of: RankedProgram


@dataclass(frozen=True)
class Section:
    """One section of the page: a ranked list, or charts and tables."""

    name: str
    about: tuple[Text, ...]
    ranked: tuple[Ranked, ...] = ()
    panels: tuple[Panel, ...] = ()
    tables: tuple[Table, ...] = ()

    @property
    def scale(self) -> tuple[float, float]:
        """Values at the ends of the strips of pay."""
        return scale_of([statement for one in self.ranked for statement in one.of.statements])


@dataclass(frozen=True)
class Region:
    """What the sections are made of."""

    college: College
    overview: Overview
    edition: Edition
    indicators: Indicators


def render_bureau(college: College, overview: Overview, edition: Edition, imprint: Imprint) -> str:
    """The page as HTML text; `college` has the rows of the whole region."""
    indicators = Indicators.of(college, edition)
    region = Region(college, overview, edition, indicators)
    return template("bureau.html.j2").render(
        edition=edition,
        imprint=imprint,
        n=len(overview.institutions),
        message=overview_message(overview, state(indicators.placement, college, edition)),
        cards=cards(college, edition, indicators),
        sections=[section for build in SECTIONS for section in build(region)],
        notes=notes(college, edition),
    )


def _of_region(region: Region) -> list[Section]:
    indicators = region.indicators
    wanted = (indicators.placement, indicators.insured, indicators.known, indicators.match)
    table = by_cohort(say("caption_region"), wanted, region.college, region.edition)
    drawings = (over_cohorts(one, region.college, region.edition) for one in wanted)
    panels = [replace(panel, caption=say("chart_region")) for panel in drawings]
    if not table.lines:
        return []
    return [Section("region", (say("about_region"),), panels=drawn(panels), tables=(table,))]


def _of_institutions(region: Region) -> list[Section]:
    found = region.overview.institutions
    ranked = tuple(Ranked(Text(one.name, one.name), one.code, one) for one in found[:_LISTED])
    about = (say("about_institutions"), *_shortened(len(ranked), len(found)))
    return [Section("institutions", about, ranked)] if ranked else []


def _of_programs(region: Region) -> list[Section]:
    found = region.overview.programs[:_LISTED]
    ranked = tuple(
        Ranked(
            say("program_at", program=one.program.name, institution=one.institution),
            one.program.code,
            one.program,
        )
        for one in found
    )
    about = (say("about_all_programs"), *_shortened(len(ranked), region.overview.n_programs))
    return [Section("all_programs", about, ranked)] if ranked else []


def _shortened(shown: int, n: int) -> Sequence[Text]:
    return (say("first_of", shown=shown, n=n),) if shown < n else ()


# The sections in their order. Lights and warnings will be two more builders here.
SECTIONS: tuple[Callable[[Region], list[Section]], ...] = (_of_region, _of_institutions, _of_programs)
