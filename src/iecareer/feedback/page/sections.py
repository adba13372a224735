"""The sections of a page that are tables of statements: what becomes of graduates, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iecareer.feedback.indicators import LATER, Indicator
from iecareer.feedback.not_shown import why_not_shown
from iecareer.feedback.page.hiring import hiring_employers
from iecareer.feedback.page.tables import Line, Table, by_cohort, by_program
from iecareer.feedback.statements import state, state_row, years
from iecareer.feedback.wording import NOTHING, Text, joined, of_value, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iecareer.feedback.indicators import Indicators
    from iecareer.feedback.published import College, Edition, Row
    from iecareer.feedback.statements import Statement

_HORIZONS = (3, 6, 12, 24, 36, 48, 60)
# Categories of a dimension that a page lists; the workbook has all.
_LARGEST = 6
_DIMENSIONS = ("place", "industry", "size_class", "ownership")


@dataclass(frozen=True)
class Panel:
    """One chart of the institution: an indicator over cohorts or horizons; `table` has its numbers."""

    heading: Text
    caption: Text
    points: tuple[tuple[str, Statement], ...]
    is_series: bool


@dataclass(frozen=True)
class Section:
    """One section: its name in the catalogue of words, its charts, its tables."""

    name: str
    tables: tuple[Table, ...]
    panels: tuple[Panel, ...] = ()
    notes: tuple[Text, ...] = ()

    @property
    def filled(self) -> tuple[Table, ...]:
        """The tables that have a row of the release in any line."""
        return tuple(
            table for table in self.tables if any(one.row for line in table.lines for one in line.statements)
        )

    @property
    def says_why(self) -> bool:
        """Whether a note says why there is no table."""
        return self.name == "workplace"

    @property
    def heading(self) -> Text:
        """The heading."""
        return say(f"section_{self.name}")

    @property
    def about(self) -> Text:
        """What the numbers mean."""
        return joined([say(f"about_{self.name}", largest=_LARGEST), *self.notes])


def sections(
    college: College, edition: Edition, indicators: Indicators, programs: Sequence[tuple[str, str]]
) -> list[Section]:
    """All sections of this kind in the order of the page."""
    placed = (indicators.placement, indicators.insured, indicators.known)
    matched = (indicators.match, indicators.self_match, indicators.over)
    stays = [indicators.stay(months) for months in LATER]
    pay = [indicators.start_pay, *(indicators.later_pay(months) for months in LATER[1:])]
    promoted = [indicators.promoted(months) for months in LATER]
    certificates = [indicators.certificate("during_studies"), indicators.certificate("since_graduation", 36)]
    outputs = [indicators.output(months) for months in LATER[1:]]

    def of_programs(caption: str, wanted: Sequence[Indicator]) -> Table:
        return by_program(say(caption), wanted, college, edition, programs)

    def of_cohorts(caption: str, wanted: Sequence[Indicator]) -> Table:
        return by_cohort(say(caption), wanted, college, edition)

    def series(wanted: Sequence[Indicator]) -> tuple[Panel, ...]:
        return drawn([over_cohorts(one, college, edition) for one in wanted])

    return [
        Section(
            "placement",
            (of_programs("caption_placement", placed), of_cohorts("caption_placement_cohorts", placed)),
            series(placed),
        ),
        Section(
            "match",
            (of_programs("caption_match", matched), of_cohorts("caption_match_cohorts", matched[:1])),
            series(matched[:1]),
        ),
        _workplaces(college, edition),
        Section(
            "stay",
            (
                _stays(college, edition, indicators),
                of_programs("caption_stay", stays),
                _employers(college, edition, indicators),
                hiring_employers(college, edition),
            ),
            drawn([_over_horizons(college, edition, indicators)]),
        ),
        Section("pay", (of_programs("caption_pay", pay),), notes=_about_pay(edition, indicators)),
        Section(
            "career",
            (
                of_programs("caption_promoted", promoted),
                of_programs("caption_certificates", certificates),
                of_programs("caption_outputs", outputs),
            ),
        ),
        Section("response", (of_programs("caption_response", [indicators.response]),)),
    ]


def drawn(panels: Sequence[Panel]) -> tuple[Panel, ...]:
    """Only charts with a published number."""
    return tuple(panel for panel in panels if any(one.is_shown for _, one in panel.points))


def over_cohorts(indicator: Indicator, college: College, edition: Edition) -> Panel:
    """The chart of an indicator over all cohorts."""
    rows = sorted(indicator.rows(college), key=lambda row: row["cohort_to"])
    points = tuple((_cohorts(row), state_row(indicator, row, college, edition)) for row in rows)
    return Panel(indicator.label.capital, say("chart_cohorts"), points, is_series=True)


def _cohorts(row: Row) -> str:
    first, last = row["cohort_from"], row["cohort_to"]
    return str(last) if first == last else f"{first}–{last}"


def _over_horizons(college: College, edition: Edition, indicators: Indicators) -> Panel:
    """Horizons rest on different cohorts, so no line joins them."""
    points = tuple((str(months), state(indicators.stay(months), college, edition)) for months in _HORIZONS)
    return Panel(say("still_there"), say("chart_horizons"), points, is_series=False)


def _stays(college: College, edition: Edition, indicators: Indicators) -> Table:
    lines = tuple(
        Line(say("months", months=months), NOTHING, (state(indicators.stay(months), college, edition),))
        for months in _HORIZONS
    )
    return Table(say("caption_stays"), say("horizon_column"), (say("still_there"),), lines)


def _employers(college: College, edition: Edition, indicators: Indicators) -> Table:
    """How many employers graduates had; each horizon takes one cohort for all its rows."""
    found = {months: college.rows("employer", "institution", horizon_months=months) for months in LATER[1:]}
    columns = [(months, _newest(rows)) for months, rows in found.items()]
    lines = []
    for number in ("one", "two", "three_or_more"):
        statements = []
        for months, rows in columns:
            row = next((row for row in rows if row["n_employers"] == number), None)
            statements.append(state_row(indicators.employers(number, months), row, college, edition))
        lines.append(Line(of_value("n_employers", number), NOTHING, tuple(statements)))
    heads = tuple(say("within_months", months=months) for months, _ in columns)
    return Table(say("caption_employers"), say("employers_column"), heads, tuple(lines))


def _workplaces(college: College, edition: Edition) -> Section:
    """Where the institution's graduates work, by dimension; without a published number only the reason."""
    tables = [table for table in (_workplace(name, college, edition) for name in _DIMENSIONS) if table]
    if tables:
        return Section("workplace", tuple(tables))
    rows = [row for row in college.rows("workplace", "institution") if row["cohort_to"] is not None]
    row = max(rows, key=lambda row: row["cohort_to"], default=None)
    why = why_not_shown("workplace", row, edition) if row else say("why_no_row")
    return Section("workplace", (), notes=(say("only_why", why=why),))


