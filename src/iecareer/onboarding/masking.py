"""The first conformed rows as they may be shown: nothing of them tells who a person is.

Shown are codes of lists, closed lists, yes and no, months, years and amounts. Masked are pseudonyms, names and any
other text, numbers that a source gives to one thing, and in rows of persons also credit codes and the year of birth;
of days only the month is shown there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from iecareer.contracts import Column, RecordType

MASK = "***"
_SHOWN_ROWS = 3
_SHOWN_KINDS = ("boolean", "integer", "month", "year", "date")
_CODE_FORMS = {
    "institution_code": "[0-9]{10}",
    "program_code": "[0-9]{6}",
    "region_code": "[0-9]{6}",
    "occupation_code": "[0-9]-[0-9]{2}-[0-9]{2}-[0-9]{2}",
    "credit_code": "[0-9A-Z]{18}",
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
    return tuple(dict(zip(names, row, strict=True)) for row in result.fetchall())


def _shown(column: Column, of_persons: bool) -> str:
    """SQL of one cell: itself, or the mask where it is filled."""
    name = column.stored_name
    masked = f"case when {name} is not null then '{MASK}' end"
    if column.name == "birth_year" or (column.kind == "credit_code" and of_persons):
        return masked
    if form := _CODE_FORMS.get(column.kind):
        return f"case when regexp_full_match({name}, '{form}') then {name} when {name} is not null then '{MASK}' end"
    if column.kind == "date" and of_persons:
        return f"strftime({name}, '%Y-%m')"
    if column.kind in ("money", "number"):
        return f"round({name}, 2)::varchar"
    return f"{name}::varchar" if column.allowed or column.kind in _SHOWN_KINDS else masked
