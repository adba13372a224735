"""Write good rows as Parquet in pieces and resolve duplicate keys at the end. Either all pieces are kept or none.

Each row keeps its `_file` and `_line`, because of several rows with the same key the last one counts; rows without an
emptied cell come before rows with one.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from iecareer.contracts import RecordType
from iecareer.database import text_literal
from iecareer.documents import sync_folder
from iecareer.lake.manifest import Part
from iecareer.settings import lake

# Level 1 takes half the time of the default level and a few percent more space.
PARQUET = "format parquet, parquet_version v2, compression zstd, compression_level 1"
# Number of keys that are compared at a time, to bound memory.
_COMPARED = 8_000_000


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
    _counted: Counter[date | None] = field(default_factory=Counter, init=False)
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
        self._counted.update(
            dict(run(f"select {self._period()}, count(*) from {rows} group by all").fetchall())
        )
        for file in self._write(rows, self._draft / f"{self._n_pieces:05}"):
            hashes = run(
                f"select {self._key_hash()} as key from read_parquet({text_literal(file)})"
            ).fetchnumpy()
            self._hashes[file] = np.sort(hashes["key"])
        self._n_pieces += 1

    def finish(self) -> Stored:
        """Resolve duplicates and move the pieces to their final place."""
        given_way, n_conflicting = self._resolve_duplicates()
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
        if self.kind.period_column is None:
            parts = [Part(None, place, left.total())]
        else:
            parts = [Part(f"{period:%Y-%m}", place, n) for period, n in sorted(left.items())]
        return Stored(parts, given_way.total(), n_conflicting)

    def _resolve_duplicates(self) -> tuple[Counter[date | None], int]:
        """Keep the last row of each key by file and line; a row of `flawed` gives way to one without emptied cells.

        Returns
        -------
        tuple
            The number of superseded rows per period, and the number of those that differ from the kept row.
        """
        repeated, run = self._repeated(), self.connection.execute
        if not len(repeated):
            return Counter(), 0
        self.connection.register("repeated", {"key_hash": repeated})
        run(
            f"""create temp table gave_way as select filename, _file, _line, {self._period()} as period,
                said is distinct from first_value(said) over same_key as is_conflicting
            from (
                select *, {self._said()} as said
                from read_parquet({self._files_with(repeated)}, filename = true)
                semi join repeated on {self._key_hash()} = key_hash
                left join (select distinct *, true as is_flawed from flawed) using (_file, _line)
            )
            window same_key as (partition by {", ".join(self.kind.key)}
                order by coalesce(is_flawed, false), _file desc, _line desc)
            qualify row_number() over same_key > 1"""
        )
        self.connection.unregister("repeated")
        for (name,) in run("select distinct filename from gave_way order by 1").fetchall():
            left = f"from read_parquet({text_literal(name)}) anti join gave_way using (_file, _line)"
            run(f"copy ({left}) to {text_literal(name + '.rewritten')} ({PARQUET})")
            Path(name + ".rewritten").replace(name)
        found = run("select period, count(*), count_if(is_conflicting) from gave_way group by all").fetchall()
        return Counter({period: n for period, n, _ in found}), sum(int(n) for _, _, n in found)

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
            ordered = np.sort(np.concatenate([*own, np.empty(0, np.uint64)]))
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
