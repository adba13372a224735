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
    index_cell,
    light_cell,
    proper,
    table_of,
    unit_line,
)
from iecareer.bureau.page.tiles import without_light
from iecareer.bureau.report import RESPONSES
from iecareer.bureau.values import listed, points
from iecareer.bureau.words import of_value, say
from iecareer.feedback.wording import Text
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
    def line(light: Row) -> Line:
        return unit_line(report, light, *_cells(report, light))

    return table_of(caption, ("unit", *_COLUMNS), lights, line, "lights", most)


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
    table = _table(report, say("caption_institutions"), lights, LISTED_LONG)
    return Section("institutions", (say("about_institutions"),), (table,))


def _programs(report: Report) -> Section:
    lights = [row for row in report.of_scope("program") if row["light"] in ("red", "yellow")]
    if not lights:
        return Section("programs", (), said=(say("no_red_or_yellow"),))
    table = _table(report, say("caption_programs"), lights, LISTED)
    return Section("programs", (say("about_programs"),), (table,))


def _warnings(report: Report) -> Section:
    if not report.warnings:
        return Section("warnings", (), said=(say("message_no_warnings", year=report.year),))
    by_unit = {(row["scope"], code_of(row)): row for row in report.lights}
    tables = []
    for response in RESPONSES:
        rows = [row for row in report.warnings if row["response"] == response]
        if rows:
            caption = say("caption_warnings", response=of_value("response", response), n=len(rows))
            has_deadline = response == RESPONSES[0]
            names = ("unit", "light", "cause", "about", *(["deadline"] if has_deadline else []))
            most = LISTED_LONG if has_deadline else LISTED
            tables.append(
                table_of(caption, names, rows, lambda row: _warning(report, row, by_unit), "warnings", most)
            )
    return Section("warnings", (say("about_warnings"),), tuple(tables))


def _warning(report: Report, row: Row, lights: dict[tuple[str, str], Row]) -> Line:
    light = lights[row["scope"], code_of(row)]
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
    about = (say("about_not_judged"), say("most_lacking", parts=parts))
    names = ("unit", "scope", "no_index", "lacks")

    def line(light: Row) -> Line:
        return unit_line(
            report,
            light,
            Cell(of_value("scope", light["scope"])),
            Cell(below=(why_no_index(report, light),)),
            Cell(below=(lacks(report, light),)),
        )

    table = table_of(say("caption_not_judged"), names, lights, line, "not-judged")
    return Section("not_judged", about, (table,))
