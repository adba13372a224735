"""The sections of the page: lights by scope, warnings by response, what is not judged; then money and reviews."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from iecareer.bureau.explained import (
    cause_words,
    change_for_better,
    crossed,
    lacks,
    most_lacking,
    warned,
    why_no_index,
)
from iecareer.bureau.names import code_of
from iecareer.bureau.page.instruments import allocation, enterprises, fund, reviews, shares
from iecareer.bureau.page.tables import (
    LISTED,
    LISTED_LONG,
    Cell,
    Line,
    Section,
    Table,
    columns,
    first_of,
    index_cell,
    light_cell,
    proper,
    unit_line,
)
from iecareer.bureau.page.tiles import without_light
from iecareer.bureau.report import RESPONSES
from iecareer.bureau.values import listed, points
from iecareer.bureau.words import of_value, say
from iecareer.feedback.wording import NOTHING, Text
from iecareer.lights.explanation import LEVELS

if TYPE_CHECKING:
    from iecareer.bureau.report import Report

Row = dict[str, Any]
_MOST_LACKING = 5
_COLUMNS = ("light", "index", "levels", "why", "lacks")


def sections(report: Report) -> list[Section]:
    """All sections in the order of the page."""
    return [
        _areas(report),
        _warnings(report),
        _institutions(report),
        _programs(report),
        _not_judged(report),
        allocation(report),
        fund(report),
        enterprises(report),
        shares(report),
        reviews(report),
    ]


def _table(report: Report, caption: Text, lights: Sequence[Row], most: int) -> Table:
    lines = tuple(unit_line(report, light, *_cells(report, light)) for light in lights[:most])
    return Table(caption, say("column_unit"), columns(*_COLUMNS), lines, "lights")


def _cells(report: Report, light: Row) -> tuple[Cell, ...]:
    why = (crossed(report, light), why_no_index(report, light), change_for_better(report, light))
    return (
        light_cell(report, light),
        index_cell(report, light),
        Cell(below=tuple(_level(report, light, level) for level in LEVELS)),
        Cell(below=why),
        Cell(below=(lacks(report, light),)),
    )


def _level(report: Report, light: Row, level: str) -> Text:
    name = of_value("level", level)
    if light[level] is None:
        return say("level_no_score", level=name)
    return say("level_score", level=name, score=points(light[level], report.policy))


def _areas(report: Report) -> Section:
    lights = report.of_scope("area")
    about = (say("about_areas"), *without_light(report))
    if not lights:
        return Section("areas", about[1:], said=(say("no_areas", year=report.year),))
    return Section("areas", about, (_table(report, say("caption_areas"), lights, len(lights)),))


def _institutions(report: Report) -> Section:
    lights = report.of_scope("institution")
    if not lights:
        return Section("institutions", (), said=(say("no_institutions", year=report.year),))
    about = (say("about_institutions"), *first_of(lights, LISTED_LONG))
    table = _table(report, say("caption_institutions"), lights, LISTED_LONG)
    return Section("institutions", about, (table,))


def _programs(report: Report) -> Section:
    lights = [row for row in report.of_scope("program") if row["light"] in ("red", "yellow")]
    if not lights:
        return Section("programs", (), said=(say("no_red_or_yellow"),))
    about = (say("about_programs"), *first_of(lights))
    return Section("programs", about, (_table(report, say("caption_programs"), lights, LISTED),))


def _warnings(report: Report) -> Section:
    if not report.warnings:
        return Section("warnings", (), said=(say("message_no_warnings", year=report.year),))
    by_unit = {(row["scope"], code_of(row)): row for row in report.lights}
    tables, about = [], [say("about_warnings")]
    for response in RESPONSES:
        rows = [row for row in report.warnings if row["response"] == response]
        if rows:
            name = of_value("response", response)
            most = LISTED_LONG if response == RESPONSES[0] else LISTED
            caption = say("caption_warnings", response=name, n=len(rows))
            lines = tuple(_warning(report, row, by_unit[row["scope"], code_of(row)]) for row in rows[:most])
            names = ("light", "cause", "about", *(["deadline"] if response == RESPONSES[0] else []))
            tables.append(Table(caption, say("column_unit"), columns(*names), lines, "warnings"))
            if len(rows) > most:
                about.append(say("first_of_response", response=name, shown=most, n=len(rows)))
    return Section("warnings", tuple(about), tuple(tables))


def _warning(report: Report, row: Row, light: Row) -> Line:
    new = say("is_new" if row["is_new"] else "is_not_new")
    cells = [
        light_cell(report, light),
        Cell(cause_words(row["cause"]), (new,)),
        Cell(below=(warned(report, row, light),)),
    ]
    if row["rectify_by"]:
        cells.append(Cell(proper(row["rectify_by"].isoformat())))
    return unit_line(report, row, *cells)


def _not_judged(report: Report) -> Section:
    lights = [row for row in report.lights if row["light"] == "not_judged"]
    if not lights:
        return Section("not_judged", (), said=(say("all_judged"),))
    counted = most_lacking(report, lights)[:_MOST_LACKING]
    parts = listed(say("lacks_of", indicator=of_value("indicator", name), n=n) for name, n in counted)
    about = (say("about_not_judged"), say("most_lacking", parts=parts), *first_of(lights))
    lines = tuple(
        unit_line(
            report,
            light,
            Cell(of_value("scope", light["scope"])),
            Cell(below=(why_no_index(report, light),)),
            Cell(below=(lacks(report, light) if light["index"] is None else NOTHING,)),
        )
        for light in lights[:LISTED]
    )
    table = Table(
        say("caption_not_judged"),
        say("column_unit"),
        columns("scope", "no_index", "lacks"),
        lines,
        "not-judged",
    )
    return Section("not_judged", about, (table,))
