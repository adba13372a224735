"""Input that once was lost, misread or let something out: each case is one way in."""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from iecareer.errors import IecareerError
from iecareer.lake.manifest import current_deliveries, versions
from iecareer.landing import deliver, land, reconform, unrecognised
from iecareer.persons.identity_numbers import holds_resident_id
from iecareer.sources import broken_contracts, load_systems
from tests.people import credit_code, resident_id

HEADERS = ("person_id", "enterprise_code", "month", "contribution_base", "region_code")
CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: bureau
version: 1.0.0
status: active
servers:
- {{server: files, type: local, path: "bureau/*", format: {format}{server}}}
schema:
- name: employment_month
  properties:
  - {{name: person_id, logicalType: string, physicalName: person_id}}
  - {{name: enterprise_code, logicalType: string, physicalName: enterprise_code}}
  - {{name: month, logicalType: string, physicalName: month}}
  - {{name: contribution_base, logicalType: string, physicalName: contribution_base{base}}}
  - {{name: region_code, logicalType: string, physicalName: region_code{region}}}
"""
Counts = tuple[int, int, int]


def row(n: int, **values: object) -> list[object]:
    told = (resident_id(n), credit_code(n), "2024-07-01", 5000, "330102")
    return [values.get(name, value) for name, value in zip(HEADERS, told, strict=True)]


def lines(*rows: list[object], headers: tuple[str, ...] = HEADERS) -> list[str]:
    return [",".join(map(str, cells)) for cells in (headers, *rows)]


def counts(receipt: dict[str, Any]) -> Counts:
    assert receipt["error"] is None
    assert receipt["n_in"] == sum(
        receipt[f"n_{what}"] for what in ("loaded", "unchanged", "superseded", "quarantined")
    )
    return receipt["n_in"], receipt["n_loaded"], receipt["n_quarantined"]


@pytest.fixture
def bureau(
    system: Callable[[str, str], None], land_one: Callable[..., dict[str, Any]], tmp_path: Path
) -> Any:
    """Land one file of a source system with the exchange format's own headers."""

    def deliver(
        content: bytes | str, file_format: str = "csv", server: str = "", base: str = "", region: str = ""
    ) -> dict[str, Any]:
        system("bureau", CONTRACT.format(format=file_format, server=server, base=base, region=region))
        path = tmp_path / "delivered.dat"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return land_one(path, source="bureau")

    return deliver


THREE = lines(row(0), row(1), row(2))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("\r".join(THREE), (3, 3, 0)),
        ("title\r" + "\n".join(THREE), (3, 3, 0)),
        ("\r\n".join(THREE[:2]) + "\n" + "\r".join(THREE[2:]), (3, 3, 0)),
        ("\n".join(THREE).replace(credit_code(0), '"' + credit_code(0)), (3, 2, 1)),
        # Two stray quotes, between which the cells happen to be as many as the headers.
        ("\n".join(THREE).replace(credit_code(0), '"' + credit_code(0)).replace(
            credit_code(2), '"' + credit_code(2)), (3, 1, 2)),
        # NULs fill up texts of fixed length; between letters they stand for others that were lost.
        ("\n".join(THREE).replace("5000", "5000\0\0"), (3, 3, 0)),
        ("\n".join(THREE).replace("5000", "50\x0000"), (3, 0, 3)),
        (THREE[0], (0, 0, 0)),
        (THREE[0] + "\n,,,,\n\n\u3000, ,,,\n", (0, 0, 0)),
    ],
)  # fmt: skip
def test_no_line_of_text_is_lost(bureau: Any, content: str, expected: Counts) -> None:
    assert counts(bureau(content)) == expected


@pytest.mark.parametrize(
    "header", ["Region_Code", "_line", "_first", "_cell_c5", 'a"b', "t_month", "%s;", "z" * 5000]
)
def test_headers_that_nobody_asked_for_change_nothing(
    bureau: Any, landed: Callable[..., list[tuple[Any, ...]]], header: str
) -> None:
    quoted = '"' + header.replace('"', '""') + '"'
    receipt = bureau("\n".join(lines(["999999", *row(1)], headers=(quoted, *HEADERS))))
    assert counts(receipt) == (1, 1, 0)
    assert landed("employment_month", "region_code") == [("330102",)]


def test_two_thousand_columns(bureau: Any) -> None:
    wide = lines(row(1) + ["x"] * 2_000, headers=(*HEADERS, *(f"h{n}" for n in range(2_000))))
    assert counts(bureau("\n".join([*wide, "," * 2_004]))) == (1, 1, 0)


