"""Publishing: never older over newer, never a person, whole or not at all; and the keys of a home."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest

from iecareer.errors import IecareerError
from iecareer.persons import keys
from iecareer.runs.build import build_path, open_build
from iecareer.runs.pin import pin
from iecareer.runs.publish import publish, published_path


def built(run_id: str, *statements: str) -> str:
    """A run with a build that holds one mart and whatever the statements add."""
    pin(run_id, date(2026, 1, 1))
    with open_build(run_id) as connection:
        connection.execute(
            "create table marts.msr_response as select '4100000000' as institution_code, 5 as n"
        )
        connection.execute("create table intermediate.person as select 'k' as person_key")
        for statement in statements:
            connection.execute(statement)
    return run_id


def published_run() -> str:
    with duckdb.connect(str(published_path()), read_only=True) as connection:
        return str(connection.execute("select run_id from checks.run").fetchall()[0][0])


def test_what_may_be_read_is_published_and_the_build_is_gone(home: Path) -> None:
    assert publish(built("r1")) == {"run_id": "r1", "is_published": True, "n_tables": 1}
    with duckdb.connect(str(published_path()), read_only=True) as connection:
        tables = connection.execute("select schema_name, table_name from duckdb_tables() order by all")
        assert tables.fetchall() == [("checks", "run"), ("marts", "msr_response")]
    assert not build_path("r1").exists()


def test_builds_that_killed_runs_left_are_removed_after_a_day(home: Path) -> None:
    for name, hours in (("killed", 25), ("running", 23)):
        path = build_path(built(name))
        age = path.stat().st_mtime - hours * 3600
        os.utime(path, (age, age))
    publish(built("r1"))
    assert [path.name for path in (home / "runs" / "builds").glob("*")] == ["running"]


def test_an_older_run_is_not_put_over_a_newer_one(home: Path) -> None:
    older, newer = built("z-begun-first"), built("a-begun-second")
    assert publish(newer)["is_published"]
    before = published_path().read_bytes()
    assert publish(older) == {
        "run_id": older, "is_published": False, "newer_run": newer, "n_tables": 0,
    }  # fmt: skip
    assert published_path().read_bytes() == before
    assert not build_path(older).exists()


@pytest.mark.parametrize("column", ["person_key", "person_id"])
@pytest.mark.parametrize("schema", ["marts", "flags", "feedback", "checks", "estimates", "seeds"])
def test_a_table_with_persons_is_refused_and_the_last_one_stays(home: Path, schema: str, column: str) -> None:
    publish(built("r1"))
    broken = built("r2", f"create table {schema}.leak as select 'k' as {column}")
    with pytest.raises(IecareerError, match=rf"{schema}\.leak has a row per person"):
        publish(broken)
    assert published_run() == "r1"
    assert not list((home / "runs").glob("*.published*"))


def test_a_run_without_marts_or_build_is_refused(home: Path) -> None:
    pin("r1", date(2026, 1, 1))
    with pytest.raises(IecareerError, match="it has no build"):
        publish("r1")
    with open_build("r1"):
        pass
    with pytest.raises(IecareerError, match="it has no marts"):
        publish("r1")
    with pytest.raises(IecareerError, match="No run 'r2' has started"):
        publish("r2")
    assert not published_path().exists()


def test_publishing_broken_off_is_done_by_the_next_try(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(built("r1"))
    run = built("r2")
    (home / "runs" / "r2.published").write_bytes(b"half a file")

    def killed(_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(sys.modules["iecareer.runs.publish"], "_make_durable", killed)
        with pytest.raises(KeyboardInterrupt):
            publish(run)
    assert published_run() == "r1"
    assert publish(run)["is_published"]
    assert published_run() == "r2"


def test_a_reader_keeps_what_it_opened(home: Path) -> None:
    publish(built("r1"))
    with duckdb.connect(str(published_path()), read_only=True) as reader:
        opened = published_path().stat().st_ino
        assert publish_apart("r2") == "True"
        assert reader.execute("select run_id from checks.run").fetchall() == [("r1",)]
    assert published_path().stat().st_ino != opened
    assert published_run() == "r2"


def publish_apart(run_id: str) -> str:
    """Publish in another process, as a night does while somebody reads."""
    built(run_id)
    code = f"from iecareer.runs.publish import publish; print(publish({run_id!r})['is_published'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_keys_differ_by_purpose_and_come_from_the_environment_first(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert keys.derive("one") != keys.derive("two")
    own = keys.derive("one")
    assert (home / "key").stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("IECAREER_KEY", "ab" * 32)
    assert keys.derive("one") != own


@pytest.mark.parametrize("text", ["ab", "xy" * 32, "ab" * 33])
def test_a_malformed_key_is_refused_and_not_repeated(
    home: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("IECAREER_KEY", text)
    with pytest.raises(IecareerError, match="not 64 hexadecimal digits") as caught:
        keys.derive("one")
    assert text not in str(caught.value)


def test_a_key_that_others_can_read_is_refused(home: Path) -> None:
    keys.derive("one")
    (home / "key").chmod(0o640)
    with pytest.raises(IecareerError, match="can be read by others"):
        keys.derive("one")


def test_a_home_once_filled_takes_no_other_key(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys.remember_key()
    secret = (home / "key").read_text().strip()
    assert secret not in (home / "lake" / "key-mark").read_text()
    monkeypatch.setenv("IECAREER_KEY", "ab" * 32)
    with pytest.raises(IecareerError, match="encrypted with another key"):
        keys.derive("one")
    monkeypatch.setenv("IECAREER_KEY", secret)
    keys.derive("one")
