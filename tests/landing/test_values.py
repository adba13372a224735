"""Each way to write a value is read as docs/values.md says, or its row is set aside: never as something else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from iecareer.contracts.divisions import known_divisions
from tests.people import credit_code, resident_id

# The number of a row is told by its district.
DISTRICTS = sorted(code for code in known_divisions() if not code.endswith("00"))
HEADERS = ("person_id", "enterprise_code", "month", "contribution_base", "region_code")
AMOUNTS = {
    8500.0: [
        "8500",
        "８５００",
        "8,500",
        "8，500.00",
        "￥8,500",
        "¥8500",
        "人民币8500元",
        "CNY 8500",
        "8500 RMB",
        "8 500",
        "8500.",
        "8.5e3",
        "8.5千",
        "8.5k",
        "8.5K/月",
        "0.85万",
        "0.85 万元",
        "8500元/月",
        "8500 元 / 月",
        "每月8500元",
        "+8500",
        "8.5千元",
        "\t8500 ",
    ],
    80000.0: ["8万", "80000.0", "0.0008亿"],
    0.5: ["0.5", "0.50"],
}
NO_AMOUNTS = [
    "8千5",
    "1万2",
    "8,5",
    "85,00",
    "8 5",
    "1,2,3",
    "约8500",
    "8000-9000",
    "8500以上",
    "$8500",
    "8500美元",
    "10万/年",
    "八千五",
    "85%",
    "８５\uff05",
    "(8500)",
    "8500.5.5",
    "8..5",
    "五千",
    "千",
    "万",
    "￥",
    "-",
    "1e",
    "0x1F",
    "8500元元",
    "8500/天",
    "１２３４５６７８９０１２３４５６７８９０亿亿",
]
MONTHS = {
    date(2023, 7, 1): [
        "2023-07",
        "2023-7",
        "2023/7",
        "2023.07",
        "2023.7",
        "2023年7月",
        "2023年07月份",
        "二〇二三年七月",
        "二零二三年七月",
        "202307",
        "20230715",
        "2023-07-31",
        "2023/7/9",
        "2023.7.9",
        "2023年7月9日",
        "2023年7月9号",
        "２０２３年７月",
        "45108",
        "45138.99",
        "07/2023",
        "7/2023",
        "7-2023",
        "20230701120000",
        "2023-07-01 08:30:00",
        "2023-07-01T08:30:00",
        "2023-06-30T16:00:00Z",
        "2023-06-30T16:00:00.000+0000",
        "2023-07-31T23:59:59+08:00",
        " 2023-07 ",
    ],
    date(2023, 10, 1): ["2023-10", "2023.10", "2023年十月", "二〇二三年十月"],
    date(2023, 12, 1): ["二〇二三年十二月三十一日", "2023年12月"],
    date(2023, 1, 1): ["2023-1", "2023.01", "2023/1", "二〇二三年一月", "2023.1.31"],
}
NO_MONTHS = [
    "2023.1",
    "2023",
    "23-07",
    "07-23",
    "Jul-23",
    "2023年",
    "2023年上半年",
    "2023-13",
    "2023-00",
    "2023-02-30",
    "13/2023",
    "1/7/2023",
    "7月",
    "1688140800000",
    "20231301000000",
    "20230701250000",
    "民国112年7月",
    "12345",
    "99999",
    "2023-07-01/2023-07-31",
    "2023年第3季度",
]
PEOPLE_WRITTEN = [
    "{0}",
    " {0}\t",
    "\u3000{0}",
    "\ufeff{0}\u200b",
    '"=""{0}"""',
    "'{0}",
    "{1}",
    "{2}",
]


def land_column(write_csv: Any, land_one: Any, column: int, texts: list[str]) -> dict[str, Any]:
    rows = []
    for number, text in enumerate(texts):
        cells = [resident_id(number), credit_code(1), "2024-07", "5000", DISTRICTS[number]]
        cells[column] = f'"{text}"'
        rows.append(cells)
    receipt: dict[str, Any] = land_one(write_csv("employment_month.csv", HEADERS, rows))
    return receipt


@pytest.mark.parametrize(
    ("column", "read", "unread"),
    [(3, AMOUNTS, NO_AMOUNTS), (2, MONTHS, NO_MONTHS)],
    ids=["amounts", "months"],
)
def test_every_form_is_read_as_told_or_not_at_all(
    write_csv: Callable[..., Path],
    land_one: Any,
    landed: Any,
    column: int,
    read: dict[Any, list[str]],
    unread: list[str],
) -> None:
    expected = [(value, text) for value, texts in read.items() for text in texts]
    texts = [text for _, text in expected] + unread
    receipt = land_column(write_csv, land_one, column, texts)
    name = HEADERS[column]
    found = {
        texts[DISTRICTS.index(district)]: value
        for value, district in landed("employment_month", f"{name}, region_code")
    }
    assert found == {text: value for value, text in expected}
    assert receipt["n_quarantined"] == len(unread)


