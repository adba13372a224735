"""The first conformed rows as they may be shown: nothing of them tells who a person is.

In rows of persons shown are codes of lists, closed lists, yes and no, months, years, amounts and names of large places.
Masked are pseudonyms, names and any other text, credit codes and the year of birth; of days only the month is shown.
Rows of things name no person: they are shown, long texts by their beginning and without numbers that may be telephones.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import duckdb

from iecareer.contracts import Column, RecordType
from iecareer.onboarding.dictionary import is_division

MASK = "***"
_SHOWN_ROWS = 3
_SHOWN_LETTERS = 40
_SHOWN_KINDS = ("boolean", "integer", "month", "year", "date")
_CODE_FORMS = {
    "institution_code": "[0-9]{10}",
    "program_code": "[0-9]{6}",
    "region_code": "[0-9]{6}",
    "occupation_code": "[0-9]-[0-9]{2}-[0-9]{2}-[0-9]{2}",
}


def shown_rows(paths: Sequence[str], kind: RecordType) -> tuple[dict[str, Any], ...]:
    """The first rows of conformed files, with what might tell who a person is masked, empty cells as None."""
    of_persons = any(column.is_person for column in kind.columns)
    told = ", ".join(f"{_shown(column, of_persons)} as {column.stored_name}" for column in kind.columns)
    result = duckdb.execute(
        f"""select {told} from read_parquet($paths, union_by_name = true, hive_partitioning = false)
        limit {_SHOWN_ROWS}""",
        {"paths": list(paths)},
    )
    names = [name for name, *_ in result.description or []]
    rows = (dict(zip(names, row, strict=True)) for row in result.fetchall())
    if not of_persons:
        return tuple(rows)
    return tuple({name: _named(kind.column(name), cell) for name, cell in row.items()} for row in rows)


def _shown(column: Column, of_persons: bool) -> str:
    """SQL of one cell: itself, or the mask where it is filled."""
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
    """SQL of a text's beginning, without runs of digits as of telephones."""
    told = f"regexp_replace({name}, '[0-9]{{6,}}', '{MASK}', 'g')"
    return f"case when length({told}) > {_SHOWN_LETTERS} then left({told}, {_SHOWN_LETTERS}) || '…' else {told} end"


def _named(column: Column | None, cell: str | None) -> str | None:
    """A code as it is; a text in its place only if it names a province or a large city: any other may be a name."""
    form = _CODE_FORMS.get(column.kind) if column else None
    is_shown = form is None or cell is None or re.fullmatch(form, cell) or is_division(cell)
    return cell if is_shown else MASK
