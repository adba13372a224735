"""A day in the past, looked at again after much has happened: as-of runs and replays give what was given then."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from iecareer.checks import judge_deliveries
from iecareer.clock import now
from iecareer.engine.views import register
from iecareer.errors import IecareerError
from iecareer.estimates import build_estimates
from iecareer.feedback import build_feedback
from iecareer.flags import build_flags
from iecareer.lake.manifest import current_deliveries, record_decision
from iecareer.landing import land, reconform
from iecareer.nightly import pin_night
from iecareer.runs import replay as replays
from iecareer.runs.build import open_build
from iecareer.runs.pin import read_pin
from iecareer.runs.publish import clear_build, publish, published_path
from iecareer.simulation import simulate
from iecareer.sources import load_systems
from tests.nights import build_layers
from tests.replay.test_definitions import INDICATOR, NUMBERS, number

pytestmark = pytest.mark.slow

DAY = date(2026, 11, 2)
LATER = DAY + timedelta(days=5)
SYSTEMS = Path(__file__).parents[2] / "src" / "iecareer" / "sources" / "systems"

Tables = dict[str, list[tuple[Any, ...]]]


def night(as_of: date, replay: str | None = None) -> dict[str, Any]:
    """Every stage of a night after landing; what publishing gave."""
    run_id = pin_night("".join(filter(str.isalnum, now())), as_of, replay=replay).run_id
    judge_deliveries(run_id)
    build_layers(run_id)
    for stage in (build_estimates, build_flags, build_feedback):
        stage(run_id)
    return publish(run_id)


def tables(path: Path) -> Tables:
    """Every row of everything published, but what names the run and what hangs on contracts as they stand."""
    with duckdb.connect(str(path), read_only=True) as connection:
        names = connection.execute(
            """select schema_name || '.' || table_name from duckdb_tables()
            where table_name not in ('run', 'candidate') and schema_name <> 'seeds' order by 1"""
        ).fetchall()
        return {name: connection.execute(f"from {name} order by all").fetchall() for (name,) in names}


def assert_same(then: Tables, again: Tables) -> None:
    """Equal integers and texts, floats within 1e-12 of their size."""
    assert {name: len(rows) for name, rows in then.items()} == {
        name: len(rows) for name, rows in again.items()
    }
    n_floats = 0
    for name, rows in then.items():
        for row, other in zip(exact_first(rows), exact_first(again[name]), strict=True):
            floats = [value for value in row if isinstance(value, float)]
            assert without_floats(row) == without_floats(other), name
            others = [value for value in other if isinstance(value, float)]
            assert floats == pytest.approx(others, rel=1e-12, abs=1e-12), name
            n_floats += len(floats)
    assert n_floats > 10_000


def without_floats(row: tuple[Any, ...]) -> list[Any]:
    return [float if isinstance(value, float) else value for value in row]


def exact_first(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows flat, in an order in which the last digit of a float plays no part."""
    return sorted((flat(row) for row in rows), key=lambda row: repr(without_floats(row)))


def flat(value: Any) -> tuple[Any, ...]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return tuple(inner for entry in value for inner in flat(entry))
    return (value,)


