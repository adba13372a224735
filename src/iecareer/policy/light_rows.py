"""Refuses rows of policy from which no light, instrument or signal could be computed, before anything is built.

Input: the text of the policy seeds, shipped rows and a bureau's own rows together. Every row is checked, also those
that come into force later: a run must not stop on the day on which they do. Messages name file and line, and what
would be right.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from iecareer.errors import IecareerError

INDICATORS, WEIGHTS, LEVELS = (
    "policy_light_indicator.csv",
    "policy_light_weight.csv",
    "policy_light_level.csv",
)
RED_LINES, NUMBERS, RATES = "policy_red_line.csv", "policy_light.csv", "policy_insurance_rate.csv"
SEEDS = (INDICATORS, WEIGHTS, LEVELS, RED_LINES, NUMBERS, RATES, "policy_instrument.csv", "policy_signal.csv")
CLASSES = ("east", "central", "west", "northeast")
LISTED = {
    "scope": ("area", "institution", "program"),
    "level": ("participation", "process", "result"),
    "comparison": ("below", "above"),
    "anchor": ("fixed", "peers"),
}
# Column or unit → limits of its numbers.
LIMITS = {
    "weight": (0.0, 1e6),
    "threshold": (0.0, 1.0),
    "rate": (0.0, 1.0),
    "min_n": (1.0, 1e9),
    "years_before": (0.0, 20.0),
    "months": (0.0, 240.0),
    "worst": (-1e9, 1e9),
    "best": (-1e9, 1e9),
    "share": (0.0, 1.0),
    "points": (0.0, 100.0),
    "per 100": (0.0, 100.0),
}
_ANY = (0.0, 1e15)


@dataclass(frozen=True)
class Line:
    """A row of a seed with its place."""

    place: str
    row: dict[str, str]

    def __getitem__(self, column: str) -> str:
        """The text in a column."""
        return self.row[column]

    def number(self, column: str) -> float:
        """The number in a column.

        Raises
        ------
        IecareerError
            When there is none.
        """
        try:
            return float(self.row[column])
        except ValueError:
            raise self.error(f"column {column}: the value is not a number", "Write a number.") from None

    def error(self, problem: str, advice: str) -> IecareerError:
        """An error at this line."""
        return IecareerError(f"{self.place}: {problem}.", next_step=advice)


def refuse_senseless(seeds: Mapping[str, str], shipped: Mapping[str, Path], own: Mapping[str, Path]) -> None:
    """Check the rows of lights, instruments and signals.

    Parameters
    ----------
    seeds : mapping of str to str
        Name of each seed's file → its text, own rows after the shipped ones.
    shipped, own : mapping of str to Path
        Name → the file of the shipped rows, and of the bureau's own rows if it has some.

    Raises
    ------
    IecareerError
        At the first row that makes no sense.
    """
    lines = {name: [*_lines(seeds[name], shipped[name], own.get(name))] for name in SEEDS if name in seeds}
    if INDICATORS not in lines:
        return
    known = {line["indicator"] for line in _lines(_text(shipped[INDICATORS]), shipped[INDICATORS], None)}
    for name, rows in lines.items():
        for line in rows:
            _look_at(line, known, name)
    _refuse_repeated(lines)
    for day in sorted({line["effective_from"] for rows in lines.values() for line in rows}):
        _refuse_no_weight(
            *(_in_force(lines[name], day) for name in (INDICATORS, WEIGHTS, LEVELS)),
        )
        _refuse_crossed_bands(_in_force(lines[NUMBERS], day))


def _lines(text: str, shipped: Path, own: Path | None) -> Iterator[Line]:
    n_shipped = len(_text(shipped).rstrip("\n").split("\n"))
    for number, row in enumerate(csv.DictReader(io.StringIO(text)), start=2):
        is_own = own is not None and number > n_shipped
        yield Line(f"{own}, line {number - n_shipped + 1}" if is_own else f"{shipped}, line {number}", row)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _look_at(line: Line, known: set[str], seed: str) -> None:
    listed = {
        **LISTED,
        "indicator": tuple(sorted(known)),
        "region_class": (*CLASSES, "none" if seed == RATES else "any"),
    }
    for column, words in listed.items():
        if column in line.row and line[column] not in words:
            raise line.error(f"column {column}: there is no '{line[column]}'", f"Known: {', '.join(words)}.")
    for column in (*LIMITS, "value"):
        if column in line.row:
            low, high = LIMITS.get(line.row["unit"], _ANY) if column == "value" else LIMITS[column]
            if not low <= line.number(column) <= high:
                raise line.error(
                    f"column {column}: {line[column]} is outside its range", f"Write {low:g} to {high:g}."
                )
    if "worst" in line.row and line.number("worst") == line.number("best"):
        raise line.error("worst and best are equal", "Write two values: the ones with the scores 0 and 100.")


def _key(line: Line) -> tuple[str, ...]:
    return tuple(line.row.get(name, "") for name in ("name", "scope", "region_class", "level", "indicator"))


def _refuse_repeated(lines: Mapping[str, list[Line]]) -> None:
    for name, rows in lines.items():
        seen: dict[tuple[str, ...], Line] = {}
        for line in rows:
            # the level of an indicator is no key: an indicator has one level
            key = (
                line["effective_from"],
                *(k for k in _key(line) if name != INDICATORS or k != line["level"]),
            )
            if key in seen:
                raise line.error(
                    f"the same row is already in {seen[key].place}",
                    "Set effective_from to the first day of the new value; keep the earlier row.",
                )
            seen[key] = line


def _in_force(rows: Iterable[Line], day: str) -> list[Line]:
    """The newest row of each key that has come into force by the day."""
    found: dict[tuple[str, ...], Line] = {}
    for line in sorted(rows, key=lambda line: line["effective_from"]):
        if line["effective_from"] <= day:
            key = _key(line)
            found[key[:3] + key[4:] if "worst" in line.row else key] = line
    return [*found.values()]


def _refuse_no_weight(indicators: list[Line], weights: list[Line], levels: list[Line]) -> None:
    """Refuse weights that add up to nothing, of the levels or of the indicators of a level."""
    by_class = {(line["region_class"], line["indicator"]): line for line in weights}
    of_level = {(line["scope"], line["region_class"], line["level"]): line for line in levels}
    for scope in LISTED["scope"]:
        for region_class in (*CLASSES, "any"):
            found = [
                of_level.get((scope, region_class, level)) or of_level.get((scope, "any", level))
                for level in LISTED["level"]
            ]
            _refuse_zero(found, f"the levels of scope {scope}, class {region_class}")
            for level in LISTED["level"]:
                names = [i["indicator"] for i in indicators if i["scope"] == scope and i["level"] == level]
                rows = [by_class.get((region_class, name)) or by_class.get(("any", name)) for name in names]
                _refuse_zero(rows, f"the indicators of scope {scope}, level {level}, class {region_class}")


def _refuse_zero(rows: list[Line | None], what: str) -> None:
    held = [line for line in rows if line is not None]
    if held and sum(line.number("weight") for line in held) <= 0:
        newest = max(held, key=lambda line: line["effective_from"])
        raise newest.error(f"the weights of {what} add up to nothing", "Give one of them a weight above 0.")


def _refuse_crossed_bands(numbers: list[Line]) -> None:
    bands = {line["name"]: line for line in numbers if line["name"] in ("yellow_from", "green_from")}
    if len(bands) == 2:
        low, high = (bands[name].number("value") for name in ("yellow_from", "green_from"))
        if low >= high:
            newest = max(bands.values(), key=lambda line: line["effective_from"])
            raise newest.error(
                f"the bands are crossed: yellow from {low:g}, green from {high:g}",
                "Let yellow begin below green.",
            )
