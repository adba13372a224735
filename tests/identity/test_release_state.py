"""What is behind published numbers is kept encrypted, with its release, and without those who were erased."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from iecareer.engine.released_numbers import definitions_now, register_released, renewed_because
from iecareer.errors import IecareerError
from iecareer.landing.erasure.erase import erase
from iecareer.persons import release_state
from iecareer.persons.publication_numbers import members_of
from iecareer.persons.release_state import (
    ReleaseState,
    keep_state,
    last_released,
    read_state,
    read_table,
    release_state_folder,
    run_state_folder,
    write_state,
)
from iecareer.persons.rotation import rotate
from iecareer.persons.subject import subject
from tests.identity.test_publication_numbers import PERSONS, expected, graduates

Deliver = Callable[..., dict[str, Any]]
NUMBER = "1::integer as release_number, 'insurance' as unit_family, 'number' as kind, 6::integer as months"
UNIT = "'program|I|P' as unit_id, 'insurance|never' as number_name, 25::double as number_value"


def members(home: Path, who: str = "true") -> set[int]:
    with duckdb.connect() as connection:
        files = home / "lake" / "landing" / "graduate" / "**" / "*.parquet"
        return members_of(connection, f"select * from read_parquet('{files}') where {who}")


def write(run_id: str, named: set[int], labels: tuple[str, ...] = (), definitions: str = "1") -> None:
    listed = ", ".join(f"({member}::bigint)" for member in sorted(named))
    with duckdb.connect() as connection:
        write_state(
            connection,
            ReleaseState(run_id, "2026-11-21", labels, definitions),
            {
                "number": f"select {NUMBER}, {UNIT}",
                "contribution": f"""select {NUMBER} , 'I' as institution_code, 'P' as program_code,
                    2020::integer as cohort_year, member, 'at_wave' as contribution
                    from (values {listed}) as t (member)""".replace(", 'number' as kind", ""),
            },
        )


def release(home: Path, run_id: str, label: str) -> None:
    keep_state(run_id, label)
    (home / "releases" / label).mkdir(parents=True)


def kept(folder: Path) -> set[int]:
    return {
        member for rows in read_table(folder, "contribution") for member in rows.column("member").to_pylist()
    }


def test_an_erased_person_is_behind_no_number_and_the_numbers_stay(home: Path, deliver: Deliver) -> None:
    deliver("graduate.csv", graduates(PERSONS))
    everybody = members(home)
    gone = members(home, f"person_key = unhex('{subject(PERSONS[1]).person_key}')")
    by_hand = {one * 2**31 + two % 2**31 for one, two, _ in expected(PERSONS).values()}
    assert (everybody, len(gone)) == (by_hand, 1)
    write("run-1", everybody)
    release(home, "run-1", "R1")
    half = release_state_folder(".R2-killed")
    shutil.copytree(run_state_folder("run-1"), half)
    plain = run_state_folder("run-1") / "plain"
    plain.mkdir()
    rotate("a test")
    plain.mkdir(exist_ok=True)
    erase(subject(PERSONS[1]), "request of the person")
    for folder in (release_state_folder("R1"), run_state_folder("run-1")):
        assert kept(folder) == everybody - gone
        (number,) = read_table(folder, "number")
        assert number.column("number_value").to_pylist() == [25.0]
    assert not half.exists()
    assert not plain.exists()


def test_nothing_of_it_can_be_read_without_the_key(home: Path) -> None:
    write("run-1", {123456789})
    files = sorted(run_state_folder("run-1").rglob("*"))
    assert [path.name for path in files] == ["contribution-0000.sealed", "number-0000.sealed", "state.json"]
    for path in files[:2]:
        assert b"insurance" not in path.read_bytes()
        assert b"PAR1" not in path.read_bytes()
    files[0].write_bytes(files[1].read_bytes())
    with pytest.raises(IecareerError, match="cannot be opened"):
        kept(run_state_folder("run-1"))


def test_the_newest_release_with_a_state_counts(home: Path) -> None:
    assert last_released() is None
    write("run-1", {1})
    release(home, "run-1", "zulu")
    write("run-2", {1}, ("zulu",))
    release(home, "run-2", "alpha")
    assert last_released() == "alpha"
    # killed before its folder was renamed: it is no release
    write("run-3", {1}, ("zulu", "alpha"))
    keep_state("run-3", "never")
    assert last_released() == "alpha"


def test_numbers_made_under_other_definitions_do_not_stand(home: Path) -> None:
    write("run-1", {1})
    release(home, "run-1", "R1")
    with duckdb.connect() as connection:
        connection.execute("create schema landing")
        for definitions, n in (("1", 1), ("2", 0)):
            register_released(connection, "R1", definitions)
            counted = connection.execute(
                """select (select count(*) from landing.released_number),
                (select count(*) from landing.released_contribution)"""
            ).fetchall()
            assert counted == [(n, n)]
            assert connection.execute("from landing.release").fetchall() == [(1, "R1", date(2026, 11, 21))]
    assert renewed_because("R1", "1") is None
    assert renewed_because("R1", "2") == "definitions"
    assert renewed_because(None, "1") == "first"


def test_definitions_are_models_macros_seeds_and_policy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (
        "models/a/b.sql",
        "macros/c.sql",
        "seeds/publication/d.csv",
        "seeds/policy/e.csv",
        "models/a/b.yml",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("before")
    monkeypatch.setattr("iecareer.engine.released_numbers.project_folder", lambda _: tmp_path)
    before = definitions_now({"e.csv": "1"})
    assert definitions_now({"e.csv": "2"}) != before
    for name, counts in (
        ("models/a/b.sql", True),
        ("macros/c.sql", True),
        ("seeds/publication/d.csv", True),
        # the digest of the pinned rows counts, not the file; descriptions define nothing
        ("seeds/policy/e.csv", False),
        ("models/a/b.yml", False),
    ):
        (tmp_path / name).write_text("after")
        assert (definitions_now({"e.csv": "1"}) != before) == counts, name
        (tmp_path / name).write_text("before")


def test_a_killed_keeping_leaves_no_half_state(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("run-1", {1})

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(release_state.os, "fsync", killed)
        with pytest.raises(KeyboardInterrupt):
            keep_state("run-1", "R1")
    assert read_state(release_state_folder("R1")) is None
    keep_state("run-1", "R1")
    assert kept(release_state_folder("R1")) == {1}
    assert [path.name for path in release_state_folder("R1").parent.iterdir()] == ["R1"]
