"""Quarantined rows are listed, exported as a workbook and replaced by corrected rows."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from iecareer.clock import today
from iecareer.contracts import load_record_types
from iecareer.lake.manifest import record_decision, versions
from iecareer.landing import land, reconform
from iecareer.landing.parse.row_checks import column_checks, row_checks
from iecareer.landing.parse.row_rules_sql import span_reasons
from iecareer.landing.quarantine.reasons import vocabulary
from iecareer.sources import Mapping
from iecareer.sources.row_rules import MonthSpan, RowRules
from tests.commands.conftest import Cli
from tests.landing.test_deliveries import seen
from tests.people import credit_code, resident_id

CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: bureau
version: 1.0.0
status: active
servers: [{server: files, type: local, path: bureau/**/*.csv, format: csv}]
schema:
- name: employment_month
  properties:
  - {name: person_id, logicalType: string, physicalName: 身份证号}
  - {name: enterprise_code, logicalType: string, physicalName: 单位代码}
  - {name: month, logicalType: string, physicalName: 费款所属期}
  - {name: contribution_base, logicalType: string, physicalName: 缴费基数}
  - {name: region_code, logicalType: string, physicalName: 参保地}
"""
HEADER = "身份证号,单位代码,费款所属期,缴费基数,参保地"
Office = Callable[..., Path]


def line(person: int, base: object = 5000, when: str = "2024-07", code: str = credit_code(1)) -> str:
    return f"{resident_id(person)},{code},{when},{base},330102"


