"""Nobody's number gets out and nothing gets lost: after a whole night, after kills, with two nights at once."""

from __future__ import annotations

import math
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


# Files of a night, in the order in which it makes them: a run is killed when one appears that was not there before.
PLACES = (
    "lake/manifest/deliveries/*",
    "lake/landing/*/*",
    "runs/*.json",
    "runs/builds/*/*.duckdb",
    "runs/verdicts/*.json",
    "runs/dbt/*/run/**/stg_*.sql",
    "runs/dbt/*/run/**/int_*.sql",
    "runs/dbt/*/run/**/msr_*.sql",
    "runs/tables/*.json",
)
WITHIN_THE_MODELS = "runs/dbt/*/run/**/int_*.sql"


def disturb(night: Night, place: str, scratch: Path) -> None:
    """Kill a run at a place and look at what is left."""
    night.kill_run_at(place)
    assert night.leaks(scratch) == [], place
    if (night.home / "warehouse.duckdb").exists():
        with duckdb.connect(str(night.home / "warehouse.duckdb"), read_only=True) as connection:
            assert connection.execute("select count(*) from checks.run").fetchall() == [(1,)]


def test_a_killed_night_leaks_nothing_and_the_next_one_publishes_what_the_first_did(
    night: Night, tmp_path: Path
) -> None:
    before = night.published()
    disturb(night, WITHIN_THE_MODELS, tmp_path)
    assert night.published() == before
    night.run()
    assert_equal(night.published(), before)


@pytest.mark.slow
def test_two_nights_at_once_corrupt_nothing(night: Night, tmp_path: Path) -> None:
    before = night.published()
    both = [night.start("run", "--as-of", AS_OF) for _ in range(2)]
    said = [process.communicate(timeout=900)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert_equal(night.published(), before)
    assert night.leaks(tmp_path) == []


@pytest.mark.slow
def test_kills_at_every_place_of_a_first_night(region: Region, night: Night, tmp_path: Path) -> None:
    victim = Night(region, tmp_path / "victim")
    victim.folder.mkdir()
    victim.do("land", "exchange", str(region.exchange), "--received-on", AS_OF)
    for place in PLACES:
        disturb(victim, place, tmp_path)
    victim.run()
    assert victim.leaks(tmp_path) == []
    assert_equal(victim.published(), night.published())
