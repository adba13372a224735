"""Conforming: files of one delivery become rows of the record type, or are set aside with the reason why.

Comes in: the table `raw` of one file after another. Goes out: conformed rows (typed, pseudonyms instead of
identities), rows of `quarantined` (place and reason codes only), and `known_person` for the vault. No value of a
quarantined row is kept here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Protocol

import duckdb

from iecareer.contracts import RecordType
from iecareer.landing.names import masked_name
from iecareer.landing.parse.file_checks import refuse_unfit
from iecareer.landing.parse.rows_sql import batch_sql
from iecareer.landing.parse.value_cache import Learnt
from iecareer.landing.read.chunk import Raw
from iecareer.landing.read.csv_lines import Lines
from iecareer.sources import Mapping, SourceSystem, Table

_PILE = 500_000
# Below this many rows the careful way is quicker than learning.
_FEW = 20_000
# A row's file and line as one number.
_PLACE = "((_file::bigint << 40) + _line)"
# Places farther apart than this are of several files.
_FAR = 100_000_000


class Rows(Protocol):
    """Where conformed rows (`_file`, `_line` and the stored columns) are put, a piece at a time."""

    def write(self, rows: str) -> str:
        """Put the rows of that query there; returns the relation in which they are, to be kept or discarded."""

    def keep(self, piece: str) -> None:
        """Count them in."""

    def discard(self, piece: str) -> None:
        """Take them away again."""


@dataclass
class Conformer:
    """Conforms the files of one delivery, those with the same headers together, since each pass is planned anew.

    A long text after another with the same headers is looked up while it is parsed, line by line, with no table
    between; what a sample of it did not teach is loaded afterwards.
    """

    connection: duckdb.DuckDBPyConnection
    system: SourceSystem
    table: Table
    kind: RecordType
    received_on: date
    rows: Rows
    n_in: int = field(default=0, init=False)
    _learnt: Learnt = field(init=False)
    _places: list[tuple[str, str | None, int]] = field(default_factory=list, init=False)
    _piled: Raw | None = field(default=None, init=False)
    _n_piled: int = field(default=0, init=False)
    _is_by_lines: bool = field(default=True, init=False)

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
        if raw.lines:
            if raw == self._piled and raw.lines.n >= _PILE and self._is_streamed(raw, raw.lines, number):
                return
            raw.lines.load()
        n_rows = run("select count(*) from raw").fetchall()[0][0]
        if raw != self._piled or self._n_piled + n_rows > _PILE:
            self.flush()
            where = f"{self.system.source_id}, {name}"
            refuse_unfit(self.connection, raw, _mappings(self.table), self.kind, where)
            run(f"create temp table piled as select {number} as _file, {_kept(raw)} from raw limit 0")
            self._piled = replace(raw, lines=None)
        if n_rows < _PILE:
            run(f"insert into piled select {number}, {_kept(raw)} from raw")
            self._n_piled += n_rows
        else:
            self._conform(self._pile(raw, number), raw, n_rows)
        run("drop table raw")

    def flush(self) -> None:
        """Conform what was taken and still waits for more."""
        if self._piled:
            self._conform("piled", self._piled, self._n_piled)
            self.connection.execute("drop table piled")
        self._piled, self._n_piled = None, 0

    def _is_streamed(self, raw: Raw, lines: Lines, number: int) -> bool:
        """Whether a text was conformed without a table of all its rows; if not, nothing of it was."""
        if not (self._is_by_lines and lines.is_plain and self._learnt.has_begun(raw)):
            return False
        lines.load_sample()
        self._learnt.learn_ahead(raw, "raw")
        self.connection.execute("drop table raw")
        lines.look()
        piece = self._written_if_lines(raw, lines, number)
        self._is_by_lines = piece is not None  # One text in vain is enough for a delivery.
        if piece:
            self.rows.keep(piece)
            n_left = lines.n - self._n_rows(piece)
            self.n_in += lines.n - n_left
            if n_left:
                lines.load_only(self._left("_line", piece, lines.first, lines.first + lines.n - 1))
                self._conform(self._pile(raw, number), raw, n_left)
                self.connection.execute("drop table raw")
        return bool(piece)

    def _written_if_lines(self, raw: Raw, lines: Lines, number: int) -> str | None:
        """The piece of those rows of the view `raw` that are known to be good; None if rows are not lines."""
        try:
            piece = self.rows.write(self._known(raw, self._pile(raw, number)))
            # A row has a line or more: where as many were kept each has one, else all rows are counted.
            if self._n_rows(piece) == lines.n or lines.n_rows() == lines.n:
                return piece
            self.rows.discard(piece)
        except duckdb.Error:
            pass
        finally:
            self.connection.execute("drop view raw")
        return None

    def _pile(self, raw: Raw, number: int) -> str:
        """A view of `raw` as of rows of the file of that number."""
        self.connection.execute(
            f"create or replace temp view pile as select {number} as _file, {_kept(raw)} from raw"
        )
        return "pile"

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
        piece = self.rows.write(self._known(raw, rows))
        self.rows.keep(piece)
        n_left = n_rows - self._n_rows(piece)
        self.n_in += n_rows - n_left
        if n_left:
            ends = f"select min({_PLACE}), max({_PLACE}) from {rows}"
            ((first, last),) = self.connection.execute(ends).fetchall()
            kept = f"select {_PLACE} from {piece}"
            if last - first < _FAR:
                kept = "from places_left"
                self.connection.register("places_left", {"place": self._left(_PLACE, piece, first, last)})
            self._replace(
                left, f"from {rows} where {_PLACE} {'' if last - first < _FAR else 'not'} in ({kept})"
            )
        return left, n_left

    def _known(self, raw: Raw, rows: str) -> str:
        return f"select * exclude (_is_bad) from ({self._learnt.known_sql(raw, rows)}) where not _is_bad"

    def _n_rows(self, relation: str) -> int:
        return int(self.connection.execute(f"select count(*) from {relation}").fetchall()[0][0])

    def _left(self, number: str, piece: str, first: int, last: int) -> Any:
        """Sorted array of those numbers from first to last that no row of the piece has."""
        import numpy as np

        told = self.connection.execute(f"select {number} as number from {piece}").fetchnumpy()
        kept = np.asarray(told["number"])
        is_left = np.ones(last - first + 1, bool)
        is_left[kept - first] = False
        return np.flatnonzero(is_left) + first

    def _conform_with_care(self, rows: str, raw: Raw) -> None:
        run = self.connection.execute
        self._replace(
            "batch", batch_sql(raw, self.system, _mappings(self.table), self.kind, self.received_on, rows)
        )
        good = "select * exclude (_identity, _reasons) from batch where _reasons is null"
        self.rows.keep(self.rows.write(good))
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


def _kept(raw: Raw) -> str:
    """Columns of `raw` under a header; of the others two files with the same headers may have different numbers."""
    return ", ".join(("_line", "_malformed", *raw.columns.values()))


def _mappings(table: Table) -> dict[str, Mapping]:
    return {mapping.column: mapping for mapping in table.mappings}
