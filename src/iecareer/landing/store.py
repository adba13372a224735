"""Storing a delivery while it is conformed: Parquet piece by piece, duplicates resolved; whole or not at all.

A piece holds the rows of one pass with `_file` and `_line`, so that of rows with one key the last can be told.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb

from iecareer.contracts import RecordType
from iecareer.settings import home
from iecareer.warehouse.build import text_literal
from iecareer.warehouse.documents import sync_folder
from iecareer.warehouse.manifest import Part, lake

# Level 1 takes half the time of the default and a few percent more room.
_PARQUET = "format parquet, parquet_version v2, compression zstd, compression_level 1"
# As many rows' keys are compared at a time, to bound memory.
_COMPARED = 4_000_000


@dataclass
class Store:
    """The pieces of one delivery, in a draft folder until all are there."""

    connection: duckdb.DuckDBPyConnection
    kind: RecordType
    name: str
    _draft: Path = field(init=False)

    def __post_init__(self) -> None:
        """Make the draft folder."""
        folder = self._folder()
        self._draft = folder.with_name(f".{self.name}.{os.getpid()}.{secrets.token_hex(4)}")
        # The caller holds the delivery's lock, so whatever draft lies here is of a killed landing.
        for leftover in folder.parent.glob(f".{self.name}.*"):
            shutil.rmtree(leftover, ignore_errors=True)
        self._draft.mkdir(parents=True)
        self.connection.execute("create temp table seen (key_hash ubigint, period date)")

    def keep(self, rows: str) -> str:
        """Write the rows of that query (`_file`, `_line`, the stored columns) as one more piece.

        Returns
        -------
        str
            The relation in which they are now.
        """
        path = self._piece(len(self._pieces()))
        self._write(rows, path)
        piece = f"read_parquet({text_literal(path)})"
        self.connection.execute(f"insert into seen select {self._key_hash()}, {self._period()} from {piece}")
        return piece

    def finish(self) -> tuple[list[Part], int]:
        """Resolve duplicates and put the pieces in place; returns their parts and how many rows gave way."""
        counted = Counter(
            dict(self.connection.execute("select period, count(*) from seen group by all").fetchall())
        )
        given_way = self._resolve_duplicates(counted.total())
        if not self._pieces():
            nothing = ", ".join(
                f"null::{column.sql_type} as {column.stored_name}" for column in self.kind.columns
            )
            self._write(f"select 0::integer as _file, 0::bigint as _line, {nothing} limit 0", self._piece(0))
        _make_durable(self._draft)
        folder = self._folder()
        shutil.rmtree(folder, ignore_errors=True)
        self._draft.replace(folder)
        sync_folder(folder.parent)
        place = str((folder / "*.parquet").relative_to(lake()))
        left = counted - given_way
        if self.kind.period_column is None:
            return [Part(None, place, left.total())], given_way.total()
        return [Part(f"{period:%Y-%m}", place, n) for period, n in sorted(left.items())], given_way.total()

    def _resolve_duplicates(self, n_rows: int) -> Counter[date | None]:
        """Keep the last row of each key by file and line; returns how many rows of each period gave way."""
        self._find_repeated(n_rows // _COMPARED + 1)
        if not self.connection.execute("select count(*) from repeated").fetchall()[0][0]:
            return Counter()
        pieces = f"read_parquet({text_literal(self._draft / '*.parquet')}, filename = true)"
        self.connection.execute(
            f"""create temp table gave_way as select filename, _file, _line, {self._period()} as period
            from {pieces} semi join repeated on {self._key_hash()} = key_hash
            qualify row_number() over (
                partition by {", ".join(self.kind.key)} order by _file desc, _line desc) > 1"""
        )
        told = "select distinct filename from gave_way order by 1"
        for piece in (Path(name) for (name,) in self.connection.execute(told).fetchall()):
            left = f"from read_parquet({text_literal(piece)}) anti join gave_way using (_file, _line)"
            draft = piece.with_suffix(".rewritten")
            self._write(left, draft)
            draft.replace(piece)
        return Counter(
            dict(self.connection.execute("select period, count(*) from gave_way group by all").fetchall())
        )

    def _find_repeated(self, turns: int) -> None:
        """Make the table `repeated` of key hashes that come more than once; different keys may share one."""
        self.connection.execute("create temp table repeated (key_hash ubigint)")
        for turn in range(turns):
            self.connection.execute(
                f"""insert into repeated select key_hash from seen where key_hash % {turns} = {turn}
                group by key_hash having count(*) > 1"""
            )
        self.connection.execute("drop table seen")

    def _period(self) -> str:
        return self.kind.period_column or "null::date"

    def _key_hash(self) -> str:
        return f"hash({', '.join(self.kind.key)})"

    def _write(self, rows: str, path: Path) -> None:
        self.connection.execute(f"copy ({rows}) to {text_literal(path)} ({_PARQUET})")

    def _pieces(self) -> list[Path]:
        return sorted(self._draft.glob("*.parquet"))

    def _piece(self, number: int) -> Path:
        return self._draft / f"rows-{number:05}.parquet"

    def _folder(self) -> Path:
        return lake() / "landing" / self.kind.name / self.name


def store_quarantine(
    connection: duckdb.DuckDBPyConnection, source_id: str, name: str
) -> tuple[int, dict[str, int]]:
    """Write `quarantined` to the quarantine folder; returns the number of rows and the count of each reason."""
    rows = connection.execute("select reasons from quarantined").fetchall()
    if rows:
        target = home() / "quarantine" / source_id / f"{name}.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{name}.{os.getpid()}.{secrets.token_hex(4)}")
        connection.execute(
            f"""copy (select * from quarantined order by file, sheet, line)
            to {text_literal(draft)} (format parquet, compression zstd)"""
        )
        draft.replace(target)
        sync_folder(target.parent)
    return len(rows), dict(sorted(Counter(reason for (reasons,) in rows for reason in reasons).items()))


def _make_durable(folder: Path) -> None:
    for path in folder.rglob("*.parquet"):
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
