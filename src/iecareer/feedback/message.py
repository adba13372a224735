"""The message of the year: three sentences, each true for every input that leads to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.feedback.statements import Statement, state
from iecareer.feedback.wording import Text, listed, say

if TYPE_CHECKING:
    from iecareer.feedback.indicators import Indicators
    from iecareer.feedback.published import College, Edition
    from iecareer.feedback.ranking import RankedProgram

# More names would make a sentence that nobody reads.
_NAMED = 3


def message(
    college: College, edition: Edition, indicators: Indicators, programs: list[RankedProgram]
) -> list[Text]:
    """How graduates were placed, which program to look at first, and what the model proposes."""
    return [
        _placed(state(indicators.placement, college, edition)),
        _first_program(programs),
        _proposed(college, edition),
    ]


def _placed(placement: Statement) -> Text:
    """The ministry's placement rate; a missing one is not replaced by another figure."""
    if not placement.is_shown:
        return say("message_not_placed", why=placement.why)
    return say(
        "message_placed",
        years=placement.years,
        value=placement.compared,
        peers=placement.peers,
    )


def _first_program(programs: list[RankedProgram]) -> Text:
    lower = [program for program in programs if program.lower]
    compared = [program for program in programs if program.compared]
    if not programs:
        return say("message_no_programs")
    if not compared:
        return say("message_none_compared", n=len(programs))
    if not lower:
        return say("message_none_lower", compared=len(compared), n=len(programs))
    return say(
        "message_first",
        name=lower[0].name,
        verdict=lower[0].verdict,
        lower=len(lower),
        compared=len(compared),
        n=len(programs),
    )


def _proposed(college: College, edition: Edition) -> Text:
    judged = college.tables["program_flag"]
    flagged = sorted(
        (row for row in judged if row["is_flagged"]),
        key=lambda row: (-(row["score"] or 0), row["program_code"]),
    )
    if not judged:
        return say("message_not_judged")
    if not flagged:
        return say("message_none_proposed", judged=len(judged))
    names = listed([Text(*[row["program_name"] or row["program_code"]] * 2) for row in flagged[:_NAMED]])
    if len(flagged) > _NAMED:
        names = say("and_more", names=names, n=len(flagged))
    rate = edition.false_discovery_rate
    return say(
        "message_proposed" if rate is not None else "message_proposed_without_rate",
        names=names,
        n=len(flagged),
        judged=len(judged),
        rate="" if rate is None else f"{rate:.0%}",
    )
