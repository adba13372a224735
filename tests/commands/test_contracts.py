"""Commands for record types: list, show, template and html."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from iecareer.commands import app
from iecareer.contracts import load_record_types
from iecareer.errors import IecareerError


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_all_record_types_are_listed() -> None:
    listed = json.loads(run("contract", "list", "--json").stdout)
    assert [row["record_type"] for row in listed] == list(load_record_types())
    assert "学籍与毕业登记" in run("contract", "list").stdout


def test_one_is_shown_with_its_columns() -> None:
    shown = json.loads(run("contract", "show", "graduate", "--json").stdout)
    assert [row["column"] for row in shown["columns"]][:2] == ["person_id", "institution_code"]
    assert "secondary_vocational" in run("contract", "show", "graduate").stdout


def test_a_template_is_written_where_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = json.loads(run("contract", "template", "graduate", "--for", "4133010800", "--json").stdout)
    assert told == {"record_type": "graduate", "office": "4133010800", "file": "graduate_4133010800.xlsx"}
    assert (tmp_path / told["file"]).read_bytes().startswith(b"PK")
    assert run("contract", "template", "course", "--out", tmp_path / "new" / "a.xlsx").exit_code == 0
    assert (tmp_path / "new" / "a.xlsx").exists()


def test_a_filled_in_template_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    words = ("contract", "template", "course", "--out", path)
    assert run(*words).exit_code == run(*words).exit_code == 0
    path.write_bytes(b"PK filled in")
    refused = run(*words)
    assert isinstance(refused.exception, IecareerError)
    assert "already exists and differs from the empty template" in str(refused.exception)
    assert path.read_bytes() == b"PK filled in"


@pytest.mark.parametrize(
    "office", ["=1+1", "a b", "a/b", "../a", "张三", "-", "330102199903070011", "a" * 41]
)
def test_an_office_is_a_plain_code(office: str, tmp_path: Path) -> None:
    result = run("contract", "template", "course", "--for", office, "--out", tmp_path / "a.xlsx")
    assert result.exit_code == 2
    assert not (tmp_path / "a.xlsx").exists()


def test_what_cannot_be_written_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for words in (
        ("template", "course", "--out", tmp_path / "file" / "a.xlsx"),
        ("html", "--out", tmp_path / "file"),
    ):
        result = run("contract", *words)
        assert isinstance(result.exception, IecareerError)
        assert "cannot be written" in str(result.exception)


def test_a_template_has_an_ending_that_spreadsheets_know(tmp_path: Path) -> None:
    assert run("contract", "template", "course", "--out", tmp_path / "a.csv").exit_code == 2


def test_an_unknown_record_type_is_named_with_what_it_may_mean() -> None:
    result = run("contract", "template", "graduates")
    assert isinstance(result.exception, IecareerError)
    assert "did you mean graduate?" in str(result.exception)


@pytest.mark.parametrize("out", ["page.html", "folder"])
def test_the_page_is_written_to_a_file_or_a_folder(out: str, tmp_path: Path) -> None:
    told = json.loads(run("contract", "html", "--out", tmp_path / out, "--json").stdout)
    assert told["record_types"] == 24
    assert Path(told["file"]).read_text(encoding="utf-8").startswith("<!doctype html>")
