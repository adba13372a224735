"""Many months from each kind of server: whole, then only what is new; killed anywhere, the rerun equals a clean run."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from iecareer.warehouse.manifest import versions
from tests.landing.connections.landing_that_dies import POINTS
from tests.landing.connections.months import MORNING, fill, insert, make_table, month
from tests.landing.connections.servers import Office

_SCRIPT = Path(__file__).with_name("landing_that_dies.py")
_SIZES = [
    pytest.param(1_000, 20, 3_000, id="20,000 rows"),
    pytest.param(50_000, 20, 200_000, id="1,000,000 rows", marks=pytest.mark.slow),
]


def start(home: Path, point: str, slice_rows: int) -> subprocess.Popen[str]:
    env = os.environ | {"IECAREER_HOME": str(home), "IECAREER_KEY": "ab" * 32, "SLICE_ROWS": str(slice_rows)}
    return subprocess.Popen([sys.executable, _SCRIPT, point], env=env, stdout=subprocess.PIPE, text=True)


def finished(home: Path, point: str, slice_rows: int) -> list[str]:
    """What a landing printed: rows in, rows loaded, error, peak memory in MiB; nothing when it was killed."""
    began, process = time.monotonic(), start(home, point, slice_rows)
    told = process.communicate()[0].split()
    assert process.returncode == (0 if point == "never" else -signal.SIGKILL)
    if told:
        print(f"{told[0]} rows in {time.monotonic() - began:.1f} s, peak {told[3]} MiB")  # noqa: T201
    return told


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

    assert finished(clean, "never", slice_rows)[:3] == [str(n_rows), str(n_rows), "None"]
    for point in [name for name in POINTS if name != "never"]:
        finished(killed, point, slice_rows)
    kill_at_random(killed, slice_rows)
    finished(killed, "never", slice_rows)
    assert state(killed, monkeypatch) == state(clean, monkeypatch)

    insert(
        office,
        [month(person, 3, at=MORNING + timedelta(days=60), pay=9000) for person in range(people, people + 9)],
    )
    assert finished(clean, "never", slice_rows)[:3] == [str(people + 9), str(people + 9), "None"]
    finished(killed, "before the document", slice_rows)
    finished(killed, "never", slice_rows)
    assert state(killed, monkeypatch) == state(clean, monkeypatch)
    assert [counts[0] for *_, counts, _ in state(clean, monkeypatch)] == [n_rows, people + 9]
    assert finished(clean, "never", slice_rows) == []


def kill_at_random(home: Path, slice_rows: int) -> None:
    """Three landings, each killed from outside at any moment."""
    for seed in range(3):
        process = start(home, "never", slice_rows)
        time.sleep(random.Random(seed).uniform(0.5, 3))
        process.kill()
        process.communicate()
