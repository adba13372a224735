"""Nobody's number gets out and nothing gets lost: after a whole night, after kills, with two nights at once."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.faults.conftest import AS_OF, Night, Region

Rows = dict[str, list[tuple[object, ...]]]


def assert_equal(found: Rows, expected: Rows) -> None:
    """The same tables; integers and text equal, floats to 1e-12."""
    assert found.keys() == expected.keys()
    for table, rows in expected.items():
        assert len(found[table]) == len(rows), table
        for row, other in zip(rows, found[table], strict=True):
            for value, got in zip(row, other, strict=True):
                if isinstance(value, float) and isinstance(got, float):
                    assert math.isclose(value, got, rel_tol=1e-12, abs_tol=1e-15), table
                else:
                    assert value == got, table


def test_no_planted_number_is_anywhere_in_the_home_or_the_temporary_folder(
    night: Night, tmp_path: Path
) -> None:
    assert len(list(night.home.rglob("*"))) > 100
    assert night.leaks(tmp_path) == []


def test_the_night_is_published_and_released(night: Night) -> None:
    rows = night.published()
    assert all(rows[f"marts.{name}"] for name in ("msr_retention", "msr_response", "msr_salary_differential"))
    assert list((night.home / "releases" / "first").glob("*/*.xlsx"))
    night.do("verify", str(night.home / "releases" / "first"))


def test_a_second_night_gives_equal_results(night: Night) -> None:
    before = night.published()
    night.run()
    assert_equal(night.published(), before)


def disturb(night: Night, seconds: float, scratch: Path) -> bool:
    """Kill a run and look at what is left; whether it was still running."""
    killed = night.kill_run_after(seconds)
    assert night.leaks(scratch) == [], f"after {seconds:.1f} s (killed: {killed})"
    if (night.home / "warehouse.duckdb").exists():
        with duckdb.connect(str(night.home / "warehouse.duckdb"), read_only=True) as connection:
            assert connection.execute("select count(*) from checks.run").fetchall() == [(1,)]
    return killed


@pytest.fixture
def fresh(region: Region, tmp_path: Path) -> Callable[[], Night]:
    """A new home in which the planted numbers have been landed."""

    def make() -> Night:
        made = Night(region, tmp_path / f"night{len(list(tmp_path.glob('night*')))}")
        made.folder.mkdir()
        made.do("land", "exchange", str(region.exchange), "--received-on", AS_OF)
        return made

    return make


def kills(fresh: Callable[[], Night], night: Night, scratch: Path, n: int) -> None:
    undisturbed = fresh()
    began = time.monotonic()
    undisturbed.run()
    whole = time.monotonic() - began
    chance = random.Random()
    victim = fresh()
    killed = [disturb(victim, chance.uniform(0.05, 0.95) * whole, scratch) for _ in range(n)]
    assert sum(killed) >= n / 2
    victim.run()
    assert victim.leaks(scratch) == []
    assert_equal(victim.published(), night.published())


def test_a_killed_night_leaks_nothing_and_the_next_one_repairs_it(
    fresh: Callable[[], Night], night: Night, tmp_path: Path
) -> None:
    kills(fresh, night, tmp_path, 2)


@pytest.mark.slow
def test_ten_kills_at_random_moments(fresh: Callable[[], Night], night: Night, tmp_path: Path) -> None:
    kills(fresh, night, tmp_path, 10)


def test_two_nights_at_once_corrupt_nothing(fresh: Callable[[], Night], night: Night, tmp_path: Path) -> None:
    both = fresh()
    first = both.start("run", "--as-of", AS_OF)
    time.sleep(random.Random().uniform(0, 3))
    second = both.start("run", "--as-of", AS_OF)
    said = [process.communicate(timeout=900)[0] for process in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0), said
    assert_equal(both.published(), night.published())
    assert both.leaks(tmp_path) == []
