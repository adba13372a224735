"""What is left of an archived file after an erasure: in every format it can be conformed anew without the person."""

from __future__ import annotations

import gzip
import json
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from iecareer.contracts import record_type
from iecareer.errors import IecareerError
from iecareer.lake.manifest import versions
from iecareer.lake.parts import part_rows
from iecareer.landing import land, reconform
from iecareer.landing.erasure.erase import erase
from iecareer.landing.parse import parser
from iecareer.persons import vault
from iecareer.persons.subject import subject
from iecareer.settings import lake
from tests.identity.conftest import RECEIVED_ON, keys, months
from tests.people import resident_id

Add = Callable[..., None]
PERSONS = [resident_id(n) for n in range(20)]
GONE = PERSONS[7]
CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: bureau
version: 1.0.{version}
status: active
servers:
- server: files
  type: local
  path: "bureau/*"
  format: {format}
  customProperties:
  - {{property: identityScheme, value: {scheme}}}
schema:
- name: employment_month
  properties:
  - {{name: person_id, logicalType: string, physicalName: person_id{transform}}}
  - {{name: enterprise_code, logicalType: string, physicalName: enterprise_code}}
  - {{name: month, logicalType: string, physicalName: month}}
  - {{name: contribution_base, logicalType: string, physicalName: contribution_base}}
  - {{name: region_code, logicalType: string, physicalName: region_code}}
{more}"""
SPELLS = """- name: employment_spell
  properties:
  - {name: person_id, logicalType: string, physicalName: person_id}
  - {name: employer, logicalType: string, physicalName: enterprise_code}
  - {name: started_on, logicalType: string, physicalName: month}
  - {name: observed_on, logicalType: string, transformLogic: "'2024-12-31'"}
