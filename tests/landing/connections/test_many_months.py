"""Many months from each kind of server: whole, then only what is new; killed anywhere, the rerun equals a clean run."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from iecareer.lake.manifest import versions
from tests.landing.connections.landing_that_dies import NEVER, POINTS, start
from tests.landing.connections.months import MORNING, fill, insert, make_table, month
from tests.landing.connections.servers import Office

_FEW = 20_000
_SIZES = [
    pytest.param(1_000, 20, 3_000, id="20,000 rows"),
    pytest.param(50_000, 20, 200_000, id="1,000,000 rows", marks=pytest.mark.slow),
]


def landed(home: Path, slice_rows: int) -> list[tuple[int, int, str | None]]:
    """Rows in, rows loaded and the error of each receipt of a landing that nobody kills."""
    began, (process, told) = time.monotonic(), start(home, NEVER, slice_rows)
    receipts, peak = told.recv()
    process.join()
    n_rows = sum(receipt["n_in"] for receipt in receipts)
    print(f"{n_rows:,} rows in {time.monotonic() - began:.1f} s, peak {peak:,} MiB")  # noqa: T201
    return [(receipt["n_in"], receipt["n_loaded"], receipt["error"]) for receipt in receipts]


def killed_at(home: Path, point: str, slice_rows: int) -> None:
    process, _ = start(home, point, slice_rows)
    process.join()
    assert process.exitcode == -signal.SIGKILL


def killed_at_random(home: Path, slice_rows: int, times: int, longest: float) -> None:
    """Landings that are killed from outside at any moment."""
    for seed in range(times):
        process, _ = start(home, NEVER, slice_rows)
        time.sleep(random.Random(seed).uniform(0, longest))
        process.kill()
        process.join()


def state(home: Path, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Everything a run could see: each delivery, what it keeps of the source, and a sum over its rows."""
    monkeypatch.setenv("IECAREER_HOME", str(home))
    found: list[Any] = []
    for delivery in versions():
        parts = [(part.period, part.n) for part in delivery.parts]
        paths = sorted({str(home / "lake" / part.path) for part in delivery.parts if part.n})
        total = duckdb.execute(
            f"""select count(*), sum(hash(person_key, enterprise_code, month, contribution_base, region_code)::hugeint)
            from read_parquet({paths}, hive_partitioning = false)"""
        ).fetchall()
        counts = (delivery.n_in, delivery.n_loaded, delivery.n_superseded, delivery.n_quarantined)
        found.append((delivery.delivery_id, delivery.files, delivery.fetched, parts, counts, total))
    return found


@pytest.mark.parametrize(("people", "n_months", "slice_rows"), _SIZES)
def test_first_whole_then_what_is_new_and_kills_change_nothing(
    office: Office,
    contract: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    people: int,
    n_months: int,
    slice_rows: int,
) -> None:
    contract(office.server)
    make_table(office)
    fill(office, people, n_months)
    clean, killed = tmp_path / "clean", tmp_path / "killed"
    n_rows = people * n_months

    began = time.monotonic()
    assert landed(clean, slice_rows) == [(n_rows, n_rows, None)]
    seconds = time.monotonic() - began
    for point in POINTS if n_rows > _FEW else ("after two slices", "before the document"):
        killed_at(killed, point, slice_rows)
    if n_rows > _FEW:
        killed_at_random(killed, slice_rows, 3, longest=seconds)
    landed(killed, slice_rows)
    assert state(killed, monkeypatch) == state(clean, monkeypatch)

    late = range(people, people + 9)
    insert(office, [month(person, 3, at=MORNING + timedelta(days=60), pay=9000) for person in late])
    n_touched = people + len(late)
    assert landed(clean, slice_rows) == [(n_touched, n_touched, None)]
    killed_at(killed, "before the document", slice_rows)
    landed(killed, slice_rows)
    assert state(killed, monkeypatch) == state(clean, monkeypatch)
    assert [counts[0] for *_, counts, _ in state(clean, monkeypatch)] == [n_rows, n_touched]
    assert landed(clean, slice_rows) == []