def test_files_with_the_same_headers_need_not_be_equally_wide(
    tmp_path: Path, land_one: Callable[..., dict[str, Any]]
) -> None:
    for name, body in (("a", [line + "," for line in lines(row(1))]), ("b", lines(row(2)))):
        (tmp_path / f"employment_month_{name}.csv").write_text("\n".join(body))
    assert counts(land_one(*tmp_path.glob("*.csv"))) == (2, 2, 0)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"contribution_base": "1e999"}, "not_a_number:contribution_base"),
        ({"contribution_base": "1e308万"}, "not_a_number:contribution_base"),
        ({"month": "0024-07"}, "not_a_date:month"),
        ({"month": "0000-01"}, "not_a_date:month"),
    ],
)
def test_what_is_beyond_all_measure_is_not_loaded(bureau: Any, values: dict[str, str], reason: str) -> None:
    assert bureau("\n".join(lines(row(1, **values))))["reasons"] == {reason: 1}


def test_json_lines_of_every_kind(bureau: Any) -> None:
    def line(n: int, **values: object) -> str:
        return json.dumps(dict(zip(HEADERS, row(n), strict=True)) | values)

    bad = [line(1, contribution_base=[1]), line(2, contribution_base=None), line(3) + "\x01", "null"]
    long = [line(4, note="y" * 17_000_000), line(5) + "\r", "\r", line(6)]
    assert counts(bureau("\n".join([line(0), *bad, *long]), "jsonl")) == (8, 4, 4)


def test_a_key_that_first_comes_late_is_read(
    bureau: Any, landed: Callable[..., list[tuple[Any, ...]]]
) -> None:
    empty = json.dumps({"person_id": "x"})
    late = json.dumps(dict(zip(HEADERS, row(1), strict=True)))
    assert counts(bureau("\n".join([*[empty] * 10_000, late]), "jsonl")) == (10_001, 1, 10_000)


def test_two_json_keys_that_are_one_header_are_refused(bureau: Any) -> None:
    told = dict(zip(HEADERS, row(1), strict=True)) | {" region_code": "999999"}
    assert "occurs twice" in bureau(json.dumps(told), "jsonl")["error"]


