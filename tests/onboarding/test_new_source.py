"""Drafts from faulty samples have the right record type and headers, mark all doubts and contain no personal data."""

from __future__ import annotations

import gzip
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from iecareer.errors import IecareerError
from iecareer.landing import land
from iecareer.onboarding import Added, add_source, rehearse
from iecareer.settings import own_sources
from iecareer.sources import SourceSystem, activate, source_system
from tests.onboarding.activation import land_reviewed
from tests.onboarding.conftest import HEADERS, NAMES, insurance_rows
from tests.people import credit_code, resident_id

PERSONS_WITHOUT_HEADERS = "".join(f"{name},{resident_id(i)},1380013800{i}\n" for i, name in enumerate(NAMES))
WORDS_WITHOUT_HEADERS = "".join(f"{name},男,本科,会计\n" for name in NAMES)
Add = Callable[..., tuple[Added, str]]
INSURANCE = {
    "person_id": "身份证号码",
    "enterprise_code": "单位信用代码",
    "month": "费款所属期",
    "contribution_base": "缴费工资(元)",
    "region_code": "参保地",
}


def headers_of(name: str, record_type: str) -> dict[str, str]:
    table = next(table for table in source_system(name).tables if table.record_type == record_type)
    return {mapping.column: mapping.headers[0] for mapping in table.mappings if mapping.headers}


def mapping_of(system: SourceSystem, column: str) -> Any:
    return next(mapping for mapping in system.tables[0].mappings if mapping.column == column)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("plain.csv", {}),
        ("bom.csv", {"encoding": "utf-8-sig"}),
        ("gb.csv", {"encoding": "gb18030"}),
        (
            "titles.csv",
            {"encoding": "gb18030", "titles": ["某市养老保险缴费明细", "", "制表：社保中心,,2024-12-31"]},
        ),
        ("semicolons.csv", {"delimiter": ";"}),
        ("bars.txt", {"delimiter": "|"}),
        ("utf16.tsv", {"delimiter": "\t", "encoding": "utf-16"}),
    ],
)
def test_text_of_any_form_is_mapped_and_lands(
    write: Callable[..., Path], add: Add, name: str, options: dict[str, Any]
) -> None:
    sample = write(name, **options)
    added, _ = add(sample)
    assert added.record_types == ("employment_month",)
    assert not added.lacking
    assert headers_of("office", "employment_month") == INSURANCE
    assert source_system("office").identity_scheme == "cn_resident_id"
    (receipt,) = land_reviewed("office", [sample])
    assert (receipt["n_in"], receipt["n_loaded"], receipt["error"]) == (40, 40, None)


def test_sheets_become_record_types(write_xlsx: Callable[..., Path], add: Add) -> None:
    jobs = ("身份证号", "用人单位", "入职时间", "离职时间", "数据截止日期", "月薪")
    told = [[resident_id(i), f"第{i}公司", "2023-07-01", "至今", "2024-12-31", "6.5千"] for i in range(30)]
    sample = write_xlsx("book.xlsx", {"缴费": (HEADERS, insurance_rows()), "任职": (jobs, told)})
    added, text = add(sample)
    assert set(added.record_types) == {"employment_month", "employment_spell"}
    assert "physicalName: sheet:缴费" in text or 'physicalName: "sheet:缴费"' in text
    receipts = {receipt["record_type"]: receipt for receipt in land_reviewed("office", [sample])}
    assert receipts["employment_month"]["n_loaded"] == 40
    assert receipts["employment_spell"]["n_loaded"] == 30


def test_tables_of_sqlite(write_sqlite: Callable[..., Path], add: Add) -> None:
    merged = ("原信用代码", "新信用代码", "变更日期")
    codes = [[credit_code(i), credit_code(i + 50), "2024-03-01"] for i in range(25)]
    sample = write_sqlite(
        "office.db", {"JF": (HEADERS, insurance_rows()), "BG": (merged, codes), "X": (["a"], [])}
    )
    added, _ = add(sample)
    assert set(added.record_types) == {"employment_month", "employer_succession"}
    assert headers_of("office", "employer_succession") == {
        "predecessor_code": "原信用代码",
        "successor_code": "新信用代码",
        "effective_on": "变更日期",
    }


