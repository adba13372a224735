"""A light in the words and the arithmetic of a person, from its published rows alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from iecareer.errors import IecareerError

Row = dict[str, Any]
LEVELS = ("participation", "process", "result")
# As long as the code of an area; codes of institutions are longer.
_DIVISION = "000000"


def explain(warehouse: Path, unit: str, year: int | None = None) -> list[str]:
    """The lines that explain a light.

    Parameters
    ----------
    warehouse : Path
        A published warehouse.
    unit : str
        Code of an area or institution, or ``institution/program``.
    year : int, optional
        Calendar year; default: the newest with a light.

    Raises
    ------
    IecareerError
        When the unit has no light in the year.
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        try:
            light = _light(connection, unit, year)
            rows = _indicators(connection, light)
        except duckdb.CatalogException:
            raise IecareerError(
                "The published warehouse has no lights.",
                next_step="Run 'iecareer run' with this version first.",
            ) from None
    return [*_summary(light, unit), *_red_lines(light, rows), *_levels(light, rows), *_change(light, rows)]


def _all(cursor: duckdb.DuckDBPyConnection) -> list[Row]:
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _light(connection: duckdb.DuckDBPyConnection, unit: str, year: int | None) -> Row:
    code, _, program = unit.partition("/")
    scope = "program" if program else "institution" if len(code) > len(_DIVISION) else "area"
    found = _all(
        connection.execute(
            """select * from lights.light
            where scope = $scope and (case scope when 'area' then area_code else institution_code end) = $code
              and coalesce(program_code, '') = $program order by year desc""",
            {"scope": scope, "code": code, "program": program},
        )
    )
    chosen = [row for row in found if year in (None, row["year"])]
    if not chosen:
        years = ", ".join(str(row["year"]) for row in reversed(found))
        raise IecareerError(
            f"There is no light of {scope} {unit}" + (f" in {year}." if year else "."),
            next_step=f"Years with a light: {years}."
            if years
            else "Write the code of an area or of an institution, or institution/program.",
        )
    return chosen[0]


def _indicators(connection: duckdb.DuckDBPyConnection, light: Row) -> list[Row]:
    return _all(
        connection.execute(
            """select * from lights.light_indicator
            where scope = $scope and year = $year and coalesce(program_code, '') = coalesce($program, '')
              and (case scope when 'area' then area_code else institution_code end) = $code
            order by level, weight desc, indicator""",
            {
                "scope": light["scope"],
                "year": light["year"],
                "program": light["program_code"],
                "code": light["area_code"] if light["scope"] == "area" else light["institution_code"],
            },
        )
    )


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _summary(light: Row, unit: str) -> Iterator[str]:
    yield f"{light['scope']} {unit}, {light['year']}: {light['light'].replace('_', ' ')}"
    if light["index"] is None:
        yield "There is no index: it needs the level result and one other level, each with half of its weights judged."
        return
    limits = f"{_number(light['index_low'])} to {_number(light['index_high'])}"
    sure = (
        f"the limits also reach {light['reaches'].replace('|', ' and ')}" if light["reaches"] else "certain"
    )
    yield f"Index {_number(light['index'])}, limits {limits}: {light['band']}, {sure}."
    if light["is_consequential"]:
        yield "The red has consequences: another red of the two years before counts, too."


def _red_lines(light: Row, rows: list[Row]) -> Iterator[str]:
    for row in rows:
        if row["indicator"] in light["red_lines"].split("|"):
            yield (
                f"Red line crossed by {row['indicator']}: {_number(row['value'])} of n = {row['n']}, "
                f"threshold {_number(row['red_line'])}. This alone makes the light red."
            )
    if light["light"] == "red" and not light["red_lines"]:
        yield "The light is red because of the index; no red line is crossed."


def _levels(light: Row, rows: list[Row]) -> Iterator[str]:
    for level in LEVELS:
        judged = [row for row in rows if row["level"] == level and row["status"] == "ok"]
        score, weight = light[level], _number(light[f"weight_{level}"])
        if score is None:
            yield f"{level} (weight {weight}): not scored, too little of its weights is judged"
        else:
            terms = " + ".join(f"{_number(row['weight'])}·{_number(row['score'])}" for row in judged)
            total = _number(sum(row["weight"] for row in judged))
            yield f"{level} (weight {weight}): ({terms}) / {total} = {_number(score)}"
        yield from (f"  {_indicator(row)}" for row in rows if row["level"] == level)
    scored = [level for level in LEVELS if light[level] is not None]
    if light["index"] is not None:
        terms = " + ".join(f"{_number(light[f'weight_{level}'])}·{_number(light[level])}" for level in scored)
        total = _number(sum(light[f"weight_{level}"] for level in scored))
        yield f"index = ({terms}) / {total} = {_number(light['index'])}"


def _indicator(row: Row) -> str:
    if row["status"] != "ok":
        needed = f" (at least {row['min_n']})" if row["status"] == "too_few" else ""
        return f"{row['indicator']}: {row['status'].replace('_', ' ')}, n = {row['n']}{needed}"
    interval = "" if row["ci_low"] is None else f" ({_number(row['ci_low'])} to {_number(row['ci_high'])})"
    text = (
        f"{row['indicator']}: {_number(row['value'])}{interval}, n = {row['n']}, from {_number(row['worst'])} "
        f"(0 points) to {_number(row['best'])} (100 points): {_number(row['score'])}"
    )
    if row["contribution"] is not None:
        text += f"; adds {_number(row['share_of_index'])}·{_number(row['score'])} = {_number(row['contribution'])}"
    return text


def smallest_change(light: Row, rows: list[Row]) -> Row | None:
    """The indicator that must move least, measured from worst to best, to reach the next band; None without one.

    An indicator at its crossed red line shows the line, not the value that would reach the next band.
    """
    if light["index"] is None or light["band"] == "green":
        return None
    moves = [
        (abs(row["value_for_better"] - row["value"]) / abs(row["best"] - row["worst"]), at)
        for at, row in enumerate(rows)
        if row["share_of_index"]
        and row["value_for_better"] is not None
        and row["indicator"] not in light["red_lines"].split("|")
    ]
    return rows[min(moves)[1]] if moves else None


def _change(light: Row, rows: list[Row]) -> Iterator[str]:
    """Say which smallest change of one indicator reaches the next band; nothing for a green light or without index."""
    if light["index"] is None or light["band"] == "green":
        return
    better = "yellow" if light["band"] == "red" else "green"
    row = smallest_change(light, rows)
    if row is None:
        which = "other indicator alone" if light["red_lines"] else "single indicator"
        yield f"No {which} can bring the index to {better}."
        return
    yield (
        f"The smallest single change, measured by the distance from worst to best, that brings the index to {better}: "
        f"{row['indicator']} from "
        f"{_number(row['value'])} to {_number(row['value_for_better'])}, all else equal."
    )
    if light["red_lines"]:
        yield "The light stays red until no red line is crossed."
