"""A preview of the first conformed rows in which no person can be recognised.

Rows of persons show codes, closed lists, booleans, months, years, amounts and names of large places. They mask
pseudonyms, names and all other text, credit codes and the year of birth; a date shows its month only. Rows of record
types without persons are shown, but long texts are cut, and long digit runs such as telephone numbers are masked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import duckdb

from iecareer.contracts import Column, RecordType
from iecareer.landing.parse.codes import FORMS
from iecareer.onboarding.dictionary import is_division

MASK = "***"
_SHOWN_ROWS = 3
_SHOWN_LETTERS = 40
_SHOWN_KINDS = ("boolean", "integer", "month", "year", "date")
_CODE_FORMS = FORMS | {"region_code": "[0-9]{6}"}


def shown_rows(paths: Sequence[str], kind: RecordType) -> tuple[dict[str, Any], ...]:
    """The first rows of conformed files, masked; empty cells are None."""
    of_persons = any(column.is_person for column in kind.columns)
    columns = ", ".join(f"{_shown(column, of_persons)} as {column.stored_name}" for column in kind.columns)
    result = duckdb.execute(
        f"""select {columns} from read_parquet($paths, union_by_name = true, hive_partitioning = false)
        limit {_SHOWN_ROWS}""",
        {"paths": list(paths)},
    )
    names = [name for name, *_ in result.description or []]
    rows = (dict(zip(names, row, strict=True)) for row in result.fetchall())
    if not of_persons:
        return tuple(rows)
    return tuple({name: _shown_code(kind.column(name), cell) for name, cell in row.items()} for row in rows)


def _shown(column: Column, of_persons: bool) -> str:
    """SQL of one cell: its value or the mask, null if empty."""
    name = column.stored_name
    if column.kind in ("money", "number"):
        return f"round({name}, 2)::varchar"
    if column.is_person:
        return _masked(name)
    if not of_persons:
        return _beginning(name) if column.kind == "text" and not column.allowed else f"{name}::varchar"
    if column.kind == "date":
        return f"strftime({name}, '%Y-%m')"
    is_listed = bool(column.allowed) or column.kind in (*_SHOWN_KINDS, *_CODE_FORMS)
    return f"{name}::varchar" if is_listed and column.name != "birth_year" else _masked(name)


def _masked(name: str) -> str:
    return f"case when {name} is not null then '{MASK}' end"


def _beginning(name: str) -> str:
    """SQL of the beginning of a text, with runs of 6 or more digits masked."""
    text = f"regexp_replace({name}, '[0-9]{{6,}}', '{MASK}', 'g')"
    return f"case when length({text}) > {_SHOWN_LETTERS} then left({text}, {_SHOWN_LETTERS}) || '…' else {text} end"


def _shown_code(column: Column | None, cell: str | None) -> str | None:
    """Show a code. Show a text in a code column only if it names a province or large city; else it may be a person."""
    form = _CODE_FORMS.get(column.kind) if column else None
    is_shown = form is None or cell is None or re.fullmatch(form, cell) or is_division(cell)
    return cell if is_shown else MASK
