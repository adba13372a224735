"""Real files of others become source systems by a contract and code maps alone, and give the known numbers."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from iecareer.landing import land
from iecareer.runs.build import open_build
from tests.nights import build

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


def test_no_source_needed_more_than_sixty_lines_and_code_maps() -> None:
    for contract in SYSTEMS.glob("*.yaml"):
        assert len(contract.read_text(encoding="utf-8").splitlines()) <= 60
    assert {path.suffix for path in SYSTEMS.iterdir()} == {".yaml", ".csv"}


def test_ameo_rows_and_pay(data: Path) -> None:
    receipts = landed("ameo2015")
    jobs = receipts["employment_spell"]
    assert (jobs["n_in"], jobs["n_loaded"], jobs["n_quarantined"]) == (3998, 3958, 40)
    assert jobs["reasons"] == {"ends_before_start": 40}
    run_id = build(RECEIVED_ON, ("staging",))
    with open_build(run_id) as connection:
        pay = connection.execute(
            """select median(monthly_wage), round(avg(monthly_wage), 2), count(*) filter (ended_on is null)
            from staging.stg_employment_spell"""
        ).fetchall()
    assert pay[0][:2] == (25000.0, 25707.51)
    with (data / "ameo2015" / "ameo2015.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if not ends_early(row)]
    assert pay[0][2] == sum(row["DOL"] == "present" for row in rows)


def ends_early(row: dict[str, str]) -> bool:
    def day(text: str) -> tuple[int, ...]:
        month, dom, year = text.split(" ")[0].split("/")
        return (int(year) + (1900 if int(year) > 68 else 2000), int(month), int(dom))

    return row["DOL"] != "present" and day(row["DOL"]) < day(row["DOJ"])


def test_ameo_tenure(data: Path) -> None:
    landed("ameo2015")
    run_id = build(RECEIVED_ON, ("staging", "intermediate"))
    with open_build(run_id) as connection:
        counts = connection.execute(
            """select n_months, count(*) filter (is_event), count(*) from intermediate.int_reported_job
            group by 1 order by 1"""
        ).fetchall()
        marked = connection.execute(
            "select count(*) from intermediate.int_reported_job where is_begun_before_graduation"
        ).fetchall()
    survival = kaplan_meier(counts)
    assert sum(row[2] for row in counts) == 3958
    assert [round(survival(month), 6) for month in (6, 12, 36, 60)] == [
        0.903417,
        0.758476,
        0.403761,
        0.214512,
    ]
    assert survival(27) > 0.5 >= survival(28)
    # 80 jobs begin in a year before graduation; one of them is among the 40 that end before they begin.
    assert marked == [(79,)]


def kaplan_meier(counts: list[tuple[int, int, int]]) -> Callable[[int], float]:
    def survival(month: int) -> float:
        at_risk, value = sum(row[2] for row in counts), 1.0
        for duration, events, leaving in counts:
            if duration <= month:
                value *= 1 - events / at_risk
            at_risk -= leaving
        return value

    return survival


def test_colleges_and_programs(data: Path) -> None:
    colleges = landed("moe_colleges_2017")["institution"]
    register = landed("moe_program_register_2025")
    assert (colleges["n_in"], colleges["n_loaded"]) == (2631, 2631)
    institutions, programs = register["institution"], register["program"]
    assert (institutions["n_in"], institutions["n_loaded"], institutions["n_superseded"]) == (
        9126,
        1534,
        7584,
    )
    assert institutions["reasons"]["missing:institution_code"] == institutions["n_quarantined"] == 8
    assert (programs["n_in"], programs["n_loaded"], programs["n_superseded"]) == (9126, 45, 9081)
    run_id = build(RECEIVED_ON, ("staging",))
    with open_build(run_id) as connection:
        periods = dict(
            connection.execute(
                """select institution_code, count(distinct valid_from) from staging.stg_institution group by 1"""
            ).fetchall()
        )
        renamed = renamed_colleges(connection, data)
        names = connection.execute(
            "select count(*) from staging.stg_institution where contains(institution_name, chr(92))"
        ).fetchall()
    assert len(renamed) == 102
    assert all(periods[code] == 2 for code in renamed)
    assert names == [(0,)]


def renamed_colleges(connection: duckdb.DuckDBPyConnection, data: Path) -> list[str]:
    """Codes that both lists have under different names, as the files write them."""
    rows = connection.execute(
        f"""select distinct school_code
        from read_csv('{data}/cn_moe_program_register_53_2025/major_53_2025.csv', all_varchar = true) as register
        join read_csv('{data}/cn_moe_colleges_2017/moe_colleges.csv', all_varchar = true) as college
            on school_code = moe_code
        where register.school_name <> college.school_name"""
    ).fetchall()
    return [row[0] for row in rows]