@dataclass
class Story:
    """A home, what was published on `DAY`, and which run did it."""

    home: Path
    folder: Path
    run_id: str = ""
    then: Tables = field(default_factory=dict)

    def policy(self, name: str, text: str) -> None:
        (self.folder / "policy").mkdir(exist_ok=True)
        (self.folder / "policy" / name).write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """A night on `DAY`; after it came a correction, a decision, a retirement, a changed contract and a policy."""
    folder = tmp_path_factory.mktemp("past")
    told = Story(folder / "home", folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name in ("home", "inbox", "sources", "policy"):
            patch.setenv(f"IECAREER_{name.upper()}", str(folder / name))
        patch.setenv("IECAREER_KEY", "5a" * 32)
        # Fewer draws: what is tested is that they are the same ones.
        told.policy("policy_estimate.csv", INDICATOR + "repeats,1,divisions,2020-01-01,a,b,c\n")
        told.policy("policy_flag.csv", INDICATOR + "bootstrap_draws,20,draws,2020-01-01,a,b,c\n")
        simulate(folder / "inbox", graduates=1000, seed=4)
        for source in load_systems():
            assert all(not receipt["error"] for receipt in land(source, received_on=DAY))
        told.run_id = night(DAY)["run_id"]
        told.then = tables(published_path())
        much_happens(told)
        yield told


def much_happens(told: Story) -> None:
    """All of it on `LATER`."""
    corrected = told.folder / "corrected" / "jfmx_2026-03.csv"
    corrected.parent.mkdir()
    raw = (
        (told.folder / "inbox" / "social_insurance_inland" / corrected.name)
        .read_bytes()
        .splitlines(keepends=True)
    )
    corrected.write_bytes(b"".join(raw[:-20]))
    (receipt,) = land("social_insurance_inland", [corrected], LATER)
    assert receipt["n_loaded"] > 0
    (jobs,) = (d for d in current_deliveries(DAY)[0] if d.source_id == "alumni_office")
    record_decision("withdraw", jobs.delivery_id, reason="test", decided_on=LATER)
    record_decision("retire", "social_insurance_coastal", reason="test", decided_on=LATER)
    contract = (SYSTEMS / "survey_platform.odcs.yaml").read_text(encoding="utf-8")
    (told.folder / "sources").mkdir()
    (told.folder / "sources" / "survey_platform.odcs.yaml").write_text(
        contract.replace("待就业: seeking", "待就业: employed"), encoding="utf-8"
    )
    assert all(not receipt["error"] for receipt in reconform("survey_platform", LATER))
    told.policy("policy_indicator.csv", INDICATOR + f"spell_gap_months,2,months,{LATER},circular,3,later\n")


def test_what_happened_later_matters_later(story: Story) -> None:
    then, later = delivered(DAY), delivered(LATER)
    assert then.keys() == later.keys()
    assert {name for name in then if then[name] != later[name]} == {
        "employment_month",
        "employment_spell",
        "followup_response",
        "source_system",
    }


def delivered(as_of: date) -> dict[str, Any]:
    """What models would read on a day: rows of each record type, and a sum over them."""
    run_id = pin_night("".join(filter(str.isalnum, now())), as_of).run_id
    judge_deliveries(run_id)
    with open_build(run_id) as connection:
        pin = read_pin(run_id)
        register(connection, pin.deliveries, pin.retired)
        names = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'landing'"
        ).fetchall()
        found = {
            name: connection.execute(f"select count(*), bit_xor(hash(t)) from landing.{name} t").fetchone()
            for (name,) in names
        }
    clear_build(run_id)
    return found


def test_as_of_a_day_in_the_past_equals_the_run_made_then(story: Story) -> None:
    assert night(DAY)["is_published"]
    assert_same(story.then, tables(published_path()))


def test_a_replay_equals_the_run_made_then_and_is_not_published(story: Story) -> None:
    story.policy(
        "policy_definition.csv", NUMBERS + number("self_report", "self_report_from_3", "related_from", 3)
    )
    before = hashlib.sha256(published_path().read_bytes()).hexdigest()
    told = night(LATER, replay=story.run_id)
    assert (told["is_published"], told["differing"], told["changes"], told["notes"]) == (False, {}, [], [])
    assert told["n_compared"] > 40
    again = tables(replays.replay_path(story.run_id))
    assert_same(story.then, again)
    assert not any("self_report_from_3" in row for row in again["marts.msr_job_match"])
    assert hashlib.sha256(published_path().read_bytes()).hexdigest() == before
    assert not list((story.home / "runs" / "builds").glob("*"))


def test_other_code_is_told(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replays, "code_digests", lambda: read_pin(story.run_id).recipe.code | {"flags": "x"})
    monkeypatch.setattr(replays, "library_versions", lambda: {"duckdb": "0.1"})
    first, *others = replays.past_run(story.run_id).changes
    assert first.startswith("the code of flags (version ")
    assert any(change.startswith("duckdb (") and change.endswith("0.1 now)") for change in others)


def test_conformed_rows_that_were_lost_or_changed_are_refused(story: Story) -> None:
    delivery = next(d for d in read_pin(story.run_id).deliveries if d.record_type == "program")
    (file,) = (story.home / "lake").glob(delivery.parts[0].path)
    kept = file.read_bytes()
    copy = story.folder / "copy.parquet"
    copy.write_bytes(kept)
    for damage in (file.unlink, lambda: duckdb.sql(f"copy (select * from '{copy}' limit 5) to '{file}'")):
        damage()
        with pytest.raises(
            IecareerError, match=rf"of 1 of \d+ .* education_reference/program {delivery.delivery_id}"
        ):
            replays.past_run(story.run_id)
        file.write_bytes(kept)
    assert replays.past_run(story.run_id).notes == ()


@pytest.mark.slow
def test_persons_erased_since_are_told_and_rotation_changes_nothing(story: Story) -> None:
    from iecareer.landing.erasure.erase import erase
    from iecareer.persons.rotation import rotate
    from iecareer.persons.subject import subject

    rotate("drill")
    told = night(LATER, replay=story.run_id)
    assert told["differing"] == {}
    assert_same(story.then, tables(replays.replay_path(story.run_id)))
    register = (story.folder / "inbox" / "survey_platform" / "followup_2021.jsonl").read_text(
        encoding="utf-8"
    )
    erase(subject(register.split('"')[3]), "request of the person")
    told = night(LATER, replay=story.run_id)
    assert "persons were erased since the run" in told["notes"][0]
    assert told["differing"]
    assert [path.name for path in (story.home / "replays").iterdir()] == [f"{story.run_id}.duckdb"]
