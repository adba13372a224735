"""Reading each distinct text once: what a cell means is learnt, and looked up when the same text comes again.

A month of insurance names the persons, enterprises and districts of the month before. The rules of a column are
costly, a lookup is not: rows whose every cell is known to be good need no more than lookups. All other rows go
the careful way of :mod:`iecareer.landing.parse.rows_sql`, from which everything here is learnt.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import duckdb

from iecareer.contracts import Column, RecordType
from iecareer.database import text_literal
from iecareer.landing.names import normal_header
from iecareer.landing.parse.row_checks import column_checks, example_checks, limit_checks, row_checks
from iecareer.landing.parse.rows_sql import batch_sql, cells, header_of, steps
from iecareer.landing.read.chunk import Raw
from iecareer.sources import Mapping, SourceSystem

_NO_HEADER = "\0"
# A column of which more than this share of cells differ, and so many, is read cell by cell: there is little to learn.
_MOST_DISTINCT = 0.3
_MANY = 20_000
# Persons come again in every file, however distinct they are in this one.
_ALWAYS = ("person", "credit_code")
_NUMBERS = ("integer", "number", "money")
_PLAIN = r"[0-9]{1,12}(\.[0-9]{1,9})?"
_ALMOST_ALL = 0.9
_FEW_KNOWN = 2_000
# Each file of a piece holds the whole list.
_MOST_LISTED = 30_000
_SAMPLE = 10_000


@dataclass
class Learnt:
    """What the cells of one delivery's columns mean, as far as it has been learnt."""

    connection: duckdb.DuckDBPyConnection
    system: SourceSystem
    mappings: dict[str, Mapping]
    kind: RecordType
    received_on: date
    _plain: set[str] = field(default_factory=set, init=False)
    _n_known: dict[str, int] = field(default_factory=dict, init=False)
    _varied: set[str] = field(default_factory=set, init=False)
    _of_nothing: dict[tuple[str, bool], str | None] = field(default_factory=dict, init=False)

    def has_begun(self, raw: Raw) -> bool:
        """Whether each column that is looked up in these headers' cells has been met before."""
        alone = [column for column in self.kind.columns if self._cell(column, raw)]
        return all(column.name in self._varied or self._is_looked_up(column, raw) for column in alone)

    def learn(self, raw: Raw, rows: str) -> None:
        """Learn the good cells of the table `rows`, which has the columns of `raw`, one column after the other."""
        for column in self.kind.columns:
            self._learn_column(column, raw, rows)

    def learn_ahead(self, raw: Raw, rows: str) -> None:
        """Learn what is quickly learnt: all at first, then columns of few cells, such as the months of a file."""
        for column in self.kind.columns:
            if column.name not in self._plain and self._n_known.get(column.name, 0) <= _FEW_KNOWN:
                self._learn_column(column, raw, rows)

    def _learn_column(self, column: Column, raw: Raw, rows: str) -> None:
        cell = self._cell(column, raw)
        if cell and column.name not in self._varied and not self._is_plain(column, cell, rows):
            self._learn(column, cell, rows)

    def known_sql(self, raw: Raw, rows: str) -> str:
        """SQL of the table `rows` by lookup: `_file`, `_line`, the stored columns, and whether `_is_bad`.

        A row that is not bad is what the careful way makes of it; of a bad one nothing is said.
        """
        looked_up = {c.name: c for c in self.kind.columns if self._is_looked_up(c, raw)}
        read = [(c, self.mappings.get(c.name)) for c in self.kind.columns if c.name not in looked_up]
        mappings = {column.name: mapping for column, mapping in read if mapping}
        named = "".join(f", normal({column}) as {name}" for name, column in cells(raw, mappings).items())
        texts, plain, marks, typed = steps(read, raw, self.system)
        values, hits, joins = self._lookups(raw, looked_up)
        checks = [
            *column_checks([c for c, _ in read], self.mappings, self.received_on),
            *row_checks(self.kind),
        ]
        # A text that was looked up was found to be no example when it was learnt.
        checks += example_checks(self.kind) if self.kind.columns[0].name not in looked_up else []
        # Only the careful way refuses a person who was erased, and remembers others for the vault.
        checks += [(f"{c.stored_name} is not null", "person") for c, _ in read if c.is_person]
        bad = "".join(f" or {condition}" for condition, _ in checks)
        found = [f"v_{name} as {column.stored_name}" for name, column in looked_up.items()]
        stored = ", ".join(column.stored_name for column in self.kind.columns)
        # Headers go no further than the transformations, since they may be named as columns are.
        kept = ["_file", "_line", "_malformed", "_is_known", *(f"v_{name}" for name in looked_up)]
        return f"""with cells as (
            select _file, _line, _malformed{"".join(values)}, {" and ".join(hits) or "true"} as _is_known{named}
            from {rows} {" ".join(joins)}
        ),
        texts as (select {", ".join([*kept, *texts])} from cells),
        plain as ({_with(plain, "texts")}), marked as ({_with(marks, "plain")}),
        typed as ({_with([*typed, *found], "marked")})
        select _file, _line, {stored},
            coalesce(_malformed or not _is_known{bad}, true) as _is_bad
        from typed"""

    def _lookups(self, raw: Raw, looked_up: dict[str, Column]) -> tuple[list[str], list[str], list[str]]:
        values, hits, joins = [], [], []
        for column in looked_up.values():
            cell, table = self._cell(column, raw), self._table(column)
            nothing = self._value_of_nothing(column, raw)
            if cell is None:
                values.append(f", {nothing} as v_{column.name}")
                continue
            if column.name in self._plain:
                # What is a number only otherwise, such as one with an exponent, is no hit, so it may be read as one.
                number = f"try_cast({cell} as double)"
                number = f"whole_number({number})" if column.kind == "integer" else number
                values.append(f", {number} as v_{column.name}")
                beyond = "".join(f" and not {sql}" for sql, _ in limit_checks(column, number))
                hit = f"regexp_full_match({cell}, '{_PLAIN}') and {number} is not null{beyond}"
                hits.append(f"({hit}{f' or {cell} is null' if nothing else ''})")
                continue
            joins.append(f"left join {self._listed(column)} on {table}.cell = {cell}")
            value, hit = f"{table}.value", f"{table}.cell is not null"
            if nothing:
                hit = f"({hit} or {cell} is null)"
                value = f"case when {cell} is null then {nothing} else {value} end"
            values.append(f", {value} as v_{column.name}")
            hits.append(hit)
        return values, hits, joins

    def _listed(self, column: Column) -> str:
        """What is learnt of a column, few texts as a list of them: they are then written as places in the list."""
        table = self._table(column)
        if column.stored_type != "VARCHAR" or self._n_known[column.name] > _MOST_LISTED:
            return table
        return f"(select cell, value::list_{column.name} as value from {table}) as {table}"

    def _is_looked_up(self, column: Column, raw: Raw) -> bool:
        if self._cell(column, raw):
            return column.name in self._n_known or column.name in self._plain
        return self._stands_alone(column, raw) and self._value_of_nothing(column, raw) is not None

    def _cell(self, column: Column, raw: Raw) -> str | None:
        """The column of `raw` on which alone the column's value depends, None where there is no such one."""
        mapping = self.mappings.get(column.name)
        header = header_of(mapping, raw) if mapping else None
        return raw.columns[header] if header and self._stands_alone(column, raw) else None

    def _stands_alone(self, column: Column, raw: Raw) -> bool:
        """Whether no transformation makes the column depend on other cells of the row."""
        mapping = self.mappings.get(column.name)
        spoken = (mapping.transform or "").lower() if mapping else ""
        return not any(header.lower() in spoken for header in raw.columns)

    def _learn(self, column: Column, cell: str, rows: str) -> None:
        table, run = self._table(column), self.connection.execute
        known = f"anti join {table} on {table}.cell = c0" if column.name in self._n_known else ""
        # Few cells are quickly made distinct, of many most are known.
        is_few = self._n_known.get(column.name, 0) <= _FEW_KNOWN
        filled = f"select {cell} as c0 from {rows} where {cell} is not null"
        new = (
            f"(select distinct c0 from ({filled})) {known}"
            if is_few
            else f"(select distinct c0 from ({filled}) {known})"
        )
        run(
            f"""create or replace temp table new_cells as
            select 0 as _file, row_number() over () as _line, false as _malformed, c0, 'x' as c1 from {new}"""
        )
        n_new, n_rows = run(
            f"select (select count(*) from new_cells), (select count(*) from {rows})"
        ).fetchall()[0]
        if column.kind not in _ALWAYS and n_new > max(_MANY, _MOST_DISTINCT * n_rows):
            self._varied.add(column.name)
            self._n_known.pop(column.name, None)
            run(f"drop table if exists {table}")
        elif n_new or not known:
            self._keep(column, table)

    def _keep(self, column: Column, table: str) -> None:
        """Keep the good ones of `new_cells`, and the persons that they name."""
        run = self.connection.execute
        run(f"create temp table if not exists {table} (cell varchar, value {column.stored_type})")
        run(
            f"create or replace temp table good_cells as {self._alone(column, _header(self.mappings, column))}"
        )
        run(
            f"""insert into {table} select c0, {column.stored_name}
            from good_cells join new_cells using (_line) where _reasons is null"""
        )
        n_known = int(run(f"select count(*) from {table}").fetchall()[0][0])
        self._n_known[column.name] = n_known
        if column.stored_type == "VARCHAR" and n_known <= _MOST_LISTED:
            texts = f"select distinct value from {table} where value is not null"
            run(f"create or replace temp type list_{column.name} as enum ({texts})")
        if column.is_person:
            run(
                """insert into known_person select person_key, _identity from good_cells
                where _reasons is null and _identity is not null"""
            )
        run("drop table good_cells")

    def _is_plain(self, column: Column, cell: str, rows: str) -> bool:
        """Whether the column holds almost nothing but plain numbers, which are quicker read than looked up."""
        mapping = self.mappings[column.name]
        if column.kind not in _NUMBERS or mapping.transform or mapping.null_values or mapping.value_map:
            return False
        if column.allowed:  # of a closed list no cell may be read without being found on it
            return False
        share = self.connection.execute(
            f"""select avg((regexp_full_match({cell}, '{_PLAIN}'))::int)
            from (select {cell} from {rows} limit {_SAMPLE}) where {cell} is not null"""
        ).fetchall()[0][0]
        (self._plain.add if (share or 0) > _ALMOST_ALL else self._plain.discard)(column.name)
        return column.name in self._plain

    def _value_of_nothing(self, column: Column, raw: Raw) -> str | None:
        """SQL of the value where the cell is empty or there is none; None where such a row is bad."""
        has_cell = self._cell(column, raw) is not None
        key = (column.name, has_cell)
        if key not in self._of_nothing:
            header = _header(self.mappings, column) if has_cell else None
            self.connection.execute(
                """create or replace temp table new_cells as
                select 0 as _file, 1::bigint as _line, false as _malformed, null::varchar as c0, 'x' as c1"""
            )
            value, reasons = self.connection.execute(
                f"select {column.stored_name}::varchar, _reasons from ({self._alone(column, header)})"
            ).fetchall()[0]
            told = "null" if value is None else text_literal(value)
            self._of_nothing[key] = None if reasons else f"{told}::{column.stored_type}"
        return self._of_nothing[key]

    def _alone(self, column: Column, header: str | None) -> str:
        """The careful way for one column and the cells in `new_cells`, in rows that are never blank."""
        raw = Raw(({header: "c0"} if header else {}) | {_NO_HEADER: "c1"})
        mapping = {name: m for name, m in self.mappings.items() if name == column.name}
        alone = replace(self.kind, columns=(column,), key=(), rules=())
        return batch_sql(raw, self.system, mapping, alone, self.received_on, "new_cells")

    def _table(self, column: Column) -> str:
        return f"learnt_{column.name}"


def _header(mappings: dict[str, Mapping], column: Column) -> str:
    return normal_header(mappings[column.name].headers[0])


def _with(columns: list[str], table: str) -> str:
    return f"select {', '.join(['*', *columns])} from {table}"