def test_english_headers_and_foreign_numbers(write: Callable[..., Path], add: Add) -> None:
    headers = ("Employee ID", "Company", "Hire Date", "Termination Date", "Annual Salary", "City")
    rows = [[f"E{i:05d}", f"Firm {i % 9}", f"{i % 12 + 1}/15/2019", "present" if i % 2 else f"{i % 12 + 1}/28/2020",
             60000 + i, "Leeds"] for i in range(60)]  # fmt: skip
    added, text = add(write("hr.csv", headers, rows))
    system = source_system("office")
    assert added.record_types == ("employment_spell",)
    assert added.lacking == {"employment_spell": ["observed_on"]}
    assert system.identity_scheme == "opaque"
    assert mapping_of(system, "started_on").date_format == "%m/%d/%Y"
    assert mapping_of(system, "ended_on").null_values == ("present",)
    assert mapping_of(system, "monthly_wage").transform == "value / 12"
    assert "TODO observed_on" in text


def test_units_words_and_marks(write: Callable[..., Path], add: Add) -> None:
    headers = (
        "统一社会信用代码",
        "企业名称",
        "年度",
        "行业代码",
        "所在地",
        "企业规模",
        "营业收入（万元）",
        "经营状态",
    )
    places, sizes = ("宁波市", "杭州市", "杭州市"), ("小型企业", "中型企业", "大型")
    states = ("存续", "注销", "停业整顿")
    rows = [
        [
            credit_code(i),
            f"某{i}厂",
            "2023年",
            "C34",
            places[i % 3],
            sizes[i % 3],
            f"{i}.5" if i % 5 else "-1",
            states[i % 3],
        ]
        for i in range(60)
    ]
    _, text = add(write("firms.csv", headers, rows))
    system = source_system("office")
    assert mapping_of(system, "revenue").transform == "value * 10000"
    assert mapping_of(system, "revenue").null_values == ("-1",)
    assert mapping_of(system, "region_code").value_map == {"杭州市": "330100", "宁波市": "330200"}
    assert mapping_of(system, "size_class").value_map == {
        "小型企业": "small",
        "中型企业": "medium",
        "大型": "large",
    }
    assert mapping_of(system, "status").value_map == {"存续": "active", "注销": "deregistered"}
    assert "not mapped yet: 停业整顿" in text


def test_two_headers_that_would_do_are_both_named(write: Callable[..., Path], add: Add) -> None:
    headers = (*HEADERS, "单位缴费基数")
    _, text = add(write("two.csv", headers, [[*row, "6000"] for row in insurance_rows()]))
    line = next(line for line in text.splitlines() if "name: contribution_base" in line)
    assert "缴费工资" in line
    assert "单位缴费基数" in line


def test_a_draft_without_required_columns_loads_and_is_not_landed(
    write: Callable[..., Path], add: Add
) -> None:
    sample = write(
        "jobs.csv", ("职位", "城市", "薪资"), [["会计", "杭州", "8-12k"], ["电工", "宁波", "面议"]] * 9
    )
    added, text = add(sample, record_types=["job_posting"])
    assert added.lacking == {"job_posting": ["posted_on", "description"]}
    assert "status: draft" in text
    assert source_system("office").tables[0].record_type == "job_posting"
    open_columns = "job_posting.posted_on is not mapped; job_posting.description is not mapped"
    with pytest.raises(IecareerError, match=f"a draft, so nothing is landed. Open: {open_columns}"):
        land("office", [sample])
    with pytest.raises(
        IecareerError, match=re.escape(f"2 point(s) are open in office.odcs.yaml: {open_columns}")
    ):
        activate("office")


def test_nothing_is_overwritten_without_force(write: Callable[..., Path], add: Add) -> None:
    sample = write("plain.csv")
    added, _ = add(sample)
    added.path.write_text("mine", encoding="utf-8")
    with pytest.raises(IecareerError, match="already"):
        add(sample)
    assert added.path.read_text(encoding="utf-8") == "mine"
    assert add(sample, force=True)[1] != "mine"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "picture"),
        ("甲,乙,丙\n".encode(), "no rows"),
        (b"a,b\n1,2\n", "fit no record type"),
        (PERSONS_WITHOUT_HEADERS.encode(), "no header row"),
        (WORDS_WITHOUT_HEADERS.encode(), "no header row"),
    ],
)  # fmt: skip
def test_what_cannot_be_drafted_is_refused_in_words(
    tmp_path: Path, sources: Path, content: bytes, told: str
) -> None:
    sample = tmp_path / "sample.csv"
    sample.write_bytes(content)
    with pytest.raises(IecareerError, match=told) as error:
        add_source("office", [sample])
    assert error.value.next_step
    assert not sources.exists()
    assert resident_id(0) not in str(error.value)
    assert NAMES[0] not in str(error.value)


