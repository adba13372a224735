"""A draft is not landed, by nobody, before a person activates it; what is open in it is listed."""

from __future__ import annotations

from pathlib import Path

import pytest

from iecareer.errors import IecareerError
from iecareer.landing import land, reconform
from iecareer.sources import activate, open_points, source_system
from tests.commands.conftest import Cli
from tests.people import credit_code

DRAFT = """apiVersion: v3.1.0
kind: DataContract
id: s
name: s
version: 1.0.0
status: draft  # not landed before it is active
servers:
- {server: files, type: local, path: s/*.csv, format: csv}
schema:
- name: employer_succession
  properties:
  - {name: predecessor_code, logicalType: string, physicalName: old}
  - {name: successor_code, logicalType: string, physicalName: new}
  - {name: effective_on, logicalType: string, physicalName: day}
"""
DAY = "  - {name: effective_on, logicalType: string, physicalName: day}\n"


@pytest.fixture
def contract(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IECAREER_SOURCES", str(tmp_path / "sources"))
    (tmp_path / "sources").mkdir()
    (tmp_path / "inbox" / "s").mkdir(parents=True)
    rows = [f"{credit_code(i)},{credit_code(i + 500)},2026-03-0{i + 1}" for i in range(3)]
    (tmp_path / "inbox" / "s" / "july.csv").write_text("\n".join(["old,new,day", *rows]), encoding="utf-8")
    path = tmp_path / "sources" / "s.odcs.yaml"
    path.write_text(DRAFT, encoding="utf-8")
    return path


def test_a_draft_is_landed_once_it_is_activated(contract: Path, cli: Cli) -> None:
    refused = cli("land", "s")
    assert refused.code == 1
    assert "s: its contract is a draft" in refused.err
    assert "iecareer source activate s" in refused.err
    assert "1 file(s) wait" in cli("status").out
    assert cli("status", "--json").document["drafts"] == {"s": 1}
    assert cli("source", "check", "s").code == 0
    assert cli("land", "s").code == 1
    assert cli("source", "activate", "s").code == 0
    assert contract.read_text(encoding="utf-8") == DRAFT.replace(
        "draft  # not landed before it is active", "active"
    )
    assert cli("land", "s", "--json").document[0]["n_loaded"] == 3
    assert cli("status", "--json").document["drafts"] == {}
    again = cli("source", "activate", "s")
    assert again.code == 1
    assert "active already" in again.err


def test_nothing_lands_a_draft(contract: Path) -> None:
    for attempt in (
        lambda: land("s"),
        lambda: land("s", [contract]),
        lambda: land("s", [contract], answers=[]),
        lambda: reconform("s"),
    ):
        with pytest.raises(IecareerError, match="is a draft"):
            attempt()


@pytest.mark.parametrize("status", ["draft", "'draft'", '"draft"', "Draft", "draft # mine"])
def test_the_mark_of_a_draft_however_it_is_written(contract: Path, status: str) -> None:
    contract.write_text(DRAFT.replace("draft  # not landed before it is active", status), encoding="utf-8")
    assert source_system("s").is_draft
    assert not activate("s").is_draft


@pytest.mark.parametrize(
    ("old", "new", "open_"),
    [
        (DAY, "", "employer_succession.effective_on is not mapped"),
        (
            DAY,
            "  # TODO effective_on (day): no header matches it.\n",
            "employer_succession.effective_on is not mapped",
        ),
        ("physicalName: day", "physicalName: HEADER", "employer_succession.effective_on still says HEADER"),
        (
            "physicalName: day",
            "transformLogic: \"'YYYY-MM-DD'\"",
            "employer_succession.effective_on still says YYYY-MM-DD",
        ),
        (
            "physicalName: day}",
            "physicalName: day, customProperties: [{property: valueMap, value: {x: VALUE}}]}",
            "employer_succession.effective_on still says VALUE",
        ),
        (
            "  properties:",
            "  # TODO rows of which status are records?\n  properties:",
            "line 11: rows of which",
        ),
        ("  properties:", "  properties:  # TODO: which rows?", "line 11: which rows"),
    ],
)
def test_what_is_open_is_listed_and_keeps_the_draft(
    contract: Path, cli: Cli, old: str, new: str, open_: str
) -> None:
    text = DRAFT.replace(old, new)
    contract.write_text(text, encoding="utf-8")
    for answer in (cli("land", "s"), cli("source", "activate", "s")):
        assert answer.code == 1
        assert open_ in " ".join(answer.err.split())
    assert contract.read_text(encoding="utf-8") == text


def test_a_todo_of_a_column_that_is_mapped_is_done(contract: Path) -> None:
    text = DRAFT.replace(DAY, f"  # TODO effective_on (day): no header matches it.\n{DAY}")
    contract.write_text(text, encoding="utf-8")
    assert open_points(source_system("s")) == []
    assert not activate("s").is_draft


def test_a_list_of_sources_shows_drafts(contract: Path, cli: Cli) -> None:
    rows = {row["source_id"]: row["status"] for row in cli("source", "list", "--json").document["sources"]}
    assert rows.pop("s") == "draft"
    assert set(rows.values()) == {"active"}
