"""Commands exit with 0, 1 or 2, print one JSON document or a helpful message, and never a traceback or a value."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from iecareer.clock import today
from iecareer.commands import app
from iecareer.lake.manifest import current_deliveries, versions
from iecareer.lake.verdicts import record_verdict
from tests.commands.conftest import Cli
from tests.people import credit_code, resident_id

HEADERS = "person_id,enterprise_code,month,contribution_base,region_code"


@pytest.fixture
def delivered(tmp_path: Path) -> Path:
    """A folder of one delivery: a good row, a bad one, and a file of no record type."""
    folder = tmp_path / "delivered"
    folder.mkdir()
    rows = [f"{resident_id(1)},{credit_code(1)},2024-07,5,330102", f"{resident_id(2)},x,2024-07,5,330102"]
    (folder / "employment_month.csv").write_text("\n".join([HEADERS, *rows]))
    (folder / "graduates.csv").write_text("a\n1\n")
    return folder


def every_command() -> list[list[str]]:
    def names(group: Any, before: list[str]) -> list[list[str]]:
        own = [[*before, c.name or c.callback.__name__.replace("_", "-")] for c in group.registered_commands]
        inner = [names(g.typer_instance, [*before, g.name]) for g in group.registered_groups]
        return own + [path for paths in inner for path in paths]

    return names(app, [])


@pytest.mark.parametrize("command", every_command(), ids=" ".join)
def test_every_command_has_help_and_speaks_to_machines(cli: Cli, command: list[str]) -> None:
    answer = cli(*command, "--help")
    assert answer.code == 0
    assert ("--json" in answer.out) or command == ["demo"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["nosuch"],
        ["land"],
        ["land", "exchange", "--received-on", "yesterday"],
        ["reconform", "exchange", "--on", "2026-13-01"],
        ["run", "--as-of", "2026-02-30"],
        ["run", "--target", "moon"],
        ["delivery", "accept"],
        ["delivery", "accept", "", "--reason", "x"],
        ["delivery", "withdraw", "abc", "--reason", " "],
        ["delivery", "list", "--as-of", "x"],
        ["source", "retire", "exchange"],
        ["quarantine", "show", "exchange", "--limit", "0"],
        ["simulate"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_2(cli: Cli, arguments: list[str]) -> None:
    answer = cli(*arguments)
    assert answer.code == 2
    assert "Usage" in answer.err or "Error" in answer.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["land", "exchang", "."], "did you mean exchange"),
        (["land", "exchange", "nowhere"], "There is no file or folder nowhere"),
        (["delivery", "accept", "abc", "--reason", "x"], "0 delivery ids begin with 'abc'"),
        (["source", "retire", "nosuch", "--reason", "x"], "There is no source system"),
        (["source", "retire", "student_registry", "--reason", "x"], "has never delivered"),
        (["source", "show", "nosuch"], "There is no source system"),
        (["quarantine", "show", "../nosuch"], "There is no source system"),
        (["sql", "select 1"], "Nothing is published yet"),
        (["staging"], "No run has started"),
        (["publish", "--run-id", "nosuch"], "No run 'nosuch' has started"),
    ],
)
def test_what_cannot_be_done_is_1_and_says_what_next(cli: Cli, arguments: list[str], said: str) -> None:
    answer = cli(*arguments)
    assert (answer.code, answer.out) == (1, "")
    assert said in answer.err


def test_landing_tells_every_row_and_what_was_left_aside(cli: Cli, delivered: Path) -> None:
    answer = cli("land", "exchange", delivered, "--json")
    (receipt,) = answer.document
    names = ("n_in", "n_loaded", "n_unchanged", "n_superseded", "n_quarantined")
    assert [receipt[name] for name in names] == [2, 1, 0, 0, 1]
    assert "graduates.csv" in answer.err
    (again,) = cli("land", "exchange", delivered, "--json").document
    assert [again[name] for name in names] == [2, 0, 1, 0, 1]
    (place,) = cli("quarantine", "show", "exchange", "--json").document
    assert place == {
        "delivery_id": receipt["delivery_id"],
        "file": "employment_month.csv",
        "sheet": None,
        "line": 3,
        "reasons": ["bad_checksum:enterprise_code"],
    }
    assert "bad_checksum:enterprise_code" in cli("quarantine", "show", "exchange").out


def test_landing_says_what_judges_a_delivery_until_it_is_judged(cli: Cli, delivered: Path) -> None:
    told = "Not judged yet: 1. 'iecareer checks', or the next 'iecareer run', gives each its verdict"
    assert told in cli("land", "exchange", delivered).out
    (delivery,) = versions()
    record_verdict(delivery.delivery_id, delivery.version, "warn", ["x"], today())
    assert "Not judged" not in cli("land", "exchange", delivered).out


def test_a_record_type_that_fails_is_1_with_a_document(cli: Cli, delivered: Path) -> None:
    (delivered / "course.csv").write_text("title\nx\n")
    answer = cli("land", "exchange", delivered, "--json")
    assert answer.code == 1
    assert [bool(receipt["error"]) for receipt in answer.document] == [True, False]
    assert "course was not landed" in cli("land", "exchange", delivered).err


def test_identity_numbers_in_names_are_never_said(cli: Cli, delivered: Path) -> None:
    secret = resident_id(9)
    (delivered / f"employment_month_{secret}.csv").write_text(HEADERS + "\nx,,,\n")
    (delivered / f"course_{secret}.csv").write_text(f"title,{secret}\nx,y\n")
    (delivered / f"{secret}.csv").write_text("x")
    answers = [
        cli("land", "exchange", delivered),
        cli("land", "exchange", delivered, "--json"),
        cli("land", "exchange", delivered / f"{secret}x"),
        cli("quarantine", "show", "exchange"),
        cli("delivery", "list", "--json"),
        cli("status", "--json"),
    ]
    assert all(secret not in answer.out + answer.err for answer in answers)


def test_brackets_in_names_are_no_markup(cli: Cli, delivered: Path) -> None:
    (delivered / "employment_month_[red]:smile:.csv").write_text(HEADERS + "\nx,,,\n")
    cli("land", "exchange", delivered)
    assert "employment_month_[red]:smile:.csv" in cli("quarantine", "show", "exchange").out


def test_stopped_withdrawn_accepted_and_retired_are_in_the_status(cli: Cli, delivered: Path) -> None:
    cli("land", "exchange", delivered)
    (delivery,) = versions()
    name = delivery.delivery_id
    record_verdict(name, delivery.version, "stop", ["enough_rows"], date(2026, 1, 1))
    (stopped,) = cli("status", "--json").document["stopped"]
    assert (stopped["delivery_id"], stopped["failed"]) == (name, ["enough_rows"])
    assert f"Stopped: exchange/employment_month, delivery {name}: enough_rows" in cli("status").out
    assert cli("delivery", "accept", name[:6], "--reason", "seen", "--json").document["decision"] == "accept"
    accepted = cli("status", "--json").document
    assert accepted["stopped"] == []
    assert accepted["observed_through"] == {"month": "2024-07", "held_by": "exchange"}
    assert cli("delivery", "withdraw", name, "--reason", "wrong").code == 0
    assert cli("status", "--json").document["withdrawn"] == [name]
    for _ in range(2):
        assert cli("source", "retire", "exchange", "--reason", "closed").code == 0
    document = cli("status", "--json").document
    assert (document["retired"], document["observed_through"]) == (["exchange"], None)
    (listed,) = cli("delivery", "list", "--json").document
    assert (listed["verdict"], listed["decision"]) == ("stop", "withdraw")


def test_a_decision_counts_from_its_day(cli: Cli, delivered: Path) -> None:
    cli("land", "exchange", delivered, "--received-on", "2025-01-01")
    (delivery,) = versions()
    cli("delivery", "withdraw", delivery.delivery_id, "--reason", "x", "--on", "2025-03-01")
    for as_of, decision in (("2025-02-28", None), ("2025-03-01", "withdraw")):
        (listed,) = cli("delivery", "list", "--as-of", as_of, "--json").document
        assert listed["decision"] == decision
    assert cli("delivery", "list", "--as-of", "2024-12-31", "--json").document == []


def test_a_decision_dated_back_never_undoes_one_of_a_later_day(cli: Cli, delivered: Path) -> None:
    cli("land", "exchange", delivered, "--received-on", "2025-01-01")
    (delivery,) = versions()
    name = delivery.delivery_id
    cli("delivery", "withdraw", name, "--reason", "x", "--on", "2025-03-01")
    told = cli("delivery", "accept", name, "--reason", "x", "--on", "2025-02-01")
    assert "'withdraw', decided for a later day, overrides" in told.out
    for as_of, decision in (("2025-01-31", None), ("2025-02-01", "accept"), ("2025-03-01", "withdraw")):
        (listed,) = cli("delivery", "list", "--as-of", as_of, "--json").document
        assert listed["decision"] == decision
    cli("delivery", "accept", name, "--reason", "x", "--on", "2025-03-01")
    (listed,) = cli("delivery", "list", "--as-of", "2025-03-01", "--json").document
    assert listed["decision"] == "accept"


def test_a_retired_source_is_put_back_in_service(cli: Cli, delivered: Path) -> None:
    cli("land", "exchange", delivered, "--received-on", "2025-01-01")
    assert cli("source", "restore", "exchange", "--reason", "x").code == 1
    cli("source", "retire", "exchange", "--reason", "closed", "--on", "2025-03-01")
    assert cli("source", "restore", "exchange", "--reason", "x", "--on", "2025-02-28").code == 1
    restored = cli("source", "restore", "exchange", "--reason", "reopened", "--on", "2025-06-01", "--json")
    assert restored.document["is_retired"] is False
    days = {"2025-02-28": [], "2025-03-01": ["exchange"], "2025-05-31": ["exchange"], "2025-06-01": []}
    assert {day: [*current_deliveries(date.fromisoformat(day))[1]] for day in days} == days
    cli("source", "retire", "exchange", "--reason", "closed sooner", "--on", "2025-02-01")
    assert current_deliveries(date(2025, 2, 1))[1] == {"exchange": None}
    assert current_deliveries(date(2025, 6, 1))[1] == {}


def test_a_source_is_retired_into_the_one_that_goes_on(cli: Cli, delivered: Path) -> None:
    cli("land", "exchange", delivered, "--received-on", "2025-01-01")
    cli("land", "exchange-new", delivered, "--received-on", "2025-01-01")
    for delivery in versions():
        record_verdict(delivery.delivery_id, delivery.version, "pass", [], date(2025, 1, 1))
    refused = cli("source", "retire", "exchange", "--into", "exchange", "--reason", "x")
    assert refused.code == 1
    assert "leads back to exchange" in refused.err
    assert cli("source", "retire", "exchange", "--into", "exchange_new", "--reason", "x").code == 1
    assert cli("source", "retire", "exchange", "--into", "exchange-new", "--reason", "merged").code == 0
    assert current_deliveries(date.max)[1] == {"exchange": "exchange-new"}
    assert cli("source", "retire", "exchange-new", "--into", "exchange", "--reason", "x").code == 1
    status = cli("status", "--json").document
    assert status["observed_through"] == {"month": "2024-07", "held_by": "exchange-new"}


def test_changed_headers_are_in_the_list_and_the_status(cli: Cli, delivered: Path) -> None:
    cli("land", "exchange", delivered)
    file = delivered / "employment_month.csv"
    file.write_text(file.read_text().replace("region_code", "region_code,备注").replace("330102", "330103,x"))
    landed = cli("land", "exchange", file)
    assert "New columns of employment_month, not used: 备注" in landed.out
    (_, listed) = cli("delivery", "list", "--json").document
    assert (listed["new_columns"], listed["missing_columns"]) == (["备注"], [])
    assert "备注" in cli("delivery", "list").out
    (drift,) = cli("status", "--json").document["drifted"]
    assert (drift["record_type"], drift["new_columns"]) == ("employment_month", ["备注"])
    corrected = delivered / "employment_month_2.csv"
    corrected.write_text(f"{HEADERS}\n{resident_id(3)},{credit_code(1)},2024-07,5,330102")
    assert cli("quarantine", "replay", "exchange", corrected).code == 0
    assert "Headers changed: exchange/employment_month: new 备注" in cli("status").out
    file.write_text(file.read_text().replace("330103", "330104"))
    assert "New columns" not in cli("land", "exchange", file).out


def test_sql_reads_the_published_warehouse_and_nothing_else(cli: Cli, home: Path, tmp_path: Path) -> None:
    home.mkdir()
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        connection.execute("create schema checks")
        connection.execute("create table checks.run as select 'r' as run_id, '[/b]' as told")
    assert cli("sql", "select told from checks.run", "--json").document == [{"told": "[/b]"}]
    assert "[/b]" in cli("sql", "select told from checks.run").out
    for statement in (
        "drop table checks.run",
        "insert into checks.run values ('x', 'y')",
        "from read_text('/etc/hostname')",
        f"attach '{tmp_path}/x.db'",
        f"copy checks.run to '{tmp_path}/x.csv'",
        "set enable_external_access = true",
        "selec",
        "",
    ):
        answer = cli("sql", statement)
        assert (answer.code, answer.out) == (1, ""), statement
        assert answer.err.startswith("Error: ")


def test_a_home_that_cannot_be_written_is_said_so(
    cli: Cli, delivered: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IECAREER_HOME", "/proc/nowhere/home")
    for arguments in (["land", "exchange", str(delivered)], ["checks"]):
        answer = cli(*arguments)
        assert answer.code == 1
        assert "free space and permissions" in answer.err


def test_two_landings_at_once_of_one_delivery_make_one(delivered: Path, home: Path) -> None:
    command = [sys.executable, "-m", "iecareer", "land", "exchange", str(delivered), "--json"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) for _ in range(2)]
    receipts = [json.loads(process.communicate(timeout=60)[0])[0] for process in both]
    assert [receipt["error"] for receipt in receipts] == [None, None]
    assert sorted(receipt["n_loaded"] for receipt in receipts) == [0, 1]
    assert len(versions()) == 1
