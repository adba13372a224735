"""Every pseudonym becomes another one, all at once, and nothing else changes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from iecareer.errors import IecareerError
from iecareer.lake.manifest import versions
from iecareer.persons.data_swap import persons_state
from iecareer.persons.locks import persons_alone, persons_in_use
from iecareer.persons.rotation import rotate
from iecareer.runs.build import open_build
from iecareer.runs.pin import pin
from tests.identity.conftest import RECEIVED_ON, holding_key, keys, killed, months
from tests.people import resident_id

Deliver = Callable[..., dict[str, Any]]
PERSONS = [resident_id(n) for n in range(20)]
DELIVERED = ["ab" * 32, "CD" * 32]
ROTATE = "from iecareer.persons.rotation import rotate\nrotate('drill')\n"


def bases(home: Path) -> list[tuple[Any, ...]]:
    """What is known of each person, without the pseudonym: months and bases that belong together."""
    files = [str(path) for path in home.glob("lake/landing/employment_month/**/*.parquet")]
    return duckdb.sql(
        """select list(month order by month), list(contribution_base order by month) from read_parquet($files)
        group by person_key order by all""",
        params={"files": files},
    ).fetchall()


def test_every_pseudonym_changes_and_every_row_stays(home: Path, deliver: Deliver) -> None:
    deliver("employment_month_1.csv", months([*PERSONS, *DELIVERED]))
    deliver("employment_month_2.csv", months([*PERSONS, *DELIVERED], "2024-06"))
    before, rows = keys(home), bases(home)
    done = rotate("drill")
    assert (done.generation, done.n_persons) == (1, 22)
    assert not keys(home) & before
    assert bases(home) == rows
    assert holding_key(home, before) == []
    assert not list((home / "lake").glob("swap-*"))


def test_the_search_for_old_pseudonyms_finds_them(home: Path, deliver: Deliver) -> None:
    deliver("employment_month.csv", months(PERSONS))
    assert len(holding_key(home, keys(home))) == 1


@pytest.mark.parametrize("times", [1, 2])
def test_later_deliveries_join_whether_by_number_or_by_pseudonym(
    home: Path, deliver: Deliver, times: int
) -> None:
    deliver("employment_month_1.csv", months([*PERSONS, *DELIVERED]))
    for _ in range(times):
        rotate("drill")
    present = keys(home)
    deliver("employment_month_2.csv", months([*PERSONS, *DELIVERED], "2024-06"))
    assert keys(home) == present
    assert len(present) == 22


def test_a_pseudonym_of_ours_that_comes_back_joins_the_person_by_number(home: Path, deliver: Deliver) -> None:
    deliver("employment_month_1.csv", months(PERSONS[:1]))
    (first,) = keys(home)
    rotate("drill")
    deliver("employment_month_2.csv", months([first], "2024-06"))
    assert len(keys(home)) == 1


def test_past_versions_and_conforming_anew_follow(home: Path, deliver: Deliver) -> None:
    deliver("employment_month.csv", months(PERSONS))
    rotate("drill")
    present = keys(home)
    assert deliver("employment_month.csv", months(PERSONS))["n_unchanged"] == 20
    assert keys(home) == present
    assert sum(part.n for delivery in versions() for part in delivery.parts) == 20


def test_homes_with_other_keys_have_other_pseudonyms(
    deliver: Deliver, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver("employment_month.csv", months(PERSONS))
    monkeypatch.setenv("IECAREER_HOME", str(home.parent / "other"))
    deliver("employment_month.csv", months(PERSONS))
    assert not keys(home) & keys(home.parent / "other")
    assert len(keys(home.parent / "other")) == 20


def test_a_run_that_began_before_is_refused_and_its_build_is_gone(home: Path, deliver: Deliver) -> None:
    deliver("employment_month.csv", months(PERSONS))
    pin("first", RECEIVED_ON)
    file = next(home.glob("lake/landing/employment_month/**/*.parquet"))
    with open_build("first") as connection:
        connection.execute(f"create table intermediate.persons as from read_parquet('{file}')")
    before = keys(home)
    assert len(holding_key(home, before)) == 2
    rotate("drill")
    assert holding_key(home, before) == []
    with pytest.raises(IecareerError, match="began before pseudonyms were replaced"), open_build("first"):
        pass
    assert not (home / "runs" / "builds" / "first").exists()
    pin("second", RECEIVED_ON)
    with open_build("second"):
        pass


def test_rotation_waits_until_nobody_uses_persons(home: Path, deliver: Deliver) -> None:
    deliver("employment_month.csv", months(PERSONS))
    before = keys(home)
    with persons_in_use():
        with persons_in_use():
            process = subprocess.Popen([sys.executable, "-c", ROTATE], env=os.environ | {})
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(timeout=4)
        assert keys(home) == before
    assert process.wait(timeout=60) == 0
    assert not keys(home) & before


POINTS = [
    ("iecareer.persons.rotation:rewrite", True, False),
    ("iecareer.persons.rotation:commit_swap", False, False),
    ("iecareer.persons.data_swap:write_document", True, True),
    ("iecareer.persons.rotation:commit_swap", True, True),
    ("iecareer.persons.data_swap:_clear_derived", True, True),
    ("iecareer.persons.data_swap:sync_folder", True, True),
    ("iecareer.persons.data_swap:_bring", True, True),
]


@pytest.mark.parametrize(("place", "after", "is_new"), POINTS)
def test_killed_anywhere_it_is_all_old_or_all_new(
    home: Path, deliver: Deliver, place: str, after: bool, is_new: bool
) -> None:
    deliver("employment_month_1.csv", months(PERSONS))
    deliver("employment_month_2.csv", months(PERSONS, "2024-06"))
    before, rows = keys(home), bases(home)
    killed(home, ROTATE, place, after=after)
    with persons_in_use():
        found = keys(home)
        assert found == before if not is_new else not found & before
        assert len(found) == 20
        assert bases(home) == rows
    assert persons_state().generation == int(is_new)
    deliver("employment_month_3.csv", months(PERSONS, "2024-07"))
    assert len(keys(home)) == 20
    rotate("again")
    assert holding_key(home, before | found) == []
    assert not list((home / "lake").glob("swap-*"))


def test_a_failed_rotation_leaves_everything_as_it_was(
    home: Path, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver("employment_month.csv", months(PERSONS))
    before = keys(home)
    monkeypatch.setattr("iecareer.persons.rotation.commit_swap", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        rotate("drill")
    assert keys(home) == before
    assert not list((home / "lake").glob("swap-*"))


def test_an_empty_home_can_be_rotated(home: Path, deliver: Deliver) -> None:
    assert rotate("drill").n_persons == 0
    with persons_alone():
        assert persons_state().generation == 1
