"""The page of one institution: a single HTML file for screen, phone and print, readable offline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.feedback.changes import told
from iecareer.feedback.indicators import Indicators
from iecareer.feedback.light_statements import own_light, program_lights, programs_message
from iecareer.feedback.message import message
from iecareer.feedback.notes import notes
from iecareer.feedback.page.cards import cards
from iecareer.feedback.page.cooperation import cooperation
from iecareer.feedback.page.environment import template
from iecareer.feedback.page.reviews import reviews
from iecareer.feedback.page.sections import sections
from iecareer.feedback.page.tables import scale_of
from iecareer.feedback.ranking import chance_of_lower, ranked_programs

if TYPE_CHECKING:
    from iecareer.feedback.changes import Changes
    from iecareer.feedback.imprint import Imprint
    from iecareer.feedback.published import College, Edition


def render_page(college: College, edition: Edition, imprint: Imprint, changes: Changes | None = None) -> str:
    """The page as HTML text; every value is escaped by the template engine.

    `changes` are those since the last release that the institution got; None if it got none.
    """
    indicators = Indicators.of(college, edition)
    programs = ranked_programs(college, edition, indicators)
    names = [(one.code, one.name) for one in programs]
    lights = program_lights(college, edition)
    return template("college.html.j2").render(
        college=college,
        edition=edition,
        imprint=imprint,
        message=message(college, edition, indicators, programs),
        light=own_light(college, edition),
        program_lights=lights,
        lights_message=programs_message(lights),
        cards=cards(college, edition, indicators),
        programs=programs,
        chance=chance_of_lower(programs),
        has_strips=any(one.is_shown for program in programs for one in program.statements),
        scale=scale_of([one for program in programs for one in program.statements]),
        sections=sections(college, edition, indicators, names),
        cooperation=cooperation(college, edition),
        reviews=reviews(college, edition, indicators),
        changes=changes,
        told=told(changes, names) if changes else None,
        notes=notes(college, edition),
    )
