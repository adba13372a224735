"""The value cache: maps each distinct text of a column to its value, so that the rules parse a text only once.

A month of insurance has the same persons, enterprises and districts as the month before. Parsing a text by the rules
is slow, a lookup is fast. Rows whose texts are all in the cache only need lookups. All other rows are parsed by the
rules in :mod:`iecareer.landing.parse.rows_sql`, which also fill the cache.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import duckdb

from iecareer.contracts import Column, RecordType
from iecareer.database import text_literal
from iecareer.landing.names import normal_header
from iecareer.landing.parse import row_rules_sql as rules_sql
from iecareer.landing.parse.known_persons import note_persons
from iecareer.landing.parse.row_checks import column_checks, example_checks, limit_checks, row_checks
from iecareer.landing.parse.rows_sql import (
    batch_sql,
    cells,
    header_of,
    records_sql,
    rule_columns,
    steps,
    whole_row_columns,
)
from iecareer.landing.read.chunk import Chunk
from iecareer.sources import Mapping, SourceSystem
from iecareer.sources.row_rules import RowRules

_NO_HEADER = "\0"
# A column with more distinct texts than both limits is parsed by the rules, because lookups would rarely succeed.
_MOST_DISTINCT = 0.3
_MANY = 20_000
# Persons and enterprises are cached even if all differ within a file: the next file contains them again.
_ALWAYS_CACHED = ("person", "credit_code")
_NUMBERS = ("integer", "number", "money")
# Not 8.500, which may be either of two numbers.
_PLAIN = r"0\.[0-9]{1,9}|[0-9]{1,3}(\.([0-9]{1,2}|[0-9]{4,9}))?|[0-9]{4,12}(\.[0-9]{1,9})?"
_ALMOST_ALL = 0.9
_FEW_CACHED = 2_000
# Each Parquet file of a piece contains the whole enumeration.
_MOST_ENUMERATED = 30_000
_SAMPLE = 10_000


@dataclass
class ValueCache:
    """The cached values of the columns of one delivery."""

    connection: duckdb.DuckDBPyConnection
    system: SourceSystem
    mappings: dict[str, Mapping]
    kind: RecordType
    received_on: date
    rules: RowRules = field(default_factory=RowRules)
    _plain: set[str] = field(default_factory=set, init=False)
    _n_cached: dict[str, int] = field(default_factory=dict, init=False)
    _varying: set[str] = field(default_factory=set, init=False)
    _empty_values: dict[tuple[str, bool], str | None] = field(default_factory=dict, init=False)
    _words: set[str] = field(default_factory=set, init=False)

    def covers(self, chunk: Chunk) -> bool:
        """Whether every column that depends on one cell is in the cache, or known to have too many distinct texts."""
        if any(rule.name not in self._words for rule, _ in self._read_words(chunk)):
            return False
        alone = [column for column in self.kind.columns if self._cell(column, chunk)]
        return all(column.name in self._varying or self._is_looked_up(column, chunk) for column in alone)

    def fill(self, chunk: Chunk, rows: str) -> None:
        """Add the texts of the table `rows` (columns as in `raw`) that the rules accept."""
        meant = self._rows_meant(chunk, rows)
        for column in self.kind.columns:
            self._fill_column(column, chunk, meant)

    def fill_quickly(self, chunk: Chunk, rows: str) -> None:
        """Add new texts if that is quick: at first of all columns, later of columns with few texts, such as months."""
        meant = self._rows_meant(chunk, rows)
        for column in self.kind.columns:
            if column.name not in self._plain and self._n_cached.get(column.name, 0) <= _FEW_CACHED:
                self._fill_column(column, chunk, meant)

    def _fill_column(self, column: Column, chunk: Chunk, rows: str) -> None:
        cell = self._cell(column, chunk)
        if cell and column.name not in self._varying and not self._is_plain(column, cell, rows):
            self._add_new(column, cell, rows)

    def good_rows_sql(self, chunk: Chunk, rows: str) -> str:
        """SQL of the records in those rows of `rows` that lookups show to be good.

        They have `_file`, `_line` and the stored columns, and equal what the rules would give. All other rows may be
        good or bad. If the contract has filters, the rows that they leave out are included, with the number of the
        filter in `_left_out`. If it has a span, `_nth` numbers the months of a row.
        """
        looked_up = {c.name: c for c in self.kind.columns if self._is_looked_up(c, chunk)}
        read = [(c, self.mappings.get(c.name)) for c in self.kind.columns if c.name not in looked_up]
        mappings = {column.name: mapping for column, mapping in read if mapping}
        named = "".join(f", normal({column}) as {name}" for name, column in cells(chunk, mappings).items())
        of_row = whole_row_columns(self.rules, chunk)
        named += "".join(f", {sql} as {name}" for name, sql in of_row.items())
        texts, plain, marks, typed = steps(read, chunk, self.system)
        values, hits, joins = self._lookups(chunk, looked_up)
        words, word_hits, word_joins = self._word_lookups(chunk)
        named += "".join(f", {sql} as {name}" for name, sql in words.items())
        named += f", {' and '.join(word_hits) or 'true'} as _is_judged"
        joins += word_joins
        hits += word_hits
        checks = [
            *column_checks([c for c, _ in read], self.mappings, self.received_on),
            *row_checks(self.kind),
        ]
        # A text is cached only if it does not mark an example row.
        checks += example_checks(self.kind) if self.kind.columns[0].name not in looked_up else []
        # Only the rules refuse erased persons and add new persons to `known_person`.
        checks += [(f"{c.stored_name} is not null", "person") for c, _ in read if c.is_person]
        bad = "".join(f" or {condition}" for condition, _ in checks)
        found = [f"v_{name} as {column.stored_name}" for name, column in looked_up.items()]
        bad += "".join(f" or {condition}" for condition, _ in rules_sql.word_checks(self.rules))
        received = f"date '{self.received_on}'"
        is_whole = rules_sql.is_whole_span(received) if self.rules.span else "true"
        bad += f" or not {is_whole}" if self.rules.span else ""
        added = [*rules_sql.row_columns(self.rules), *(["_nth"] if self.rules.span else [])]
        added += ["_left_out"] if self.rules.filters else []
        stored = ", ".join([*rules_sql.stored_columns(self.kind.columns), *added])
        is_out = f"_left_out is not null and _is_judged and {is_whole}" if self.rules.filters else "false"
        # Headers are only visible to the transformations, because a header may have the name of a column.
        kept = ["_file", "_line", "_malformed", "_is_cached", "_is_judged", *of_row, *words]
        kept += [f"v_{name}" for name in looked_up]
        return f"""with cells as (
            select _file, _line, _malformed{"".join(values)}, {" and ".join(hits) or "true"} as _is_cached{named}
            from {rows} {" ".join(joins)}
        ),
        texts as (select {", ".join([*kept, *texts])} from cells),
        plain as ({_with(plain, "texts")}), marked as ({_with(marks, "plain")}),
        typed as ({_with([*typed, *found, *rule_columns(self.rules)], "marked")}),
        good as (
            select * from typed where not coalesce(_malformed, true) and (
                ({is_out}) or not coalesce(not _is_cached{bad}, true))
        ),
        records as ({records_sql(self.rules, "good")})
        select _file, _line, {stored} from records"""

    def _read_words(self, chunk: Chunk) -> list[tuple[rules_sql.WordRule, str]]:
        """The rules on words that this file has a header for, with the column of `raw`."""
        found = [(rule, rule.header_in(chunk)) for rule in rules_sql.word_rules(self.rules)]
        return [(rule, chunk.columns[header]) for rule, header in found if header]

    def _rows_meant(self, chunk: Chunk, rows: str) -> str:
        """The rows that no filter leaves out, once the verdict on each word of `rows` is known.

        Persons of rows that are left out come into no vault.
        """
        for rule, cell in self._read_words(chunk):
            self._judge_words(rule, cell, rows)
        known = [(rule, cell) for rule, cell in self._read_words(chunk) if rule.name in self._words]
        filters = [(rule, cell) for rule, cell in known if rule.name.startswith("w")]
        if not filters:
            return rows
        joins = " ".join(
            f"left join words_{rule.name} on words_{rule.name}.cell = {cell}" for rule, cell in filters
        )
        kept = " and ".join(
            f"coalesce(words_{rule.name}.verdict, {rule.verdict('null::varchar')}) <> '{rules_sql.OUT}'"
            for rule, _ in filters
        )
        self.connection.execute(
            f"create or replace temp view rows_meant as select source.* from {rows} as source {joins} where {kept}"
        )
        return "rows_meant"

    def _judge_words(self, rule: rules_sql.WordRule, cell: str, rows: str) -> None:
        """Keep the verdict on each word of a column; a column of many words is left to the rules."""
        table, run = f"words_{rule.name}", self.connection.execute
        run(f"create temp table if not exists {table} (cell varchar, verdict varchar)")
        run(
            f"""insert into {table} select cell, {rule.verdict("normal(cell)")}
            from (select distinct {cell} as cell from {rows} where {cell} is not null) anti join {table} using (cell)"""
        )
        n_known = int(run(f"select count(*) from {table}").fetchall()[0][0])
        if n_known > _MANY:
            run(f"delete from {table}")
        (self._words.add if n_known <= _MANY else self._words.discard)(rule.name)

    def _word_lookups(self, chunk: Chunk) -> tuple[dict[str, str], list[str], list[str]]:
        """SQL of each rule's verdict, conditions under which it is known, and the joins for it."""
        read = {rule.name: cell for rule, cell in self._read_words(chunk)}
        verdicts, hits, joins = {}, [], []
        for rule in rules_sql.word_rules(self.rules):
            name, empty = rule.name, rule.verdict("null::varchar")
            if name not in read or name not in self._words:
                verdicts[name] = empty
                hits += ["false"] if name in read else []
                continue
            joins.append(f"left join words_{name} on words_{name}.cell = {read[name]}")
            verdicts[name] = f"coalesce(words_{name}.verdict, {empty})"
            hits.append(f"({read[name]} is null or words_{name}.cell is not null)")
        return verdicts, hits, joins

    def _lookups(self, chunk: Chunk, looked_up: dict[str, Column]) -> tuple[list[str], list[str], list[str]]:
        values, hits, joins = [], [], []
        for column in looked_up.values():
            cell, table = self._cell(column, chunk), self._table(column)
            empty = self._empty_value(column, chunk)
            if cell is None:
                values.append(f", {empty} as v_{column.name}")
                continue
            if column.name in self._plain:
                # Numbers in other forms, such as with an exponent, do not match and are parsed by the rules.
                number = f"try_cast({cell} as double)"
                number = f"whole_number({number})" if column.kind == "integer" else number
                values.append(f", {number} as v_{column.name}")
                beyond = "".join(f" and not {sql}" for sql, _ in limit_checks(column, number))
                hit = f"regexp_full_match({cell}, '{_PLAIN}') and {number} is not null{beyond}"
                hits.append(f"({hit}{f' or {cell} is null' if empty else ''})")
                continue
            joins.append(f"left join {self._cached_table(column)} on {table}.cell = {cell}")
            value, hit = f"{table}.value", f"{table}.cell is not null"
            if empty:
                hit = f"({hit} or {cell} is null)"
                value = f"case when {cell} is null then {empty} else {value} end"
            values.append(f", {value} as v_{column.name}")
            hits.append(hit)
        return values, hits, joins

    def _cached_table(self, column: Column) -> str:
        """The cache of a column. If it has few texts, it is an enumeration, which Parquet stores as a dictionary."""
        table = self._table(column)
        if column.stored_type != "VARCHAR" or self._n_cached[column.name] > _MOST_ENUMERATED:
            return table
        return f"(select cell, value::enum_{column.name} as value from {table}) as {table}"

    def _is_looked_up(self, column: Column, chunk: Chunk) -> bool:
        if self._cell(column, chunk):
            return column.name in self._n_cached or column.name in self._plain
        return self._is_independent(column, chunk) and self._empty_value(column, chunk) is not None

    def _cell(self, column: Column, chunk: Chunk) -> str | None:
        """The only column of `raw` on which the column's value depends; None if there are several or none."""
        mapping = self.mappings.get(column.name)
        header = header_of(mapping, chunk) if mapping else None
        return chunk.columns[header] if header and self._is_independent(column, chunk) else None

    def _is_independent(self, column: Column, chunk: Chunk) -> bool:
        """Whether no transformation makes the column depend on other cells of the row."""
        mapping = self.mappings.get(column.name)
        transform = (mapping.transform or "").lower() if mapping else ""
        return not any(header.lower() in transform for header in chunk.columns)

    def _add_new(self, column: Column, cell: str, rows: str) -> None:
        table, run = self._table(column), self.connection.execute
        known = f"anti join {table} on {table}.cell = c0" if column.name in self._n_cached else ""
        # While the cache is small, duplicates are removed first; once it is large, the cached texts are removed
        # first.
        is_few = self._n_cached.get(column.name, 0) <= _FEW_CACHED
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
        if column.kind not in _ALWAYS_CACHED and n_new > max(_MANY, _MOST_DISTINCT * n_rows):
            self._varying.add(column.name)
            self._n_cached.pop(column.name, None)
            run(f"drop table if exists {table}")
        elif n_new or not known:
            self._keep(column, table)

    def _keep(self, column: Column, table: str) -> None:
        """Add the good cells of `new_cells` to the cache, and their persons to `known_person`."""
        run = self.connection.execute
        run(f"create temp table if not exists {table} (cell varchar, value {column.stored_type})")
        run(
            f"create or replace temp table good_cells as {self._by_rules(column, _header(self.mappings, column))}"
        )
        run(
            f"""insert into {table} select c0, {column.stored_name}
            from good_cells join new_cells using (_line) where _reasons is null and _emptied is null and _cut is null"""
        )
        n_known = int(run(f"select count(*) from {table}").fetchall()[0][0])
        self._n_cached[column.name] = n_known
        if column.stored_type == "VARCHAR" and n_known <= _MOST_ENUMERATED:
            texts = f"select distinct value from {table} where value is not null"
            run(f"create or replace temp type enum_{column.name} as enum ({texts})")
        if column.is_person:
            note_persons(self.connection, self.kind.name, "good_cells", "_reasons is null and _cut is null")
        run("drop table good_cells")

    def _is_plain(self, column: Column, cell: str, rows: str) -> bool:
        """Whether almost all cells of the column are plain numbers, for which a cast is faster than a lookup."""
        mapping = self.mappings[column.name]
        if column.kind not in _NUMBERS or mapping.transform or mapping.null_values or mapping.value_map:
            return False
        if column.allowed:  # a cast would skip the check of the closed list
            return False
        share = self.connection.execute(
            f"""select avg((regexp_full_match({cell}, '{_PLAIN}'))::int)
            from (select {cell} from {rows} limit {_SAMPLE}) where {cell} is not null"""
        ).fetchall()[0][0]
        (self._plain.add if (share or 0) > _ALMOST_ALL else self._plain.discard)(column.name)
        return column.name in self._plain

    def _empty_value(self, column: Column, chunk: Chunk) -> str | None:
        """SQL of the value of an empty or absent cell; None if such a row is bad."""
        has_cell = self._cell(column, chunk) is not None
        key = (column.name, has_cell)
        if key not in self._empty_values:
            header = _header(self.mappings, column) if has_cell else None
            self.connection.execute(
                """create or replace temp table new_cells as
                select 0 as _file, 1::bigint as _line, false as _malformed, null::varchar as c0, 'x' as c1"""
            )
            value, reasons = self.connection.execute(
                f"""select {column.stored_name}::varchar, coalesce(_reasons, _emptied)
                from ({self._by_rules(column, header)})"""
            ).fetchall()[0]
            sql = "null" if value is None else text_literal(value)
            self._empty_values[key] = None if reasons else f"{sql}::{column.stored_type}"
        return self._empty_values[key]

    def _by_rules(self, column: Column, header: str | None) -> str:
        """SQL that parses the cells in `new_cells` by the rules of one column, as rows that count as not blank."""
        chunk = Chunk(({header: "c0"} if header else {}) | {_NO_HEADER: "c1"})
        mapping = {name: m for name, m in self.mappings.items() if name == column.name}
        alone = replace(self.kind, columns=(column,), key=(), rules=())
        return batch_sql(chunk, self.system, mapping, alone, self.received_on, "new_cells")

    def _table(self, column: Column) -> str:
        return f"cached_{column.name}"


def _header(mappings: dict[str, Mapping], column: Column) -> str:
    return normal_header(mappings[column.name].headers[0])


def _with(columns: list[str], table: str) -> str:
    return f"select {', '.join(['*', *columns])} from {table}"