def _workplace(dimension: str, college: College, edition: Edition) -> Table | None:
    """One dimension; each horizon takes one cohort for all categories, the largest categories come first."""
    found = {
        months: _newest(college.rows("workplace", "institution", dimension=dimension, horizon_months=months))
        for months in LATER
    }
    columns = {months: {row["category"]: row for row in rows} for months, rows in found.items() if rows}
    largest: dict[str, float] = {}
    for rows in columns.values():
        for category, row in rows.items():
            largest[category] = max(largest.get(category, 0.0), row["share"] or 0.0)
    lines = [
        Line(
            of_value("category", category),
            NOTHING,
            tuple(
                state_row(
                    Indicator("workplace", "workplace", {}, months), rows.get(category), college, edition
                )
                for months, rows in columns.items()
            ),
        )
        for category in sorted(largest, key=lambda name: (name == "other", -largest[name], name))[:_LARGEST]
    ]
    heads = tuple(_head(months, found[months][0]) for months in columns)
    title = say("caption_workplace", dimension=of_value("dimension", dimension))
    return (
        Table(title, of_value("dimension", dimension), heads, tuple(lines), kind="workplace")
        if lines
        else None
    )


def _head(months: int, row: Row) -> Text:
    """Months after graduation, with the cohort and the number of persons that all rows below have."""
    return say("after_months_of", months=months, years=years(row), n=row["n"])


def _newest(rows: Sequence[Row]) -> list[Row]:
    """The rows of the newest cohort with a published one."""
    shown = [row for row in rows if row["status"] == "ok" and row["cohort_to"] is not None]
    newest = max((row["cohort_to"] for row in shown), default=None)
    return [row for row in rows if row["cohort_to"] == newest and newest is not None]


def _about_pay(edition: Edition, indicators: Indicators) -> tuple[Text, ...]:
    """What pay is, in prices of which year, and by what it is compared."""
    year, measure = edition.price_base_year, indicators.pay_measure
    return (
        say("prices_of", year=year) if year else say("prices_of_one_year"),
        say(f"pay_{measure}"),
        say("pay_compared_plain" if measure == "survey" else "pay_compared_adjusted"),
    )
