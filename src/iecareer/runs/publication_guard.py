"""The publication guard: only listed tables and columns, one row per key, no data of persons.

Input: a private build, and the copy to be published. Output: nothing, or an error that names the refused
table and column and the reason, never a value. A few graduate ids in a column of numbers go unnoticed,
because they look like counts.
"""

from __future__ import annotations

import re

import duckdb

from iecareer.errors import IecareerError
from iecareer.runs.published_tables import KEY_COLUMNS, PublishedTable, refuse_open_key

Columns = dict[str, dict[str, str]]
"""Table with its schema → column → type."""

_PERSON = re.compile(
    r"(.*_)?(person|graduate|graduation|student|pupil|employee|resident|identity|pseudonym)"
    r"(_?(key|id|code|number|no|hash|index))?"
)
_TYPES = re.compile(
    r"(VARCHAR|BOOLEAN|DATE|TINYINT|SMALLINT|INTEGER|BIGINT|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\))|VARCHAR\[\]"
)
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT")
_NUMBERS = (*_WHOLE, "FLOAT", "DOUBLE", "DECIMAL")
# A pseudonym has 64 hexadecimal digits; the longest published ids, those of deliveries, have 16.
_LONGEST_HEX = 31
# Graduate ids count from 1. Fewer matching values than this may be counts.
_MIN_IDS = 25
_IDS_SHARE = 0.25
_DISTINCT_SHARE = 0.85
_LONGEST_MONTHS = 120
_KEY_VALUES = {
    "word": "not regexp_matches({column}, '^[0-9]*$')",
    "day": "try_cast({column} as date) between date '1900-01-01' and date '2200-01-01'",
    "year": "try_cast({column} as double) between 1900 and 2200",
    "months": "try_cast({column} as double) between -1200 and 1200",
}


def published_columns(connection: duckdb.DuckDBPyConnection, catalog: str, schemas: list[str]) -> Columns:
    """Columns of every table and view in these schemas of an attached file."""
    found: Columns = {}
    for schema, table, column, kind in connection.execute(
        """select table_schema, table_name, column_name, data_type from information_schema.columns
        where table_catalog = $catalog and list_contains($schemas, table_schema)
        order by table_schema, table_name, ordinal_position""",
        {"catalog": catalog, "schemas": schemas},
    ).fetchall():
        found.setdefault(f"{schema}.{table}", {})[column] = kind
    return found


def refuse_undeclared(tables: Columns, declared: dict[str, PublishedTable]) -> None:
    """Refuse tables and columns that are not on the list, or whose name or type can mean a person.

    Raises
    ------
    IecareerError
        At the first refused table or column. No row is read.
    """
    for name, columns in tables.items():
        persons = [column for column in columns if _PERSON.fullmatch(column.lower())]
        if persons:
            raise _row_per_person(name, persons[0])
        if name not in declared:
            raise IecareerError(
                f"{name} is not on the list of published tables.",
                next_step="Describe it as a mart or seed of dbt, or in iecareer/runs/published_tables.yml.",
            )
        refuse_open_key(declared[name])
        for column, kind in columns.items():
            if column not in declared[name].columns:
                raise IecareerError(
                    f"{name} cannot be published: its column {column} is not declared.",
                    next_step="Declare it where the table is described; "
                    "see docs/decisions/only-listed-tables-are-published.md.",
                )
            if not _TYPES.fullmatch(kind):
                raise IecareerError(
                    f"{name}, column {column}: the type {kind} cannot be published.",
                    next_step="Publish only numbers, texts, dates and booleans.",
                )


def refuse_persons(
    connection: duckdb.DuckDBPyConnection, tables: Columns, declared: dict[str, PublishedTable]
) -> None:
    """Refuse copied tables that have several rows per key or values of persons.

    `connection` has the copied tables in its own schemas and the private build attached as `build`.

    Raises
    ------
    IecareerError
        At the first table that is refused.
    """
    n_graduates = _n_graduates(connection)
    for name, columns in tables.items():
        _refuse_repeated_keys(connection, declared[name], columns)
        _refuse_key_values(connection, declared[name], columns)
        _refuse_pseudonyms(connection, name, columns)
        # Seeds come from the project's own files and contain no data of persons.
        if n_graduates and not name.startswith("seeds."):
            _refuse_graduates(connection, declared[name], columns, n_graduates)


def _refuse_repeated_keys(
    connection: duckdb.DuckDBPyConnection, table: PublishedTable, columns: dict[str, str]
) -> None:
    key = table.grain_of({*columns})
    if not key:
        raise IecareerError(
            f"{table.name} has none of the columns of its key ({', '.join(table.grain)}).",
            next_step="Build the table with the key columns of its description.",
        )
    listed = ", ".join(map(_quoted, key))
    repeated = connection.execute(
        f"select 1 from {table.name} group by {listed} having count(*) > 1 limit 1"
    ).fetchall()
    if repeated:
        raise IecareerError(
            f"{table.name} cannot be published: several rows have the same {', '.join(key)}.",
            next_step="Aggregate the table to one row per key, or declare its real key.",
        )


