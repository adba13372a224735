"""What landing costs beside DuckDB's own copy of the same file to typed, zstd Parquet: CPU and peak memory.

Each run is a process of its own; the three take turns, so that a busy machine is busy for all of them.

- `copy`: DuckDB reads the file with the types given and writes Parquet.
- `unchecked`: the file is archived (hashed, encrypted), decrypted, cut, read with the line of every row, and written
  piece by piece with the types given; no rule, no pseudonym, no search for duplicates.
- `landing`: the whole, as `iecareer land` does it.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from iecareer.landing.read.csv_lines import Lines

_TYPES = {
    "person_id": "VARCHAR", "enterprise_code": "VARCHAR", "month": "DATE", "contribution_base": "DOUBLE",
    "region_code": "VARCHAR",
}  # fmt: skip


def copy(path: Path, folder: Path) -> int:
    """DuckDB alone."""
    import duckdb

    rows = f"read_csv('{path}', header = true, columns = {_TYPES}, dateformat = '%Y-%m')"
    told = duckdb.connect().execute(
        f"copy (from {rows}) to '{folder}/out.parquet' (format parquet, compression zstd)"
    )
    return int(told.fetchall()[0][0])


def unchecked(path: Path, folder: Path) -> int:
    """Landing without its rules."""
    os.environ["IECAREER_HOME"] = str(folder)
    from iecareer.landing.parse.connection import restricted_connection
    from iecareer.landing.read import Request, read
    from iecareer.landing.receive.archive import Archived, receive
    from iecareer.landing.store.parquet_pieces import PARQUET

    connection, n_rows = restricted_connection(), 0
    archived = Archived(receive(path)[0])
    request = Request("benchmark", frozenset(_TYPES), is_lazy=True)
    for number, chunk in enumerate(read(connection, archived, "csv", request)):
        lines = cast("Lines", chunk.lines)
        lines.look()
        read_as = {"DATE": "({} || '-01')"}
        typed = ", ".join(
            f"{read_as.get(kind, '{}').format(chunk.columns[name])}::{kind} as {name}"
            for name, kind in _TYPES.items()
        )
        query = f"copy (select _line, {typed} from raw) to '{folder}/{number}.parquet' ({PARQUET})"
        n_written = connection.execute(query).fetchall()[0][0]
        if n_written != lines.n:
            raise SystemExit("Not every line is a row: no file of benchmarks/insurance.py.")
        n_rows += n_written
        connection.execute("drop view raw")
    return n_rows


def landing(path: Path, folder: Path) -> int:
    """The whole."""
    os.environ["IECAREER_HOME"] = str(folder)
    from iecareer.landing import land

    (receipt,) = land("exchange", [path])
    if receipt["error"] or receipt["n_quarantined"] > receipt["n_in"] // 1000:
        raise SystemExit(receipt["error"] or f"{receipt['n_quarantined']} rows were quarantined.")
    return int(receipt["n_loaded"])


_RUNS = {run.__name__: run for run in (copy, unchecked, landing)}


def _measured(name: str, path: Path) -> dict[str, float]:
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        told = subprocess.run(
            [sys.executable, __file__, str(path), "--only", name, "--folder", folder],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
    return dict(json.loads(told.stdout))


def _run_only(name: str, path: Path, folder: Path) -> None:
    n_rows = _RUNS[name](path, folder)
    used = resource.getrusage(resource.RUSAGE_SELF)
    told = {"rows": n_rows, "cpu_s": used.ru_utime + used.ru_stime, "peak_mib": used.ru_maxrss / 1024}
    print(json.dumps(told))


def _compare(path: Path, rounds: int) -> None:
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in _RUNS}
    for _ in range(rounds):
        for name, measured in runs.items():
            measured.append(_measured(name, path))
    for name, measured in runs.items():
        ratios = [own["cpu_s"] / base["cpu_s"] for own, base in zip(measured, runs["copy"], strict=True)]
        cpu = statistics.median(m["cpu_s"] for m in measured)
        print(
            f"{name:10} {measured[0]['rows']:>12,.0f} rows  {cpu:7.1f} CPU s"
            f"  {statistics.median(ratios):5.2f} x copy (of {rounds}: {min(ratios):.2f} to {max(ratios):.2f})"
            f"  {max(m['peak_mib'] for m in measured):6.0f} MiB at most"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("path", type=Path, help="a file of benchmarks/insurance.py")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=_RUNS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.only:
        _run_only(told.only, told.path.resolve(), told.folder)
    else:
        _compare(told.path.resolve(), told.rounds)
