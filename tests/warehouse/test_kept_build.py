"""A night that begins from the build of the night before publishes what a full night would."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from iecareer.checks import judge_deliveries
from iecareer.clock import now
from iecareer.estimates import build_estimates, night
from iecareer.landing import land
from iecareer.runs import kept_build
from iecareer.runs.build import build_path, open_build
from iecareer.runs.digests import differing, kept_tables
from iecareer.runs.pin import pin, read_pin
from iecareer.runs.publish import publish
from iecareer.simulation import simulate
from iecareer.sources import load_systems
from iecareer.transform.invocation import parse
from iecareer.transform.layers import LAYERS
from iecareer.transform.rebuild import ModelGraph, other_rows
from iecareer.transform.rendered import compute
from tests.manifests import parse_once
from tests.nights import build_layers

PROJECT = Path(__file__).parents[2] / "dbt_project"
DAY = date(2026, 11, 21)
LATE = ("survey_platform",)


@pytest.fixture
def region(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of a small region whose sources were landed, but not those in LATE."""
    simulate(tmp_path / "inbox", graduates=1000, seed=4)
    monkeypatch.setenv("IECAREER_INBOX", str(tmp_path / "inbox"))
    for source in load_systems():
        if source not in LATE:
            assert all(not receipt["error"] for receipt in land(source, received_on=DAY))
    return home


def night_of(as_of: date) -> str:
    """Pin, judge, build, estimate and publish; returns the run id."""
    run_id = now().translate({ord(character): None for character in "-:.+"})
    pin(run_id, as_of)
    kept_build.take_kept_build(read_pin(run_id))
    judge_deliveries(run_id)
    build_layers(run_id, LAYERS)
    build_estimates(run_id)
    assert publish(run_id)["is_published"]
    return run_id


def full_night_of(home: Path, as_of: date) -> str:
    """A night with nothing kept."""
    shutil.rmtree(home / "lake" / "state")
    shutil.rmtree(home / "runs" / "kept")
    return night_of(as_of)


def differences(one: str, other: str) -> dict[str, str]:
    return differing(kept_tables(one) or {}, kept_tables(other) or {})


def rebuilt(home: Path) -> set[str]:
    """The models that the night rebuilt which made the kept build."""
    with duckdb.connect(str(home / "runs" / "kept" / "build.duckdb"), read_only=True) as found:
        return kept_build.rebuilt(found)


def test_nothing_new_rebuilds_nothing(region: Path) -> None:
    first = night_of(DAY)
    assert differences(first, night_of(DAY + timedelta(1))) == {}
    assert rebuilt(region) == set()


@pytest.mark.slow
def test_new_answers_rebuild_what_reads_them(region: Path) -> None:
    first = night_of(DAY)
    for source in LATE:
        land(source, received_on=DAY + timedelta(2))
    answered = night_of(DAY + timedelta(2))
    assert {"int_job_match", "msr_response"} <= rebuilt(region)
    assert not {"int_employment_month", "msr_certificate"} & rebuilt(region)
    assert differences(first, answered)
    assert differences(answered, full_night_of(region, DAY + timedelta(2))) == {}


@pytest.mark.slow
@pytest.mark.parametrize("days", [1, 31, 200, -200])
def test_another_day_gives_what_a_full_night_gives(region: Path, days: int) -> None:
    night_of(DAY)
    later = night_of(DAY + timedelta(days))
    assert differences(later, full_night_of(region, DAY + timedelta(days))) == {}


@pytest.mark.slow
def test_a_killed_night_leaves_nothing_to_begin_from(region: Path) -> None:
    with_nothing_kept = night_of(DAY)
    pin("killed", DAY)
    assert kept_build.take_kept_build(read_pin("killed"))
    judge_deliveries("killed")
    build_layers("killed", ("staging",))
    pin("next", DAY)
    assert not kept_build.take_kept_build(read_pin("next"))
    assert differences(with_nothing_kept, night_of(DAY)) == {}


