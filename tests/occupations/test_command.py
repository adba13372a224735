"""`iecareer occupation code` without a home."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from iecareer.__main__ import main

COLUMNS = "job_title,occupation_code,confidence,confidence_1,confidence_2,confidence_3,confidence_4"


@pytest.fixture
def occupation_code(no_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Run the command as a user does; returns exit code, output and errors."""

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["iecareer", "occupation", "code", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as done:
            code = int(done.code or 0)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def titles_file(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "titles.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8-sig"))
    return path


def test_each_row_gets_a_row_in_its_order(occupation_code, tmp_path: Path, no_home: Path) -> None:
    content = (
        '"id",job_title\n1,急招前台文员（五险一金）\n2,\n3,"儿科护士"\n4,急招前台文员（五险一金）\n5,138\n'
    )
    code, out, err = occupation_code(titles_file(tmp_path, content))

    rows = list(csv.DictReader(io.StringIO(out)))
    assert (code, err, out.splitlines()[0]) == (0, "", COLUMNS)
    assert [row["job_title"] for row in rows] == [
        "急招前台文员（五险一金）",
        "",
        "儿科护士",
        "急招前台文员（五险一金）",
        "138",
    ]
    assert rows[0] == rows[3]
    assert [row["occupation_code"] for row in (rows[1], rows[4])] == ["", ""]
    for row in rows:
        levels = [float(row[f"confidence_{level}"]) for level in (1, 2, 3, 4)]
        assert levels == sorted(levels, reverse=True)
        assert float(row["confidence"]) == levels[-1]
    assert not no_home.exists()


def test_the_name_of_an_occupation_has_its_code(occupation_code, tmp_path: Path) -> None:
    _, out, _ = occupation_code(titles_file(tmp_path, "job_title\n儿科护士\n企业人力资源管理师\n"))

    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["occupation_code"] for row in rows] == ["2-05-08-02", "4-07-03-04"]


def test_codes_of_little_confidence_are_left_out_on_request(occupation_code, tmp_path: Path) -> None:
    path = titles_file(tmp_path, "job_title\n合作伙伴\nJava开发工程师\n")
    told = list(csv.DictReader(io.StringIO(occupation_code(path)[1])))
    limit = sum(float(row["confidence"]) for row in told) / 2
    kept = list(csv.DictReader(io.StringIO(occupation_code(path, "--abstain-below", limit)[1])))

    assert float(told[0]["confidence"]) < limit < float(told[1]["confidence"])
    assert [row["occupation_code"] for row in kept] == ["", told[1]["occupation_code"]]
    assert [row["confidence"] for row in kept] == [row["confidence"] for row in told]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("title\n电工\n", "titles.csv:1: no column job_title"),
        ("id,job_title\n1,电工\n2,维修,电工\n", "titles.csv:3: the row has not as many cells"),
        ("job_title\n电工\n".encode("gb18030"), "titles.csv is not UTF-8"),
        ('job_title\n"电工\n', "titles.csv is not CSV"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_line(
    occupation_code, tmp_path, content, said
) -> None:
    code, out, err = occupation_code(titles_file(tmp_path, content))

    assert (code, out) == (1, "")
    assert said in err
    assert "电工" not in err


def test_a_title_with_a_carriage_return_stays_one_row(occupation_code, tmp_path: Path) -> None:
    title = "收银员\r店长"
    _, out, _ = occupation_code(titles_file(tmp_path, f'job_title\n"{title}"\n电工\n'))
    assert [row[0] for row in csv.reader(io.StringIO(out, newline=""))] == ["job_title", title, "电工"]


def test_a_missing_file_is_named(occupation_code, tmp_path: Path) -> None:
    code, _, err = occupation_code(tmp_path / "none.csv")

    assert code == 1
    assert "There is no file" in err
