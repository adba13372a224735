"""Releases: harmless files, no neighbour's rows, immutability, hashes, signatures, chain."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
import zipfile
from pathlib import Path

import duckdb
import openpyxl
import pytest

from iecareer.errors import IecareerError
from iecareer.feedback import freeze, ledger, release, verify
from iecareer.feedback.delimited import harmless

KEY = b"k" * 32
CODE, OTHER = "4142010800", "4142010803"


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def change(path: Path) -> None:
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def test_each_institution_gets_workbook_page_and_tables(released: Path) -> None:
    folder = released / CODE
    assert [path.name for path in folder.glob("*.xlsx")] == [f"{CODE}_first.xlsx"]
    assert [path.name for path in folder.glob("*.html")] == [f"{CODE}_first.html"]
    assert {"employment.csv", "job_match.csv", "retention.csv", "starting_salary.csv", "columns.csv"} <= {
        path.name for path in (folder / "csv").iterdir()
    }
    assert not [path for path in released.rglob("*") if path.is_file() and path.stat().st_mode & 0o222]


def test_csv_has_a_bom_and_one_row_per_line(released: Path) -> None:
    for path in released.rglob("*.csv"):
        assert path.read_bytes().startswith(b"\xef\xbb\xbf"), path.name
        with path.open(encoding="utf-8-sig", newline="") as file:
            widths = {len(row) for row in csv.reader(file)}
        assert len(widths) == 1, path.name


def test_no_folder_holds_another_institution(released: Path) -> None:
    for path in (released / CODE).rglob("*"):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                text = "".join(book.read(name).decode() for name in book.namelist())
        elif path.is_file():
            text = path.read_text(encoding="utf-8")
        else:
            continue
        assert OTHER not in text, path.name


def test_page_loads_nothing(released: Path) -> None:
    for path in released.rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        assert not re.search(
            r"https?:|//[a-z]|<script|<link|@import|@font-face|javascript:", page, re.IGNORECASE
        )
        assert page.count("<svg") >= 2
        assert set(re.findall(r"url\(([^)]*)\)", page)) <= {
            f"#{found}" for found in re.findall(r'id="([^"]+)"', page)
        }
        assert "effect " not in page.lower()
        assert "Noto Sans CJK SC" in page


def test_page_says_why_a_number_is_missing(own_home: Path) -> None:
    with duckdb.connect(str(own_home / "warehouse.duckdb")) as connection:
        connection.execute("update feedback.job_match set status = 'too_few', share = null")
        connection.execute("update feedback.retention_curve set status = 'too_few', retention = null")
    page = next((release("small", key=KEY) / CODE).glob("*.html")).read_text(encoding="utf-8")
    assert "不足 10 人，不发布" in page
    assert "fewer than 10 graduates: not published" in page
    assert "Too few graduates: no chart in this edition." in page


def test_workbook_is_readable_and_has_no_formula(released: Path) -> None:
    path = next((released / CODE).glob("*.xlsx"))
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[:2] == ["封面 Cover", "说明 Notes"]
    assert len(book.sheetnames) == 10
    for sheet in book.worksheets:
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    table = book["起薪"]
    assert table.freeze_panes is not None
    assert [table["A4"].value, table["A5"].value] == ["专业代码", "Program code"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_a_spreadsheet_would_run_is_defused(start: str) -> None:
    assert harmless(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"
    assert harmless("数控技术") == "数控技术"
    assert harmless(-0.5) == -0.5


def test_names_from_deliveries_are_never_run(own_home: Path) -> None:
    evil = '=HYPERLINK("http://x","y")<script>alert(1)</script>'
    with duckdb.connect(str(own_home / "warehouse.duckdb")) as connection:
        connection.execute("update feedback.program set program_name = ?", [evil])
        connection.execute("update feedback.institution set institution_name = ?", [evil])
        connection.execute("update feedback.summary set institution_name = ?", [evil])
    folder = release("evil", key=KEY) / CODE
    book = openpyxl.load_workbook(next(folder.glob("*.xlsx")))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert [cell for cell in cells if cell.value == evil]
    page = next(folder.glob("*.html")).read_text(encoding="utf-8")
    assert "<script" not in page
    with (folder / "csv" / "response.csv").open(encoding="utf-8-sig", newline="") as file:
        names = {row["program_name"] for row in csv.DictReader(file)}
    assert names == {f"'{evil}"}


def test_codes_from_deliveries_never_leave_the_folder() -> None:
    assert freeze.folder_name("../../etc") == "%2E%2E%2F%2E%2E%2Fetc"
    assert freeze.folder_name("..") == "%2E%2E"
    assert freeze.folder_name("4142010800") == "4142010800"


def test_same_rows_give_the_same_files(own_home: Path) -> None:
    again = release("other", key=KEY)
    first = own_home / "releases" / "first"
    same = [path for path in contents(first / CODE) if path.startswith("csv/")]
    assert all(contents(first / CODE)[path] == contents(again / CODE)[path] for path in same)
    shutil.rmtree(own_home / "releases")
    books = [next((release("one", key=KEY) / CODE).glob("*.xlsx")).read_bytes()]
    shutil.rmtree(own_home / "releases")
    books.append(next((release("one", key=KEY) / CODE).glob("*.xlsx")).read_bytes())
    assert books[0] == books[1]


def test_a_release_never_changes(own_home: Path) -> None:
    first = own_home / "releases" / "first"
    before = contents(first)
    with pytest.raises(IecareerError, match="never changes"):
        release("first", key=KEY)
    release(key=KEY)
    assert (own_home / "releases" / "R2026-11-21-1").is_dir()
    assert contents(first) == before
    assert not [path for path in (own_home / "releases").iterdir() if path.name.startswith(".draft")]


@pytest.mark.parametrize("label", ["", "../x", ".hidden", "a/b", "ledger.jsonl", "x" * 65])
def test_malformed_labels_are_refused(own_home: Path, label: str) -> None:
    with pytest.raises(IecareerError):
        release(label, key=KEY)
    assert {path.name for path in (own_home / "releases").iterdir()} <= {"first", "ledger.jsonl", ".lock"}


def test_nothing_published_is_said(home: Path) -> None:
    with pytest.raises(IecareerError, match="no published warehouse"):
        release("x", key=KEY)


def test_untouched_release_verifies_with_and_without_key(released: Path, tmp_path: Path) -> None:
    assert verify(released, key=KEY) == []
    alone = tmp_path / "received"
    shutil.copytree(released / CODE, alone)
    assert verify(alone) == []
    assert verify(alone, key=KEY) == []
    assert verify(alone, key=b"x" * 32) == ["manifest.json: not signed by this warehouse"]


def test_one_changed_byte_is_found_anywhere(own_home: Path) -> None:
    folder = own_home / "releases" / "first"
    for path in [
        *(folder / CODE).rglob("*.csv"),
        *(folder / CODE).glob("*.xlsx"),
        *(folder / CODE).glob("*.html"),
    ]:
        kept = path.read_bytes()
        change(path)
        name = path.relative_to(folder / CODE).as_posix()
        assert f"{name}: changed" in verify(folder / CODE, key=KEY)
        assert f"{CODE}/{name}: changed" in verify(folder, key=KEY)
        path.write_bytes(kept)
    assert verify(folder, key=KEY) == []


def test_missing_and_added_files_are_found(own_home: Path) -> None:
    folder = own_home / "releases" / "first" / CODE
    (folder / "csv" / "response.csv").unlink()
    (folder / "notes.txt").write_text("x")
    assert verify(folder, key=KEY) == ["csv/response.csv: missing", "notes.txt: not part of the release"]


def test_rewritten_manifest_is_found_by_its_signature(own_home: Path, tmp_path: Path) -> None:
    folder = own_home / "releases" / "first"
    change(folder / CODE / "csv" / "response.csv")
    manifest = json.loads((folder / CODE / ledger.MANIFEST).read_text())
    manifest["files"] = ledger.hashes(folder / CODE)
    (folder / CODE / ledger.MANIFEST).chmod(0o644)
    (folder / CODE / ledger.MANIFEST).write_text(json.dumps(manifest))
    shutil.copytree(folder / CODE, tmp_path / "received")
    assert verify(tmp_path / "received") == []
    assert verify(folder / CODE, key=KEY) == ["manifest.json: not signed by this warehouse"]
    assert f"{CODE}/manifest.json: changed" in verify(folder, key=KEY)


def test_releases_form_a_chain(own_home: Path) -> None:
    releases = own_home / "releases"
    for label in ("second", "third"):
        release(label, key=KEY)
    manifests = [ledger.read_manifest(releases / label) for label in ("first", "second", "third")]
    assert [m["previous_label"] for m in manifests] == [None, "first", "second"]
    assert manifests[2]["previous_manifest_sha256"] == ledger.sha256_of(releases / "second" / ledger.MANIFEST)
    assert all(verify(releases / label, key=KEY) == [] for label in ("first", "second", "third"))
    path = releases / ledger.LEDGER
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([lines[0], lines[2]]) + "\n", encoding="utf-8")
    assert "ledger.jsonl: entry 2 does not follow the one before it" in verify(releases / "third", key=KEY)
    assert "ledger.jsonl: has no entry for second" in verify(releases / "second", key=KEY)


def test_a_killed_release_is_mended_by_the_next(own_home: Path) -> None:
    releases = own_home / "releases"
    release("second", key=KEY)
    lines = (releases / ledger.LEDGER).read_bytes().splitlines(keepends=True)
    (releases / ledger.LEDGER).write_bytes(lines[0] + lines[1][:40])
    (releases / ".draft-third-0").mkdir()
    release("third", key=KEY)
    assert [entry["label"] for entry in ledger.read_ledger(releases)] == ["first", "second", "third"]
    assert all(verify(releases / label, key=KEY) == [] for label in ("first", "second", "third"))
    assert not (releases / ".draft-third-0").exists()


def test_folder_without_manifest_is_said(tmp_path: Path) -> None:
    with pytest.raises(IecareerError, match=r"manifest\.json"):
        verify(tmp_path)