def test_other_code_or_policy_begins_anew(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pin("first", DAY)
    with open_build("first") as connection:
        kept_build.describe_models(connection, "{}")
    kept_build.keep_build(read_pin("first"))
    assert not build_path("first").exists()
    assert (home / "runs" / "kept").stat().st_mode & 0o077 == 0
    monkeypatch.setattr("iecareer.runs.recipe.code_digests", lambda: {"dbt_project": "changed"})
    pin("second", DAY)
    assert not kept_build.take_kept_build(read_pin("second"))
    monkeypatch.setattr("iecareer.runs.recipe.code_digests", lambda: read_pin("first").recipe.code)
    pin("third", DAY)
    assert kept_build.take_kept_build(read_pin("third"))
    assert build_path("third").exists()


def test_a_damaged_build_is_not_begun_from(home: Path) -> None:
    kept = home / "runs" / "kept" / "build.duckdb"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"damaged" * 999)
    pin("any", DAY)
    assert not kept_build.take_kept_build(read_pin("any"))


def test_a_day_that_changes_rows_is_seen() -> None:
    """A course of 15 March counts from that day on; the days before and after it change nothing."""
    course = "int_course_in_force"
    models = {course: f"intermediate.{course}"}
    with duckdb.connect() as connection:
        connection.execute("create schema staging")
        connection.execute(
            """create table staging.stg_course as select 'I' as institution_code, '460101' as program_code,
              'K' as course_code, 40 as hours, from_day::date as effective_from, null::date as effective_to,
              null::varchar as co_developed_with from (values ('2025-09-01'), ('2026-03-15')) as given (from_day)"""
        )
        assert other_rows(connection, models, date(2026, 3, 13)) == {course}
        compute(connection, [course], date(2026, 3, 13))
        assert other_rows(connection, models, date(2026, 3, 14)) == set()
        assert other_rows(connection, models, date(2026, 3, 15)) == {course}
        compute(connection, [course], date(2026, 3, 15))
        assert other_rows(connection, models, date(2026, 12, 31)) == set()
        assert other_rows(connection, models, date(2027, 1, 1)) == {course}


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The project as dbt parses it."""
    folder = tmp_path_factory.mktemp("parse")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IECAREER_BUILD", str(folder / "build.duckdb"))
        patch.setenv("IECAREER_HOME", str(folder / "home"))
        parse_once()
        yield parse("local", {"as_of": "2026-11-21"}, PROJECT, folder / "target")


def test_only_models_that_call_as_of_name_the_day(manifest: Any) -> None:
    dated = ModelGraph.of(manifest).compared(has_other_sources=False)
    named = {n.name for n in manifest.nodes.values() if re.search(r"\bas_of\(\)", n.raw_code)}
    assert named & {n.name for n in manifest.nodes.values() if n.resource_type == "model"} <= {*dated}
    assert {"int_policy", "int_due_wave"} <= {*dated}
    clock = re.compile(r"current_date|current_timestamp|now\(\)|today\(\)|var\(")
    for path in (*PROJECT.glob("models/**/*.sql"), *PROJECT.glob("macros/*.sql")):
        if path.name != "as_of.sql":
            assert not clock.search(path.read_text(encoding="utf-8")), path


def test_every_source_of_the_models_is_compared(manifest: Any, home: Path) -> None:
    pin("any", DAY)
    with open_build("any") as connection:
        digests = kept_build._source_digests(connection, read_pin("any"))
    assert {source.name for source in manifest.sources.values()} == {*digests}


def test_the_models_that_estimates_read_are_named() -> None:
    folder = Path(night.__file__).parent
    texts = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    read = re.findall(r"(?:intermediate|indicators|staging|marts)\.(\w+)", texts)
    assert {*read} - {"stg_policy_number"} == {*night.READ} - {"stg_policy_number"}
