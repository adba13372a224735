"""Real files that were drafted with 'iecareer source add' and finished by hand: what loads of them is known."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from iecareer.landing import land
from iecareer.onboarding import add_source
from iecareer.sources import source_system

SYSTEMS = Path(__file__).parent / "systems"
RECEIVED_ON = date(2026, 11, 21)


@pytest.fixture
def data(home: Path, shared: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = shared("data")
    monkeypatch.setenv("IECAREER_INBOX", str(folder))
    monkeypatch.setenv("IECAREER_SOURCES", str(SYSTEMS))
    return folder


def landed(source: str) -> dict[str, dict[str, Any]]:
    return {receipt["record_type"]: receipt for receipt in land(source, received_on=RECEIVED_ON)}


def conformed(home: Path, record_type: str, what: str) -> tuple[Any, ...]:
    rows = duckdb.execute(f"select {what} from '{home}/lake/landing/{record_type}/**/*.parquet'").fetchall()
    return tuple(rows[0])


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_job_advertisements_of_2019(home: Path, data: Path) -> None:
    receipt = landed("lagou_2019")["job_posting"]
    assert (receipt["n_in"], receipt["n_loaded"], receipt["n_superseded"]) == (1829, 1803, 26)
    lows = {
        row["salary"].lower().partition("-")[0]
        for row in rows_of(data / "cn_job_postings/lagou_2019_data_analyst.csv")
    }
    told = conformed(
        home, "job_posting", "min(salary_low), max(salary_low), count(*) filter (salary_low > salary_high)"
    )
    assert told == (
        min(float(low.removesuffix("k")) for low in lows) * 1000,
        max(float(low.removesuffix("k")) for low in lows) * 1000,
        0,
    )


def test_job_advertisements_of_2017(home: Path, data: Path) -> None:
    receipt = landed("zhaopin_2017")["job_posting"]
    assert (receipt["n_in"], receipt["n_loaded"], receipt["n_superseded"]) == (618, 567, 1)
    assert receipt["n_quarantined"] == 50
    no_pay = conformed(home, "job_posting", "count(*) filter (salary_low is null)")[0]
    told = [row["salary"] for row in rows_of(data / "cn_job_postings/zhaopin_2017_hardware.csv")]
    # 0-1 is no pay, and a range up to 99999999 has no upper end, so it states no pay either
    unstated = [salary for salary in told if salary == "0-1" or salary.endswith("-99999999")]
    assert told.count("0-1") < no_pay <= len(unstated)


def test_jobs_of_a_turnover_study(home: Path, data: Path) -> None:
    receipt = landed("turnover_babushkin")["employment_spell"]
    assert (receipt["n_in"], receipt["n_loaded"], receipt["n_superseded"]) == (1129, 1116, 13)
    censored = conformed(home, "employment_spell", "avg((ended_on is null)::int)")[0]
    assert round(100 * censored, 5) == 49.82079


def test_months_of_school_leavers(home: Path, data: Path) -> None:
    receipts = landed("mvad_school_to_work")
    rows = rows_of(data / "mvad_school_to_work/mvad.csv")
    months = [name for name in rows[0] if name[-3:-2] == "." and name[-2:].isdigit()]
    states = [[row[month] for month in months] for row in rows]
    runs = [line[line.index("employment") :] for line in states if "employment" in line]
    jobs = receipts["employment_spell"]
    assert (len(months), jobs["n_in"]) == (72, 712)
    assert (jobs["n_loaded"], jobs["n_quarantined"]) == (len(runs), 712 - len(runs))
    n_open = sum(set(run) == {"employment"} for run in runs)
    lengths = [next((at for at, state in enumerate(run) if state != "employment"), None) for run in runs]
    told = conformed(
        home,
        "employment_spell",
        "count(*) filter (ended_on is null), sum(datediff('month', started_on, ended_on + 1))",
    )
    assert told == (n_open, sum(length for length in lengths if length is not None))
    answers = conformed(home, "followup_response", "count(*), count(*) filter (activity = 'employed')")
    assert answers == (712, sum(row["Jul.98"] == "employment" for row in rows))


@pytest.mark.parametrize(
    ("sample", "record_types", "most_lacking"),
    [
        ("cn_job_postings/lagou_2019_data_analyst.csv", [], 2),
        ("cn_job_postings/zhaopin_2017_hardware.csv", [], 0),
        ("ameo2015/ameo2015.csv", ["employment_spell"], 2),
        ("ameo2015/ameo2015.csv", ["graduate", "employment_spell"], 6),
        ("turnover_babushkin/turnover2_semicolon.csv", ["employment_spell"], 4),
        ("mvad_school_to_work/mvad.csv", ["employment_spell"], 3),
        ("cn_moe_colleges_2017/moe_colleges.csv", ["institution"], 4),
    ],
)
def test_drafts_are_short_and_load(
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    sample: str,
    record_types: list[str],
    most_lacking: int,
) -> None:
    monkeypatch.setenv("IECAREER_SOURCES", str(tmp_path / "sources"))
    added = add_source("fresh", [data / sample], record_types)
    assert added.n_lines <= 60
    assert sum(map(len, added.lacking.values())) <= most_lacking
    assert source_system("fresh").tables
