"""Reads the claims of a worked example: `table[row].column = value` in backquotes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

CLAIM = re.compile(r"`(?P<table>\w+\.\w+)\[(?P<row>[^\]]+)\]\.(?P<column>\w+) = (?P<value>[^`]*)`")
YEAR = re.compile(r"20\d\d")


@dataclass(frozen=True)
class Claim:
    """One number of the example: a table, the words that identify a row, a column and the value as text."""

    table: str
    row: str
    column: str
    value: str


def read_claims(path: Path) -> list[Claim]:
    """All claims of a page."""
    return [Claim(**found.groupdict()) for found in CLAIM.finditer(path.read_text(encoding="utf-8"))]


def found_value(connection: duckdb.DuckDBPyConnection, claim: Claim, year: int) -> Any:
    """The value of the one row whose text columns hold the words of the claim; a row without a year is of `year`."""
    cursor = connection.execute(f"select * from {claim.table}")
    columns = [column[0] for column in cursor.description]
    rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    words = claim.row.split()
    years = [int(word) for word in words if YEAR.fullmatch(word)] or [year]
    wanted = {word for word in words if not YEAR.fullmatch(word)}
    scoped = [row for row in rows if row.get("scope") in (None, *wanted)]
    kept = [
        row
        for row in scoped
        if row.get("year", years[0]) == years[0]
        and wanted <= {value for value in row.values() if isinstance(value, str)}
    ]
    assert len(kept) == 1, f"{claim}: {len(kept)} rows"
    return kept[0][claim.column]


def agrees(value: Any, text: str) -> bool:
    """Whether a value is the one in print: text and truth exactly, numbers to half a unit of the last digit."""
    if text in ("null", "true", "false"):
        return value is {"null": None, "true": True, "false": False}[text]
    if isinstance(value, str):
        return value == ("" if text == "''" else text)
    if isinstance(value, (int, float)) or re.fullmatch(r"-?\d*\.?\d+", text):
        digits = len(text.partition(".")[2])
        return value is not None and abs(float(value) - float(text)) <= 0.5000001 * 10**-digits
    return str(value) == text