def _refuse_key_values(
    connection: duckdb.DuckDBPyConnection, table: PublishedTable, columns: dict[str, str]
) -> None:
    for column in table.grain_of({*columns}):
        condition = _KEY_VALUES.get(KEY_COLUMNS[column], "true").format(column=f"{_quoted(column)}::varchar")
        wrong = connection.execute(
            f"""select count(*) from {table.name}
            where {_quoted(column)} is not null and not coalesce({condition}, false)"""
        ).fetchall()[0][0]
        if wrong:
            raise IecareerError(
                f"{table.name}, column {column}: {wrong} values are not of the declared kind ({KEY_COLUMNS[column]}).",
                next_step="Check the model: the column may contain keys of persons.",
            )


def _refuse_pseudonyms(connection: duckdb.DuckDBPyConnection, name: str, columns: dict[str, str]) -> None:
    texts = [column for column, kind in columns.items() if kind.startswith("VARCHAR")]
    if not texts:
        return
    long_hex = f"[0-9a-fA-F]{{{_LONGEST_HEX + 1}}}"
    counted = ", ".join(
        f"count(*) filter (where regexp_matches({_quoted(column)}::varchar, '{long_hex}'))"
        for column in texts
    )
    for column, n in zip(
        texts, connection.execute(f"select {counted} from {name}").fetchall()[0], strict=True
    ):
        if n:
            raise _row_per_person(name, column)


def _refuse_graduates(
    connection: duckdb.DuckDBPyConnection, table: PublishedTable, columns: dict[str, str], n_graduates: int
) -> None:
    """Refuse a column that lists graduates: almost all values differ, and many of them are graduate ids.

    Months of a key up to ten years are not judged: in a region of a few dozen graduates they look like
    graduate ids.
    """
    name, months = table.name, [c for c in table.grain_of({*columns}) if KEY_COLUMNS[c] == "months"]
    numbers = {
        column: _whole_number(column, kind)
        for column, kind in columns.items()
        if _may_be_number(kind) and not (column in months and _are_months(connection, name, column))
    }
    counted = ", ".join(f"count({value}), approx_count_distinct({value})" for value in numbers.values())
    found = connection.execute(f"select {counted} from {name}").fetchall()[0] if numbers else ()
    for column, n, n_distinct in zip(numbers, found[::2], found[1::2], strict=True):
        if n_distinct >= _MIN_IDS * _DISTINCT_SHARE and n_distinct >= _DISTINCT_SHARE * n:
            n_ids = connection.execute(
                f"""select count(distinct graduate_id) from build.intermediate.int_graduate
                where graduate_id in (select {numbers[column]} from {name})"""
            ).fetchall()[0][0]
            if n_ids >= max(_MIN_IDS, _IDS_SHARE * n_graduates):
                raise _row_per_person(name, column)


def _are_months(connection: duckdb.DuckDBPyConnection, name: str, column: str) -> bool:
    sql = f"select max(abs(try_cast({_quoted(column)} as double))) from {name}"
    return (connection.execute(sql).fetchall()[0][0] or 0) <= _LONGEST_MONTHS


def _may_be_number(kind: str) -> bool:
    return kind == "VARCHAR" or kind.startswith(_NUMBERS)


def _whole_number(column: str, kind: str) -> str:
    """SQL of a column's whole number, also if the column is text; null if the value is not a whole number."""
    if kind in _WHOLE:
        return _quoted(column)
    number = f"try_cast({_quoted(column)} as double)"
    return f"case when {number} = floor({number}) and abs({number}) < 1e12 then {number}::bigint end"


def _n_graduates(connection: duckdb.DuckDBPyConnection) -> int:
    """Number of graduates in the build; 0 if the table of graduates was not built."""
    known = connection.execute(
        """select 1 from information_schema.columns where table_catalog = 'build' and table_schema = 'intermediate'
        and table_name = 'int_graduate' and column_name = 'graduate_id'"""
    ).fetchall()
    sql = "select count(*) from build.intermediate.int_graduate"
    return int(connection.execute(sql).fetchall()[0][0]) if known else 0


def _row_per_person(name: str, column: str) -> IecareerError:
    return IecareerError(
        f"{name} has a row per person, as its column {column} shows. It cannot be published.",
        next_step="Aggregate the table: rows of persons may not leave the intermediate layer.",
    )


def _quoted(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'