"""


@pytest.fixture
def contract(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Add:
    """Write, or write anew, the contract of the source `bureau`."""

    def write(**told: Any) -> None:
        (tmp_path / "systems").mkdir(exist_ok=True)
        usual = {"version": 0, "format": "csv", "scheme": "cn_resident_id", "transform": "", "more": ""}
        text = CONTRACT.format(**(usual | told))
        (tmp_path / "systems" / "bureau.odcs.yaml").write_text(text, encoding="utf-8")
        monkeypatch.setenv("IECAREER_SOURCES", str(tmp_path / "systems"))

    return write


def landed(path: Path) -> dict[str, dict[str, Any]]:
    receipts = land("bureau", [path], RECEIVED_ON)
    assert [receipt["error"] for receipt in receipts] == [None] * len(receipts)
    return {receipt["record_type"]: receipt for receipt in receipts}


def cells() -> list[list[str]]:
    return [line.split(",") for line in months(PERSONS).splitlines()]


def workbook(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("数据")
        for number, row in enumerate(cells()):
            sheet.write_row(number, 0, row)


def lines_of_json(path: Path) -> None:
    head, *rows = cells()
    path.write_text("\n".join(json.dumps(dict(zip(head, row, strict=True))) for row in rows))


def parquet(path: Path) -> None:
    head, *rows = cells()
    pq.write_table(pa.table(dict(zip(head, map(list, zip(*rows, strict=True)), strict=True))), path)


def sqlite(path: Path) -> None:
    head, *rows = cells()
    connection = sqlite3.connect(path)
    connection.execute(f"create table months ({', '.join(head)})")
    connection.executemany("insert into months values (?, ?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()


def packed(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("one.csv", months(PERSONS[:10]))
        archive.writestr("two.csv", months(PERSONS[10:]))


FORMATS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "csv": ("csv", lambda path: path.write_text(months(PERSONS))),
    "gzip": ("csv", lambda path: path.write_bytes(gzip.compress(months(PERSONS).encode()))),
    "UTF-16": ("csv", lambda path: path.write_bytes(months(PERSONS).encode("utf-16"))),
    "GB18030": ("csv", lambda path: path.write_bytes(f"基数表\n{months(PERSONS)}".encode("gb18030"))),
    "xlsx": ("xlsx", workbook),
    "jsonl": ("jsonl", lines_of_json),
    "parquet": ("parquet", parquet),
    "db": ("sqlite", sqlite),
    "zip": ("zip", packed),
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_conformed_anew_from_what_is_left(
    home: Path, tmp_path: Path, contract: Add, speaking_of: Callable[[str], list[str]], name: str
) -> None:
    file_format, write = FORMATS[name]
    path = tmp_path / f"months.{file_format}"
    write(path)
    contract(format=file_format)
    assert landed(path)["employment_month"]["n_loaded"] == 20
    erase(subject(GONE), "request of the person")
    assert speaking_of(GONE) == []
    contract(format=file_format, version=1)
    (receipt,) = reconform("bureau", RECEIVED_ON)
    assert (receipt["error"], receipt["n_in"], receipt["n_loaded"]) == (None, 19, 19)
    assert len(keys(home)) == 19
    erase(subject(PERSONS[8]), "request of the person")
    contract(format=file_format, version=2)
    (receipt,) = reconform("bureau", RECEIVED_ON)
    assert (receipt["error"], receipt["n_loaded"]) == (None, 18)
    assert speaking_of(PERSONS[8]) == []


def test_a_number_told_by_several_cells_is_kept_in_the_vault_and_refused_once_erased(
    home: Path, tmp_path: Path, contract: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parser, "_FEW_ROWS", 1)
    path = tmp_path / "months.csv"
    path.write_text(months(PERSONS))
    contract(transform=", transformLogic: \"case when region_code = '0' then month else value end\"")
    assert landed(path)["employment_month"]["n_loaded"] == 20
    assert sum(batch.num_rows for batch in vault.batches()) == 20
    erase(subject(GONE), "request of the person")
    path.write_text(months(PERSONS, "2024-06"))
    receipt = landed(path)["employment_month"]
    assert (receipt["n_loaded"], receipt["reasons"]) == (19, {"erased": 1})
    assert subject(GONE).person_key not in keys(home)


def test_members_whose_names_are_one_when_masked_stay_apart_in_what_is_left(
    home: Path, tmp_path: Path, contract: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parser, "_FEW_ROWS", 1)
    path = tmp_path / "months.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("20260101120000.csv", months([*PERSONS[:9], PERSONS[0]]))
        archive.writestr("20260101120001.csv", months([*PERSONS[9:], "nobody"]))
    contract()
    told = [landed(path)["employment_month"]]
    erase(subject(GONE), "request of the person")
    contract(version=1)
    told += reconform("bureau", RECEIVED_ON)
    counted = [(t["n_in"], t["n_loaded"], t["n_superseded"], t["n_quarantined"]) for t in told]
    assert counted == [(22, 20, 1, 1), (21, 19, 1, 1)]
    for delivery in versions():
        rows = part_rows(lake(), record_type("employment_month"), delivery.parts)
        assert duckdb.sql(f"select count(distinct person_key) from ({rows})").fetchall() == [(19,)]


def test_an_identifier_of_a_source_means_a_person_only_in_its_column(
    home: Path, tmp_path: Path, contract: Add
) -> None:
    path = tmp_path / "months.csv"
    path.write_text(months(["17", "8017", *(f"W{n}" for n in range(18))]).replace(",8001,", ",17,"))
    contract(scheme="opaque", more=SPELLS)
    assert {receipt["n_loaded"] for receipt in landed(path).values()} == {20}
    erase(subject("17", "bureau"), "request of the person")
    assert {d.record_type: d.n_loaded for d in versions()} == {"employment_month": 19, "employment_spell": 19}
    assert list(home.glob("lake/raw/*/*")) == []
    contract(scheme="opaque", more=SPELLS, version=1)
    assert [receipt["n_loaded"] for receipt in reconform("bureau", RECEIVED_ON)] == [19, 19]
    assert len(keys(home)) == 19


def test_a_number_with_blanks_inside_is_found_in_its_row(home: Path, tmp_path: Path, contract: Add) -> None:
    path = tmp_path / "months.csv"
    path.write_text(months([f"{number[:6]} {number[6:14]} {number[14:]}" for number in PERSONS]))
    transform = ", transformLogic: \"replace(value, ' ', '')\""
    contract(transform=transform)
    assert landed(path)["employment_month"]["n_loaded"] == 20
    erase(subject(GONE), "request of the person")
    assert list(home.glob("lake/raw/*/*")) == []
    contract(transform=transform, version=1)
    (receipt,) = reconform("bureau", RECEIVED_ON)
    assert (receipt["error"], receipt["n_loaded"]) == (None, 19)


def test_what_no_cell_shows_is_not_kept_at_all(home: Path, tmp_path: Path, contract: Add) -> None:
    path = tmp_path / "months.csv"
    path.write_text(months([f"x{n}" for n in range(20)]))
    transform = ", transformLogic: \"replace(value, 'x', 'W')\""
    contract(scheme="opaque", transform=transform)
    assert landed(path)["employment_month"]["n_loaded"] == 20
    erase(subject("W7", "bureau"), "request of the person")
    assert list(home.glob("lake/raw/*/*")) == []
    contract(scheme="opaque", transform=transform, version=1)
    (receipt,) = reconform("bureau", RECEIVED_ON)
    assert "was removed when a person was erased" in receipt["error"]
    assert len(keys(home)) == 19


@pytest.mark.parametrize("name", ["csv", "xlsx"])
def test_files_whose_contract_is_gone_are_discarded_only_when_told_to(
    home: Path, tmp_path: Path, contract: Add, speaking_of: Callable[[str], list[str]], name: str
) -> None:
    path = tmp_path / f"months.{name}"
    FORMATS[name][1](path)
    contract(format=name)
    landed(path)
    (tmp_path / "systems" / "bureau.odcs.yaml").unlink()
    with pytest.raises(IecareerError, match="nothing was erased"):
        erase(subject(GONE), "request of the person")
    assert len(keys(home)) == 20
    assert speaking_of(GONE) != []
    erase(subject(GONE), "request of the person", discard_unreadable=True)
    assert speaking_of(GONE) == []
    assert len(keys(home)) == 19


def test_what_was_redacted_needs_no_contract_to_forget_the_next(
    home: Path, tmp_path: Path, contract: Add, speaking_of: Callable[[str], list[str]]
) -> None:
    path = tmp_path / "months.csv"
    path.write_text(months(PERSONS))
    contract()
    landed(path)
    erase(subject(GONE), "request of the person")
    (tmp_path / "systems" / "bureau.odcs.yaml").unlink()
    erase(subject(PERSONS[8]), "request of the person")
    assert speaking_of(PERSONS[8]) == []
    assert speaking_of(PERSONS[9]) != []
    assert not list(home.glob("lake/redacted/*/*/*.*"))


def test_files_that_do_not_speak_of_the_person_stay_byte_for_byte(
    home: Path, tmp_path: Path, contract: Add
) -> None:
    contract()
    for month, n in (("2024-05", 5), ("2024-06", 20)):
        (tmp_path / f"{month}.csv").write_text(months(PERSONS[:n], month))
        landed(tmp_path / f"{month}.csv")
    before = {path: path.read_bytes() for path in home.glob("lake/raw/*/*")}
    erase(subject(GONE), "request of the person")
    after = {path: path.read_bytes() for path in home.glob("lake/raw/*/*")}
    assert len(before) == 2
    assert len(after) == 1
    assert after.items() < before.items()
