"""For a renamed header similar headers are suggested, but none that is known to mean something else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from iecareer.__main__ import app
from iecareer.landing.parse.header_match import likeness
from iecareer.onboarding import Added, rehearse
from tests.onboarding.activation import land_reviewed

Add = Callable[..., tuple[Added, str]]
PLAN = ("学校名称", "类别", "专业名称", "科类", "学制", "学费", "计划数")
PROGRAMS = ("会计学", "通信工程", "软件工程", "车辆工程")
CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: office
name: office
version: 1.0.0
status: active
servers:
  - {server: source, type: local, path: "office/*.csv", format: csv}
schema:
  - name: program
    properties:
      - {name: program_name, logicalType: string, physicalName: 专业名称}
      - {name: program_code, logicalType: string, physicalName: 专业名称, customProperties: [
          {property: valueMap, value: {会计学: 120203K, 通信工程: "080703", 软件工程: "080902", 车辆工程: "080207"}}]}
      - {name: edition, logicalType: string, transformLogic: "'2026'"}
      - {name: study_level, logicalType: string, transformLogic: "'bachelor'"}
"""


def plan(header: str = "专业名称") -> tuple[tuple[str, ...], list[list[str]]]:
    headers = tuple(header if name == "专业名称" else name for name in PLAN)
    return headers, [
        ["某理工学院", "普通类", PROGRAMS[at % 4], "物理类", "四年", "5200", "2"] for at in range(12)
    ]


@pytest.fixture
def plans(sources: Path) -> None:
    sources.mkdir()
    (sources / "office.odcs.yaml").write_text(CONTRACT, encoding="utf-8")


@pytest.mark.parametrize("renamed", ["专业（类）", "专业", "招生专业名称", "专业类别"])
def test_what_a_header_begins_with_counts_and_not_its_usual_end(
    write: Callable[..., Path], plans: None, renamed: str
) -> None:
    table = rehearse("office", [write("plan.csv", *plan(renamed))]).tables[0]
    near = {gap.column: gap.near for gap in table.missing}
    assert set(near) == {"program_name", "program_code"}
    assert near["program_name"] == near["program_code"] == (renamed.replace("（", "(").replace("）", ")"),)


def test_nothing_is_proposed_rather_than_another_thing(write: Callable[..., Path], plans: None) -> None:
    table = rehearse("office", [write("plan.csv", *plan("Fach"))]).tables[0]
    assert {gap.column: (gap.near, gap.write) for gap in table.missing} == {
        "program_name": ((), None),
        "program_code": ((), None),
    }


def test_landing_names_the_headers_it_looked_for_and_no_cell(write: Callable[..., Path], plans: None) -> None:
    (receipt,) = land_reviewed("office", [write("plan.csv", *plan("专业（类）"))])
    assert "Looked for: 专业名称." in receipt["error"]
    assert not any(name in receipt["error"] for name in ("学校名称", "学费", *PROGRAMS))


def test_a_header_that_another_column_reads_is_never_proposed(write: Callable[..., Path], add: Add) -> None:
    """If one of two similar headers is missing, the remaining one is not suggested for it."""
    headers = ("身份证号", "用人单位", "入职日期", "离职日期", "数据日期")
    rows = [["110101199003070038", "某厂", "2020-01-01", "2021-01-01", "2024-12-31"]] * 9
    add(write("jobs.csv", headers, rows), record_types=["employment_spell"])
    (receipt,) = land_reviewed(
        "office", [write("later.csv", ("身份证号", "用人单位", "到任", "离职日期", "登记的"), rows)]
    )
    assert (
        "'入职日期' for the required column started_on is missing; missing too: '数据日期'"
        in receipt["error"]
    )
    assert "did you mean" not in receipt["error"]


@pytest.mark.parametrize(
    ("wanted", "other"),
    [("毕业时间", "毕业学校"), ("毕业时间", "毕业证书编号"), ("入学时间", "毕业时间"), ("单位名称", "单位代码"),
     ("就业地区", "生源地区"), ("start_date", "end_date"), ("学校名称", "专业名称")],
)  # fmt: skip
def test_what_says_something_else_is_not_alike(wanted: str, other: str) -> None:
    assert likeness(wanted, other) == likeness(other, wanted) < 0.5


@pytest.mark.parametrize("renamed", ["rincome_real", "real_rinc"])
def test_a_lost_optional_header_is_called_missing_and_not_made(
    write: Callable[..., Path], add: Add, sources: Path, renamed: str
) -> None:
    headers = ["person_id", "employer", "started_on", "observed_on", "realrinc"]
    rows = [[f"P{at}", f"F{at % 3}", "2020-01-01", "2024-12-31", str(12_000 + at)] for at in range(30)]
    add(write("jobs.csv", headers, rows), record_types=["employment_spell"])
    contract = sources / "office.odcs.yaml"
    wage = "- {name: monthly_wage, logicalType: string, physicalName: realrinc, transformLogic: value / 12}\n"
    text = contract.read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if "monthly_wage" not in line and "realrinc" not in line]
    contract.write_text("\n".join(kept) + f"\n      {wage}", encoding="utf-8")
    later = write("later.csv", [*headers[:-1], renamed], rows)
    said = CliRunner().invoke(app, ["source", "check", "office", str(later)]).output
    line = next(line for line in said.splitlines() if line.strip().startswith("monthly_wage"))
    assert "MISSING: realrinc" in line
    assert "made" not in line
    assert (
        f"Optional column monthly_wage: the header 'realrinc' is not in the file; similar headers: {renamed}."
        in said
    )
