"""The folders of the bureau, the enterprises and researchers: what is in them, and that each verifies alone."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pytest

from iecareer.errors import IecareerError
from iecareer.feedback import release, verify, wording
from iecareer.feedback.enterprises import read_enterprises
from iecareer.feedback.folder_names import folder_name
from iecareer.feedback.manifest import read_manifest
from iecareer.feedback.overview import KEPT, Overview, Standing
from iecareer.feedback.published import open_published, read_edition
from iecareer.feedback.ranking import RankedProgram
from iecareer.ledger.merkle import inclusion_path, inclusion_paths, leaf_hash
from iecareer.ledger.signing import public_key_of
from tests.feedback import synthetic_tables
from tests.feedback.conftest import KEY

ENTERPRISE, OTHER = synthetic_tables.EMPLOYERS
OWN = f"enterprises/{ENTERPRISE}"
PEM = public_key_of(KEY)


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_release_has_a_folder_for_every_recipient(released: Path) -> None:
    enterprises = {f"enterprises/{code}" for code in synthetic_tables.EMPLOYERS}
    wanted = {*synthetic_tables.INSTITUTIONS, "bureau", "researchers", *enterprises}
    assert set(read_manifest(released)["recipients"]) == wanted
    assert read_manifest(released / OWN)["enterprise_code"] == ENTERPRISE
    assert read_manifest(released / OWN)["recipient"] == OWN


@pytest.mark.parametrize("name", ["bureau", OWN, "researchers"])
def test_each_folder_verifies_alone_without_a_home(released: Path, tmp_path: Path, name: str) -> None:
    shutil.copytree(released / name, tmp_path / "received")
    (tmp_path / "empty").mkdir()
    (tmp_path / "bureau.pem").write_text(PEM)
    command = [sys.executable, "-m", "iecareer", "verify", "../received", "--key", "../bureau.pem"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("IECAREER_")}
    environment |= {"HOME": str(tmp_path / "empty")}
    done = subprocess.run(
        command, cwd=tmp_path / "empty", env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert f"in release first for {name}" in done.stdout
    assert not list((tmp_path / "empty").iterdir())


def test_inside_a_release_each_folder_is_checked_with_the_ledger(released: Path) -> None:
    for name in ("bureau", OWN, "researchers"):
        found = verify(released / name, PEM)
        assert found.problems == ()
        assert "whether a later release supersedes" not in found.not_shown


def test_changes_in_the_folders_of_enterprises_are_found(own_home: Path) -> None:
    folder = own_home / "releases" / "first"
    page = next((folder / OWN).glob("*.html"))
    page.chmod(0o644)
    page.write_text("changed", encoding="utf-8")
    shutil.copytree(folder / f"enterprises/{OTHER}", folder / "enterprises" / "copy")
    (folder / "enterprises" / "notes.txt").write_text("x")
    shutil.rmtree(folder / f"enterprises/{OTHER}")
    assert list(verify(folder, PEM).problems) == [
        f"enterprises/{OTHER}: missing",
        "enterprises/copy: not part of the release",
        "enterprises/notes.txt: not part of the release",
        f"{OWN}/{page.name}: changed",
    ]


def test_the_folder_of_one_enterprise_is_not_taken_for_that_of_another(own_home: Path) -> None:
    folder = own_home / "releases" / "first"
    shutil.rmtree(folder / OWN)
    shutil.copytree(folder / f"enterprises/{OTHER}", folder / OWN)
    assert f"{OWN}/manifest.json: is not the one of this folder" in verify(folder, PEM).problems


def test_no_code_takes_the_folder_of_another_recipient() -> None:
    names = ["bureau", "Bureau", "enterprises", "researchers", "manifest.json"]
    found = [folder_name(name) for name in names]
    assert not {name.lower() for name in found} & {"bureau", "enterprises", "researchers", "manifest.json"}
    assert len(set(found)) == len(names)


def test_all_inclusion_paths_are_those_of_single_leaves() -> None:
    for size in (1, 2, 3, 7, 8, 13):
        leaves = [leaf_hash(bytes([at])) for at in range(size)]
        assert inclusion_paths(leaves) == [inclusion_path(leaves, at) for at in range(size)]
    assert inclusion_paths([]) == []


def test_an_enterprise_reads_only_its_own_rows(released: Path) -> None:
    folder = released / OWN
    rows = read_csv(folder / "data" / "employer_retention.csv")
    assert {row["enterprise_code"] for row in rows} == {ENTERPRISE}
    assert len(rows) == len(synthetic_tables.HORIZONS)
    assert rows == [
        {name: "" if value is None else str(value) for name, value in row.items()}
        for row in pq.read_table(folder / "data" / "employer_retention.parquet").to_pylist()
    ]
    for path in (path for path in folder.rglob("*") if path.suffix in (".html", ".csv", ".json")):
        assert OTHER not in path.read_text(encoding="utf-8"), path.name
    assert {path.name for path in (folder / "data").iterdir()} == {
        "columns.csv",
        "tables.csv",
        "employer_retention.csv",
        "employer_retention.parquet",
    }


def test_without_named_employers_there_is_no_folder_of_enterprises(own_home: Path) -> None:
    with duckdb.connect(str(own_home / "warehouse.duckdb")) as connection:
        connection.execute("delete from feedback.employer_retention")
    folder = release("none", key=KEY)
    assert not (folder / "enterprises").exists()
    assert verify(folder, PEM).problems == ()


def test_names_that_a_spreadsheet_would_run_are_defused_for_all(own_home: Path) -> None:
    with duckdb.connect(str(own_home / "warehouse.duckdb")) as connection:
        connection.execute("update feedback.employer_retention set enterprise_name = '=1+1\u202e'")
        connection.execute("update feedback.institution set institution_name = '@SUM(A1)'")
    folder = release("names", key=KEY)
    assert read_csv(folder / OWN / "data" / "employer_retention.csv")[0]["enterprise_name"] == "'=1+1"
    assert read_csv(folder / "bureau/data/employer_retention.csv")[0]["enterprise_name"] == "'=1+1"
    assert read_csv(folder / "bureau/data/institution.csv")[0]["institution_name"] == "'@SUM(A1)"
    assert read_csv(folder / "researchers/data/leo_provider.csv")[-1]["provider_name"] in (
        "'@SUM(A1)",
        "Total",
    )
    book = openpyxl.load_workbook(folder / "bureau" / "bureau_names.xlsx")
    assert not [cell for sheet in book for line in sheet for cell in line if cell.data_type == "f"]


def test_the_bureau_gets_all_rows_of_all_tables(released: Path, published_home: Path) -> None:
    data = released / "bureau" / "data"
    with duckdb.connect(str(published_home / "warehouse.duckdb"), read_only=True) as connection:
        for name in [*wording.tables(), "institution", "program"]:
            (held,) = connection.execute(f"select count(*) from feedback.{name}").fetchone() or (0,)
            assert (
                len(read_csv(data / f"{name}.csv"))
                == held
                == pq.read_metadata(data / f"{name}.parquet").num_rows
            )
    explained = {row["column"] for row in read_csv(data / "columns.csv")}
    for path in data.glob("*.parquet"):
        assert set(pq.read_schema(path).names) <= explained, path.name
    assert {row["table"] for row in read_csv(data / "tables.csv")} == set(wording.tables())


def test_the_bureau_sees_every_institution_on_page_and_in_workbook(released: Path) -> None:
    page = next((released / "bureau").glob("*.html")).read_text(encoding="utf-8")
    assert all(code in page for code in synthetic_tables.INSTITUTIONS)
    assert 'id="region"' in page
    assert 'id="institutions"' in page
    assert 'id="all_programs"' in page
    assert "lights" not in page
    book = openpyxl.load_workbook(released / "bureau" / "bureau_first.xlsx")
    names = {cell.value for cell in book["毕业去向落实率"]["D"]}
    assert set(synthetic_tables.INSTITUTIONS.values()) <= names


def ranked(code: str, lower: float) -> RankedProgram:
    """A program whose one statement lies `lower` times the half interval below its peers."""

    class Told:
        mark = "lower" if lower > 1 else "not_told_apart"
        clearness = lower
        is_shown = True

    statements: Any = (Told(),)
    return RankedProgram(code, code, statements)


def test_an_overview_ranks_over_institutions_and_keeps_the_first() -> None:
    overview = Overview()
    for at in range(3):
        programs = tuple(ranked(f"{at}-{step:03d}", 0.5 + step / 1000 + at / 10_000) for step in range(600))
        overview.add(Standing(ranked(str(at), at / 2), programs))
    assert [one.code for one in overview.institutions] == ["2", "1", "0"]
    assert [one.program.code for one in overview.programs[:4]] == ["2-599", "1-599", "0-599", "2-598"]
    assert (len(overview.programs), overview.n_programs) == (KEPT, 1800)
    # 0.5 + 0.501 is above 1: 99 programs of the first institution, and one more each of the others
    assert overview.n_lower == 99 + 100 + 100
    assert overview.n_compared == overview.n_comparisons == 1800


def test_enterprises_are_read_in_parts(published_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IECAREER_HOME", str(published_home))
    monkeypatch.setattr("iecareer.feedback.enterprises._AT_ONCE", 1)
    with open_published() as connection:
        found = list(read_enterprises(connection, read_edition(connection)))
    assert [(one.code, one.name, one.table.num_rows) for one in found] == [
        (code, name, 7) for code, name in synthetic_tables.EMPLOYERS.items()
    ]


def test_the_folder_of_all_enterprises_is_none_to_verify(released: Path) -> None:
    with pytest.raises(IecareerError, match=r"has no manifest\.json"):
        verify(released / "enterprises", PEM)


@pytest.mark.parametrize("name", ["bureau", OWN])
def test_each_text_of_the_pages_stands_there_in_both_languages(released: Path, name: str) -> None:
    page = next((released / name).glob("*.html")).read_text(encoding="utf-8")
    pairs = re.findall(r'<span lang="zh-CN">([^<]*)</span><span lang="en">([^<]*)</span>', page)
    assert len(pairs) == page.count('<span lang="zh-CN">') == page.count('<span lang="en">') > 20
    assert '<html lang="zh-CN">' in page
    assert read_manifest(released)["fingerprint"] in page
