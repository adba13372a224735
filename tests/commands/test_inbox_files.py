"""Names of files: endings in any case, brackets as they stand, and files that no source takes are named."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from iecareer.landing import land, untaken
from iecareer.onboarding import add_source, rehearse
from iecareer.sources import source_system
from iecareer.sources.file_names import fits
from tests.commands.conftest import Cli
from tests.people import credit_code

CONTRACT = """apiVersion: v3.1.0
kind: DataContract
id: s
name: s
version: 1.0.0
status: active
servers:
- {{server: files, type: local, path: "{path}", format: csv}}
schema:
- name: employer_succession
  {selector}
  properties:
  - {{name: predecessor_code, logicalType: string, physicalName: old}}
  - {{name: successor_code, logicalType: string, physicalName: new}}
  - {{name: effective_on, logicalType: string, physicalName: day}}
"""


@pytest.fixture
def inbox(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IECAREER_INBOX", str(tmp_path / "inbox"))
    monkeypatch.setenv("IECAREER_SOURCES", str(tmp_path / "sources"))
    (tmp_path / "sources").mkdir()
    return tmp_path / "inbox"


@pytest.fixture
def declare(inbox: Path, tmp_path: Path) -> Callable[..., None]:
    def write(path: str, selector: str | None = None) -> None:
        text = CONTRACT.format(path=path, selector=f'physicalName: "{selector}"' if selector else "")
        (tmp_path / "sources" / "s.odcs.yaml").write_text(text, encoding="utf-8")

    return write


def leave(inbox: Path, name: str, n: int = 3) -> Path:
    path = inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [f"{credit_code(i)},{credit_code(i + 500)},2026-03-0{i + 1}" for i in range(n)]
    path.write_text("\n".join(["old,new,day", *rows]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("s/*.csv", "s/JULY.CSV"),
        ("s/*.csv", "s/July.Csv"),
        ("s/*.CSV", "s/july.csv"),
        ("s/moves_*.csv", "s/MOVES_2026.CSV"),
        ("s/[a-m]*.csv", "s/JULY.csv"),
        ("s/July[1].csv", "s/July[1].csv"),
        ("s/*[1].csv", "s/变更[1].CSV"),
        ("s[1]/*.csv", "s[1]/july.csv"),
        ("s[1]/s[2]/*[1].csv", "s[1]/s[2]/july[1].csv"),
        ("s[12]/*.csv", "s2/july.csv"),
        ("s/**/*.csv", "s/2026/07/JULY.CSV"),
        ("s/**/*.csv", "s/JULY.CSV"),
        ("*.csv", "JULY.CSV"),
        ("s/caf\u00e9.csv", "s/cafe\u0301.csv"),
    ],
)
def test_a_file_is_taken(inbox: Path, declare: Callable[..., None], path: str, name: str) -> None:
    declare(path)
    leave(inbox, name)
    assert [receipt["n_loaded"] for receipt in land("s")] == [3]
    assert untaken() == []


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("s/*.csv", "s/july.txt"),
        ("s/*.csv", "s/2026/july.csv"),
        ("s/a*.csv", "s/july.csv"),
        ("s/*.csv", "t/july.csv"),
    ],
)
def test_a_file_that_no_pattern_fits_is_named(
    inbox: Path, declare: Callable[..., None], cli: Cli, path: str, name: str
) -> None:
    declare(path)
    leave(inbox, name)
    assert land("s") == []
    assert name in cli("status").out
    assert cli("status", "--json").document["untaken"] == [name]


def test_a_file_that_fits_the_path_but_no_record_type_is_named(
    inbox: Path, declare: Callable[..., None], cli: Cli
) -> None:
    declare("s/*.csv", "moves_*.csv")
    leave(inbox, "s/Moves_1.CSV")
    leave(inbox, "s/july.csv")
    assert "s/july.csv" in cli("land", "s").err
    assert [path.name for path in untaken("s")] == ["july.csv"]


def test_what_is_no_delivery_is_not_named(inbox: Path, declare: Callable[..., None]) -> None:
    declare("s/*.csv")
    for name in ("s/.hidden", "s/~$july.csv", "s/Thumbs.db", ".snapshot/july.txt", "desktop.ini"):
        leave(inbox, name)
    assert untaken() == []


def test_a_database_that_a_live_source_reads_is_taken(inbox: Path, tmp_path: Path) -> None:
    inbox.mkdir()
    sqlite3.connect(inbox / "office.db").close()
    (inbox / "office.db-wal").touch()
    leave(inbox, "office.db.csv")
    text = CONTRACT.format(path="x", selector="physicalName: table:moves")
    server = "{server: live, type: custom, location: 'sqlite:///office.db'}"
    text = text.replace('{server: files, type: local, path: "x", format: csv}', server)
    (tmp_path / "sources" / "s.odcs.yaml").write_text(text, encoding="utf-8")
    assert [path.name for path in untaken()] == ["office.db.csv"]


def test_a_persons_number_in_a_name_is_masked(inbox: Path, declare: Callable[..., None], cli: Cli) -> None:
    declare("s/*.csv")
    leave(inbox, "s/330102199903076015.txt")
    assert "330102199903076015" not in cli("status").out
    assert cli("status", "--json").document["untaken"] == ["s/***.txt"]


def test_names_with_other_letters_do_not_fit() -> None:
    assert not fits("july.csv", "*.xlsx")
    assert not fits("july2.csv", "july[1].csv")
    assert fits("july1.csv", "july[1].csv")


def test_a_home_and_an_inbox_with_brackets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Cli, declare: Callable[..., None], inbox: Path
) -> None:
    declare("s/*.csv")
    monkeypatch.setenv("IECAREER_HOME", str(tmp_path / "home [2026]"))
    monkeypatch.setenv("IECAREER_INBOX", str(tmp_path / "inbox{a} [1]"))
    path = leave(tmp_path / "inbox{a} [1]", "s/july[1].csv")
    assert rehearse("s", [path]).tables[0].receipt["n_loaded"] == 3
    assert rehearse("s", [path]).tables[0].verdict is not None
    assert land("s")[0]["n_loaded"] == 3
    assert cli("status").code == 0


def test_a_draft_from_a_folder_with_brackets_reads_it(inbox: Path) -> None:
    path = leave(inbox, "变更[2026]/JULY[1].CSV")
    add_source("moves", [path], ["employer_succession"])
    assert source_system("moves").waiting_files() == [path]
