"""`iecareer skill find` without a home."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from iecareer.__main__ import main
from tests.skills.vocabularies import wide, written


@pytest.fixture
def skill_find(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Run the command as a user does; returns exit code, output and errors."""

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setenv("IECAREER_HOME", "/nonexistent/home")
        monkeypatch.setattr("sys.argv", ["iecareer", "skill", "find", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as done:
            code = int(done.code or 0)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def file_of(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "adverts.csv"
    path.write_text(content, encoding="utf-8-sig")
    return path


def test_it_prints_each_skill_of_each_text_with_its_offsets(skill_find, tmp_path: Path) -> None:
    text = f"任职要求：1、熟悉{wide('Python')}，\n2、有MySQL经验者优先"
    code, out, err = skill_find(file_of(tmp_path, f'title,id,text\nx,a1,"{text}"\nx,a2,五险一金\n'))

    rows = list(csv.DictReader(io.StringIO(out)))
    assert (code, err) == (0, "")
    assert list(rows[0]) == ["id", "start", "end", "span", "skill_id", "kind", "level"]
    assert [(row["id"], row["span"], row["kind"], row["level"]) for row in rows] == [
        ("a1", wide("Python"), "tool", "required"),
        ("a1", "MySQL", "tool", "preferred"),
    ]
    assert all(text[int(row["start"]) : int(row["end"])] == row["span"] for row in rows)


def test_json_has_the_same_rows(skill_find, tmp_path: Path) -> None:
    code, out, _ = skill_find(file_of(tmp_path, "id,text\n1,熟悉PLC编程\n"), "--json")
    assert code == 0
    assert '"span": "PLC编程"' in out


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("id,body\n1,x\n", "adverts.csv:1: no column text"),
        ("", "no column id and no column text"),
        ("id,text,text\n1,x,y\n", "adverts.csv:1: 2 column text"),
        ("id,text\n1,x\n2,x,y\n", "adverts.csv:3: the row has not as many cells"),
        ('id,text\n1,"x\n', "adverts.csv is not CSV"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(
    skill_find, tmp_path: Path, content: str, message: str
) -> None:
    code, _, err = skill_find(file_of(tmp_path, content))
    assert code == 1
    assert message in err


def test_the_byte_that_is_not_utf8_is_named_and_nothing_is_printed(skill_find, tmp_path: Path) -> None:
    path = tmp_path / "adverts.csv"
    path.write_bytes(b"id,text\n" + "1,熟悉Python\n".encode() * 3_000 + b"2,\xff\n")
    code, out, err = skill_find(path)
    assert (code, out) == (1, "")
    assert f"adverts.csv is not UTF-8 (byte {path.stat().st_size - 2})" in err


def test_a_folder_is_refused(skill_find, tmp_path: Path) -> None:
    code, _, err = skill_find(tmp_path)
    assert (code, "is a folder" in err) == (1, True)


def test_a_missing_file_is_refused(skill_find, tmp_path: Path) -> None:
    code, _, err = skill_find(tmp_path / "none.csv")
    assert (code, "There is no file" in err) == (1, True)


def test_another_vocabulary_can_be_used(skill_find, tmp_path: Path) -> None:
    vocabulary = written(tmp_path / "own.csv", {"name_zh": "陶瓷雕刻"})
    _, out, _ = skill_find(file_of(tmp_path, "id,text\n1,会陶瓷雕刻\n"), "--vocabulary", vocabulary)
    assert "陶瓷雕刻,S00000001,method,required" in out
