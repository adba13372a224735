"""Titles that are looked up, remembered, or coded by the model."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pyarrow.parquet import read_table

from iecareer.errors import IecareerError
from iecareer.occupations import coding
from iecareer.occupations.added_titles import ADDED_TITLES, added_titles

NEW_TITLE = "高级Java后端开发工程师（急）"


def add(tmp_path: Path, content: str) -> None:
    (tmp_path / "sources").mkdir(exist_ok=True)
    (tmp_path / "sources" / ADDED_TITLES).write_text(content, encoding="utf-8")


def refuse_to_train(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("the model was used")

    monkeypatch.setattr(coding, "trained", fail)


def test_a_title_is_coded_once(no_home: Path, monkeypatch: pytest.MonkeyPatch, models: Path) -> None:
    (no_home / "lake").mkdir(parents=True)
    monkeypatch.setattr(coding, "model_folder", lambda: models / "iecareer" / "occupations")
    first = coding.code_titles([NEW_TITLE])
    refuse_to_train(monkeypatch)

    assert coding.code_titles(["高级ＪＡＶＡ后端开发工程师(急)"]) == {
        "高级ＪＡＶＡ后端开发工程师(急)": first[NEW_TITLE]
    }
    assert first[NEW_TITLE].occupation_code.startswith("2-02-")


def test_what_is_remembered_names_no_title(
    no_home: Path, monkeypatch: pytest.MonkeyPatch, models: Path
) -> None:
    (no_home / "lake").mkdir(parents=True)
    monkeypatch.setattr(coding, "model_folder", lambda: models / "iecareer" / "occupations")
    coding.code_titles([NEW_TITLE])
    (stored,) = models.rglob("titles-*.parquet")
    columns = read_table(stored).to_pydict()
    assert columns.keys() == {"title_digest", *coding.Coded._fields}
    assert {len(digest) for digest in columns["title_digest"]} == {32}


def test_a_title_that_a_person_coded_needs_no_model(no_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_to_train(monkeypatch)

    assert coding.code_titles(["技术编辑"])["技术编辑"].occupation_code == "2-10-02-03"


def test_an_added_title_has_the_code_of_the_bureau(
    no_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(tmp_path, "occupation_code,job_title\n4-07-03-04,技术编辑\n4-07-03-04,人事小能手\n")
    refuse_to_train(monkeypatch)

    coded = coding.code_titles(["技术编辑", " 人事小能手"])
    assert {(found.occupation_code, found.confidence) for found in coded.values()} == {("4-07-03-04", 1.0)}


def test_a_title_without_a_letter_has_no_code(no_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_to_train(monkeypatch)

    assert coding.code_titles(["", "***", "１３８"]) == dict.fromkeys(
        ["", "***", "１３８"], coding.Coded("", *[0.0] * 5)
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("job_title,code\n电工,6-31-01-03\n", "job-titles.csv:1: no column occupation_code"),
        (
            "job_title,occupation_code\n电工,6-31-01-03\n钳工,6-31-99-99\n",
            "job-titles.csv:3: column occupation_code",
        ),
        ("job_title,occupation_code\n,6-31-01-03\n", "job-titles.csv:2: the row has no title"),
        (
            "job_title,occupation_code\n电工,6-31-01-03,x\n",
            "job-titles.csv:2: the row has no title, or too many",
        ),
        (
            "job_title,occupation_code\n电工,6-31-01-03\n电工 ,6-31-01-10\n",
            "job-titles.csv:3: the title has another code above",
        ),
        ('job_title,occupation_code\n电工,6-31-01-03\n"钳工,6-31-01-03\n', "job-titles.csv:3: not CSV"),
    ],
)
def test_a_wrong_row_of_added_titles_is_named(no_home: Path, tmp_path: Path, content: str, said: str) -> None:
    add(tmp_path, content)

    with pytest.raises(IecareerError) as refused:
        added_titles()
    assert said in str(refused.value)
    assert "电工" not in str(refused.value)


def test_two_folders_that_disagree_on_a_title_are_named(
    no_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [tmp_path / "first", tmp_path / "second"]
    for folder, code in zip(folders, ("6-31-01-03", "6-31-01-10"), strict=True):
        folder.mkdir()
        (folder / "job-titles.csv").write_text(f"job_title,occupation_code\n电工,{code}\n", encoding="utf-8")
    monkeypatch.setenv("IECAREER_SOURCES", os.pathsep.join(map(str, folders)))

    with pytest.raises(IecareerError, match=r"second/job-titles\.csv:2: the title has another code"):
        added_titles()
