"""`iecareer run --replay`: what it refuses and why, what it says and how it exits, and what killing it leaves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from iecareer.lake.verdicts import keep_run_verdicts
from iecareer.nightly import pin_night, run_nightly
from iecareer.runs import replay as replays
from iecareer.runs.build import open_build
from iecareer.runs.pin import pin_path, read_pin
from iecareer.runs.publish import publish, published_path
from tests.commands.conftest import Cli, cli  # noqa: F401
from tests.orchestration.conftest import stages  # noqa: F401
from tests.orchestration.stand_ins import Stages

DAY = date(2026, 7, 1)


def built(run_id: str, value: float = 0.1, *, replay: str | None = None) -> str:
    """A run with a build of one mart, judged."""
    pin_night(run_id, DAY, replay=replay)
    keep_run_verdicts(run_id, {})
    with open_build(run_id) as connection:
        connection.execute(
            f"create table marts.msr_certificate as select 'a' as institution_code, 3 as n, {value}::double as share"
        )
    return run_id


def past(run_id: str = "20260701T013000000000") -> str:
    publish(built(run_id))
    return run_id


def shares(path: Path) -> list[float]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return [
            share for (share,) in connection.execute("select share from marts.msr_certificate").fetchall()
        ]


def without_recipe(run_id: str) -> None:
    document = json.loads(pin_path(run_id).read_text())
    del document["recipe"], document["target"], document["replays"]
    pin_path(run_id).write_text(json.dumps(document))


def test_an_unknown_run_is_refused_with_near_ones(home: Path, cli: Cli) -> None:  # noqa: F811
    assert "No run has started" in cli("run", "--replay", "x").err
    run_id = past()
    answer = cli("run", "--replay", run_id[:-1] + "1")
    assert (answer.code, answer.out) == (1, "")
    assert f"did you mean {run_id}?" in answer.err
    assert "There is no run '../x'" in cli("run", "--replay", "../x").err
    assert "no replay of a run 'x'" in cli("sql", "--replay", "x", "select 1").err


def test_what_an_older_version_recorded_is_not_enough(home: Path, cli: Cli) -> None:  # noqa: F811
    run_id = past()
    without_recipe(run_id)
    answer = cli("run", "--replay", run_id)
    assert answer.code == 1
    assert "did not record its code and policy" in answer.err
    assert f"iecareer run --as-of {DAY}" in answer.err


def test_a_run_that_was_never_judged_and_a_replay_are_refused(home: Path, cli: Cli) -> None:  # noqa: F811
    pin_night("unjudged", DAY)
    assert "before its deliveries were checked" in cli("run", "--replay", "unjudged").err
    run_id = past()
    publish(built("again", replay=run_id))
    answer = cli("run", "--replay", "again")
    assert f"itself a replay. \n       Replay the run it rebuilds: {run_id}" in answer.err.replace(
        "replay.\n", "replay. \n"
    )


def test_a_replay_has_the_reference_date_of_its_run(home: Path, cli: Cli) -> None:  # noqa: F811
    assert cli("run", "--replay", past(), "--as-of", "2026-01-01").code == 2


def test_a_replay_lands_nothing_and_keeps_day_engine_and_policy(home: Path, stages: Stages) -> None:  # noqa: F811
    pin_night("then", DAY, "cluster")
    keep_run_verdicts("then", {})
    report = run_nightly(date(2026, 12, 1), replay="then")
    assert not [call for call in stages.calls if call.startswith("land")]
    assert stages.calls[-2:] == ["publish", "warnings"]
    then, now = read_pin("then"), read_pin(report.run_id)
    assert (now.as_of, now.target, now.replays, now.recipe) == (DAY, "cluster", "then", then.recipe)


@pytest.fixture
def replay_gives(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """A night that builds one mart of that value."""

    def give(value: float) -> None:
        def night(as_of: date, *, replay: str, **_: object) -> SimpleNamespace:
            publish(built("replayed", value, replay=replay))
            return SimpleNamespace(run_id="replayed")

        monkeypatch.setattr("iecareer.nightly.run_nightly", night)

    return give


def test_the_same_numbers_are_said_and_can_be_read(
    cli: Cli,  # noqa: F811
    replay_gives: Callable[[float], None],
) -> None:
    run_id = past()
    replay_gives(0.1 + 1e-14)
    answer = cli("run", "--replay", run_id, "--json")
    assert answer.code == 0
    document = answer.document
    assert (document["replays"], document["is_published"], document["differing"]) == (run_id, False, {})
    assert Path(document["path"]) == replays.replay_path(run_id)
    (row,) = cli("sql", "--replay", run_id, "select n, share from marts.msr_certificate", "--json").document
    assert row == {"n": 3, "share": pytest.approx(0.1)}


def test_other_numbers_without_a_reason_are_1(cli: Cli, replay_gives: Callable[[float], None]) -> None:  # noqa: F811
    run_id = past()
    replay_gives(0.1 + 1e-9)
    answer = cli("run", "--replay", run_id)
    assert answer.code == 1
    assert "Differs: marts.msr_certificate: other numbers in share." in answer.err
    assert shares(published_path()) == [0.1]


def test_other_code_is_a_warning_and_strictly_an_error(
    cli: Cli,  # noqa: F811
    replay_gives: Callable[[float], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run_id = past()
    monkeypatch.setattr(replays, "code_digests", dict)
    replay_gives(0.2)
    strict = cli("run", "--replay", run_id, "--strict")
    assert strict.code == 1
    assert "cannot be repeated exactly" in strict.err
    assert not replays.replay_path(run_id).exists()
    answer = cli("run", "--replay", run_id, "--json")
    assert answer.code == 0
    assert "Warning: the replay differs from the run in what it uses" in answer.err
    assert answer.document["changes"]
    assert answer.document["differing"] == {"marts.msr_certificate": "other numbers in share"}


@pytest.mark.parametrize("change", ["n = 4", "institution_code = 'b'", "share = null", "share = 0.3"])
def test_any_change_of_a_table_shows(home: Path, change: str) -> None:
    run_id = past()
    built("again", replay=run_id)
    with open_build("again") as connection:
        connection.execute(f"update marts.msr_certificate set {change}")
    assert list(publish("again")["differing"]) == ["marts.msr_certificate"]


def test_numbers_that_changed_places_show(home: Path) -> None:
    def two(run_id: str, first: float, second: float, replay: str | None = None) -> None:
        built(run_id, first, replay=replay)
        with open_build(run_id) as connection:
            connection.execute(f"insert into marts.msr_certificate values ('b', 3, {second})")

    two("then", 0.1, 0.2)
    publish("then")
    two("again", 0.2, 0.1, "then")
    assert publish("again")["differing"] == {"marts.msr_certificate": "other numbers in share"}


def test_killed_while_laying_a_replay_aside_leaves_nothing_torn(home: Path) -> None:
    run_id = past()
    before = published_path().read_bytes()
    for replayed in ("first", "second"):
        built(replayed, 0.1, replay=run_id)
        code = f"""
import os, signal
from iecareer.runs.publish import publish as _, publish
import iecareer.runs.publish
module = __import__("sys").modules["iecareer.runs.publish"]
module._make_durable = lambda path: os.kill(os.getpid(), signal.SIGKILL)
publish({replayed!r})
"""
        done = subprocess.run([sys.executable, "-c", code], env=dict(os.environ), check=False)
        assert done.returncode == -signal.SIGKILL
        assert published_path().read_bytes() == before
        if replayed == "first":
            assert not replays.replay_path(run_id).exists()
            assert publish("first")["differing"] == {}
        assert shares(replays.replay_path(run_id)) == [0.1] if replayed == "second" else True
    drafts = list((home / "replays").glob(".*"))
    assert drafts
    for draft in drafts:
        os.utime(draft, (0, 0))
    assert publish("second")["differing"] == {}
    assert [path.name for path in (home / "replays").iterdir()] == [f"{run_id}.duckdb"]
