"""What changed since the last release: each sentence is said where it is true, and not where it would be false."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow as pa
import pytest

from iecareer.errors import IecareerError
from iecareer.feedback import Decision, release
from iecareer.feedback.changes import Changes, Earlier, compare, earlier_of, told
from iecareer.feedback.changes.sentences import ToldProgram
from iecareer.feedback.manifest import read_manifest, sha256_of
from iecareer.feedback.page import render_page
from iecareer.feedback.published import College, Edition
from iecareer.feedback.wording import Text, sentences
from iecareer.feedback.workbook import write_workbook
from iecareer.ledger.signing import fingerprint_of, public_key_of
from tests.feedback.colleges import IMPRINT, college, edition, row
from tests.feedback.test_sentences import match, paid, placed, says

KEY = b"k" * 32
CODE = "4142010800"
Rows = list[dict[str, Any]]
# Parts of sentences.
PARTS = {"change_label", "change_several", "change_regrouped", "change_no_row", "change_not_compared"}
SENTENCES = {name for name in sentences() if name.startswith(("change_", "changes_"))} - PARTS


def changes(
    before: dict[str, Rows],
    now: dict[str, Rows],
    *,
    then: Edition | None = None,
    today: Edition | None = None,
) -> Changes:
    return compare(Earlier("R0", then or edition(), college(**before)), college(**now), today or edition())


def summary(found: Changes) -> tuple[Text, ...]:
    return told(found, [("460103", "数控技术")]).summary


def programs(found: Changes) -> tuple[ToldProgram, ...]:
    return told(found, [("460103", "数控技术")]).programs


def said(found: Changes) -> set[str]:
    """The names of all sentences that are said."""
    texts = [*summary(found), *(text for program in programs(found) for text in program.sentences)]
    return {name for text in texts for name in names_of(text)}


def names_of(text: Text) -> set[str]:
    """The sentences that a text may be; a counted one is not one with names, whose gap takes any words."""
    found = {name for name in SENTENCES if says(text, name)}
    return found - {name.removesuffix("_many") for name in found if name.endswith("_many")}


def only_sentence(found: Changes) -> Text:
    ((text,),) = (program.sentences for program in programs(found))
    return text


STAY = {"horizon_months": 12, "retention": 0.7, "ci_low": 0.6, "ci_high": 0.8}


def stayed(first: int, last: int, **values: Any) -> dict[str, Any]:
    return row("retention", **(STAY | {"cohort_from": first, "cohort_to": last} | values))


def test_equal_releases_are_called_equal_and_no_program_is_named() -> None:
    found = changes({"job_match": [match()]}, {"job_match": [match()]})
    assert said(found) == {"changes_none"}
    assert "1 个数字" in summary(found)[0].zh
    assert programs(found) == ()


def test_without_any_number_none_is_counted() -> None:
    withheld = [match(status="too_few", n=None, share=None, k=None)]
    assert said(changes({"job_match": withheld}, {"job_match": withheld})) == {"changes_none_shown"}
    assert said(changes({}, {})) == {"changes_none_shown"}


@pytest.mark.parametrize(
    "values",
    [
        {"share": 0.6},
        {"n": 65},
        {"k": 35},
        {"ci_low": 0.4},
        {"status": "too_few", "n": None},
        {"mark": "lower"},
    ],
)
def test_nothing_is_called_equal_if_anything_differs(values: dict[str, Any]) -> None:
    assert "changes_none" not in said(changes({"job_match": [match()]}, {"job_match": [match(**values)]}))


def test_a_changed_number_is_told_with_both_values_intervals_counts_and_response_rates() -> None:
    asked = [
        row("response", wave_months=6, response_rate=0.62),
        row("response", wave_months=6, response_rate=0.71),
    ]
    found = changes(
        {"job_match": [match()], "response": asked[:1]},
        {"job_match": [match(share=0.61, n=70, ci_low=0.5, ci_high=0.71)], "response": asked[1:]},
    )
    text = programs(found)[0].sentences[0]
    assert says(text, "change_value")
    assert "上次 50%（95% 区间 38%～62%，60 人，答卷率 62%）" in text.zh
    assert "这次 61%（95% 区间 50%～71%，70 人，答卷率 71%）" in text.zh
    assert "changes_some" in said(found)
    assert "2 个数字中，2 个有变" in summary(found)[0].zh
    register = changes({"employment": [placed()]}, {"employment": [placed(share=0.8)]})
    assert "答卷率" not in only_sentence(register).zh


def test_pay_is_told_with_its_middle_half() -> None:
    found = changes(
        {"starting_salary": [paid(measure="register", n=35)]},
        {"starting_salary": [paid(measure="register", n=45)]},
    )
    assert says(only_sentence(found), "change_value")
    assert "元（中间一半的人在" in only_sentence(found).zh
    assert "35 人" in only_sentence(found).zh


def test_a_value_is_called_unchanged_only_if_what_is_told_of_it_is() -> None:
    beside = changes(
        {"starting_salary": [paid(measure="register", share_cap=0.0)]},
        {"starting_salary": [paid(measure="register", share_cap=0.1)]},
    )
    assert said(beside) == {"changes_some", "change_beside"}


def test_a_block_is_never_put_beside_one_of_its_cohorts() -> None:
    block, single = stayed(2024, 2025, retention=0.71), stayed(2025, 2025, retention=0.55)
    for before, now in (([block], [single]), ([single], [block])):
        found = changes({"retention": before}, {"retention": now})
        assert said(found) == {
            "changes_new",
            "changes_gone",
            "change_new",
            "change_gone",
            "changes_cohorts",
        } - ({"changes_cohorts"} if now == [block] else set())
        (program,) = programs(found)
        assert not any("%" in text.zh for text in program.sentences)
        assert any("另一种合并方式" in text.zh for text in program.sentences)


def test_cohorts_are_called_regrouped_only_if_another_row_has_them() -> None:
    block, older = stayed(2024, 2025), stayed(2022, 2023)
    found = changes({"retention": [block]}, {"retention": [older]})
    assert "没有这项数据" in "".join(text.zh for text in programs(found)[0].sentences)
    assert "合并方式" not in "".join(text.zh for text in programs(found)[0].sentences)
    # another horizon of the same cohorts is no regrouping
    found = changes({"retention": [block]}, {"retention": [stayed(2025, 2025, horizon_months=24)]})
    assert "合并方式" not in "".join(text.zh for text in programs(found)[0].sentences)


LOWER = {"mark": "lower", "peer_median": 0.7, "n_peers": 6, "peer_level": "program"}
HIGHER = {"mark": "higher", "peer_median": 0.3, "n_peers": 6, "peer_level": "program"}


def test_a_mark_that_changed_alone_is_laid_to_the_peers() -> None:
    found = changes({"job_match": [match(**LOWER)]}, {"job_match": [match(**HIGHER)]})
    assert said(found) == {"changes_same", "changes_marked", "change_mark_by_peers"}
    assert "上次“低于同类”，这次“高于同类”" in only_sentence(found).zh
    without = changes({"job_match": [match()]}, {"job_match": [match(**HIGHER)]})
    assert "上次“不作比较”" in only_sentence(without).zh


def test_a_mark_that_changed_with_its_number_is_not_laid_to_the_peers() -> None:
    found = changes({"job_match": [match(**LOWER)]}, {"job_match": [match(share=0.9, **HIGHER)]})
    assert said(found) == {"changes_some", "changes_marked", "change_value", "change_mark"}


def test_a_mark_that_stays_is_not_told() -> None:
    moved = LOWER | {"peer_median": 0.8}
    assert said(changes({"job_match": [match(**LOWER)]}, {"job_match": [match(**moved)]})) == {"changes_none"}


def test_a_number_that_was_withheld_is_told_apart_from_one_that_was_not_there() -> None:
    withheld = match(status="too_few", n=None, share=None, k=None)
    before, after = (
        changes({"job_match": [withheld]}, {"job_match": [match()]}),
        changes({}, {"job_match": [match()]}),
    )
    assert said(before) == {"changes_new", "change_shown", "changes_cohorts"}
    assert "人数或跟踪人数不足" in only_sentence(before).zh
    assert said(after) == {"changes_new", "change_new", "changes_cohorts"}


def test_a_number_that_is_gone_has_its_reason() -> None:
    withheld = match(status="too_few", n=None, share=None, k=None)
    found = changes({"job_match": [match()]}, {"job_match": [withheld]})
    assert said(found) == {"changes_gone", "change_gone"}
    assert "不足 10 人，不发布" in only_sentence(found).zh
    found = changes({"job_match": [match()]}, {})
    assert "本期没有这项数据" in only_sentence(found).zh
    assert programs(found)[0].name.zh == "数控技术"


def test_a_cohort_is_new_only_if_no_number_of_it_was_published() -> None:
    newer, older = match(cohort_from=2025, cohort_to=2025), match()
    found = changes({"job_match": [older]}, {"job_match": [older, newer]})
    (text,) = (text for text in summary(found) if says(text, "changes_cohorts"))
    assert "2025 届" in text.zh
    assert "2024" not in text.zh
    elsewhere = stayed(2025, 2025)
    found = changes({"retention": [elsewhere]}, {"retention": [elsewhere], "job_match": [newer]})
    assert "changes_cohorts" not in said(found)
    block = stayed(2024, 2025)
    assert "changes_cohorts" not in said(changes({}, {"retention": [block]}))


def test_content_that_the_last_release_did_not_have_is_not_counted_as_numbers() -> None:
    now = college(job_match=[match()], promotion=[row("promotion", horizon_months=12, incidence=0.1)])
    before = college(job_match=[match()])
    before = replace(before, data={name: table for name, table in before.data.items() if name != "promotion"})
    found = compare(Earlier("R0", edition(), before), now, edition())
    assert said(found) == {"changes_same", "changes_content"}
    assert "晋升率" in summary(found)[-1].zh
    nothing = college(job_match=[match()])
    assert said(compare(Earlier("R0", edition(), before), nothing, edition())) == {"changes_none"}


def test_files_of_another_form_are_not_compared() -> None:
    now = college(job_match=[match()])
    data = now.data | {"job_match": now.data["job_match"].drop_columns(["fit"])}
    found = compare(Earlier("R0", edition(), replace(now, data=data)), now, edition())
    assert said(found) == {"changes_format"}
    assert "专业对口率" in summary(found)[0].zh
    assert programs(found) == ()


@pytest.mark.parametrize(
    ("then", "today", "name"),
    [
        (2024, 2025, "changes_prices"),
        (None, 2025, "changes_prices_not_known"),
        (None, None, "changes_prices_not_known"),
    ],
)
def test_pay_in_other_prices_is_not_compared(then: int | None, today: int | None, name: str) -> None:
    editions = {
        "then": replace(edition(), price_base_year=then),
        "today": replace(edition(), price_base_year=today),
    }
    before, now = paid(measure="register"), paid(measure="register", p50=9000.0)
    found = changes({"starting_salary": [before]}, {"starting_salary": [now]}, **editions)
    assert said(found) == {name}
    assert programs(found) == ()
    for one, other in (({}, {"starting_salary": [now]}), ({"starting_salary": [before]}, {}), ({}, {})):
        assert said(changes(one, other, **editions)) == {"changes_none_shown"}
    same = changes({"starting_salary": [before]}, {"starting_salary": [now]})
    assert said(same) == {"changes_some", "change_value"}


def test_rules_that_changed_are_counted() -> None:
    found = changes({}, {}, then=edition(min_n_rate=20, min_peers=4))
    assert said(found) == {"changes_rules"}
    assert "2 项" in summary(found)[0].zh
    assert [(rule.name, rule.before and rule.before["value"]) for rule in found.rules] == [
        ("min_n_rate", 20.0),
        ("min_peers", 4.0),
    ]
    assert said(changes({}, {}, then=edition(false_discovery_rate=None))) == {"changes_rules"}


@pytest.mark.parametrize(
    ("before", "now", "name"),
    [
        (False, True, "changes_flagged"),
        (None, True, "changes_flagged"),
        (True, False, "changes_cleared"),
        (True, None, "changes_not_judged"),
        (True, True, "changes_none_shown"),
        (False, False, "changes_none_shown"),
        (False, None, "changes_none_shown"),
    ],
)
def test_proposals_are_compared(before: bool | None, now: bool | None, name: str) -> None:
    rows = [
        [] if flagged is None else [row("program_flag", is_flagged=flagged, score=0.6)]
        for flagged in (before, now)
    ]
    found = changes({"program_flag": rows[0]}, {"program_flag": rows[1]})
    assert said(found) == {name}
    assert ("数控技术" in summary(found)[0].zh) == (name != "changes_none_shown")


def test_many_numbers_of_a_program_are_cut_and_counted() -> None:
    before = [stayed(2020, 2020, horizon_months=months) for months in (3, 6, 12, 24, 36, 48)]
    now = [one | {"retention": 0.1} for one in before]
    texts = programs(changes({"retention": before}, {"retention": now}))[0].sentences
    assert [says(text, "change_value") for text in texts] == [True] * 4 + [False]
    assert says(texts[-1], "changes_more")
    assert "2 项" in texts[-1].zh
    four = changes({"retention": before[:4]}, {"retention": now[:4]})
    assert "changes_more" not in said(four)


def test_several_numbers_of_one_kind_are_counted() -> None:
    now = [stayed(2020, 2020, horizon_months=months) for months in (3, 6)]
    assert "首份工作留任率（2 项）" in only_sentence(changes({}, {"retention": now})).zh
    assert "首份工作留任率（3 个月）" in only_sentence(changes({}, {"retention": now[:1]})).zh


def test_many_kinds_of_numbers_are_counted_instead_of_named() -> None:
    rows = {
        "job_match": [match()],
        "employment": [placed()],
        "promotion": [row("promotion", scope="institution", horizon_months=12, incidence=0.1)],
        "innovation": [row("innovation", scope="institution", kind="all", share=0.1)],
        "certificate": [row("certificate", scope="institution", phase="during_studies", share=0.1)],
        "response": [row("response", scope="institution", wave_months=6, response_rate=0.5)],
    }
    here = {
        name: [one | {"scope": "institution", "program_code": None} for one in found]
        for name, found in rows.items()
    }
    here["job_match"] = [one | {"weighting": "weighted"} for one in here["job_match"]]
    found = changes({}, here)
    assert said(found) == {"changes_new", "changes_cohorts", "change_new_many"}
    assert "新列出 6 个数字" in only_sentence(found).zh
    assert said(changes(here, {})) == {"changes_gone", "change_gone_many"}
    withheld = {name: [one | {"status": "too_few"} for one in found] for name, found in here.items()}
    assert said(changes(withheld, here)) == {"changes_new", "changes_cohorts", "change_shown_many"}


def test_of_a_release_that_cannot_be_read_nothing_else_is_said() -> None:
    found = compare(Earlier("R0", edition(), None), college(job_match=[match()]), edition())
    assert said(found) == {"changes_not_readable"}
    assert found.is_nothing is False


def test_the_first_release_says_nothing_of_changes(released: Path) -> None:
    (page,) = (released / CODE).glob("*.html")
    assert 'id="changes"' not in page.read_text(encoding="utf-8")
    assert "#changes" not in page.read_text(encoding="utf-8")
    (book,) = (released / CODE).glob("*.xlsx")
    assert "与上次发布相比" not in openpyxl.load_workbook(book).sheetnames


def page_of(folder: Path) -> str:
    (page,) = (folder / CODE).glob("*.html")
    return page.read_text(encoding="utf-8")


def test_a_later_release_is_compared_with_the_files_of_the_last_one(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # one number is changed by hand, so it is no longer the sum of its parts
    monkeypatch.setattr("iecareer.feedback.attacks.refuse_disclosing", lambda _: None)
    same = page_of(release("second", key=KEY))
    assert "都与上次相同" in same
    assert "发布版 first（数据截至 2026-11-21）" in same
    with duckdb.connect(str(own_home / "warehouse.duckdb")) as connection:
        connection.execute(
            "update feedback.employment set k = 80, share = .727, ci_low = .611, ci_high = .828 "
            "where scope = 'institution' and cohort_to = 2025 "
            "and definition = 'moe_final' and institution_code = ?",
            [CODE],
        )
    third = release("third", key=KEY)
    assert "发布版 second" in page_of(third)
    assert "2025 届毕业去向落实率：上次 86.4%" in page_of(third)
    assert "1 个有变" in page_of(third)
    (book,) = (third / CODE).glob("*.xlsx")
    sheet = openpyxl.load_workbook(book)["与上次发布相比"]
    lines = [[cell.value for cell in line] for line in sheet.iter_rows()]
    (line,) = (line for line in lines if line[3] == "数值有变")
    assert line[:3] == ["全校", "2025 届", "毕业去向落实率"]
    assert line[4:6] == [0.864, 0.727]
    (other,) = (third / "4142010801").glob("*.html")
    assert "都与上次相同" in other.read_text(encoding="utf-8")


def test_a_college_is_compared_with_the_last_release_that_it_got(own_home: Path) -> None:
    with duckdb.connect(str(own_home / "warehouse.duckdb")) as connection:
        connection.execute("delete from feedback.institution where institution_code = ?", [CODE])
        connection.execute(
            "insert into feedback.institution by name select '1' as institution_code from (select 1)"
        )
    release("second", key=KEY)
    public_key = public_key_of(KEY)
    labels = {}
    for code in (CODE, "4142010801", "1", "2"):
        found = earlier_of(own_home / "releases", code, code, public_key)
        labels[code] = found.label if found else None
    assert labels == {CODE: "first", "4142010801": "second", "1": "second", "2": None}


def test_a_folder_that_was_changed_is_not_compared_but_refused(own_home: Path) -> None:
    path = own_home / "releases" / "first" / CODE / "data" / "response.csv"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(IecareerError, match=r"not as it was signed: data/response\.csv: changed"):
        release("second", key=KEY)
    assert not (own_home / "releases" / "second").exists()


def test_a_lost_folder_is_passed_over(own_home: Path) -> None:
    shutil.rmtree(own_home / "releases" / "first" / CODE)
    assert earlier_of(own_home / "releases", CODE, CODE, public_key_of(KEY)) is None


def test_a_release_that_supersedes_another_says_so_with_its_reason(own_home: Path) -> None:
    reason = '<b>漏收</b> "一个" 来源'
    second = release("second", Decision("王芳", "first", reason), key=KEY)
    page = page_of(second)
    assert "本发布版取代 first" in page
    assert "&lt;b&gt;漏收&lt;/b&gt;" in page
    assert "取代" not in page_of(own_home / "releases" / "first")
    (book,) = (second / CODE).glob("*.xlsx")
    texts = [cell.value for line in openpyxl.load_workbook(book)["摘要"].iter_rows() for cell in line]
    assert any(isinstance(text, str) and text.endswith(reason) for text in texts)


def test_page_workbook_and_ledger_have_the_same_fingerprint(own_home: Path) -> None:
    first = own_home / "releases" / "first"
    fingerprint = fingerprint_of(public_key_of(KEY))
    assert f"<code>{fingerprint}</code>" in page_of(first)
    assert fingerprint in (own_home / "releases" / "ledger.jsonl").read_text(encoding="utf-8")
    assert read_manifest(first)["fingerprint"] == fingerprint
    (book,) = (first / CODE).glob("*.xlsx")
    texts = [cell.value for line in openpyxl.load_workbook(book)["说明"].iter_rows() for cell in line]
    assert any(isinstance(text, str) and fingerprint in text for text in texts)


def test_prices_are_part_of_what_is_signed(released: Path) -> None:
    assert read_manifest(released)["release"]["price_base_year"] == 2025


def test_rules_stand_in_the_workbook_with_both_values(tmp_path: Path) -> None:
    found = changes({}, {}, then=edition(min_n_rate=20))
    write_workbook(tmp_path / "book.xlsx", college(), edition(), IMPRINT, found)
    sheet = openpyxl.load_workbook(tmp_path / "book.xlsx")["与上次发布相比"]
    (line,) = ([cell.value for cell in line] for line in sheet.iter_rows() if line[0].value == "min_n_rate")
    assert line[4:6] == [20, 10]


def test_what_is_gone_keeps_its_order() -> None:
    rows = [stayed(2020, 2020, horizon_months=months) for months in (3, 6, 12, 24, 36, 48, 60)]
    gone = changes({"retention": rows}, {}).gone
    assert [one.row["horizon_months"] for one in gone] == [3, 6, 12, 24, 36, 48, 60]


def test_a_program_that_is_gone_comes_last_under_its_old_name() -> None:
    gone = match(program_code="999999", program_name="旧专业")
    found = changes({"job_match": [gone, match()]}, {"job_match": [match(share=0.6)]})
    assert [program.name.zh for program in programs(found)] == ["数控技术", "旧专业"]
    assert "旧专业" in render_page(college(job_match=[match()]), edition(), IMPRINT, found)


def test_every_sentence_of_changes_is_tested() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    assert {name for name in SENTENCES if f'"{name}"' not in source} == set()


def test_a_file_that_is_known_by_its_hash_is_not_read_again(released: Path) -> None:
    known = pa.table({"scope": ["institution"]})
    response = sha256_of(released / CODE / "data" / "response.parquet")
    found = earlier_of(released.parent, CODE, CODE, public_key_of(KEY), {response: known})
    assert found is not None
    assert found.college is not None
    assert found.college.data["response"] is known
    assert found.college.data["employment"].num_rows > 1


def test_comparisons_read_a_college_of_the_same_rows(released: Path) -> None:
    found = earlier_of(released.parent, CODE, CODE, public_key_of(KEY))
    assert found is not None
    assert isinstance(found.college, College)
    assert found.edition.price_base_year == 2025
    assert len(found.college.tables["response"]) == 30
