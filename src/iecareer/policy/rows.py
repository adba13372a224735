"""Checks a bureau's own rows of policy before they are added to a seed. Messages name line and column."""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from iecareer.errors import IecareerError

Row = dict[str, str]
_NO_MATTER = ("document", "clause", "description", "unit")
# Definitions of employment that come from the register, not from a formula.
_TAKEN = ("register", "not_captured")
_WORD = f"an unused name of small letters, digits and _ (in use: {', '.join(_TAKEN)})"


def own_rows(path: Path, shipped: str) -> str:
    """The rows of a bureau's file in the order of the seed's columns, as CSV text to append to the seed.

    Parameters
    ----------
    path : Path
        The bureau's file, with the headers of the seed.
    shipped : str
        The seed's text.

    Raises
    ------
    IecareerError
        When a row is not valid, repeats another row, or leaves a definition incomplete.
    """
    known = list(csv.DictReader(io.StringIO(shipped)))
    columns = list(known[0])
    own = _read(path, columns)
    for number, row in enumerate(own, start=2):
        _look_at(row, f"{path}, line {number}", known)
    _refuse_repeated(path, known, own)
    _refuse_incomplete(path, known, own)
    text = io.StringIO()
    csv.DictWriter(text, columns, lineterminator="\n").writerows(own)
    return text.getvalue()


def _read(path: Path, columns: list[str]) -> list[Row]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise IecareerError(f"{path} is not encoded in UTF-8.", next_step="Save it as 'CSV UTF-8'.") from None
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if sorted(reader.fieldnames or []) != sorted(columns):
        raise IecareerError(
            f"{path}, line 1: the headers are not those of the seed.",
            next_step=f"Headers: {', '.join(columns)}.",
        )
    return list(reader)


def _look_at(row: Row, place: str, known: list[Row]) -> None:
    if None in row or None in row.values():
        raise IecareerError(f"{place}: the row has more or fewer fields than there are headers.")
    _demand(row, "effective_from", place, _day, "a date in the form YYYY-MM-DD")
    if "value" in row:
        _demand(row, "value", place, _finite, "a number")
    for column in (name for name in row if name.startswith("is_")):
        _demand(row, column, place, ("true", "false").index, "true or false")
    if "definition" in row:
        _demand(row, "version" if "version" in row else "definition", place, _word, _WORD)
    listed = ("definition", "name") if "version" in row else ("name", "activity", "mode")
    for column in (name for name in listed if name in row):
        _demand_known(row[column], column, place, {entry[column] for entry in known})
    if "version" in row and not f"{row['version']}_".startswith(f"{row['definition']}_"):
        raise IecareerError(
            f"{place}, column version: the name does not begin with the name of the definition.",
            next_step=f"Call the version {row['definition']}_ followed by a word of your own.",
        )


def _day(text: str) -> date:
    day = date.fromisoformat(text)
    if str(day) != text:
        raise ValueError
    return day


def _finite(text: str) -> None:
    if not math.isfinite(float(text)):
        raise ValueError


def _word(text: str) -> None:
    if not re.fullmatch("[a-z][a-z0-9_]*", text) or text in _TAKEN:
        raise ValueError


def _demand(row: Row, column: str, place: str, reading: Callable[[str], object], what: str) -> None:
    try:
        reading(row[column])
    except ValueError:
        raise IecareerError(f"{place}, column {column}: the value is not {what}.") from None


def _demand_known(word: str, column: str, place: str, known: Iterable[str]) -> None:
    if word not in known:
        near = get_close_matches(word, known, n=1)
        raise IecareerError(
            f"{place}, column {column}: the seed has no such name"
            + (f"; did you mean {near[0]}?" if near else "."),
            next_step=f"Known: {', '.join(sorted(known))}.",
        )


def _refuse_repeated(path: Path, known: list[Row], own: list[Row]) -> None:
    """Refuse a second value of a name for the same day, unless the name may have several values, such as a horizon."""
    counted = Counter((row.get("version"), row.get("name"), row["effective_from"]) for row in known)
    several = {name for (_, name, _), n in counted.items() if name is not None and n > 1}
    seen = {_key(row, several) for row in known}
    for number, row in enumerate(own, start=2):
        if _key(row, several) in seen:
            raise IecareerError(
                f"{path}, line {number}: another row has the same name and the same effective_from.",
                next_step="Set effective_from to the first day of the new value; keep the earlier row.",
            )
        seen.add(_key(row, several))


def _key(row: Row, several: set[str]) -> tuple[str, ...]:
    values = {name for name in row if name == "value" or name.startswith("is_")}
    left_out = {*_NO_MATTER} | (set() if row.get("name") in several else values)
    return tuple(row[column] for column in sorted(row) if column not in left_out)


def _refuse_incomplete(path: Path, known: list[Row], own: list[Row]) -> None:
    """Refuse a version without all numbers of its definition, and an employment formula without all activities."""
    wanted: dict[str, set[str]] = defaultdict(set)
    found: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for row in known if "version" in known[0] else []:
        wanted[row["definition"]].add(row["name"])
        found[row["definition"], row["version"]].add(row["name"])
    for row in own:
        if "version" in row:
            found[row["definition"], row["version"]].add(row["name"])
        elif "activity" in row:
            wanted[row["definition"]] = {entry["activity"] for entry in known}
            found[row["definition"], row["effective_from"]].add(row["activity"])
    for (definition, which), names in found.items():
        if wanted[definition] - names:
            raise IecareerError(
                f"{path}: {definition} ({which}) lacks {', '.join(sorted(wanted[definition] - names))}.",
                next_step="Add a row for each.",
            )
