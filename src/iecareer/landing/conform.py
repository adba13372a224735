"""Conforming: files of one delivery become rows of the record type, or are set aside with the reason why.

Comes in: the table `raw` of one file after another. Goes out: conformed rows (typed, pseudonyms instead of
identities), rows of `quarantined` (place and reason codes only), and `known_person` for the vault. No value of a
quarantined row is kept here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

import duckdb

from iecareer.contracts import RecordType
from iecareer.contracts.odcs import near_matches
from iecareer.errors import IecareerError
from iecareer.landing import identity, select, values
from iecareer.landing.archive import masked_name
from iecareer.landing.learnt import Learnt
from iecareer.landing.readers import Raw
from iecareer.landing.readers.raw import MEMORY_FOLDER, normal_header
from iecareer.landing.select import batch_sql, cells, header_of, text_expression
from iecareer.settings import home
from iecareer.sources import Mapping, SourceSystem, Table
from iecareer.warehouse.build import build_config, text_literal

RULES_VERSION = "3"
_PILE = 500_000
# Below this many rows the careful way is quicker than learning.
_FEW = 20_000
# A row's file and line as one number.
_PLACE = "((_file::bigint << 40) + _line)"
# Places farther apart than this are of several files.
_FAR = 100_000_000


def open_landing() -> duckdb.DuckDBPyConnection:
    """A connection that reaches no file but those of the home and the delivery in memory, whatever SQL it is given.

    A point in time is read in China's time, so that no month depends on where this machine stands.
    """
    # One piece after the other finds the memory of the one before, which the system would have to give anew.
    kept = {"enable_external_file_cache": "false", "block_allocator_memory": "700MB"}
    connection = duckdb.connect(config=build_config() | kept)
    reached = f"[{text_literal(MEMORY_FOLDER)}, {text_literal(f'{home()}/')}]"
    for setting in (
        "TimeZone = 'Asia/Shanghai'",
        f"allowed_directories = {reached}",
        "enable_external_access = false",
        # Nearly every row finds its partner here; to ask so beforehand costs more than the lookups.
        "disabled_optimizers = 'join_filter_pushdown'",
        "lock_configuration = true",
    ):
        connection.execute(f"set {setting}")
    return connection


def prepare(connection: duckdb.DuckDBPyConnection, kind: RecordType) -> None:
    """Define the SQL functions of landing and the empty tables `conformed` and `quarantined`."""
    import pyarrow.compute as pc

    text: Any = "VARCHAR"
    connection.create_function(
        "nfkc", lambda texts: pc.utf8_normalize(texts, form="NFKC"), [text], text, type=cast("Any", "arrow")
    )
    connection.create_function(
        "holds_resident_id", identity.holds_resident_id, [text], cast("Any", "BOOLEAN")
    )
    for statement in (*values.macros(), *identity.macros(), *select.macros()):
        connection.execute(statement)
    columns = ", ".join(f"{column.stored_name} {column.stored_type}" for column in kind.columns)
    connection.execute(f"create temp table conformed (_file integer, _line bigint, {columns})")
    connection.execute("create temp table known_person (person_key blob, identity varchar)")
    connection.execute(
        "create temp table quarantined (file varchar, sheet varchar, line bigint, reasons varchar[])"
    )


def forget(connection: duckdb.DuckDBPyConnection) -> None:
    """Take back what `prepare` registered in the process."""
    connection.remove_function("nfkc")
    connection.remove_function("holds_resident_id")


def in_table(connection: duckdb.DuckDBPyConnection) -> Callable[[str], str]:
    """Keep conformed rows in the table `conformed`."""

    def keep(rows: str) -> str:
        n_before = connection.execute("select count(*) from conformed").fetchall()[0][0]
        connection.execute(f"insert into conformed {rows}")
        return f"(from conformed where rowid >= {n_before})"

    return keep


@dataclass
class Conformer:
    """Conforms the files of one delivery, those with the same headers together, since each pass is planned anew.

    `keep` takes the SQL of conformed rows (`_file`, `_line` and the stored columns), keeps them at once, and
    returns the relation where they are; :func:`in_table` is the simplest.
    """

    connection: duckdb.DuckDBPyConnection
    system: SourceSystem
    table: Table
    kind: RecordType
    received_on: date
    keep: Callable[[str], str]
    n_in: int = field(default=0, init=False)
    _learnt: Learnt = field(init=False)
    _places: list[tuple[str, str | None, int]] = field(default_factory=list, init=False)
    _piled: Raw | None = field(default=None, init=False)
    _n_piled: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """Begin with nothing learnt."""
        mappings = _mappings(self.table)
        self._learnt = Learnt(self.connection, self.system, mappings, self.kind, self.received_on)

    def take(self, raw: Raw, name: str, position: int = 0) -> None:
        """Take over the table `raw`, read from the file of that (masked) name at that position of the delivery.

        Raises
        ------
        IecareerError
            When a header that a required column needs is missing (near matches are named), or a transformation
            of the contract is no valid SQL.
        """
        # By position, since two names may be one when masked, and then lines would be taken for each other.
        place = (name, raw.sheet, position)
        if not self._places or self._places[-1] != place:
            self._places.append(place)
        run, number = self.connection.execute, len(self._places) - 1
        n_rows = run("select count(*) from raw").fetchall()[0][0]
        if raw != self._piled or self._n_piled + n_rows > _PILE:
            self.flush()
            self._refuse(raw, f"{self.system.source_id}, {name}")
            run(f"create temp table piled as select {number} as _file, {_kept(raw)} from raw limit 0")
            self._piled = raw
        if n_rows < _PILE:
            run(f"insert into piled select {number}, {_kept(raw)} from raw")
            self._n_piled += n_rows
        else:
            run(f"create or replace temp view pile as select {number} as _file, {_kept(raw)} from raw")
            self._conform("pile", raw, n_rows)
        run("drop table raw")

    def flush(self) -> None:
        """Conform what was taken and still waits for more."""
        if self._piled:
            self._conform("piled", self._piled, self._n_piled)
            self.connection.execute("drop table piled")
        self._piled, self._n_piled = None, 0

    def _conform(self, rows: str, raw: Raw, n_rows: int) -> None:
        """Conform the rows of one table: what is known by lookup, the rest after learning, the rest with care."""
        if n_rows >= _FEW:
            self._learnt.learn_ahead(raw, rows)
            rows, n_rows = self._look_up(rows, raw, n_rows, "left_over")
        if n_rows >= _FEW:
            self._learnt.learn(raw, rows)
            rows, n_rows = self._look_up(rows, raw, n_rows, "left_at_last")
        if n_rows:
            self._conform_with_care(rows, raw)

    def _look_up(self, rows: str, raw: Raw, n_rows: int, left: str) -> tuple[str, int]:
        """Keep the rows that are known to be good; returns the table of the others and how many they are."""
        known = f"select * exclude (_is_bad) from ({self._learnt.known_sql(raw, rows)}) where not _is_bad"
        kept = self.keep(known)
        n_left = n_rows - int(self.connection.execute(f"select count(*) from {kept}").fetchall()[0][0])
        self.n_in += n_rows - n_left
        if n_left:
            self.connection.register("places_left", {"place": self._places_left(rows, kept)})
            self._replace(left, f"from {rows} where {_PLACE} in (from places_left)")
            self.connection.unregister("places_left")
        return left, n_left

    def _places_left(self, rows: str, kept: str) -> Any:
        """Array of the places of those rows that were not kept; some may be of no row at all."""
        import numpy as np

        ends = f"select min({_PLACE}), max({_PLACE}) from {rows}"
        first, last = self.connection.execute(ends).fetchall()[0]
        if last - first > _FAR:
            of_rows, of_kept = (f"(select {_PLACE} as place from {table})" for table in (rows, kept))
            return self.connection.execute(f"from {of_rows} anti join {of_kept} using (place)").fetchnumpy()[
                "place"
            ]
        is_left = np.ones(last - first + 1, bool)
        is_left[
            self.connection.execute(f"select {_PLACE} as place from {kept}").fetchnumpy()["place"] - first
        ] = False
        return np.flatnonzero(is_left) + first

    def _conform_with_care(self, rows: str, raw: Raw) -> None:
        run = self.connection.execute
        self._replace(
            "batch", batch_sql(raw, self.system, _mappings(self.table), self.kind, self.received_on, rows)
        )
        self.keep("select * exclude (_identity, _reasons) from batch where _reasons is null")
        if any(column.is_person for column in self.kind.columns):
            run(
                """insert into known_person select distinct person_key, _identity from batch
                where _reasons is null and _identity is not null"""
            )
        run(
            """insert into quarantined select $names[_file + 1], $sheet, _line, _reasons from batch
            where _reasons is not null""",
            {"names": [name for name, *_ in self._places], "sheet": masked_name(raw.sheet or "") or None},
        )
        self.n_in += run("select count(*) from batch").fetchall()[0][0]
        run("drop table batch")

    def _replace(self, table: str, rows: str) -> None:
        self.connection.execute(f"create or replace temp table {table} as {rows}")

    def _refuse(self, raw: Raw, place: str) -> None:
        _refuse_missing_headers(raw, _mappings(self.table), self.kind, place)
        _refuse_broken_transforms(self.connection, raw, _mappings(self.table), self.kind, place)


def _kept(raw: Raw) -> str:
    """Columns of `raw` under a header; of the others two files with the same headers may have different numbers."""
    return ", ".join(("_line", "_malformed", *raw.columns.values()))


def _mappings(table: Table) -> dict[str, Mapping]:
    return {mapping.column: mapping for mapping in table.mappings}


def _refuse_missing_headers(raw: Raw, mappings: dict[str, Mapping], kind: RecordType, place: str) -> None:
    for column in kind.columns:
        mapping = mappings.get(column.name)
        if column.required and mapping is None:
            raise IecareerError(
                f"{place}: the contract is a draft, its required column {column.name} is not mapped.",
                next_step="See 'iecareer source check'.",
            )
        if column.required and mapping and mapping.headers and not header_of(mapping, raw):
            wanted = normal_header(mapping.headers[0])
            # In the exchange format, and so in a template, the Chinese label will do as well.
            label = f" or '{column.label_zh}'" if column.label_zh in mapping.headers[1:] else ""
            raise IecareerError(
                f"{place}: the header '{wanted}'{label} for the required column {column.name} is missing"
                f"{near_matches(wanted, _publishable(raw))}.",
                next_step="If the office renamed it, add the new header to 'synonyms' in the contract.",
            )


def _refuse_broken_transforms(
    connection: duckdb.DuckDBPyConnection,
    raw: Raw,
    mappings: dict[str, Mapping],
    kind: RecordType,
    place: str,
) -> None:
    """Try each transformation on no rows, so that an error in a contract's SQL names its column."""
    nothing = ", ".join(("null as _", *(f"null::varchar as {name}" for name in cells(raw, mappings))))
    for column in kind.columns:
        mapping = mappings.get(column.name)
        if mapping and mapping.transform:
            label = f"{place}: the transformLogic of {kind.name}.{column.name}"
            _refuse_more_than_an_expression(connection, mapping.transform, label)
            tried = f"select {text_expression(column, mapping, raw)} from (select {nothing}) limit 0"
            _try_sql(connection, tried, f"{label} is no valid SQL here")
        if mapping and mapping.date_format:
            tried = f"select {values.formatted_date(column, 'null::varchar', mapping.date_format)}"
            _try_sql(connection, tried, f"{place}: the dateFormat of {kind.name}.{column.name} is none")


