"""Write good rows as Parquet in pieces and resolve duplicate keys at the end. Either all pieces are kept or none.

Each row keeps its `_file` and `_line`, because of several rows with the same key the last one counts, unless the
contract has another rule; rows without an emptied cell come before rows with one.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from iecareer.contracts import RecordType
from iecareer.database import text_literal
from iecareer.documents import sync_folder
from iecareer.errors import IecareerError
from iecareer.lake.manifest import Part
from iecareer.settings import lake
from iecareer.sources.row_rules import RowRules, amount_column

# Level 1 takes half the time of the default level and a few percent more space.
PARQUET = "format parquet, parquet_version v2, compression zstd, compression_level 1"
# Number of keys that are compared at a time, to bound memory.
_COMPARED = 8_000_000
_SHOWN = 3
# Number of rows by period, and whether they join it.
_Counts = Counter[tuple[date | None, bool]]


@dataclass(frozen=True)
class Stored:
    """The stored parts, and the numbers of superseded records and of those that differ from the kept record."""

    parts: list[Part]
    n_superseded: int = 0
    n_conflicting: int = 0


@dataclass
class PieceWriter:
    """Writes the good rows of one delivery piece by piece into a draft folder."""

    connection: duckdb.DuckDBPyConnection
    kind: RecordType
    name: str
    rules: RowRules = field(default_factory=RowRules)
    _counted: _Counts = field(default_factory=Counter, init=False)
    _n_pieces: int = field(default=0, init=False)
    _hashes: dict[str, Any] = field(default_factory=dict, init=False)
    _draft: Path = field(init=False)

    def __post_init__(self) -> None:
        """Make the draft folder."""
        folder = self._folder()
        self._draft = folder.with_name(f".{self.name}.{os.getpid()}.{secrets.token_hex(4)}")
        # The caller holds the delivery's lock, so any draft here is from a killed landing.
        for leftover in folder.parent.glob(f".{self.name}.*"):
            shutil.rmtree(leftover, ignore_errors=True)
        self._draft.mkdir(parents=True)

    def write(self, rows: str) -> None:
        """Write the rows of a relation (`_file`, `_line`, the stored columns) as one more piece."""
        import numpy as np

        run = self.connection.execute
        found = run(f"select {self._period()}, {self._joins()}, count(*) from {rows} group by all").fetchall()
        self._counted.update({(period, joins): n for period, joins, n in found})
        for file in self._write(rows, self._draft / f"{self._n_pieces:05}"):
            hashes = run(
                f"select {self._key_hash()} as key from read_parquet({text_literal(file)})"
            ).fetchnumpy()
            self._hashes[file] = np.sort(hashes["key"])
        self._n_pieces += 1

    def finish(self, names: Sequence[str]) -> Stored:
        """Resolve duplicates and move the pieces to their final place; `names` are the files' names by number.

        Raises
        ------
        IecareerError
            When rows share a key and differ, and the contract refuses that.
        """
        given_way, n_conflicting = self._resolve_duplicates(names)
        if not self._counted:
            columns = ", ".join(f"null::{c.stored_type} as {c.stored_name}" for c in self.kind.columns)
            nothing = f"(select 0::integer as _file, 0::bigint as _line, {columns} limit 0)"
            self._write(nothing, self._draft / "none")
        _make_durable(self._draft)
        folder = self._folder()
        shutil.rmtree(folder, ignore_errors=True)
        self._draft.replace(folder)
        sync_folder(folder.parent)
        place = str((folder / "*/*.parquet").relative_to(lake()))
        left = self._counted - given_way
        is_whole = self.kind.period_column is None
        parts = [Part(None, place, left.total())] if is_whole else self._parts(left, place)
        return Stored(parts, given_way.total(), n_conflicting)

    def _parts(self, counted: _Counts, place: str) -> list[Part]:
        """One part for each month; it joins the month if every row of it does."""
        months = sorted({period for period, _ in counted if period})
        own = {month: counted[month, False] for month in months}
        joining = {month: counted[month, True] for month in months}
        return [Part(f"{m:%Y-%m}", place, own[m] + joining[m], joins=not own[m]) for m in months]

    def _resolve_duplicates(self, names: Sequence[str]) -> tuple[_Counts, int]:
        """Keep one row of each key, by the contract's rule, by default the last by file and line.

        A row of `flawed` gives way to one without emptied cells.

        Returns
        -------
        tuple
            The number of superseded rows per period, and the number of those that differ from the kept row.
        """
        repeated, run = self._repeated(), self.connection.execute
        if not len(repeated):
            return Counter(), 0
        self.connection.register("repeated", {"key_hash": repeated})
        run(f"create temp table judged as {self._judged(self._files_with(repeated))}")
        self.connection.unregister("repeated")
        if self.rules.same_key and self.rules.same_key.rule == "refuse":
            self._refuse_conflicts(names)
        changed = "nth > 1 or total is distinct from amount"
        for (name,) in run(f"select distinct filename from judged where {changed} order by 1").fetchall():
            self._rewrite(name)
        found = run(
            "select period, joins, count(*), count_if(is_conflicting) from judged where nth > 1 group by all"
        ).fetchall()
        run("drop table judged")
        return Counter({(period, joins): n for period, joins, n, _ in found}), sum(int(n) for *_, n in found)

    def _judged(self, files: list[str]) -> str:
        """SQL of the rows that share a key: the first of each (`nth`) is kept, with the amount `total`."""
        key, joins, amount = ", ".join(self.kind.key), self._joins(), self._amount()
        is_sum = str(self._is_sum).lower()
        return f"""select *, case when nth > 1 then null else sum(amount) filter (
                where nth = 1 or (({is_sum} or joins) and nth_repeat = 1)) over (partition by {key}) end as total,
            nth > 1 and case when {is_sum} then nth_repeat = 1
                else not joins and said is distinct from first_value(said) over (partition by {key} order by nth)
                end as is_conflicting
        from (
            select *, row_number() over (partition by {key}, repeats order by nth) as nth_repeat
            from (
                select filename, _file, _line, {key}, {self._period()} as period, {joins} as joins,
                    {amount} as amount,
                    {self._said()} as said, {"_row_hash" if self._is_sum else "said"} as repeats,
                    row_number() over (
                        partition by {key} order by {joins}, coalesce(is_flawed, false), {self._order()}) as nth
                from read_parquet({files}, filename = true, union_by_name = true)
                semi join repeated on {self._key_hash()} = key_hash
                left join (select distinct *, true as is_flawed from flawed) using (_file, _line)
            )
        )"""

    def _rewrite(self, name: str) -> None:
        """Write a file again without the rows that gave way, and with the amounts of rows that were added up."""
        places = self._places()
        own = f"(from judged where filename = {text_literal(name)})"
        left = f"select * from read_parquet({text_literal(name)}) anti join (from {own} where nth > 1) using ({places})"
        if self._is_sum or self.rules.joining:
            amount = self._amount()
            left = f"""select * exclude (total) replace (coalesce(total, {amount}) as {amount})
            from ({left}) left join (select {places}, total from {own} where nth = 1) using ({places})"""
        self.connection.execute(f"copy ({left}) to {text_literal(name + '.rewritten')} ({PARQUET})")
        Path(name + ".rewritten").replace(name)

    def _refuse_conflicts(self, names: Sequence[str]) -> None:
        found = self.connection.execute(
            "select _file, _line from judged where is_conflicting order by all"
        ).fetchall()
        if found:
            shutil.rmtree(self._draft)
            own = {column.stored_name: column.name for column in self.kind.columns}
            key = ", ".join(own[name] for name in self.kind.key)
            first = "; ".join(f"{names[file]}, line {line}" for file, line in found[:_SHOWN])
            raise IecareerError(
                f"{len(found):,} records share their key ({key}) with another "
                f"record of the delivery that says something else, which sameKey: refuse forbids. First at {first}.",
                next_step="Ask the office which rows are meant; rowFilter or another rule of sameKey can choose them.",
            )

    def _order(self) -> str:
        """By which rows of one key are ordered; the first is kept."""
        last = "_file desc, _line desc"
        match self.rules.same_key.rule if self.rules.same_key else "last":
            case "first":
                return "_file, _line"
            case "newest":
                return f"_moment desc nulls last, {last}"
            case "largest" | "sum":
                return f"{self._amount()} desc nulls last, {last}"
            case _:
                return last

    @property
    def _is_sum(self) -> bool:
        return self.rules.same_key is not None and self.rules.same_key.rule == "sum"

    def _amount(self) -> str:
        column = amount_column(self.kind)
        return column.stored_name if column else "null::double"

    def _joins(self) -> str:
        return "coalesce(_joins, false)" if self.rules.joining else "false"

    def _places(self) -> str:
        """What tells a record from all others: file and line, and the month where a row holds several."""
        is_many = self.rules.span or self.rules.month_columns
        return f"_file, _line, {self.kind.period_column}" if is_many else "_file, _line"

    def _repeated(self) -> Any:
        """Sorted array of the key hashes that occur more than once; different keys may share a hash."""
        import numpy as np

        parts = list(self._hashes.values())
        # One part of the hashes at a time, so that no array contains all of them.
        n_shares = sum(map(len, parts)) // _COMPARED + 1
        borders = np.array([(share << 64) // n_shares for share in range(1, n_shares)], np.uint64)
        ends = [[0, *np.searchsorted(part, borders), len(part)] for part in parts]
        found = []
        for share in range(n_shares):
            own = [part[end[share] : end[share + 1]] for part, end in zip(parts, ends, strict=True)]
            # The stable sort merges parts that are sorted.
            ordered = np.sort(np.concatenate([*own, np.empty(0, np.uint64)]), kind="stable")
            found.append(np.unique(ordered[1:][ordered[1:] == ordered[:-1]]))
        return np.concatenate(found)

    def _files_with(self, repeated: Any) -> list[str]:
        """The files with a key of one of these hashes."""
        import numpy as np

        def holds(hashes: Any) -> bool:
            at = np.searchsorted(hashes, repeated)
            return bool((hashes[np.minimum(at, len(hashes) - 1)] == repeated).any())

        return [path for path, hashes in self._hashes.items() if len(hashes) and holds(hashes)]

    def _said(self) -> str:
        """SQL of a hash of a row's values outside the key; rows with different values have different hashes."""
        named = [c.stored_name for c in self.kind.columns if c.stored_name not in self.kind.key]
        return f"hash({', '.join(named)})" if named else "0"

    def _period(self) -> str:
        return self.kind.period_column or "null::date"

    def _key_hash(self) -> str:
        return f"hash({', '.join(self.kind.key)})"

    def _write(self, rows: str, folder: Path) -> list[str]:
        """Write rows into a new folder, one file per row group, so that a superseded row needs little rewriting."""
        how = f"{PARQUET}, row_groups_per_file 1"
        self.connection.execute(f"copy (from {rows}) to {text_literal(folder)} ({how})")
        return sorted(map(str, folder.glob("*.parquet")))

    def _folder(self) -> Path:
        return lake() / "landing" / self.kind.name / self.name


def _make_durable(folder: Path) -> None:
    for path in folder.rglob("*.parquet"):
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