def test_wrong_names_and_types_are_refused(write: Callable[..., Path], add: Add) -> None:
    sample = write("plain.csv")
    for options in (
        {"name": "../x"},
        {"name": "exchange"},
        {"record_types": ["gradate"]},
        {"identity": "passport"},
    ):
        with pytest.raises(IecareerError):
            add(sample, **options)


def test_a_contract_holds_no_person(write: Callable[..., Path], add: Add) -> None:
    for at, options in enumerate(({}, {"record_types": ["job_posting", "graduate"]}, {"identity": "opaque"})):
        _, text = add(write("plain.csv"), name=f"office{at}", **options)
        assert not [name for name in NAMES if name in text]
        assert not [number for number in map(resident_id, range(40)) if number in text]


def test_a_table_of_a_database_by_its_url(write_sqlite: Callable[..., Path], add: Add) -> None:
    database = write_sqlite("live.db", {"jf": (HEADERS, insurance_rows()), "other": (["a"], [])})
    added, text = add(f"sqlite:///{database}", table="jf")  # type: ignore[arg-type]
    assert added.record_types == ("employment_month",)
    assert "table:jf" in text
    assert source_system("office").server is not None
    table = rehearse("office").tables[0]
    assert (table.receipt["n_in"], table.receipt["n_loaded"]) == (40, 40)
    (receipt,) = land_reviewed("office")
    assert receipt["n_loaded"] == 40


def test_a_password_never_reaches_a_contract(sources: Path) -> None:
    with pytest.raises(IecareerError) as error:
        add_source("office", ["postgresql://me:hunter2@db/office"], table="jf")
    assert "hunter2" not in str(error.value)
    with pytest.raises(IecareerError, match="table"):
        add_source("office", ["sqlite:////nowhere.db"])
    assert not sources.exists()


def test_names_and_addresses_that_slipped_into_closed_lists_are_not_told(
    write: Callable[..., Path], add: Add
) -> None:
    headers = ("身份证号", "性别", "培养层次", "生源地", "入学日期", "毕业日期")
    rows = [[resident_id(i), "男", "大专", "杭州市", "2019-09-01", "2022-06-30"] for i in range(50)]
    rows[3][1], rows[4][2], rows[5][3] = NAMES[0], NAMES[1], f"北京市朝阳区{NAMES[2]}家"
    _, text = add(write("graduates.csv", headers, rows), record_types=["graduate"])
    assert "男: male" in text
    assert "杭州市" in text
    assert not [name for name in NAMES if name in text]


def test_merged_headers_of_two_rows(tmp_path: Path, add: Add) -> None:
    import openpyxl

    made = openpyxl.Workbook()
    sheet = made.active
    sheet.append(["某省参保缴费明细"])
    sheet.append(["个人信息", "", "缴费信息", "", ""])
    sheet.append(["身份证号码", "姓名", "单位信用代码", "费款所属期", "缴费基数"])
    for place in ("A1:E1", "A2:B2", "C2:E2"):
        sheet.merge_cells(place)
    for row in insurance_rows():
        sheet.append([row[2], row[1], row[3], row[4], float(row[5])])
    sample = tmp_path / "merged.xlsx"
    made.save(sample)
    added, _ = add(sample)
    assert added.lacking == {"employment_month": ["region_code"]}
    found = headers_of("office", "employment_month")
    assert found["person_id"] == "身份证号码"
    assert found["contribution_base"] == "缴费基数"