def _try_sql(connection: duckdb.DuckDBPyConnection, sql: str, problem: str) -> None:
    try:
        connection.execute(sql)
    except duckdb.Error as error:
        raise IecareerError(
            f"{problem}: {str(error).splitlines()[0]}",
            next_step="A transformation may use 'value' and the file's own headers in double quotes; "
            "a date format is one of DuckDB's strptime.",
        ) from None


def _refuse_more_than_an_expression(
    connection: duckdb.DuckDBPyConnection, transform: str, label: str
) -> None:
    """A transformation is one scalar expression: no query within, no second statement, no unbalanced bracket."""
    tree = connection.execute("select json_serialize_sql(?)", [f"select {transform}\n"]).fetchall()[0][0]
    statements = json.loads(tree).get("statements", [])
    is_one = len(statements) == 1 and len(statements[0]["node"].get("select_list", [])) == 1
    if not is_one or '"class":"SUBQUERY"' in tree:
        raise IecareerError(
            f"{label} is not one SQL expression.",
            next_step="It may use functions, 'value' and the file's own headers; no query and no second statement.",
        )


def _publishable(raw: Raw) -> list[str]:
    """Headers that can be named in a message: where the header row is wrong they may be a person's values."""
    return [header for header in raw.columns if sum(character.isdigit() for character in header) < 6]
