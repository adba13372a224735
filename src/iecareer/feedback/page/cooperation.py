"""Whether cooperation shows in starting pay: the institution's difference, or why there is none and what comes next."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iecareer.feedback.not_shown import why_not_shown
from iecareer.feedback.statements import percent, signed
from iecareer.feedback.wording import Text, of_value, say

if TYPE_CHECKING:
    from iecareer.feedback.published import College, Edition, Row

_MEASURES = ("register", "survey")
# The most careful comparison first.
_METHODS = ("adjusted", "stratified")


@dataclass(frozen=True)
class Difference:
    """One difference in words."""

    whom: Text
    verdict: Text
    about: Text


def cooperation(college: College, edition: Edition) -> list[Difference]:
    """The institution's difference over all cohorts first, then the region's, then those of the modes."""
    rows = [
        row
        for row in college.tables["salary_differential"]
        if row["cohort_year"] is None and row["method"] in _METHODS
    ]
    measure = next((name for name in _MEASURES if any(_is_told(row, name) for row in rows)), _MEASURES[0])
    rows = [row for row in rows if row["measure"] == measure]
    own = _response(college, edition)
    found = [difference(_best(rows, "institution"), "institution", edition, own)]
    region = _best(rows, "region")
    if region:
        found.append(difference(region, "region", edition, say("response_not_known")))
    for mode in sorted({row["mode"] for row in rows if row["scope"] == "mode"}):
        of_mode = [row for row in rows if row["mode"] == mode]
        found.append(difference(_best(of_mode, "mode"), "mode", edition, say("response_not_known")))
    return found


def _response(college: College, edition: Edition) -> Text:
    """The institution's response rate over all cohorts."""
    wave = edition.number("headline_wave_months")
    rows = college.rows("response", "institution", wave_months=wave, cohort_to=None, status="ok")
    return (
        say("response", rate=percent(rows[0]["response_rate"], rows[0]["n"]))
        if rows
        else say("response_not_known")
    )


def difference(row: Row | None, scope: str, edition: Edition, response: Text) -> Difference:
    """One difference in words; of the scope `institution` there may be none."""
    if row is None:
        whom = say(f"difference_of_{scope}")
        return Difference(whom, say("difference_none"), Text("", ""))
    whom = say(f"difference_of_{scope}", mode=of_value("mode", row["mode"]))
    about = say(
        "difference_about",
        measure=of_value("measure", row["measure"]),
        method=of_value("method", row["method"]),
        own=row["n_institutions_cooperative"] or 0,
        other=row["n_institutions_comparison"] or 0,
    )
    if row["measure"] == "survey":
        about = say("about_told", about=about, response=response)
    if row["status"] != "ok":
        return Difference(whom, why_not_shown("salary_differential", row, edition), about)
    return Difference(whom, _verdict(row), about)


def _verdict(row: Row) -> Text:
    difference = signed(row["percent"])
    if row["ci_low"] is None or row["ci_high"] is None:
        return say("difference_without_interval", percent=difference)
    low, high = math.expm1(row["ci_low"]), math.expm1(row["ci_high"])
    if low > 0:
        name = "difference_higher"
    elif high < 0:
        name = "difference_lower"
    else:
        name = "difference_not_told_apart"
    return say(
        name,
        percent=difference,
        size=f"{100 * abs(row['percent']):.0f}%",
        low=signed(low),
        high=signed(high),
        least=f"{50 * (high - low):.0f}",
    )


def _best(rows: list[Row], scope: str) -> Row | None:
    """The row with an interval, else a published one, else any; the most careful method first."""
    found = [row for row in rows if row["scope"] == scope]
    ranked = sorted(
        found,
        key=lambda row: (row["status"] != "ok", row["ci_low"] is None, _METHODS.index(row["method"])),
    )
    return ranked[0] if ranked else None


def _is_told(row: Row, measure: str) -> bool:
    return bool(row["measure"] == measure and row["status"] == "ok")
