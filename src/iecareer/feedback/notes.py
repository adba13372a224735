"""How to read the numbers of a release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.feedback.wording import Text, say

if TYPE_CHECKING:
    from iecareer.feedback.published import College, Edition


def notes(college: College, edition: Edition) -> list[Text]:
    """Marks, peers, rounding, least counts, blocks, the survey, and what stands from earlier releases."""
    return [
        say("note_marks"),
        say("note_interval"),
        say("note_peers", least=edition.number("min_peers")),
        say("note_rounded"),
        say(
            "note_least",
            rate=edition.number("min_n_rate"),
            pay=edition.number("min_n_wage"),
            all=edition.number("min_n_rollup"),
        ),
        say("note_blocks"),
        say("note_survey"),
        _standing(college, edition),
    ]


def _standing(college: College, edition: Edition) -> Text:
    """How many numbers stand unchanged from an earlier release."""
    shown = [
        row
        for rows in college.tables.values()
        for row in rows
        if row.get("status") == "ok" and "stands_from" in row
    ]
    kept = sum(row["stands_from"] not in (None, edition.label) for row in shown)
    if kept:
        return say("standing_some", kept=kept, n=len(shown))
    return say("standing_anew" if edition.renewed_because == "definitions" else "standing_none")
