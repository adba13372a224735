"""File formats are detected or given by options; a wrong option gives a clear message."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from iecareer.commands import app
from iecareer.errors import IecareerError
from iecareer.onboarding import Added, Dialect, rehearse
from iecareer.sources import source_system
from tests.onboarding.activation import land_reviewed
from tests.onboarding.conftest import HEADERS, NAMES, insurance_rows
from tests.people import resident_id

Add = Callable[..., tuple[Added, str]]
JOBS = ("职位", "城市", "标签", "发布日期", "职位描述")


def advertisements(tags: str, description: str = "负责账目", n: int = 24) -> list[list[str]]:
    return [["会计", "杭州", tags, "2024-05-06", f"{description}{at}"] for at in range(n)]


def first_headers(name: str) -> set[str]:
    return {mapping.headers[0] for mapping in source_system(name).tables[0].mappings if mapping.headers}


@pytest.mark.parametrize(
    ("delimiter", "tags", "description", "titles"),
    [
        (",", "甲|乙|丙|丁|戊|己|庚|辛|壬", "甲", ()),
        (",", '"五险|一金|双休|年假|体检"', "a;b;c;d;e;f;g;h|", ()),
        (",", "甲|乙|丙|丁|戊|己|庚", "甲", ("某市招聘信息", "")),
        ("|", "甲,乙,丙,丁,戊,己,庚,辛", "甲,乙", ()),
        ("\t", "甲,乙", "甲,乙;丙;丁;戊;己;庚", ()),
        (";", "1,5", "甲, 乙, 丙, 丁, 戊, 己", ("Stand: Mai, 2024", "")),
    ],
)
def test_what_stands_within_cells_is_not_taken_for_the_delimiter(
    write: Callable[..., Path], add: Add, delimiter: str, tags: str, description: str, titles: tuple[str, ...]
) -> None:
    sample = write("jobs.csv", JOBS, advertisements(tags, description), delimiter=delimiter, titles=titles)
    added, _ = add(sample)
    assert added.record_types == ("job_posting",)
    assert first_headers("office") == {"职位", "城市", "发布日期", "职位描述"}
    (receipt,) = land_reviewed("office", [sample])
    assert (receipt["n_in"], receipt["n_loaded"]) == (24, 24)


def test_words_alone_under_headers_of_words(write: Callable[..., Path], add: Add) -> None:
    """Only the headers show that bars are within cells, because all rows have the same number of bars."""
    headers = ("职位", "城市", "职位描述")
    rows = [
        ["会计", "杭州", "核算|报税|出纳|审计|开票|对账"],
        ["电工", "宁波", "安装|检修|布线|巡检|值班|登高"],
    ] * 9
    _, text = add(write("jobs.csv", headers, rows), record_types=["job_posting"])
    assert {"职位", "城市", "职位描述"} == first_headers("office")
    assert "headers in line 1" in text


def test_a_delimiter_that_nobody_would_guess_is_told(write: Callable[..., Path], sources: Path) -> None:
    sample = write("months.csv", delimiter="^")
    result = CliRunner().invoke(app, ["source", "add", "office", "--from", str(sample), "--delimiter", "^"])
    assert result.exit_code == 0, result.output
    assert source_system("office").delimiter == "^"
    table = rehearse("office", [sample]).tables[0]
    assert (table.receipt["n_in"], table.receipt["n_loaded"]) == (40, 40)


@pytest.mark.parametrize(("typed", "meant"), [("tab", "\t"), ("\\t", "\t"), ("bar", "|"), (";", ";")])
def test_delimiters_as_they_are_typed(
    write: Callable[..., Path], sources: Path, typed: str, meant: str
) -> None:
    sample = write("months.csv", delimiter=meant)
    result = CliRunner().invoke(app, ["source", "add", "office", "--from", str(sample), "--delimiter", typed])
    assert result.exit_code == 0, result.output
    assert source_system("office").delimiter == meant
    assert land_reviewed("office", [sample])[0]["n_loaded"] == 40


@pytest.mark.parametrize(
    "told", [["--delimiter", "ab"], ["--delimiter", '"'], ["--encoding", "klingon"], ["--header-row", "0"]]
)
def test_what_cannot_be_meant_is_refused(write: Callable[..., Path], sources: Path, told: list[str]) -> None:
    result = CliRunner().invoke(app, ["source", "add", "office", "--from", str(write("months.csv")), *told])
    assert result.exit_code
    assert "Traceback" not in result.output
    assert not sources.exists()


def test_sheet_row_and_encoding_are_told(
    write: Callable[..., Path], write_xlsx: Callable[..., Path], add: Add
) -> None:
    jobs = ("身份证号", "用人单位", "入职时间", "离职时间", "数据截止日期", "月薪")
    told = [[resident_id(i), f"第{i}公司", "2023-07-01", "至今", "2024-12-31", "6.5千"] for i in range(30)]
    book = write_xlsx("book.xlsx", {"缴费": (HEADERS, insurance_rows()), "任职": (jobs, told)})
    added, _ = add(book, name="sheets", dialect=Dialect(sheet="任职", header_row=3))
    assert added.record_types == ("employment_spell",)
    assert source_system("sheets").header_row == 3
    assert source_system("sheets").tables[0].selector == "sheet:任职"
    (receipt,) = land_reviewed("sheets", [book])
    assert (receipt["n_loaded"], receipt["reasons"]) == (30, {"totals_row": 1})

    western = write("latin.csv", ("Personennummer", "Firma", "Eintritt", "Stand"),
                    [["P1", "Müller", "2020-01-01", "2024-01-01"]] * 3, encoding="mac_roman")  # fmt: skip
    add(western, name="latin", record_types=["employment_spell"], dialect=Dialect(encoding="mac-roman"))
    assert source_system("latin").encoding == "mac-roman"


@pytest.mark.parametrize(("written", "told"), [(",", "|"), ("^", None), ("|", ";")])
def test_a_wrong_delimiter_is_said_and_no_header_is_called_missing(
    write: Callable[..., Path], add: Add, written: str, told: str | None
) -> None:
    added, text = add(write("good.csv"))
    if told:
        text = text.replace(
            "    format: csv",
            f'    format: csv\n    customProperties: [{{property: delimiter, value: "{told}"}}]',
        )
        added.path.write_text(text, encoding="utf-8")
    sample = write("other.csv", delimiter=written)
    result = CliRunner().invoke(app, ["source", "check", "office", str(sample)])
    assert result.exit_code == 1
    assert f"separated by '{written}'" in " ".join(result.output.split())
    assert f'value: "{written}"' in " ".join(result.output.split())
    if written != "^":
        assert "MISSING" not in result.output
        assert "is not in the file" not in result.output
    assert not [secret for secret in (*NAMES, resident_id(0)) if secret in result.output]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ('"||"', "delimiter must be one character"),
        ("5", "delimiter: '5' is a number in YAML"),
        ("'\"'", "delimiter must be one character"),
    ],
)
def test_a_contract_with_an_impossible_delimiter_is_refused(
    write: Callable[..., Path], add: Add, told: str, said: str
) -> None:
    added, text = add(write("good.csv"))
    line = f"    format: csv\n    customProperties: [{{property: delimiter, value: {told}}}]"
    added.path.write_text(text.replace("    format: csv", line), encoding="utf-8")
    with pytest.raises(IecareerError, match=said):
        source_system("office")


def test_one_column_alone_leads_to_the_delimiter(write: Callable[..., Path], add: Add) -> None:
    with pytest.raises(IecareerError, match="has only one column") as error:
        add(write("months.csv", delimiter=":"))
    assert "--delimiter" in error.value.next_step


def test_a_sheet_that_is_not_there_leads_to_those_that_are(write_xlsx: Callable[..., Path], add: Add) -> None:
    book = write_xlsx("book.xlsx", {"缴费": (HEADERS, insurance_rows())})
    with pytest.raises(IecareerError, match="no sheet") as error:
        add(book, dialect=Dialect(sheet="任职"))
    assert "缴费" in error.value.next_step
    assert add(book, dialect=Dialect(sheet="缴*"))[0].record_types == ("employment_month",)


@pytest.mark.parametrize("told", ["cp1252", "mac-roman", "latin-1"])
@pytest.mark.parametrize("written", ["told", "utf-8", "utf-8-sig", "utf-16"])
def test_utf8_goes_before_an_encoding_that_fits_every_text(
    write: Callable[..., Path], add: Add, home: Path, told: str, written: str
) -> None:
    jobs = [[f"P{at}", "Müller & Söhne", "2020-01-01", "2024-01-01"] for at in range(3)]
    headers = ("Personennummer", "Firma", "Eintritt", "Stand")
    first = write("first.csv", headers, jobs, encoding=told)
    _, text = add(first, record_types=["employment_spell"], identity="opaque", dialect=Dialect(encoding=told))
    assert "encoding" in text
    later = write("later.csv", headers, jobs, encoding=told if written == "told" else written)
    land_reviewed("office", [later])
    rows = f"read_parquet('{home}/lake/landing/employment_spell/**/*.parquet')"
    assert duckdb.execute(f"select distinct employer from {rows}").fetchall() == [("Müller & Söhne",)]
