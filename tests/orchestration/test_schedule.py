"""When the DAGs run, in words that their list shows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from iecareer.contracts import load_record_types
from iecareer.errors import IecareerError
from iecareer.nightly.schedule import night_deadline, night_schedule, night_title, source_schedule, timezone


@pytest.mark.parametrize(
    ("days", "cron"),
    [
        (0.25, "0 * * * *"),
        (1, "0 19 * * *"),
        (6, "0 19 * * *"),
        (7, "0 19 * * 1"),
        (30, "0 19 1 * *"),
        (31, "0 19 1 * *"),
        (90, "0 19 1 */3 *"),
        (180, "0 19 1 */3 *"),
        (365, "0 19 1 1 *"),
    ],
)
def test_a_source_is_looked_at_as_often_as_it_delivers(days: float, cron: str) -> None:
    assert source_schedule(timedelta(days=days)).expression == cron


def core(timetable: object) -> object:
    """The scheduler's own timetable of what a DAG file says."""
    from airflow.serialization.encoders import coerce_to_core_timetable

    return coerce_to_core_timetable(timetable)


def test_the_night_runs_at_half_past_one_in_shanghai_and_when_a_record_type_was_landed() -> None:
    schedule = night_schedule()

    assert core(schedule).summary == "Asset or 30 1 * * *"
    assert str(schedule.timetable.timezone) == "Asia/Shanghai"
    assert {asset.uri for asset in schedule.asset_condition.objects} == {
        f"iecareer://landing/{name}" for name in load_record_types()
    }


def test_the_title_of_the_night_says_when_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    assert night_title() == "iecareer · night (01:30 Asia/Shanghai)"

    monkeypatch.setenv("IECAREER_SCHEDULE", "0 3 * * 1-5")

    assert night_title() == "iecareer · night (0 3 * * 1-5 Asia/Shanghai)"


def test_hour_zone_and_deadline_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IECAREER_SCHEDULE", "0 3 * * 1-5")
    monkeypatch.setenv("IECAREER_TIMEZONE", "Asia/Urumqi")
    monkeypatch.setenv("IECAREER_DEADLINE_HOURS", "1.5")

    assert night_schedule().timetable.expression == "0 3 * * 1-5"
    assert timezone() == ZoneInfo("Asia/Urumqi")
    assert night_deadline().interval == timedelta(minutes=90)


@pytest.mark.parametrize(
    ("setting", "value"), [("IECAREER_TIMEZONE", "Beijing"), ("IECAREER_DEADLINE_HOURS", "soon")]
)
def test_a_setting_that_means_nothing_is_refused(
    monkeypatch: pytest.MonkeyPatch, setting: str, value: str
) -> None:
    monkeypatch.setenv(setting, value)

    with pytest.raises(IecareerError, match=setting):
        timezone() if setting == "IECAREER_TIMEZONE" else night_deadline()


def test_a_scheduled_night_is_about_the_day_it_is_where_the_schedule_is() -> None:
    started = datetime(2026, 11, 29, 17, 30, tzinfo=UTC)

    assert started.astimezone(timezone()).date() == date(2026, 11, 30)


def test_a_team_owns_its_sources_landing(tmp_path: Path) -> None:
    from iecareer.sources import source_system

    assert source_system("survey_platform").team == "跟踪调查组 (survey team)"
