"""The employers that hired most graduates of an institution, by name; never with pay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.feedback.indicators import Indicator
from iecareer.feedback.page.tables import Line, Table
from iecareer.feedback.statements import state_row, years
from iecareer.feedback.wording import Text, say

if TYPE_CHECKING:
    from iecareer.feedback.published import College, Edition, Row

_HORIZONS = (12, 36)
# The data files have all of them.
_NAMED = 10


def hiring_employers(college: College, edition: Edition) -> Table:
    """The employers of the newest block of cohorts, most hires first, and how many of their hires stayed."""
    rows = college.rows("hiring_employer", "institution")
    newest = max((row["cohort_to"] for row in rows), default=None)
    of_employer: dict[str, dict[int, Row]] = {}
    for row in sorted(rows, key=lambda row: int(row["place"])):
        if row["cohort_to"] == newest:
            of_employer.setdefault(row["enterprise_code"], {})[row["horizon_months"]] = row
    lines = []
    for found in list(of_employer.values())[:_NAMED]:
        any_row = next(iter(found.values()))
        statements = tuple(
            state_row(Indicator("stay", "hiring_employer", {}, months), found.get(months), college, edition)
            for months in _HORIZONS
        )
        name = any_row["enterprise_name"]
        lines.append(Line(Text(name, name), say("hired_people", n=any_row["n"]), statements))
    block = (
        years(rows[0] | {"cohort_from": newest - 2, "cohort_to": newest}) if newest else say("all_cohorts")
    )
    heads = tuple(say("hired_still_there", months=months).capital for months in _HORIZONS)
    return Table(say("caption_hiring", years=block), say("hiring_column"), heads, tuple(lines), kind="hires")
