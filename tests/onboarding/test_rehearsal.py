"""A rehearsal gives the result of landing, keeps nothing and shows no personal data."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from iecareer.commands import app
from iecareer.errors import IecareerError
from iecareer.landing import land
from iecareer.onboarding import Added, rehearse
from tests.onboarding.activation import land_reviewed
from tests.onboarding.conftest import HEADERS, NAMES, insurance_rows
from tests.people import credit_code, resident_id

Add = Callable[..., tuple[Added, str]]
WHEN = date(2026, 11, 21)


def messy_rows() -> list[list[str]]:
    """Forty good months, one of them repeated, and three bad ones."""
    rows = insurance_rows()
    wrong = list(rows[1])
    wrong[2] = wrong[2][:-1] + ("1" if wrong[2][-1] != "1" else "2")
    return [*rows, rows[0], wrong, [*rows[2][:5], "many", "330102"], [*rows[3][:5], "", "330102"]]


def own_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith("IECAREER")}


def everything_below(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_counts_as_landing_does_and_leaves_no_trace(
    home: Path, write: Callable[..., Path], add: Add
) -> None:
    sample = write("months.csv", rows=messy_rows())
    add(sample)
    environment = own_environment()
    rehearsed = rehearse("office", [sample], WHEN)
    assert not home.exists()
    assert own_environment() == environment
    (receipt,) = land_reviewed("office", [sample], WHEN)
    told = rehearsed.tables[0].receipt
    names = ("n_in", "n_loaded", "n_superseded", "n_quarantined", "reasons")
    assert {name: told[name] for name in names} == {name: receipt[name] for name in names}
    assert (told["n_in"], told["n_loaded"], told["n_superseded"], told["n_quarantined"]) == (44, 40, 1, 3)
    before = everything_below(home)
    rehearse("office", [sample], WHEN)
    assert everything_below(home) == before


def test_places_and_verdict(write: Callable[..., Path], add: Add) -> None:
    rows = messy_rows()
    sample = write("months.csv", rows=[*rows, *([rows[-1]] * 25)])
    add(sample)
    table = rehearse("office", [sample], WHEN).tables[0]
    places = {entry["reason"]: [place["line"] for place in entry["places"]] for entry in table.reasons}
    assert places["bad_checksum:person_id"] == [43]
    assert places["not_a_number:contribution_base"] == [44]
    assert places["missing:contribution_base"] == [45, 46, 47]
    assert table.verdict == "stop"
    assert "quarantine_share" in {failed["expectation"] for failed in table.failed}


def test_headers_are_compared(write: Callable[..., Path], add: Add) -> None:
    add(write("months.csv"))
    renamed = ("序号", "姓名", "身份证号码", "单位信用代码", "费款所属期", "月缴费工资（元）", "参保地")
    rehearsed = rehearse("office", [write("renamed.csv", renamed)], WHEN)
    table = rehearsed.tables[0]
    assert not rehearsed.is_landed
    assert table.error
    (gap,) = table.missing
    assert (gap.column, gap.header) == ("contribution_base", "缴费工资(元)")
    assert "月缴费工资(元)" in gap.near
    assert "序号" in rehearse("office", [write("months.csv")], WHEN).tables[0].unused


def test_a_draft_is_told_what_it_lacks(write: Callable[..., Path], add: Add) -> None:
    sample = write(
        "jobs.csv", ("职位", "城市", "薪资", "挂网日"), [["会计", "杭州", "8-12k", "2024-05-06"]] * 9
    )
    add(sample, record_types=["job_posting"])
    table = rehearse("office", [sample], WHEN).tables[0]
    gaps = {gap.column: gap for gap in table.missing}
    assert set(gaps) == {"posted_on", "description"}
    assert gaps["posted_on"].near == ("挂网日",)
    assert "physicalName" in str(gaps["posted_on"].write)


@pytest.mark.parametrize("form", [[], ["--json"]])
@pytest.mark.parametrize("spoilt", [False, True])
def test_no_person_is_shown(
    home: Path, write: Callable[..., Path], sources: Path, form: list[str], spoilt: bool
) -> None:
    headers = (*HEADERS, "出生日期", "备注")
    rows = [[*row, "1999-03-07", f"{row[1]}电话13800138000"] for row in messy_rows()]
    if spoilt:
        rows = [[row[2], *row[:2], *row[3:]] for row in rows]
    sample = write("months.csv", headers, rows)
    said = [
        CliRunner().invoke(app, ["source", "add", "office", "--from", str(sample), "--force", *form]),
        CliRunner().invoke(app, ["source", "check", "office", str(sample), *form]),
    ]
    text = "".join(result.output + str(result.exception or "") for result in said)
    text += "".join(path.read_text(encoding="utf-8") for path in sources.rglob("*.yaml"))
    text += "".join(f"{name}{data!r}" for name, data in everything_below(home).items())
    assert "employment_month" in text
    hidden = [*NAMES, "19990307", "1999-03-07", "13800138000", *(resident_id(i) for i in range(40))]
    assert [secret for secret in hidden if secret in text] == []


def test_a_file_named_by_a_person_is_told_by_place_alone(write: Callable[..., Path], add: Add) -> None:
    sample = write(f"{resident_id(3)}.csv")
    add(sample)
    assert rehearse("office", [sample], WHEN).files == ("***.csv",)


def test_rows_of_jobs_show_months_and_pay_alone(write: Callable[..., Path], add: Add) -> None:
    headers = ("身份证号", "用人单位", "入职时间", "数据截止日期", "月薪", "岗位", "工作地")
    rows = [
        [resident_id(i), f"{NAMES[0]}公司", "2023-07-18", "2024-12-31", "6500", "车工", "330102"]
        for i in range(9)
    ]
    sample = write("jobs.csv", headers, rows)
    add(sample)
    shown: dict[str, Any] = rehearse("office", [sample], WHEN).tables[0].rows[0]
    assert (shown["started_on"], shown["monthly_wage"], shown["region_code"]) == (
        "2023-07",
        "6500.0",
        "330102",
    )
    assert {shown["person_key"], shown["employer"], shown["job_title"]} == {"***"}


def test_rows_of_things_are_shown_without_what_may_be_a_telephone(
    write: Callable[..., Path], add: Add
) -> None:
    headers = ("职位编号", "职位", "城市", "发布日期", "职位描述")
    told = f"请联系13800138000，{'负责账目' * 20}"
    sample = write("jobs.csv", headers, [[f"ZP{i}", "会计", "宁波市", "2024-05-06", told] for i in range(9)])
    add(sample)
    shown = rehearse("office", [sample], WHEN).tables[0].rows[0]
    assert (shown["title"], shown["region_code"], shown["posted_on"]) == ("会计", "330200", "2024-05-06")
    assert shown["posting_id"].startswith("ZP")
    assert shown["description"].startswith("请联系***,负责账目")
    assert len(shown["description"]) < 50


def test_what_is_no_place_is_told_by_its_line_and_never_shown(write: Callable[..., Path], add: Add) -> None:
    """Any text in the column of places may be an address or the name of a person."""
    places = ("宁波市", f"宁波市{NAMES[0]}家", NAMES[1])
    rows = [[*row[:6], places[at]] for at, row in enumerate(insurance_rows(3))]
    sample = write("months.csv", rows=rows)
    added, text = add(sample)
    unmapped = re.sub(r",\s*customProperties: \[\{property: valueMap.*?\}\]", "", text, flags=re.DOTALL)
    added.path.write_text(unmapped, encoding="utf-8")
    (table,) = rehearse("office", [sample], WHEN).tables
    told = table.rows
    assert [row["region_code"] for row in told] == ["330200"]
    assert {r["reason"]: [p["line"] for p in r["places"]] for r in table.reasons} == {
        "not_a_code:region_code": [3, 4]
    }
    assert {row["enterprise_code"] for row in told} == {row["person_key"] for row in told} == {"***"}


def test_what_waits_in_the_inbox_is_the_default(
    home: Path, tmp_path: Path, write: Callable[..., Path], add: Add
) -> None:
    sample = write("months.csv")
    add(sample)
    with pytest.raises(IecareerError, match="inbox") as error:
        rehearse("office")
    assert "source check office FILE" in error.value.next_step
    inbox = tmp_path / "inbox" / "office"
    inbox.mkdir(parents=True)
    sample.rename(inbox / sample.name)
    assert rehearse("office", None, WHEN).tables[0].receipt["n_loaded"] == 40
    assert not home.exists()


def test_what_a_killed_rehearsal_left_goes_after_a_day(
    home: Path, write: Callable[..., Path], add: Add
) -> None:
    sample = write("months.csv")
    add(sample)
    for name, age in (("old", 90_000), ("young", 60)):
        (home / f".rehearsal-{name}").mkdir(parents=True)
        os.utime(home / f".rehearsal-{name}", (time.time() - age,) * 2)
    rehearse("office", [sample], WHEN)
    assert [path.name for path in home.iterdir()] == [".rehearsal-young"]


def test_commands_answer_with_codes_and_json(write: Callable[..., Path], sources: Path) -> None:
    sample = write("months.csv")
    added = CliRunner().invoke(app, ["source", "add", "office", "--from", str(sample), "--json"])
    assert added.exit_code == 0
    assert json.loads(added.stdout)["record_types"] == ["employment_month"]
    checked = CliRunner().invoke(app, ["source", "check", "office", str(sample), "--json"])
    assert checked.exit_code == 0
    assert json.loads(checked.stdout)["tables"][0]["receipt"]["n_loaded"] == 40
    other = write("other.csv", ("x", "y"), [["1", "2"]])
    assert CliRunner().invoke(app, ["source", "check", "office", str(other)]).exit_code == 1


def test_of_a_file_that_cannot_be_read_nothing_is_called_missing(
    tmp_path: Path, write: Callable[..., Path], add: Add
) -> None:
    add(write("months.csv"))
    (tmp_path / "broken.csv").write_bytes(b"PK\x03\x04 cut off")
    said = CliRunner().invoke(app, ["source", "check", "office", str(tmp_path / "broken.csv")])
    assert said.exit_code == 1
    assert "Error" in said.output
    assert "MISSING" not in said.output


def test_names_are_looked_up_in_the_lists_delivered_so_far(home: Path, write: Callable[..., Path]) -> None:
    listed = ("program_code", "edition", "program_name", "study_level")
    programs = write("program.csv", listed, [["460103", 2021, "数控技术", "higher_vocational"]])
    agreements = write(
        "cooperation_agreement.csv",
        (
            "agreement_id",
            "institution_code",
            "program_code",
            "enterprise_code",
            "mode",
            "starts_on",
            "ends_on",
        ),
        [["A1", "4133012036", "数控技术", credit_code(1), "research", "2023-01-01", ""]],
    )
    (before,) = rehearse("exchange", [agreements], WHEN).tables
    assert before.receipt["reasons"] == {"list_lacks:program_code": 1}
    (receipt,) = land("exchange", [programs], WHEN)
    (after,) = rehearse("exchange", [agreements], WHEN).tables
    assert (receipt["n_loaded"], after.receipt["n_loaded"], after.receipt["reasons"]) == (1, 1, {})
    both = rehearse("exchange", [programs, agreements], WHEN).tables
    assert [table.receipt["n_loaded"] for table in both] == [1, 1]
