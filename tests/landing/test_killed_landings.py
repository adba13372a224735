"""Landings killed outright, wherever they are: rerun until done, the lake is that of one clean run."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from iecareer.lake.manifest import versions
from iecareer.ledger.deliveries import delivery_log
from iecareer.ledger.signing import own_key, public_key_of
from tests.landing.test_deliveries import MONTH, month, seen

PROGRAM = """
import json, sys
from datetime import date
from pathlib import Path
from iecareer.landing import land
print("ready", flush=True)
for path, is_replay in json.loads(sys.argv[1]):
    land("exchange", [Path(path)], date(2026, 1, 1), answers=() if is_replay else None)
"""
N_KILLS = 12


def run(plan: str, home: Path, seconds: float | None) -> bool:
    """Land everything in a process of its own, killed after so many seconds; whether it came to its end."""
    settings = os.environ | {"IECAREER_HOME": str(home), "IECAREER_KEY": "ab" * 32}
    command = [sys.executable, "-c", PROGRAM, plan]
    with subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        if seconds is not None:
            time.sleep(seconds)
            process.kill()
        return process.wait() == 0


def outcome(home: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Any], list[Any]]:
    """What a run sees, and the counts of each delivery."""
    monkeypatch.setenv("IECAREER_HOME", str(home))
    monkeypatch.setenv("IECAREER_KEY", "ab" * 32)
    with seen() as connection:
        rows = connection.execute("from landing.employment_month order by all").fetchall()
    return rows, [(d.delivery_id, d.n_in, d.n_loaded, d.n_superseded, d.n_quarantined) for d in versions()]


@pytest.mark.slow
def test_landings_killed_anywhere_and_rerun_equal_one_clean_run(
    home: Path, tmp_path: Path, write_csv: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(number: int, when: str, *people: int) -> str:
        rows = [month(-1 if n % 50 == 0 else number * 1000 + n, when, n) for n in range(*people)]
        return str(write_csv(f"employment_month_{number}.csv", MONTH, rows))

    files = [write(n, f"2024-0{1 + n % 4}-01", 900 if n % 3 else 450) for n in range(1, 9)]
    files += [write(n, f"2024-0{1 + n % 4}-01", 100, 200) for n in range(9, 12)]
    plan = json.dumps([(path, number >= 8) for number, path in enumerate(files)])
    assert run(plan, tmp_path / "clean", None)
    chance, began = random.Random(7), time.monotonic()
    assert run(plan, tmp_path / "timed", None)
    whole = time.monotonic() - began
    finished = [run(plan, home, chance.uniform(0, whole / 2)) for _ in range(N_KILLS)]
    assert not all(finished)
    assert run(plan, home, None)
    killed = outcome(home, monkeypatch)
    assert killed == outcome(tmp_path / "clean", monkeypatch)
    assert len(killed[1]) == len(files)
    monkeypatch.setenv("IECAREER_HOME", str(home))
    log = delivery_log()
    assert log.problems(public_key_of(own_key())) == []
    assert {e["delivery_id"] for e in log.entries()} == {d.delivery_id for d in versions()}
    assert not list((home / "lake" / "landing" / "employment_month").glob(".*"))