@pytest.mark.parametrize("form", ["jsonl", "json", "parquet", "zip", "csv.gz"])
def test_other_formats_are_mapped_and_land(
    tmp_path: Path, write: Callable[..., Path], add: Add, form: str
) -> None:
    records = [dict(zip(HEADERS, row, strict=True)) for row in insurance_rows()]
    sample = tmp_path / f"sample.{form}"
    if form == "jsonl":
        sample.write_text("\n".join(json.dumps(record, ensure_ascii=False) for record in records))
    elif form == "json":
        sample.write_text(json.dumps({"code": 0, "data": {"rows": records}}))
    elif form == "parquet":
        pq.write_table(pa.Table.from_pylist(records), sample)
    elif form == "csv.gz":
        sample.write_bytes(gzip.compress(write("plain.csv").read_bytes()))
    else:
        merged = write("merged.csv", ("原信用代码", "新信用代码", "变更日期"),
                       [[credit_code(i), credit_code(i + 50), "2024-03-01"] for i in range(25)])  # fmt: skip
        with zipfile.ZipFile(sample, "w") as packed:
            packed.write(write("months.csv", encoding="gb18030"), "months.csv")
            packed.write(merged, "merged.csv")
    added, _ = add(sample)
    expected = {"employment_month", "employer_succession"} if form == "zip" else {"employment_month"}
    assert set(added.record_types) == expected
    assert headers_of("office", "employment_month") == INSURANCE
    loaded = {receipt["record_type"]: receipt["n_loaded"] for receipt in land_reviewed("office", [sample])}
    counts = {"employment_month": 40, "employer_succession": 25}
    assert loaded == {record_type: counts[record_type] for record_type in expected}


def test_a_file_as_it_is_written_in_europe(write: Callable[..., Path], add: Add) -> None:
    headers = (
        "Personennummer",
        "Arbeitgeber (Straße, Ort)",
        "Eintritt",
        "Austritt",
        "Gehalt jährlich",
        "Größe",
    )
    rows = [
        [f"P{i:04d}", f"Müller & Söhne {i}", f"{i % 28 + 1:02d}.03.2019", "", f"{30 + i}.500,50", "groß"]
        for i in range(40)
    ]
    sample = write("personal.csv", headers, rows, delimiter=";", encoding="cp1252")
    _, text = add(sample, record_types=["employment_spell"])
    system = source_system("office")
    assert system.encoding == "cp1252"
    assert mapping_of(system, "started_on").date_format == "%d.%m.%Y"
    assert mapping_of(system, "ended_on").headers == ("Austritt",)
    assert mapping_of(system, "employer").headers == ("Arbeitgeber (Straße, Ort)",)
    line = "      - {name: observed_on, logicalType: string, transformLogic: \"'2020-12-31'\"}\n"
    written = text.replace("    # Not used", f"{line}    # Not used").replace(
        "status: draft", "status: active"
    )
    own_sources().joinpath("office.odcs.yaml").write_text(written, encoding="utf-8")
    table = rehearse("office", [sample]).tables[0]
    assert (table.receipt["n_in"], table.receipt["n_loaded"], table.error) == (40, 40, None)
    assert table.rows[0]["monthly_wage"] == str(round(30_500.5 / 12, 2))


def test_day_or_month_first_is_asked_where_both_would_do(write: Callable[..., Path], add: Add) -> None:
    headers = ("身份证号", "用人单位", "入职时间", "离职时间", "数据截止日期")
    rows = [
        [
            resident_id(i),
            "某厂",
            f"{i % 12 + 1:02d}/{i % 9 + 1:02d}/2023",
            f"{i % 28 + 1}/12/2024",
            "2025-01-01",
        ]
        for i in range(40)
    ]
    _, text = add(write("jobs.csv", headers, rows))
    system = source_system("office")
    assert text.count("check whether month or day comes first") == 1
    assert mapping_of(system, "started_on").date_format == "%m/%d/%Y"
    assert mapping_of(system, "ended_on").date_format == "%d/%m/%Y"


def test_a_made_key_is_never_taken_for_an_identity_number(write: Callable[..., Path], add: Add) -> None:
    headers = ("职位", "城市", "职位描述", "发布日期")
    rows = [["会计", "杭州", f"第{i}号", "2024-05-06"] for i in range(20_000)]
    sample = write("jobs.csv", headers, rows)
    add(sample)
    (receipt,) = land_reviewed("office", [sample])
    assert (receipt["n_loaded"], receipt["n_quarantined"]) == (20_000, 0)