@pytest.fixture
def office(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office with its own contract; writes its files."""
    systems = tmp_path / "systems"
    systems.mkdir()
    (systems / "bureau.odcs.yaml").write_text(CONTRACT, encoding="utf-8")
    monkeypatch.setenv("IECAREER_SOURCES", str(systems))

    def write(name: str, *lines: str) -> Path:
        path = tmp_path / "office" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
        return path

    return write


def bases() -> list[tuple[Any, ...]]:
    with seen() as connection:
        query = (
            "select strftime(month, '%Y-%m'), contribution_base from landing.employment_month order by all"
        )
        return connection.execute(query).fetchall()


def test_corrected_rows_join_their_month_and_close_what_they_answer(cli: Cli, office: Office) -> None:
    land("bureau", [office("a.csv", line(1, 1), line(2, -2), line(3, 3, code="x"))], date(2026, 1, 1))
    assert [row["line"] for row in cli("quarantine", "show", "bureau", "--json").document] == [3, 4]
    (receipt,) = cli("quarantine", "replay", "bureau", office("b.csv", line(2, 2)), "--json").document
    assert (receipt["n_loaded"], receipt["error"]) == (1, None)
    assert bases() == [("2024-07", 1.0), ("2024-07", 2.0)]
    assert "2 quarantined, 1 corrected by replays, 1 open" in cli("quarantine", "show", "bureau").out
    assert cli("quarantine", "replay", "bureau", office("c.csv", line(3, 3))).code == 0
    assert bases() == [("2024-07", 1.0), ("2024-07", 2.0), ("2024-07", 3.0)]
    assert cli("quarantine", "show", "bureau", "--json").document == []
    assert len(cli("quarantine", "show", "bureau", "--all", "--json").document) == 2
    assert cli("quarantine", "export", "bureau").code == 1


def test_totals_rows_are_told_although_they_need_no_correction(cli: Cli, office: Office) -> None:
    land("bureau", [office("a.csv", line(1, 1), "合计,,,1,")], date(2026, 1, 1))
    told = cli("quarantine", "show", "bureau").out
    assert "No row of bureau needs a correction." in told
    assert "quarantined as no records, nothing to correct: totals_row 1." in told
    assert "1 quarantined," not in told


def test_reconform_says_from_which_day_it_applies(cli: Cli, office: Office) -> None:
    land("bureau", [office("a.csv", line(1, 1))], date(2026, 1, 1))
    told = cli("reconform", "bureau", "--on", "2026-02-03").out
    assert told.startswith("What is converted differently applies from 2026-02-03. ")
    assert f"applies from {today()}" in cli("reconform", "bureau").out
    assert "applies" not in cli("reconform", "bureau", "--json").out


def test_a_replay_twice_changes_nothing_and_its_bad_rows_are_shown(cli: Cli, office: Office) -> None:
    land("bureau", [office("a.csv", line(1, 1), line(2, -2))], date(2026, 1, 1))
    corrected = office("b.csv", line(2, -3))
    (first,) = cli("quarantine", "replay", "bureau", corrected, "--json").document
    (again,) = cli("quarantine", "replay", "bureau", corrected, "--json").document
    assert (first["n_quarantined"], again["n_quarantined"], len(versions())) == (1, 1, 2)
    assert [r["file"] for r in cli("quarantine", "show", "bureau", "--json").document] == ["b.csv"]


def test_a_replay_answers_the_delivery_that_is_named(cli: Cli, office: Office) -> None:
    for name, when in (("a.csv", "2024-07"), ("b.csv", "2024-08")):
        land("bureau", [office(name, line(1, 1, when), line(2, -2, when))], date(2026, 1, 1))
    second = versions()[1].delivery_id
    whole = office("c.csv", line(1, 7, "2024-08"), line(2, 2, "2024-08"))
    assert cli("quarantine", "replay", "bureau", whole, "--delivery", "nosuch").code == 1
    assert cli("quarantine", "replay", "bureau", whole, "--delivery", second[:8]).code == 0
    assert [r["file"] for r in cli("quarantine", "show", "bureau", "--json").document] == ["a.csv"]
    assert bases() == [("2024-07", 1.0), ("2024-08", 2.0), ("2024-08", 7.0)]


def test_a_month_delivered_again_as_a_whole_needs_no_correction(cli: Cli, office: Office) -> None:
    land("bureau", [office("a.csv", line(1, 1), line(2, -2))], date(2026, 1, 1))
    land("bureau", [office("b.csv", line(1, 1), line(2, 2))], date(2026, 1, 2))
    assert cli("quarantine", "show", "bureau", "--json").document == []
    assert "quarantined, all replaced by a later delivery" in cli("quarantine", "show", "bureau").out


def test_a_replay_stays_one_when_conformed_anew_and_can_be_withdrawn(office: Office, tmp_path: Path) -> None:
    land("bureau", [office("a.csv", line(1, 1), line(2, -2))], date(2026, 1, 1))
    (receipt,) = land("bureau", [office("b.csv", line(2, 2))], date(2026, 1, 2), answers=())
    contract = CONTRACT.replace(
        "physicalName: 缴费基数}", "physicalName: 缴费基数, transformLogic: value * 10}"
    )
    (tmp_path / "systems" / "bureau.odcs.yaml").write_text(contract, encoding="utf-8")
    reconform("bureau", date(2026, 1, 3))
    assert bases() == [("2024-07", 10.0), ("2024-07", 20.0)]
    record_decision("withdraw", receipt["delivery_id"], reason="x", decided_on=date(2026, 1, 3))
    assert bases() == [("2024-07", 10.0)]


def test_what_came_as_a_correction_is_not_landed_from_the_inbox_again(office: Office, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox" / "bureau"
    inbox.mkdir(parents=True)
    office("a.csv", line(1, 1), line(2, -2)).rename(inbox / "a.csv")
    land("bureau")
    corrected = office("b.csv", line(2, 2)).rename(inbox / "b.csv")
    land("bureau", [corrected], answers=())
    (tmp_path / "systems" / "bureau.odcs.yaml").write_text(CONTRACT + "# changed\n", encoding="utf-8")
    assert [receipt["n_in"] for receipt in land("bureau")] == [2]
    assert bases() == [("2024-07", 1.0), ("2024-07", 2.0)]


def test_places_tell_files_of_one_name_in_two_folders_apart(cli: Cli, office: Office) -> None:
    folder = office("x/a.csv", line(1, -1)).parents[1]
    office("y/a.csv", line(2, -1, "2024-08"))
    land("bureau", [folder], date(2026, 1, 1))
    places = cli("quarantine", "show", "bureau", "--json").document
    assert [row["file"] for row in places] == ["x/a.csv", "y/a.csv"]
    inbox = folder.parent / "inbox" / "bureau" / f"{resident_id(5)}"
    inbox.mkdir(parents=True)
    office("z.csv", line(3, -1, "2024-09")).rename(inbox / "z.csv")
    land("bureau")
    files = [row["file"] for row in cli("quarantine", "show", "bureau", "--json").document]
    assert files == ["x/a.csv", "y/a.csv", "bureau/***/z.csv"]


def test_the_workbook_names_line_reason_and_what_to_do_and_no_person(
    cli: Cli,
    office: Office,
    tmp_path: Path,
) -> None:
    bad = [line(2, -2), line(3, "=1+1"), line(4, 4, code="91330102X"), line(5, 5, "2023-13"), "合计,,,9,"]
    land("bureau", [office("=HYPERLINK(1).csv", line(1, 1), *bad)], date(2026, 1, 1))
    out = tmp_path / "out.xlsx"
    told = cli("quarantine", "export", "bureau", "--out", out, "--json").document
    assert (told["n_rows"], told["n_listed"]) == (4, 4)
    book = CalamineWorkbook.from_path(str(out))
    cover, rows = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
    assert [(row[0], row[2], row[3]) for row in rows[1:]] == [
        ("=HYPERLINK(1).csv", 3.0, "缴费基数"),
        ("=HYPERLINK(1).csv", 4.0, "缴费基数"),
        ("=HYPERLINK(1).csv", 5.0, "单位代码"),
        ("=HYPERLINK(1).csv", 6.0, "费款所属期"),
    ]
    assert sum(row[5] for row in cover if isinstance(row[5], float)) == 4
    text = b"".join(zipfile.ZipFile(out).read(name) for name in zipfile.ZipFile(out).namelist())
    assert b"<f>" not in text
    for secret in (resident_id(2), "91330102X", "=1+1", "2023-13"):
        assert secret.encode() not in text


def test_every_reason_that_landing_can_give_has_words() -> None:
    reasons = {"malformed_row", "missing", "unreadable"}
    for kind in load_record_types().values():
        mappings = {c.name: Mapping(c.name, (c.name,), transform="value") for c in kind.columns}
        checks = [*column_checks(kind.columns, mappings, date(2026, 1, 1)), *row_checks(kind)]
        reasons |= {reason.partition(":")[0] for _, reason in checks}
    spans = span_reasons([], RowRules(span=MonthSpan(("from",), ("to",))))
    reasons |= {reason.partition(":")[0] for _, reason in spans}
    assert reasons == set(vocabulary())


def test_exports_stop_at_the_limit_and_say_so(
    cli: Cli,
    office: Office,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("iecareer.landing.quarantine.workbook.LIMIT", 2)
    land("bureau", [office("a.csv", *(line(n, -1) for n in range(5)))], date(2026, 1, 1))
    told = cli("quarantine", "export", "bureau", "--out", tmp_path / "a.xlsx", "--json").document
    assert (told["n_rows"], told["n_listed"]) == (5, 2)
    cover = CalamineWorkbook.from_path(str(tmp_path / "a.xlsx")).get_sheet_by_index(0).to_python()
    assert any("Only the first 2 rows" in str(row[0]) for row in cover)
    assert cli("quarantine", "export", "bureau", "--out", tmp_path / "no" / "a.xlsx").code == 1
    assert cli("quarantine", "export", "bureau", "--out", tmp_path / "a.csv").code == 2


def test_places_hold_no_column_but_place_and_reason(office: Office, home: Path) -> None:
    land("bureau", [office("a.csv", line(1, -1))], date(2026, 1, 1))
    (path,) = (home / "quarantine" / "bureau").glob("*.parquet")
    described = duckdb.connect().execute(f"describe from '{path}'").fetchall()
    assert [row[0] for row in described] == ["file", "sheet", "line", "reasons"]
