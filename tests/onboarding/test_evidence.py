"""Suggestions need evidence: a hash or a school's number is no person, a number no date, statistics no records."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from iecareer.errors import IecareerError
from iecareer.onboarding import Added
from iecareer.onboarding.header_words import names_moment, names_other_thing
from tests.onboarding.conftest import insurance_rows
from tests.people import resident_id

Add = Callable[..., tuple[Added, str]]


def line_of(text: str, column: str) -> str:
    """The line of a draft that maps a column or suggests how."""
    return next(line for line in text.splitlines() if f"- {{name: {column}," in line)


class TestPersons:
    """A panel: 41 persons in 368 rows, one row a year."""

    ROWS = tuple(
        (
            6 + person * 7,
            16 + year,
            10 + min(year, 3),
            (person + year) % 5 + 1,
            9000 + 137 * ((person * 11 + year) % 90),
        )
        for person in range(41)
        for year in range(9)
    )[:368]

    @pytest.mark.parametrize(
        "header",
        ["Identifier", "ID", "person_no", "subjectId", "case number", "编号", "人员编号", "个人代码"],
    )
    @pytest.mark.parametrize("kind", ["employment_spell", "followup_response"])
    def test_the_column_that_numbers_persons_is_offered(
        self, write: Callable[..., Path], add: Add, header: str, kind: str
    ) -> None:
        sample = write("panel.csv", (header, "Age", "Experience_School", "Choice", "Wage"), self.ROWS)
        _, text = add(sample, record_types=[kind])
        assert f'physicalName: "{header}"' in line_of(text, "person_id").replace(
            f"physicalName: {header}", f'physicalName: "{header}"'
        )
        assert "md5" not in text

    @pytest.mark.parametrize(
        "header",
        [
            "学校编号",
            "school number",
            "SchoolNo",
            "班级编号",
            "employer_code",
            "单位编码",
            "row number",
            "序号",
        ],
    )
    @pytest.mark.parametrize("kind", ["employment_spell", "followup_response", "graduate"])
    def test_a_number_of_another_thing_is_not(
        self, write: Callable[..., Path], add: Add, header: str, kind: str
    ) -> None:
        rows = [(f"{40000 + i}", 16, 3, 1, 9000 + 137 * i) for i in range(300)]
        _, text = add(
            write("panel.csv", (header, "Age", "Pages", "Choice", "Wage"), rows), record_types=[kind]
        )
        assert header not in line_of(text, "person_id")
        assert "md5" not in text
        assert "person_id" in text.partition("TODO")[2]

    def test_without_any_column_that_numbers_persons_nothing_is_offered(
        self, write: Callable[..., Path], add: Add
    ) -> None:
        _, text = add(
            write("panel.csv", ("Age", "Choice", "Wage"), [row[1:2] + row[3:] for row in self.ROWS]),
            record_types=["employment_spell"],
        )
        assert line_of(text, "person_id").endswith('physicalName: "HEADER"}')


GRADUATES = ("身份证号", "姓名", "学校代码", "专业代码", "毕业时间", "性别")


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("考生号", "1933020500{:04d}"),
        ("考生号", "1941010500{:04d}"),
        ("准考证号", "201906{:02d}"),
        ("学号", "201909{:02d}"),
        ("学籍号", "G2019-09-{:02d}"),
        ("报名号", "19990101{:06d}"),
        ("student number", "201809{:02d}"),
        ("exam_no", "202106{:02d}"),
        ("录取批次号", "202107{:02d}"),
        ("联系电话", "139010{:02d}"),
        ("备注1", "202107{:02d}"),
    ],
)
def test_a_number_is_no_date(write: Callable[..., Path], add: Add, header: str, cell: str) -> None:
    rows = [
        [resident_id(i), "某某", "4133010001", "460301", "20220630", "男", cell.format(i % 28 + 1)]
        for i in range(60)
    ]
    _, text = add(write("jiuye.csv", (*GRADUATES, header), rows), record_types=["graduate"])
    assert header not in line_of(text, "enrolled_on")
    assert "毕业时间" in line_of(text, "graduated_on")


@pytest.mark.parametrize(
    "header", ["入学日期", "入学年月", "入校时间", "date enrolled", "报到日期", "学籍注册日期"]
)
def test_bare_digits_under_a_header_that_names_a_date_are_one(
    write: Callable[..., Path], add: Add, header: str
) -> None:
    rows = [
        [resident_id(i), "某某", "4133010001", "460301", "20220630", "男", f"201909{i % 28 + 1:02d}"]
        for i in range(60)
    ]
    _, text = add(write("jiuye.csv", (*GRADUATES, header), rows), record_types=["graduate"])
    assert header in line_of(text, "enrolled_on")


def test_words_of_headers() -> None:
    assert names_moment("起始年月")
    assert names_moment("paid_on")
    assert not names_moment("考生号")
    assert not names_moment("日期编号")
    assert names_other_thing("student school number")
    assert not names_other_thing("学生编号")
    assert not names_other_thing("school student id")


STATISTICS = {
    "outcomes": (
        "year,university,school,degree,employment_rate_overall,basic_monthly_mean,gross_monthly_median,gross_25_percentile",
        "2021,University A,College,Degree {0},8{0}.0,30{0}0,29{0}0,26{0}0",
    ),
    "就业质量": (
        "年度,学校名称,专业名称,毕业生人数,就业人数,就业率,平均月薪",
        "2023,某某学院,专业{0},1{0},9,9{0}.5%,5{0}00",
    ),
    "codes": (
        "年份,学校代码,专业代码,培养层次,毕业人数,升学率,月薪中位数",
        "2023,413301000{0},46030{0},专科,1{0},1{0}.5,5{0}00",
    ),
    "majors": (
        "Rank,Major_code,Major,Total,Men,Women,Sample_size,Employed,Unemployment_rate,Median,P25th,P75th",
        "{0},24{0}9,MAJOR {0},23{0}9,20{0}7,2{0}2,3{0},19{0}6,0.0{0},1{0}0000,9{0}000,12{0}000",
    ),
    "portal": (
        "_id,provider,subject,median earnings,percent employed,number of graduates",
        "{0},Provider {0},Nursing,2{0}000,8{0},4{0}",
    ),
    "gender": (
        "学院,专业,男生人数,女生人数,签约率,对口率,合计",
        "机电学院,专业{0},2{0},1{0},8{0}.1,7{0}.2,3{0}",
    ),
}


@pytest.mark.parametrize("kind", [None, "followup_response", "graduate", "employment_month"])
@pytest.mark.parametrize("name", STATISTICS)
def test_statistics_are_refused_in_plain_words(
    write: Callable[..., Path], add: Add, sources: Path, name: str, kind: str | None
) -> None:
    headers, row = STATISTICS[name]
    sample = write(f"{name}.csv", headers.split(","), [row.format(i).split(",") for i in range(1, 10)])
    with pytest.raises(IecareerError) as error:
        add(sample, record_types=[kind] if kind else [])
    assert "its rows are aggregates" in str(error.value)
    assert "--record-type" not in str(error.value)
    assert not sources.exists()


def test_a_sheet_of_statistics_beside_one_of_persons_is_left_out(
    write_xlsx: Callable[..., Path], add: Add
) -> None:
    rows = [[resident_id(i), "某某", "4133010001", "460301", "2022-06-30", "男"] for i in range(60)]
    headers, row = STATISTICS["就业质量"]
    summary = [row.format(i).split(",") for i in range(1, 10)]
    added, text = add(
        write_xlsx("jiuye.xlsx", {"汇总": (headers.split(","), summary), "名单": (GRADUATES, rows)})
    )
    assert added.record_types == ("graduate",)
    assert "就业率" not in text


@pytest.mark.parametrize(
    ("headers", "row", "kind"),
    [
        ("身份证号,平均成绩,出勤率,就业率,毕业人数", "{id},8{0},9{0},1,2", "graduate"),
        ("学号,姓名,平均学分绩点,及格率,专业排名百分比", "20190{0},某某,3.{0},9{0},1{0}", "graduate"),
        ("employee_id,average_monthly_hours,commission rate,total pay", "E{0}7,16{0},0.{0},5{0}00", "employment_spell"),
        ("satisfaction_level,last_evaluation,number_project,average_montly_hours,left,salary",
         "0.{0},0.5,2,15{0},1,4{0}00", "employment_spell"),
    ],
)  # fmt: skip
def test_rows_of_persons_are_not(
    write: Callable[..., Path], add: Add, headers: str, row: str, kind: str
) -> None:
    rows = [row.format(i, id=resident_id(i)).split(",") for i in range(1, 10)]
    added, _ = add(write("persons.csv", headers.split(","), rows), record_types=[kind])
    assert added.record_types == (kind,)


def test_statistics_of_a_region_are_a_record_type(write: Callable[..., Path], add: Add) -> None:
    headers = ("行政区划代码", "年度", "居民消费价格指数", "在岗职工平均工资", "最低工资标准")
    rows = [[f"33010{i}", "2023", f"10{i}.2", f"8{i}00", f"2{i}00"] for i in range(1, 10)]
    added, _ = add(write("region.csv", headers, rows))
    assert added.record_types == ("region_year",)


def test_numbers_of_permits_are_counted_in_the_draft(write: Callable[..., Path], add: Add) -> None:
    rows = [
        [*row[:2], f"H{at:08d}" if at < 2 else row[2], *row[3:]] for at, row in enumerate(insurance_rows(40))
    ]
    _, text = add(write("months.csv", rows=rows))
    told = " ".join(text.replace("#", " ").split())
    assert "2 of 40 cells have the form of a permit or passport: quarantined as permit_number" in told
    _, text = add(write("other.csv"), name="other")
    assert "permit" not in text