def test_every_form_of_a_number_of_a_person_is_the_same_person(
    write_csv: Callable[..., Path], land_one: Any
) -> None:
    long = next(
        number for number in (resident_id(n, born="19800307") for n in range(1000)) if number.endswith("X")
    )
    wide = "".join(chr(ord(d) + 0xFEE0) for d in long)
    forms = [form.format(long, long.lower(), wide) for form in PEOPLE_WRITTEN] + [long[:6] + long[8:17]]
    rows = [(form, credit_code(1), "2024-07", "5000", "330102") for form in forms]
    receipt = land_one(write_csv("employment_month.csv", HEADERS, rows))
    assert (receipt["n_loaded"], receipt["n_superseded"], receipt["reasons"]) == (1, len(forms) - 1, {})


def test_the_text_marks_of_excel_are_no_part_of_a_code(
    write_csv: Callable[..., Path], land_one: Any, landed: Any
) -> None:
    rows = [
        (resident_id(n), credit_code(1), "2024-07", "5000", code)
        for n, code in enumerate(['"=""110101"""', "'110101"])
    ]
    land_one(write_csv("employment_month.csv", HEADERS, rows))
    assert landed("employment_month", "region_code") == [("110101",), ("110101",)]


RANGES = {
    "15k-30k": (15000, 30000),
    "8千-1.2万": (8000, 12000),
    "8000-10000": (8000, 10000),
    "8,000-10,000元/月": (8000, 10000),
    "1-1.5万": (10000, 15000),
    "8-12K·13薪": (8000, 12000),
    "６千～８千": (6000, 8000),
    "12-18万/年": (10000, 15000),
    "6000至8000元": (6000, 8000),
    "6000元-8000元": (6000, 8000),
    "面议": (None, None),
    "8000以上": (8000, None),
    "8000以下": (None, 8000),
    "3-5年经验": (None, None),
    "2019-07-01": (None, None),
}


def test_ranges_of_pay() -> None:
    from iecareer.landing.parse.connection import open_landing
    from iecareer.landing.parse.pay import range_macros

    with open_landing() as connection:
        for statement in range_macros():
            connection.execute(statement)
        found = connection.execute(
            "select text, range_low(normal(text)), range_high(normal(text)) from (select unnest($1) as text)",
            [[*RANGES]],
        ).fetchall()
    assert {text: tuple(both) for text, *both in found} == RANGES


SURVEY = """
apiVersion: v3.1.0
kind: DataContract
id: survey
version: 1.0.0
status: active
servers:
- {server: files, type: local, path: "survey/*", format: csv}
schema:
- name: followup_response
  properties:
  - {name: person_id, logicalType: string, physicalName: 身份证号, synonyms: [{synonym: 证件号码}]}
  - {name: institution_code, logicalType: string, physicalName: 学校}
  - {name: program_code, logicalType: string, physicalName: 专业}
  - {name: wave_months, logicalType: string, physicalName: 批次, transformLogic: value * 12}
  - name: responded_on
    logicalType: string
    physicalName: 日期
    customProperties: [{property: dateFormat, value: "%d/%m/%Y"}]
  - name: activity
    logicalType: string
    physicalName: 去向
    customProperties: [{property: valueMap, value: {"在职": employed}}, {property: valueMapFile, value: activities.csv}]
  - name: monthly_income
    logicalType: string
    physicalName: 年薪(万元)
    synonyms: [{synonym: 年收入（万元）}]
    transformLogic: value * 10000 / 12
    customProperties: [{property: nullValues, value: ["-1", "面议"]}]
"""
YEARS = {
    "2023": ("身份证号", "学校", "专业", "批次", "日期", "去向", "年薪(万元)"),
    "2024": ("证件号码", "学校", "专业", "批次", "日期", "去向", "年收入（万元）"),
}


def test_what_only_the_contract_can_say(
    system: Callable[[str, str], None], tmp_path: Path, land_one: Any, landed: Any
) -> None:
    system("survey", SURVEY)
    (tmp_path / "systems" / "activities.csv").write_text(
        "raw,value\n升学,further_study\n待业,seeking\n", encoding="utf-8"
    )
    told = [("在职", "12"), ("升学", "-1"), ("待业", "面议"), ("去哪儿了", "12"), ("在职", "约12")]
    for number, (year, headers) in enumerate(YEARS.items()):
        rows = [
            (resident_id(10 * number + n), "4133010001", "510101", "1", "09/07/2024", activity, income)
            for n, (activity, income) in enumerate(told)
        ]
        lines = [",".join(row) for row in (headers, *rows)]
        (tmp_path / f"{year}.csv").write_text("\n".join(lines), encoding="gb18030")
    receipt = land_one(tmp_path / "2023.csv", tmp_path / "2024.csv", source="survey")
    assert receipt["reasons"] == {"not_in_list:activity": 2}
    assert receipt["emptied"] == {"unreadable:monthly_income": 2}
    found = landed("followup_response", "activity, monthly_income, wave_months, responded_on")
    one_year = [
        ("employed", 10000.0, 12, date(2024, 7, 9)),
        ("further_study", None, 12, date(2024, 7, 9)),
        ("seeking", None, 12, date(2024, 7, 9)),
        ("employed", None, 12, date(2024, 7, 9)),
    ]
    assert sorted(found, key=str) == sorted(one_year * 2, key=str)
