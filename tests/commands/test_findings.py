"""Commands explain why a delivery was stopped or has warnings, in a limited number of lines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from iecareer.checks import judge_deliveries
from iecareer.clock import today
from iecareer.commands import status
from iecareer.lake.manifest import versions
from iecareer.lake.verdicts import record_verdict
from iecareer.landing import land
from iecareer.nightly import pin_night
from iecareer.nightly.pinning import begin_run
from iecareer.nightly.run import RunReport
from iecareer.nightly.steps import StepOutcome
from tests.commands.conftest import Cli
from tests.people import credit_code, resident_id

HEADERS = "person_id,enterprise_code,month,contribution_base,region_code"
NO_GRADUATES = (
    "warn: graduate_received: No list of graduates has been delivered yet: these persons do not count"
)
DAY = date(2026, 1, 1)


@pytest.fixture
def judged(cli: Cli, tmp_path: Path) -> Callable[..., str]:
    """Land a month in a separate file and set its verdict; returns the delivery id."""

    def deliver(month: int, word: str, *failed: str, stopping: tuple[str, ...] | None = None) -> str:
        path = tmp_path / "employment_month.csv"
        path.write_text(f"{HEADERS}\n{resident_id(1)},{credit_code(1)},2024-{month:02},5,330102\n")
        (receipt,) = land("exchange", [path], DAY)
        delivery = next(d for d in versions() if d.delivery_id == receipt["delivery_id"])
        record_verdict(delivery.delivery_id, delivery.version, word, list(failed), DAY, stopping)
        return delivery.delivery_id

    return deliver


@pytest.mark.parametrize("command", [("status",), ("delivery", "list")])
def test_the_sentences_stand_below_the_delivery(cli: Cli, judged: Any, command: tuple[str, ...]) -> None:
    judged(1, "warn", "graduate_received")
    newest = judged(2, "warn", "graduate_received")
    stopped = judged(3, "stop", "pay_level")
    judged(4, "pass")
    told = cli(*command).out.splitlines()
    at = told.index(f"Warned: exchange/employment_month, delivery {newest[:8]} and 1 earlier:")
    assert told[at + 1].strip().startswith(NO_GRADUATES)
    at = told.index(f"Stopped: exchange/employment_month, delivery {stopped}: pay_level")
    assert told[at + 1].strip().startswith("stop: pay_level: The median of contribution bases is below")
    assert sum("Warned" in line or "Stopped" in line for line in told) == 2


def test_only_the_rules_that_stop_are_named_as_stopping(cli: Cli, judged: Any) -> None:
    stopped = judged(1, "stop", "pay_level", "graduate_received", stopping=("pay_level",))
    told = cli("status").out.splitlines()
    assert f"Stopped: exchange/employment_month, delivery {stopped}: pay_level" in told
    assert any(line.strip().startswith(NO_GRADUATES) for line in told)


def test_the_status_says_when_the_published_run_is_another_state(
    cli: Cli, judged: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged(1, "pass")
    withdrawn = judged(2, "pass")
    pin = pin_night("run1", date(2026, 1, 31))

    def told(as_of: date) -> str:
        run = {"run_id": pin.run_id, "as_of": as_of, "published_at": "x"}
        monkeypatch.setattr(status, "_published", lambda: run)
        return next((line for line in cli("status").out.splitlines() if line.startswith("What follows")), "")

    assert told(today()) == ""
    assert f"of {today()}: the published run is as of 2026-01-31. " in told(date(2026, 1, 31))
    assert cli("delivery", "withdraw", withdrawn, "--reason", "x").code == 0
    judged(3, "pass")
    assert "deliveries that are not in the published run, or not like this: 2. " in told(today())
    assert cli("status", "--json").document["n_not_as_published"] == 2


def test_machines_get_each_delivery_and_what_they_got_before(cli: Cli, judged: Any) -> None:
    first, stopped = judged(1, "warn", "graduate_received", "gone_since"), judged(2, "stop", "pay_level")
    document = cli("status", "--json").document
    (entry,) = document["warned"]
    assert (entry["delivery_id"], entry["failed"]) == (first, ["graduate_received", "gone_since"])
    assert [finding["expectation"] for finding in entry["findings"]] == ["graduate_received"]
    assert document["verdicts"] == {"warn": 1, "stop": 1}
    (entry,) = document["stopped"]
    assert (entry["delivery_id"], entry["findings"][0]["severity"]) == (stopped, "stop")
    listed = {row["delivery_id"]: row["findings"] for row in cli("delivery", "list", "--json").document}
    assert {name: len(found) for name, found in listed.items()} == {first: 1, stopped: 1}


def test_the_status_says_which_stops_were_accepted(cli: Cli, judged: Any) -> None:
    first, _ = judged(1, "stop", "pay_level"), judged(2, "stop", "pay_level")
    assert "Deliveries: 2 (stop 2)" in cli("status").out
    assert cli("delivery", "accept", first, "--reason", "x").code == 0
    assert "Deliveries: 2 (stop 2, of which 1 accepted)" in cli("status").out


def test_what_was_withdrawn_or_replaced_warns_no_more(cli: Cli, judged: Any, tmp_path: Path) -> None:
    withdrawn = judged(1, "warn", "graduate_received")
    assert cli("delivery", "withdraw", withdrawn, "--reason", "x").code == 0
    for n in (1, 2):
        rows = [f"46010{i},2021,a,bachelor" for i in range(n)]
        (tmp_path / "program.csv").write_text(
            "\n".join(["program_code,edition,program_name,study_level", *rows])
        )
        land("exchange", [tmp_path / "program.csv"], DAY)
        newest = versions()[-1]
        record_verdict(newest.delivery_id, newest.version, "warn", ["codes_have_six_digits"], DAY)
    (entry,) = cli("status", "--json").document["warned"]
    assert entry["delivery_id"] == newest.delivery_id


def test_a_hundred_kinds_of_warnings_do_not_fill_the_screen(cli: Cli, judged: Any) -> None:
    for month in range(1, 13):
        judged(month, "warn", "graduate_received", f"x{month}")
    told = cli("status").out
    assert told.count("Warned: exchange") == 10
    assert "Warned: 2 older groups of deliveries; see 'iecareer status --json'." in told


def test_the_night_says_what_was_landed_and_whom_it_warned(
    cli: Cli, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"{resident_id(1)},{credit_code(1)},2025-12,5,330102", f"{resident_id(2)},x,2025-12,5,330102"]
    path = tmp_path / "employment_month.csv"
    path.write_text("\n".join([HEADERS, *rows]))

    def night(as_of: date, **_: Any) -> RunReport:
        landed = StepOutcome(
            "landing", "exchange", 1.0, land("exchange", [path], DAY) if path.exists() else []
        )
        run_id = pin_night(f"run{len(list(home.rglob('run*.json')))}", as_of).run_id
        checks = StepOutcome("checks", None, 1.0, judge_deliveries(run_id))
        return RunReport(run_id, as_of, (landed, checks), home / "log")

    monkeypatch.setattr("iecareer.nightly.run_nightly", night)
    answer = cli("run", "--as-of", "2026-02-01")
    heading, line = next(
        (before, after)
        for before, after in zip(answer.out.splitlines(), answer.out.splitlines()[2:], strict=False)
        if "quarantined" in before
    )
    assert (
        " ".join(heading.split())
        == "source id record type files rows in loaded unchanged superseded conflicting left out quarantined"
    )
    assert line.split() == ["exchange", "employment_month", "1", "2", "2", "1", "0", "0", "0", "0", "1"]
    (delivery,) = versions()
    told = f"Warned: exchange/employment_month ({delivery.delivery_id[:8]}): graduate_received"
    assert told in answer.err
    assert "See 'iecareer status'" in answer.err
    path.unlink()
    again = cli("run", "--as-of", "2026-02-01")
    assert "Landed: nothing new." in again.out
    assert "Warned" not in again.err
    document = cli("run", "--as-of", "2026-02-01", "--json").document
    assert (document["landed"], document["warned"], document["stopped"]) == ([], [], [])
    assert document["looked_up"] == []


def test_the_night_says_which_names_a_new_list_gave_codes(
    cli: Cli, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(name: str, *lines: str) -> list[Path]:
        (tmp_path / name).write_text("\n".join(lines))
        return [tmp_path / name]

    agreement = f"A1,4133012036,数控技术,{credit_code(1)},research,2023-01-01,"
    headers = "agreement_id,institution_code,program_code,enterprise_code,mode,starts_on,ends_on"
    (waiting,) = land("exchange", write("cooperation_agreement.csv", headers, agreement), DAY)
    assert waiting["n_quarantined"] == 1
    listed = "program_code,edition,program_name,study_level"
    land("exchange", write("program.csv", listed, "460103,2021,数控技术,higher_vocational"), DAY)

    def night(as_of: date, **_: Any) -> RunReport:
        run_id = begin_run(f"run{len(list(home.rglob('run*.json')))}", as_of.isoformat(), landing=True)
        checks = StepOutcome("checks", None, 1.0, judge_deliveries(run_id))
        return RunReport(run_id, as_of, (checks,), home / "log")

    monkeypatch.setattr("iecareer.nightly.run_nightly", night)
    told = cli("run", "--as-of", "2026-02-01").out
    assert "Landed: no new files." in told
    assert (
        f"Names looked up again in the lists: exchange/cooperation_agreement ({waiting['delivery_id'][:8]}): "
        "1 loaded (before 0), 0 quarantined (before 1)."
    ) in told
    assert "Landed: nothing new." in cli("run", "--as-of", "2026-02-01").out