def workbook(*sheets: tuple[str, list[list[object]], bool]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        for name, rows, is_visible in sheets:
            sheet = book.add_worksheet(name)
            for number, cells in enumerate([list(HEADERS), *rows]):
                sheet.write_row(number, 0, cells)
            if not is_visible:
                sheet.hide()
        book.worksheets()[-1].activate()
        book.worksheets()[-1].set_first_sheet()
    return stream.getvalue()


def test_rows_on_a_second_sheet_are_not_left_out_silently(bureau: Any) -> None:
    both = workbook(("1月", [row(1)], True), ("2月", [row(2)], True))
    assert "2 of its sheets have the contract's headers" in bureau(both, "xlsx")["error"]


def test_a_hidden_sheet_is_not_the_delivery(
    bureau: Any, landed: Callable[..., list[tuple[Any, ...]]]
) -> None:
    hidden = workbook(("old", [row(1, contribution_base=1)], False), ("new", [row(1)], True))
    assert counts(bureau(hidden, "xlsx")) == (1, 1, 0)
    assert landed("employment_month", "contribution_base") == [(5000.0,)]


def test_an_identity_number_that_became_a_rounded_number_is_nobody(bureau: Any) -> None:
    numbers = [f"33010219990307{n:04d}" for n in range(400)]
    rows = [row(1, person_id=float(number)) for number in numbers]
    assert counts(bureau(workbook(("a", rows, True)), "xlsx")) == (400, 0, 400)


def test_names_of_sheets_and_tables_are_masked(bureau: Any, home: Path, tmp_path: Path) -> None:
    bureau(workbook((resident_id(7), [row(1, month="x")], True)), "xlsx")
    (path,) = (home / "quarantine" / "bureau").glob("*.parquet")
    assert duckdb.connect().execute(f"select sheet from '{path}'").fetchall() == [("***",)]
    database = sqlite3.connect(tmp_path / "a.db")
    database.execute(f'create table "{resident_id(7)}" ({", ".join(HEADERS)})')
    database.execute(f'insert into "{resident_id(7)}" values (?, ?, ?, ?, ?)', row(2, month="x"))
    database.commit()
    database.close()
    bureau((tmp_path / "a.db").read_bytes(), "sqlite")
    for path in (home / "quarantine").rglob("*.parquet"):
        assert duckdb.connect().execute(f"select sheet from '{path}'").fetchall() == [("***",)]


def test_parquet_columns_of_every_type(bureau: Any, landed: Callable[..., list[tuple[Any, ...]]]) -> None:
    table = pa.table({
        "person_id": [resident_id(n) for n in range(3)],
        "enterprise_code": pa.array([credit_code(n) for n in range(3)]).dictionary_encode(),
        # Midnight in China, as tools store it: seen from other places it is still June.
        "month": pa.array([datetime(2024, 6, 30, 16, tzinfo=UTC)] * 3, pa.timestamp("us", tz="Asia/Shanghai")),
        "contribution_base": pa.array([1.5, float("nan"), 2.0]),
        "region_code": [330102.0] * 3,
        "nested": [[1], [], None],
    })  # fmt: skip
    stream = io.BytesIO()
    pq.write_table(table, stream)
    assert counts(bureau(stream.getvalue(), "parquet")) == (3, 2, 1)
    assert landed("employment_month", "distinct month, region_code") == [(date(2024, 7, 1), "330102")]


@pytest.mark.parametrize(
    "logic",
    [
        "(select content from read_text('/etc/hostname'))",
        "value)::varchar))[1]; copy (select 42) to 'out.csv'; select list_transform([1], lambda value: try((value",
        "value)::varchar))[1], (select list_transform([1], lambda value: try((value",
        "1; select 2",
        "value, 2",
        "current_query()",
        "value /* ",
    ],
)
def test_a_transformation_is_one_expression_and_reaches_nothing(
    bureau: Any, logic: str, tmp_path: Path
) -> None:
    error = bureau("\n".join(THREE), region=f", transformLogic: {json.dumps(logic)}")["error"]
    assert "transformLogic of employment_month.region_code is no" in error
    assert not (tmp_path / "out.csv").exists()


def test_sql_of_landing_reaches_no_file_outside_the_home(home: Path, tmp_path: Path) -> None:
    from iecareer.landing.parse.connection import restricted_connection

    with restricted_connection() as connection:
        for statement in (
            "from read_text('/etc/hostname')",
            f"copy (select 1) to '{tmp_path}/out.csv'",
            f"attach '{tmp_path}/out.db'",
            "set enable_external_access = true",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(statement)


@pytest.mark.parametrize(
    ("custom", "loaded"),
    [
        ('{property: valueMap, value: {"it\'s; --": "330104", "330102": "330103"}}', "330103"),
        ('{property: valueMap, value: {"３３０１０２": "330103"}}', "330103"),
        ('{property: valueMap, value: {"330102": null}}', None),
        ('{property: nullValues, value: ["３３０１０２"]}', None),
    ],
)
def test_code_maps_and_sentinels_are_compared_as_cells_are(
    bureau: Any, landed: Callable[..., list[tuple[Any, ...]]], custom: str, loaded: str | None
) -> None:
    receipt = bureau("\n".join(lines(row(1))), region=f", customProperties: [{custom}]")
    if loaded is None:
        assert receipt["reasons"] == {"missing:region_code": 1}
    else:
        assert landed("employment_month", "region_code") == [(loaded,)]


@pytest.mark.parametrize(
    ("server", "region", "said"),
    [
        (", customProperties: [{property: priority, value: high}]", "", "priority must be a whole number"),
        (", customProperties: [{property: headerRow, value: a}]", "", "headerRow must be a whole number"),
        (", customProperties: [{property: headerRow, value: -1}]", "", "headerRow must be a whole number"),
        ("", ', customProperties: [{property: nullValues, value: "-1"}]', "nullValues must be a list"),
        ("", ", customProperties: [{property: valueMap, value: [1]}]", "valueMap must map"),
        ("", ", customProperties: [{property: valueMap, value: {No: a}}]", "valueMap: 'No' is true or false"),
        ("}\n- {server: b, type: local, path: c/*, format: csv", "", "needs one server"),
        ("", "}\n  - {name: region_code, logicalType: string, physicalName: x", "more than once"),
    ],
)
def test_a_broken_contract_says_so_and_takes_no_other_down(
    bureau: Any, server: str, region: str, said: str
) -> None:
    with pytest.raises(IecareerError, match=said):
        bureau("\n".join(THREE), server=server, region=region)
    assert said in broken_contracts()["bureau.odcs.yaml"]
    assert "bureau" not in load_systems()


@pytest.mark.parametrize("path", ["/etc/*", "../other/*"])
def test_a_contract_cannot_point_outside_the_inbox(
    system: Callable[[str, str], None], home: Path, path: str
) -> None:
    contract = CONTRACT.format(format="csv", server="", base="", region="")
    system("bureau", contract.replace("bureau/*", path))
    assert "relative to the inbox" in broken_contracts()["bureau.odcs.yaml"]


def test_a_contract_taken_back_conforms_as_before(
    bureau: Any, landed: Callable[..., list[tuple[Any, ...]]]
) -> None:
    bureau("\n".join(THREE))
    assert counts(bureau("\n".join(THREE), base=", transformLogic: value * 2")) == (3, 3, 0)
    assert counts(bureau("\n".join(THREE))) == (3, 3, 0)
    assert len(versions()) == 3
    (current,), _ = current_deliveries(date(2030, 1, 1))
    assert current.version.endswith("-2")
    assert bureau("\n".join(THREE))["n_unchanged"] == 3
    assert reconform("bureau")[0]["n_unchanged"] == 3


def test_a_reconform_can_be_dated_back(bureau: Any) -> None:
    bureau("\n".join(THREE))
    before = versions()[0].version
    (receipt,) = reconform("bureau", on=date(2026, 11, 1))
    assert receipt["n_loaded"] == 3
    assert [d.version for d in versions()] == [before, f"{before}-2"]


def test_a_waiting_file_is_landed_only_where_it_waits(
    system: Callable[[str, str], None], home: Path, tmp_path: Path
) -> None:
    contract = CONTRACT.format(format="csv", server="", base="", region="")
    second = "\n".join([
        "- name: region_year", "  properties:",
        *(f"  - {{name: {name}, logicalType: string, physicalName: {name}}}"
          for name in ("region_code", "year", "price_index", "average_wage", "minimum_wage")),
    ])  # fmt: skip
    system("bureau", contract + second)
    folder = tmp_path / "inbox" / "bureau"
    folder.mkdir(parents=True)
    (folder / "1.csv").write_text("\n".join(lines(row(1))))
    assert [receipt["error"] is None for receipt in land("bureau")] == [True, False]
    (folder / "2.csv").write_text("\n".join(lines(row(2))))
    by_type = {receipt["record_type"]: receipt for receipt in land("bureau")}
    assert by_type["employment_month"]["n_in"] == 1


def test_a_lock_file_of_an_open_workbook_is_no_delivery(tmp_path: Path, home: Path) -> None:
    folder = tmp_path / "delivered"
    folder.mkdir()
    (folder / "employment_month.csv").write_text("\n".join(THREE))
    (folder / "~$employment_month.csv").write_bytes(b"x")
    (folder / "readme.txt").write_text("x")
    (receipt,) = land("exchange", [folder])
    assert receipt["n_files"] == 1
    assert unrecognised("exchange", [folder]) == ["readme.txt"]


def test_another_key_is_refused(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "employment_month.csv"
    path.write_text("\n".join(THREE))
    land("exchange", [path])
    monkeypatch.setenv("IECAREER_KEY", "ab" * 32)
    path.write_text("\n".join(lines(row(5))))
    with pytest.raises(IecareerError, match="encrypted with another key"):
        land("exchange", [path])


@pytest.mark.parametrize("name", ["it's", "a b;--"])
def test_any_name_of_a_home_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write_csv: Callable[..., Path], name: str
) -> None:
    from tests.landing.test_deliveries import seen

    monkeypatch.setenv("IECAREER_HOME", str(tmp_path / name))
    (receipt,) = land("exchange", [write_csv("employment_month.csv", HEADERS, [row(1), row(2, month="x")])])
    assert counts(receipt) == (2, 1, 1)
    with seen() as connection:
        assert connection.execute("select count(*) from landing.employment_month").fetchall() == [(1,)]


def test_an_archive_cut_off_or_gone_is_noticed(
    write_csv: Callable[..., Path], land_one: Callable[..., dict[str, Any]]
) -> None:
    from iecareer.landing.receive.archive import Archived, archive_path

    land_one(write_csv("employment_month.csv", HEADERS, [row(1)]))
    sha256 = versions()[0].files[0]["sha256"]
    archive_path(sha256).write_bytes(archive_path(sha256).read_bytes()[:16])
    with pytest.raises(IecareerError, match="cannot be decrypted"):
        Archived(sha256).whole()
    archive_path(sha256).unlink()
    with pytest.raises(IecareerError, match="is missing"):
        Archived(sha256).whole()


def test_a_full_disk_fails_one_record_type_in_words(
    write_csv: Callable[..., Path],
    land_one: Callable[..., dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path = write_csv("employment_month.csv", HEADERS, [row(1)])
    with monkeypatch.context() as broken:
        broken.setattr(deliver.PieceWriter, "finish", full)
        receipt = land_one(path)
    assert "No space left on device" in receipt["error"]
    assert receipt["n_in"] == 0
    assert counts(land_one(path)) == (1, 1, 0)


def test_leftovers_of_a_killed_landing_are_swept(
    write_csv: Callable[..., Path], land_one: Callable[..., dict[str, Any]], home: Path
) -> None:
    path = write_csv("employment_month.csv", HEADERS, [row(1)])
    land_one(path)
    (document,) = (home / "lake" / "manifest" / "deliveries").glob("*.json")
    folder = home / "lake" / "landing" / "employment_month"
    draft = folder / f".{document.stem}.1.abcd"
    document.unlink()
    draft.mkdir()
    assert counts(land_one(path)) == (1, 1, 0)
    assert not draft.exists()


def test_an_identity_number_behind_other_digits_is_found() -> None:
    assert holds_resident_id(f"13800138000{resident_id(3)}")
    assert not holds_resident_id("13800138000 4133010800")
