"""First drafts of unknown files: the identity scheme and the comments."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from iecareer.errors import IecareerError
from iecareer.landing.parse.connection import open_landing
from iecareer.landing.parse.pay import range_macros
from iecareer.onboarding import Added
from iecareer.sources import source_system

Add = Callable[..., tuple[Added, str]]
Write = Callable[..., Path]
JOBS = ("公司名称", "职位名称", "薪资")


def adverts(pay: str = "8k-16k") -> list[list[str]]:
    return [[f"某{at}公司", ("会计", "电工")[at % 2], pay] for at in range(30)]


def columns(text: str) -> set[str]:
    return set(re.findall(r"^ *- \{name: (\w+)", text, re.MULTILINE))


def test_pay_that_is_offered_is_of_an_advert(write: Write, add: Add) -> None:
    added, _ = add(write("jobs.csv", JOBS, adverts()))
    assert added.record_types == ("job_posting",)
    mapped = {mapping.column: mapping.transform for mapping in source_system("office").tables[0].mappings}
    assert (mapped["salary_low"], mapped["salary_high"]) == ('range_low("薪资")', 'range_high("薪资")')


@pytest.mark.parametrize(
    ("header", "cell", "ends"),
    [
        ("薪资(千元)", "8-12", (8000, 12000)),
        ("月薪(千元)", "8-12千", (8000, 12000)),
        ("薪资(万元)", "0.8-1.2", (8000, 12000)),
        ("薪资(万元/年)", "12-18", (10000, 15000)),
        ("薪资(/年)", "12-18万/年", (10000, 15000)),
        ("薪资(元/天)", "150-200", (None, None)),
        ("薪资", "8-12", (None, None)),
    ],
)
def test_a_range_is_read_in_the_unit_and_time_of_its_header(
    write: Write, add: Add, header: str, cell: str, ends: tuple[float | None, float | None]
) -> None:
    add(write("jobs.csv", (*JOBS[:2], header), adverts(cell)), record_types=["job_posting"])
    mapped = {mapping.column: mapping.transform for mapping in source_system("office").tables[0].mappings}
    asked = ", ".join(str(mapped[name]) for name in ("salary_low", "salary_high"))
    with open_landing() as connection:
        for statement in range_macros():
            connection.execute(statement)
        found = connection.execute(f"""select {asked} from (select ? as "{header}", 0 as value)""", [cell])
        assert found.fetchall() == [ends]


@pytest.mark.parametrize(
    ("kind", "wage"), [("employment_spell", "monthly_wage"), ("followup_response", "monthly_income")]
)
def test_a_range_is_no_wage_of_a_person(write: Write, add: Add, kind: str, wage: str) -> None:
    _, text = add(write("jobs.csv", JOBS, adverts()), record_types=[kind])
    assert wage not in columns(text)
    _, text = add(write("paid.csv", JOBS, adverts("8000")), record_types=[kind], name="paid")
    assert wage in columns(text)


def test_without_a_column_of_persons_rows_are_rather_of_something_else(write: Write, add: Add) -> None:
    headers, rows = ("单位名称", "岗位", "工资"), [[f"某{at}厂", "电工", "5-8千"] for at in range(30)]
    assert add(write("a.csv", headers, rows))[0].record_types == ("job_posting",)
    numbered = [[f"G{at:05d}", *row[:2], "6500"] for at, row in enumerate(rows)]
    found = add(write("b.csv", ("工号", *headers), numbered), name="persons")[0]
    assert found.record_types == ("employment_spell",)


def refusal(add: Add, sample: Path) -> IecareerError:
    with pytest.raises(IecareerError) as error:
        add(sample)
    return error.value


def test_a_refusal_speaks_of_the_nearest_only_where_there_is_one(write: Write, add: Add) -> None:
    nothing = refusal(add, write("a.csv", ("alpha", "beta"), [["x", "1"], ["y", "2"]]))
    assert "closest" not in str(nothing)
    assert "one of them" not in nothing.next_step
    assert "--record-type" in nothing.next_step
    french = ("N°", "Salaire horaire brut (€)", "Niveau d'études")
    some = refusal(
        add, write("b.csv", french, [[str(at), f"{7 + at},25", "3"] for at in range(30)], delimiter=";")
    )
    assert "The closest are employment_spell" in str(some)
    assert "one of them" in some.next_step


def test_what_is_known_as_a_name_of_one_thing_is_not_taken_for_another(write: Write, add: Add) -> None:
    headers = ("学校名称", "类别", "专业名称", "科类", "学制", "学费", "湖北计划数")
    rows = [["某学院", "普通类", name, "物理类", "四年", "5200", str(1 + at % 2)]
            for at, name in enumerate(("会计学", "自动化", "软件工程", "车辆工程"))]  # fmt: skip
    told = str(refusal(add, write("plan.csv", headers, rows)))
    assert "The closest are program" in told
    assert "enterprise" not in told


@pytest.mark.parametrize(
    "names",
    [("wrkstat", "realrinc", "year"), ("work status", "income", "survey year"), ("activity", "wage", "year")],
)
def test_headers_of_surveys_are_known(write: Write, add: Add, names: Sequence[str]) -> None:
    states = ("Full-Time", "School", "Retired", "Unemployed, Laid Off")
    rows = [[str(at), '"' + states[at % 4] + '"', str(12_000 + at), str(1990 + at % 9)] for at in range(40)]
    added, text = add(write("survey.csv", ("rownames", *names), rows))
    assert added.record_types == ("followup_response",)
    assert {"activity", "monthly_income", "responded_on"} <= columns(text)
    assert "Candidates: rownames" in text
    assert "pay per month" in text


def test_every_line_that_lacks_something_is_a_comment(write: Write, add: Add) -> None:
    """Also if nothing is mapped, which would leave an empty list."""
    for kind in ("program", "graduate"):
        added, text = add(
            write("odd.csv", ("alpha", "beta"), [["x", "y"], ["z", "y"]]), record_types=[kind], name=kind
        )
        assert added.n_mapped == 0
        assert columns(text) == set()
        assert source_system(kind).tables[0].mappings == ()


def test_headers_that_a_line_reads_are_not_called_unused(write: Write, add: Add) -> None:
    headers = ("序号", *JOBS, "备用")
    rows = [[str(at), *row, ""] for at, row in enumerate(adverts())]
    for kind in ("job_posting", "employment_spell"):
        _, text = add(write("jobs.csv", headers, rows), record_types=[kind], name=kind)
        lines, _, unused = text.replace('\\"', '"').partition("# Not used: ")
        assert "备用" in unused
        assert '"公司名称"' in lines or "physicalName: 公司名称" in lines
        assert not [name for name in headers if name in unused and f'"{name}"' in lines]


def test_words_of_which_none_is_known_are_not_shown(write: Write, add: Add) -> None:
    rows = [[f"P{at:04d}", ("张某某", "李某某")[at % 2]] for at in range(30)]
    _, text = add(write("people.csv", ("身份证号码", "性别情况"), rows), record_types=["graduate"])
    line = next(line for line in text.splitlines() if "{name: sex" in line)
    assert 'physicalName: "性别情况"' in line
    assert "value: {WORD: " in line
    assert "某某" not in text


def test_a_hint_for_a_closed_list_brings_the_words_to_map(write: Write, add: Add) -> None:
    headers = ("身份证号码", "性别情况")
    rows = [[f"P{at:04d}", ("男生", "女生", "男生", "女生", "男")[at % 5]] for at in range(30)]
    _, text = add(write("people.csv", headers, rows), record_types=["graduate"])
    line = next(line for line in text.splitlines() if "{name: sex" in line)
    assert 'physicalName: "性别情况"' in line
    assert '"男生": VALUE' in line
    assert '"男": male' in line
