"""What the simulated region plants, the night finds again: the salary difference and the obsolescent programs."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.planted.one_region import Found

_CHECKOUT = Path(__file__).resolve().parents[2]


def night(seed: int, graduates: int, folder: Path) -> Found:
    """One region in a process of its own."""
    arguments = [sys.executable, "-m", "tests.planted.one_region", str(seed), str(graduates), str(folder)]
    done = subprocess.run(arguments, cwd=_CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return Found(**json.loads(done.stdout.splitlines()[-1]))


def nights(seeds: range, graduates: int, folder: Path) -> list[Found]:
    """Two regions at a time."""
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda seed: night(seed, graduates, folder), seeds))
    for one in found:
        print(one, round(one.lift, 2))  # noqa: T201 - shown when the test fails, or with -s
    return found


def average_lift(found: list[Found]) -> float:
    """Average over the regions; one without any flag counts as no better than chance."""
    return sum(1.0 if math.isnan(one.lift) else one.lift for one in found) / len(found)


@pytest.mark.slow
def test_twenty_regions_of_the_demonstration(tmp_path: Path) -> None:
    found = nights(range(20), 30_000, tmp_path)
    assert sum(one.covers for one in found) >= 18
    assert average_lift(found) >= 2


@pytest.mark.slow
def test_two_regions_of_the_demonstration(tmp_path: Path) -> None:
    found = nights(range(200, 202), 30_000, tmp_path)
    assert any(one.covers for one in found)
    assert average_lift(found) >= 2


def test_a_smaller_region(tmp_path: Path) -> None:
    found = night(200, 12_000, tmp_path)
    assert found.covers
    assert found.n_flags >= 4
    assert found.lift >= 2
