"""Small text tables and the rows that must come out of them: the definitions by example."""

from __future__ import annotations

import duckdb
import pytest

from tests.spec.conftest import CASES
from tests.spec.text_tables import Case

PAIRS = [pytest.param(case, table, id=f"{case.name}-{table}") for case in CASES for table in case.expected]


@pytest.mark.parametrize(("case", "table"), PAIRS)
def test_case(built: duckdb.DuckDBPyConnection, case: Case, table: str) -> None:
    expected = case.expected[table]
    columns = list(expected[0])
    found = _rows(built, case, table, columns)
    wanted = sorted(tuple(_rounded(row[column]) for column in columns) for row in expected)
    assert sorted(tuple(_rounded(_text(value, case)) for value in row) for row in found) == wanted, (
        case.sentence
    )


def _rows(
    connection: duckdb.DuckDBPyConnection, case: Case, table: str, columns: list[str]
) -> list[tuple[object, ...]]:
    """The rows of the case: its institution's, with the person where the table has a row per graduate.

    A title that begins with ``all`` means the rows of everybody that meet the condition.
    """
    name, _, condition = table.partition(" where ")
    is_all, name = name.startswith("all "), name.removeprefix("all ")
    by_person = "person_key" in columns
    source = f"{name} inner join intermediate.int_graduate using (graduate_id)" if by_person else name
    owned = f"int_graduate.institution_code = '{case.institution_code}'"
    owner = owned if by_person else f"({is_all} or institution_code = '{case.institution_code}')"
    picked = ", ".join(columns)
    return connection.execute(
        f"select {picked} from {source} where {owner} and {condition or 'true'}"
    ).fetchall()


def _text(value: object, case: Case) -> str:
    if value is None:
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text.removeprefix(f"{case.name}:")


def _rounded(text: str) -> str:
    """Numbers to seven digits, everything else as it is."""
    try:
        return f"{float(text):.7g}"
    except ValueError:
        return text
