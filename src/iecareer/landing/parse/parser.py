"""Turns chunks of text into typed rows, or into the reasons why a row is quarantined.

Input: chunks, each in the table `raw`. Output: tables of good rows (typed, pseudonyms instead of identities), and four
growing tables: `quarantined` (place and reason codes, never a value), `flawed` (good rows with an emptied cell),
`known_person` (for the vault) and `first_key` (for publication numbers). Nothing is stored here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import duckdb

from iecareer.contracts import RecordType
from iecareer.landing.names import masked_name
from iecareer.landing.parse import pay
from iecareer.landing.parse.file_checks import refuse_unfit
from iecareer.landing.parse.known_persons import note_persons
from iecareer.landing.parse.month_columns import MOST_COLUMNS, month_mappings, months_down
from iecareer.landing.parse.row_rules_sql import row_columns, span_mappings, with_span_end
from iecareer.landing.parse.rows_sql import batch_sql
from iecareer.landing.parse.value_cache import ValueCache
from iecareer.landing.read.chunk import Chunk
from iecareer.landing.read.csv_lines import Lines
from iecareer.sources import Mapping, SourceSystem, Table

_BATCH_ROWS = 500_000
# With fewer rows, parsing all of them takes less time than filling the cache.
_FEW_ROWS = 20_000
# A row's file and line as one number.
_PLACE = "((_file::bigint << 40) + _line)"
# Cut numbers fail the check ten times as often as they pass it.
_FAILED_PER_PASSED = 3
# The largest share of persons whose numbers may look cut and still be genuine.
_GENUINE = 0.05
# If only one of so many places is that of a row, a list of all places would be long.
_MOSTLY_OTHERS = 4


@dataclass
class ReadCounts:
    """What was read: rows, the records in them, and the records that a filter left out, by the filter's header.

    `emptied` counts, by reason and column (``negative:monthly_income``), the cells of good records that became empty.
    """

    n_rows: int = 0
    n_in: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    emptied: Counter[str] = field(default_factory=Counter)

    @property
    def n_left_out(self) -> int:
        """Number of records left out."""
        return self.left_out.total()


@dataclass
class Parser:
    """Parses the chunks of one delivery.

    Small chunks with the same headers are parsed together as one batch, because each query is planned anew. Large
    chunks are first looked up in the value cache; only rows with a text that is not in it are parsed by the rules.
    """

    connection: duckdb.DuckDBPyConnection
    system: SourceSystem
    table: Table
    kind: RecordType
    received_on: date
    counts: ReadCounts = field(default_factory=ReadCounts, init=False)
    _mappings: dict[str, Mapping] = field(init=False)
    _judged_kind: RecordType = field(init=False)
    _cache: ValueCache = field(init=False)
    _places: list[tuple[str, str | None, int]] = field(default_factory=list, init=False)
    _batch: Chunk | None = field(default=None, init=False)
    _n_batch: int = field(default=0, init=False)
    _is_by_lines: bool = field(default=True, init=False)
    _person: str | None = field(init=False)
    _n_cut: int = field(default=0, init=False)
    _is_holding: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        """Begin with an empty cache."""
        self._person = next((column.name for column in self.kind.columns if column.is_person), None)
        rules = self.table.rules
        self._mappings = {mapping.column: mapping for mapping in self.table.mappings} | span_mappings(rules)
        if rules.month_columns:
            self._mappings |= month_mappings(rules.month_columns, self._mappings)
        if any(map(pay.reads_range, self._mappings.values())):
            for statement in pay.range_macros():
                self._run(statement)
        self._judged_kind = with_span_end(self.kind, rules, is_checked=False)
        cached_kind = with_span_end(self.kind, rules, is_checked=True)
        self._cache = ValueCache(
            self.connection, self.system, self._mappings, cached_kind, self.received_on, rules
        )

    @property
    def file_names(self) -> list[str]:
        """Names of the files by the number that their rows have in `_file`."""
        return [name for name, *_ in self._places]

    def parse(self, chunk: Chunk, name: str, position: int = 0) -> Iterator[str]:
        """Parse the chunk in `raw`; its file is given by (masked) name and position in the delivery.

        Yields
        ------
        str
            A table of good rows (`_file`, `_line`, the stored columns); it is dropped before the next table is made.
            A small chunk yields nothing until its batch is full: see :meth:`finish`.

        Raises
        ------
        IecareerError
            When the header of a required column is missing (similar headers are named), or a transformation of the
            contract is not valid SQL.
        """
        number = self._file_number(name, chunk.sheet, position)
        if chunk.lines:
            is_long = self.table.rules.month_columns is None
            if (
                is_long
                and self._can_stream(chunk, chunk.lines)
                and (yield from self._stream(chunk, chunk.lines, number))
            ):
                return
            chunk.lines.load()
        chunk = self._months_down(chunk, name)
        n_rows = self._n_rows("raw")
        if chunk != self._batch or self._n_batch + n_rows > _BATCH_ROWS:
            yield from self._finish_batch()
            self._begin_batch(chunk, name)
        if n_rows < _BATCH_ROWS:
            self._run(f"insert into batched select {number}, {_columns(chunk)} from raw")
            self._n_batch += n_rows
        else:
            yield from self._parse_rows(self._numbered(chunk, number), chunk, n_rows)
        self._run("drop table raw")

    def finish(self) -> Iterator[str]:
        """Parse the rows of the last batch, then decide on held rows; yields tables like :meth:`parse`."""
        yield from self._finish_batch()
        yield from self._release_held()

    def _finish_batch(self) -> Iterator[str]:
        if self._batch:
            yield from self._parse_rows("batched", self._batch, self._n_batch)
            self._run("drop table batched")
        self._batch, self._n_batch = None, 0

    def _file_number(self, name: str, sheet: str | None, position: int) -> int:
        # The position is needed, because two masked names may be equal.
        place = (name, sheet, position)
        if not self._places or self._places[-1] != place:
            self._places.append(place)
        return len(self._places) - 1

    def _months_down(self, chunk: Chunk, name: str) -> Chunk:
        """Give each filled month of a wide table a row of its own in `raw`."""
        months = self.table.rules.month_columns
        if months is None:
            return chunk
        chunk, n_rows = months_down(self.connection, chunk, months, f"{self.system.source_id}, {name}")
        self.counts.n_rows += n_rows
        return chunk

    def _begin_batch(self, chunk: Chunk, name: str) -> None:
        where = f"{self.system.source_id}, {name}"
        refuse_unfit(self.connection, chunk, self._mappings, self.kind, where, self.table.rules)
        self._run(f"create temp table batched as select 0 as _file, {_columns(chunk)} from raw limit 0")
        self._batch = replace(chunk, lines=None)

    def _parse_rows(self, rows: str, chunk: Chunk, n_rows: int) -> Iterator[str]:
        """Parse the rows of one relation: by the cache, by the cache once it is filled from them, by the rules."""
        # The cache holds what texts mean by the usual date system.
        if n_rows >= _FEW_ROWS and not chunk.counts_from_1904:
            self._cache.fill_quickly(chunk, rows)
            rows, n_rows = yield from self._look_up(rows, chunk, n_rows, "not_cached")
        if n_rows >= _FEW_ROWS and not chunk.counts_from_1904:
            self._cache.fill(chunk, rows)
            rows, n_rows = yield from self._look_up(rows, chunk, n_rows, "never_cached")
        if n_rows:
            yield from self._parse_by_rules(rows, chunk, n_rows)

    def _look_up(
        self, rows: str, chunk: Chunk, n_rows: int, rest: str
    ) -> Generator[str, None, tuple[str, int]]:
        """Yield the rows whose texts are all in the cache; returns the table of the other rows and their number."""
        self._replace("cached", self._cache.good_rows_sql(chunk, rows))
        n_rest = n_rows - self._count("cached")
        if n_rest:
            self._keep_rest(rows, rest, n_rows)
        yield self._loaded("cached")
        self._run("drop table cached")
        return rest, n_rest

    def _keep_rest(self, rows: str, rest: str, n_rows: int) -> None:
        """Make the table of the rows that are not in `cached`."""
        first, last = self._run(f"select min({_PLACE}), max({_PLACE}) from {rows}").fetchall()[0]
        if last - first >= _MOSTLY_OTHERS * n_rows:
            self._replace(rest, f"from {rows} where {_PLACE} not in (select {_PLACE} from cached)")
            return
        self.connection.register("rest_places", {"place": self._missing(_PLACE, first, last)})
        self._replace(rest, f"from {rows} where {_PLACE} in (from rest_places)")
        self.connection.unregister("rest_places")

    def _can_stream(self, chunk: Chunk, lines: Lines) -> bool:
        """Whether a long text can be looked up while it is read, without a table of all its rows."""
        is_long = chunk == self._batch and lines.n >= _BATCH_ROWS
        return is_long and self._is_by_lines and lines.is_plain and self._cache.covers(chunk)

    def _stream(self, chunk: Chunk, lines: Lines, number: int) -> Generator[str, None, bool]:
        """Parse a long text line by line; does nothing and returns False if its rows are not its lines."""
        lines.load_sample()
        self._cache.fill_quickly(chunk, "raw")
        self._run("drop table raw")
        lines.look()
        # After one failed text the delivery does not try again.
        self._is_by_lines = self._look_up_lines(chunk, lines, number)
        self._run("drop view raw")
        if not self._is_by_lines:
            return False
        rest = self._missing("_line", lines.first, lines.first + lines.n - 1)
        self._count("cached")
        yield self._loaded("cached")
        self._run("drop table cached")
        if len(rest):
            lines.load_only(rest)
            yield from self._parse_later(chunk, number, len(rest))
            self._run("drop table raw")
        return True

    def _parse_later(self, chunk: Chunk, number: int, n_rows: int) -> Iterator[str]:
        """Parse many rows of `raw` now; add few to the batch, which has the same headers, to plan one query for all."""
        if n_rows >= _FEW_ROWS:
            yield from self._parse_rows(self._numbered(chunk, number), chunk, n_rows)
            return
        if self._n_batch + n_rows > _BATCH_ROWS:
            yield from self._parse_rows("batched", chunk, self._n_batch)
            self._run("delete from batched")
            self._n_batch = 0
        self._run(f"insert into batched select {number}, {_columns(chunk)} from raw")
        self._n_batch += n_rows

    def _look_up_lines(self, chunk: Chunk, lines: Lines, number: int) -> bool:
        """Make the table `cached` from the view `raw`; returns False if the text does not have one row per line."""
        try:
            self._replace("cached", self._cache.good_rows_sql(chunk, self._numbered(chunk, number)))
            # No row is shorter than a line. So if the last row has the number of the last line, each line is a row.
            # If the last row is not among the good ones, all rows must be counted.
            last = self._run("select max(_line) from cached").fetchall()[0][0]
            if last == lines.first + lines.n - 1 or lines.n_rows() == lines.n:
                return True
            self._run("drop table cached")
        except duckdb.Error:
            pass
        return False

    def _parse_by_rules(self, rows: str, chunk: Chunk, n_rows: int) -> Iterator[str]:
        """Parse each cell by the SQL of its column, and store the reasons of bad rows."""
        kind, rules, is_short = self._judged_kind, self.table.rules, n_rows < _FEW_ROWS
        sql = batch_sql(
            chunk, self.system, self._mappings, kind, self.received_on, rows, rules, is_short=is_short
        )
        self._replace("parsed", sql)
        self._count("parsed")
        where = self.file_names, masked_name(chunk.sheet or "") or None
        if self._person:
            self._hold_cut_numbers(*where)
        self._run(
            f"""insert into quarantined select $names[_file + 1], $sheet, {self._line}, _reasons from parsed
            where _reasons is not null""",
            dict(zip(("names", "sheet"), where, strict=True)),
        )
        yield self._good_rows("parsed")
        self._run("drop table parsed")

    def _good_rows(self, table: str) -> str:
        """The good ones of these rows; notes their persons and their emptied cells."""
        if self._person:
            note_persons(self.connection, self.kind.name, table, f"_reasons is null{self._meant}")
        flawed = f"from {table} where _emptied is not null{self._meant}"
        counted = self._run(
            f"select why, count(*) from (select unnest(_emptied) as why {flawed}) group by why"
        ).fetchall()
        if counted:
            self.counts.emptied.update(dict(counted))
            self._run(f"insert into flawed select _file, {self._line} {flawed}")
        return self._loaded(table, "_reasons is null")

    def _hold_cut_numbers(self, names: list[str], sheet: str | None) -> None:
        """Take the rows out of `parsed` whose number passes the check but looks cut, until all rows are read."""
        n_failed, n_passed = self._run(
            f"""select count(distinct _cut) filter (_reasons is not null),
            count(_cut) filter (_reasons is null{self._meant}) from parsed"""
        ).fetchall()[0]
        self._n_cut += n_failed
        if n_passed:
            held = f"from parsed where _cut is not null and _reasons is null{self._meant}"
            is_first = not self._is_holding
            self._run(
                f"""{"create temp table held as" if is_first else "insert into held"}
                select *, $names[_file + 1] as _name, $sheet::varchar as _sheet {held}""",
                {"names": names, "sheet": sheet},
            )
            self._is_holding = True
            self._run(f"delete {held}")

    def _release_held(self) -> Iterator[str]:
        """Yield the held rows, or quarantine them if the numbers of the delivery show that a spreadsheet cut them.

        One of eleven cut numbers passes the check, but fewer than one of a thousand genuine numbers ends in 000.
        """
        if not self._is_holding:
            return
        n_held, n_others = self._run(
            """select (select count(distinct _cut) from held), (select count(distinct person_key) from known_person)"""
        ).fetchall()[0]
        if self._n_cut >= _FAILED_PER_PASSED * n_held or n_held > _GENUINE * (n_held + n_others):
            self._run(
                f"insert into quarantined select _name, _sheet, {self._line}, [$reason] from held",
                {"reason": f"cut_number:{self._person}"},
            )
        else:
            yield self._good_rows("held")
        self._run("drop table held")
        self._is_holding = False

    def _missing(self, number: str, first: int, last: int) -> Any:
        """Sorted array of the line numbers, from first to last, that are not in `cached`."""
        import numpy as np

        found = self._run(f"select {number} as number from cached").fetchnumpy()
        is_missing = np.ones(last - first + 1, bool)
        is_missing[np.asarray(found["number"]) - first] = False
        return np.flatnonzero(is_missing) + first

    def _numbered(self, chunk: Chunk, number: int) -> str:
        """Make a view of `raw` with the number of its file."""
        self._run(
            f"create or replace temp view numbered as select {number} as _file, {_columns(chunk)} from raw"
        )
        return "numbered"

    def _loaded(self, records: str, which: str = "true") -> str:
        """The records among these that no filter leaves out, with the columns that are stored."""
        rules = self.table.rules
        if which == "true" and not (rules.filters or rules.span or rules.month_columns):
            return records
        stored = ", ".join([*(column.stored_name for column in self.kind.columns), *row_columns(rules)])
        return f"(select _file, {self._line} as _line, {stored} from {records} where {which}{self._meant})"

    @property
    def _meant(self) -> str:
        """SQL that adds to a condition that no filter leaves the record out."""
        return " and _left_out is null" if self.table.rules.filters else ""

    @property
    def _line(self) -> str:
        return f"_line // {MOST_COLUMNS}" if self.table.rules.month_columns else "_line"

    @property
    def _first_of_row(self) -> str:
        return "_nth = 0" if self.table.rules.span else "true"

    def _count(self, records: str) -> int:
        """Count the records of a relation, those left out among them; returns the number of their rows."""
        n_rows = n_in = self._n_rows(records)
        if self.table.rules.span:
            n_rows = self._n_rows(records, self._first_of_row)
        # The rows of a wide table are counted before its months become rows.
        self.counts.n_rows += 0 if self.table.rules.month_columns else n_rows
        self.counts.n_in += n_in
        if self.table.rules.filters:
            names = [rule.headers[0] for rule in self.table.rules.filters]
            found = self._run(
                f"select _left_out, count(*) from {records} where _left_out is not null group by 1 order by 1"
            )
            self.counts.left_out.update({names[number]: n for number, n in found.fetchall()})
        return n_rows

    def _n_rows(self, relation: str, which: str = "true") -> int:
        return int(self._run(f"select count(*) from {relation} where {which}").fetchall()[0][0])

    def _replace(self, table: str, rows: str) -> None:
        self._run(f"create or replace temp table {table} as {rows}")

    def _run(self, statement: str, parameters: dict[str, Any] | None = None) -> duckdb.DuckDBPyConnection:
        return self.connection.execute(statement, parameters)


def _columns(chunk: Chunk) -> str:
    """Columns of `raw` that have a header. Files with the same headers may differ in columns without one."""
    return ", ".join(("_line", "_malformed", *chunk.columns.values()))
