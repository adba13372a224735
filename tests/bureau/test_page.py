"""The bureau's page: every area in a tile with its word, tables that can be read aloud, escaped names."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from iecareer.bureau.page import bureau_page
from iecareer.bureau.page.sections import sections
from iecareer.bureau.page.tables import LISTED, Section
from iecareer.bureau.page.tiles import tile_groups
from iecareer.bureau.report import Report
from tests.lights.example import I1


@pytest.fixture(scope="module")
def page(report: Report) -> str:
    return bureau_page(report)


def section(report: Report, name: str) -> Section:
    (found,) = (one for one in sections(report) if one.name == name)
    return found


def words(of: Section) -> str:
    """All English words of a section."""
    cells = [
        text.en
        for table in of.tables
        for line in table.lines
        for cell in line.cells
        for text in (cell.value, *cell.lines)
    ]
    cuts = [table.cut.en for table in of.tables]
    return "\n".join([*(text.en for text in (*of.about, *of.said)), *cuts, *cells])


def test_every_area_has_a_tile_with_its_word(page: str) -> None:
    tiles = re.findall(r'<li class="tile (\w+)">(.*?)</li>', page)
    assert [kind for kind, _ in tiles] == ["red", "red"]
    assert all("红灯" in text and "Red" in text for _, text in tiles)
    assert "浙江省" in tiles[0][1]
    assert "42.4" in tiles[0][1]


def test_a_tile_says_that_a_red_line_makes_it_red(report: Report) -> None:
    by_code = {tile.code: tile for group in tile_groups(report) for tile in group.tiles}
    assert by_code["330000"].below[0].en.startswith("limits")
    assert by_code["610000"].below[0].en == "red line crossed: enterprise participation"
    yellow = [row | {"band": "yellow"} if row["area_code"] == "610000" else row for row in report.lights]
    by_code = {
        tile.code: tile for group in tile_groups(replace(report, lights=yellow)) for tile in group.tiles
    }
    assert by_code["610000"].below[0].en.endswith("(by the index alone: yellow)")


def test_areas_without_a_light_are_named_only_if_there_are_any(report: Report) -> None:
    told = words(section(replace(report, without_light=["440000", "500000"]), "areas"))
    assert "Areas without a light in 2024" in told
    assert told.splitlines()[1].endswith("广东省, 重庆市.")
    assert "without a light" not in words(section(report, "areas"))


def test_prefectures_are_grouped_by_province(report: Report) -> None:
    prefectures = [
        row | {"area_code": code}
        for row, code in zip(report.of_scope("area"), ("330100", "330200"), strict=True)
    ]
    (group,) = tile_groups(replace(report, lights=prefectures))
    assert group.name.zh == "浙江省"
    assert [tile.name.zh for tile in group.tiles] == ["杭州市", "宁波市"]


def test_names_are_escaped(page: str) -> None:
    assert "数控<b>" not in page
    assert "数控&lt;b&gt;" in page


def test_every_table_has_a_caption_and_row_headers(page: str) -> None:
    tables = re.findall(r"<table.*?</table>", page, re.S)
    assert len(tables) > 8
    for table in tables:
        assert "<caption>" in table
        rows = table.partition("<tbody")[2].count("<tr")
        assert table.count('scope="row"') == rows > 0


def test_both_languages_are_there_and_no_gap_is_left(page: str) -> None:
    text = re.sub(r"<style>.*?</style>|<script>.*?</script>", "", page, flags=re.S)
    assert not re.search(r"\{[a-z_]+\}", text)
    assert "限期整改" in text
    assert "Rectification" in text


def test_the_page_says_that_it_is_no_release(page: str) -> None:
    assert "不属于发布内容" in page


def test_a_long_list_says_that_it_is_cut(report: Report) -> None:
    (yellow,) = (
        row for row in report.lights if row["scope"] == "program" and row["program_code"] == "510201"
    )
    areas = report.of_scope("area")
    many = [*areas, *(yellow | {"program_code": f"{at:06}"} for at in range(LISTED + 1))]
    cut = replace(report, lights=many, warnings=[])
    told = words(section(cut, "programs"))
    assert f"The first {LISTED} of {LISTED + 1}; the workbook has all." in bureau_page(cut)
    assert f"The first {LISTED} of {LISTED + 1}" in told
    assert "The first" not in words(section(replace(report, lights=many[:-1], warnings=[]), "programs"))


def test_what_is_not_judged_says_what_lacks(report: Report) -> None:
    told = words(section(report, "not_judged"))
    assert (
        "No index. Levels without a score: participation (weights judged 0 of 20, at least 50% needed)"
        in told
    )
    assert "insured employment (no data)" in told
    judged = [row for row in report.lights if row["light"] != "not_judged"]
    assert (
        words(section(replace(report, lights=judged), "not_judged")) == "Every unit with a light is judged."
    )


def test_warnings_stand_by_response_with_deadlines(report: Report) -> None:
    tables = section(report, "warnings").tables
    captions = [table.caption.zh for table in tables]
    assert captions == ["限期整改：5 条", "协同督导：1 条", "专家会诊：2 条", "提示：2 条"]
    assert all(line.cells[-1].value.zh == "2025-12-31" for line in tables[0].lines)
    assert all(len(line.cells) == 3 for table in tables[1:] for line in table.lines)


# Table, section, values of all rows for which the sentence is true, values for which it is false, and the sentence.
_NOT_OK = {"status": "not_observed", "factor": 1.0}
_LEAVING = {"is_exit": True, "is_poor": True}
MONEY: list[tuple[str, str, dict[str, Any], dict[str, Any], str]] = [
    ("allocation", "allocation", _NOT_OK, {"status": "ok"}, "nothing to compare, so the factor is 1"),
    ("allocation", "allocation", {"retention": None}, {"retention": 0.5}, "retention: no data"),
    (
        *("allocation", "allocation"),
        {"retention": 0.525, "retention_n": 45, "retention_benchmark": None},
        {"retention": 0.525, "retention_n": 45, "retention_benchmark": 0.5},
        "retention 52.5% (n = 45), no benchmark",
    ),
    (
        *("floating_fund", "fund"),
        {"is_rewarded": True, "fund_cny": None},
        {"is_rewarded": False, "fund_cny": None},
        "rewarded, but there is no base",
    ),
    (
        *("floating_fund", "fund"),
        {"is_rewarded": True, "fund_cny": Decimal(5)},
        {"is_rewarded": False, "fund_cny": Decimal(0)},
        "rewarded CNY 5.00",
    ),
    (
        *("area_appraisal", "fund"),
        {"points": None, "subsidy_cut": 0.1},
        {"points": 4.2, "subsidy_cut": 0.1},
        "no index, no points; cut 10%",
    ),
    (
        *("enterprise_exit", "enterprises"),
        _LEAVING | {"n_joined": None, "n_interns": 7},
        _LEAVING | {"n_joined": 0, "n_interns": 7},
        "interns 7, joined not known yet",
    ),
    (
        *("enterprise_exit", "enterprises"),
        _LEAVING | {"years_poor": 2, "is_poor": False},
        _LEAVING | {"years_poor": 2},
        "2 poor years; this year is not poor",
    ),
    (
        *("enterprise_exit", "enterprises"),
        _LEAVING | {"years_poor": 2, "reasons": "no_conversion|paper"},
        _LEAVING | {"years_poor": 2, "reasons": "paper"},
        "2 poor years; this year: interns are hardly taken on, agreements on paper only",
    ),
    (
        *("enterprise_credit", "enterprises"),
        {"is_aaa": False},
        {"is_aaa": True, "rd_share": 0.06},
        "No enterprise has AAA.",
    ),
    ("enterprise_exit", "enterprises", {"is_exit": False}, _LEAVING, "No enterprise reaches the exit."),
    (
        *("equity_share", "shares"),
        {"share_uncapped": 0.1, "share": 0.05},
        {"share_uncapped": 0.1, "share": 0.1},
        "before the cap 10.0%",
    ),
    (
        *("equity_share", "shares"),
        {"certificate_pass": None, "transformation_income": None},
        {"certificate_pass": 0.8, "transformation_income": None},
        "pass rate not known; transformation income not known",
    ),
]


@pytest.mark.parametrize(("table", "name", "true", "false", "said"), MONEY)
def test_a_sentence_on_money_is_said_where_it_is_true_and_only_there(
    report: Report, table: str, name: str, true: dict[str, Any], false: dict[str, Any], said: str
) -> None:
    told = []
    for values in (true, false):
        rows = [row | values for row in report.instruments[table]]
        other = replace(report, instruments=report.instruments | {table: rows})
        told.append(words(section(other, name)).splitlines())
    assert said in told[0]
    assert said not in told[1]


def test_an_area_without_index_is_not_ranked(report: Report) -> None:
    told = words(section(report, "fund")).splitlines()
    assert told.count("not ranked") == 0
    assert told.count("no index, not ranked") == 1
    assert "1 of 1" in told


@pytest.mark.parametrize(
    ("true", "false", "said"),
    [
        (
            {"last_site_evaluation_on": None, "site_score": None},
            {"last_site_evaluation_on": date(2022, 2, 28)},
            "due: never evaluated",
        ),
        ({"site_score": None}, {"site_score": 5.0}, "never evaluated"),
        ({"is_due": True}, {"is_due": False}, "due since 2025-02-28"),
        ({"is_due": False}, {"is_due": True}, "due on 2025-02-28"),
        ({"disagrees": True}, {"disagrees": None}, "the tracks disagree"),
        ({"disagrees": False}, {"disagrees": None}, "the tracks agree"),
        ({"disagrees": None}, {"disagrees": False}, "one track is missing, so no comparison"),
        ({"tracking_score": None}, {"tracking_score": 50.0}, "no scored result level"),
    ],
)
def test_a_sentence_on_reviews_is_said_where_it_is_true_and_only_there(
    report: Report, true: dict[str, Any], false: dict[str, Any], said: str
) -> None:
    (own,) = (row for row in report.reviews if row["institution_code"] == I1)
    told = [words(section(replace(report, reviews=[own | values]), "reviews")) for values in (true, false)]
    assert said in told[0].splitlines()
    assert said not in told[1].splitlines()


def test_both_tracks_stand_side_by_side(report: Report) -> None:
    told = words(section(report, "reviews"))
    assert "74.99, green (2022-02-28)" in told
    assert "62.9, yellow (2024)" in told


@pytest.mark.parametrize(
    "name",
    [
        "areas",
        "warnings",
        "institutions",
        "programs",
        "allocation",
        "fund",
        "enterprises",
        "shares",
        "reviews",
    ],
)
def test_an_empty_section_says_so(report: Report, name: str) -> None:
    empty = replace(
        report,
        lights=[],
        indicators=[],
        warnings=[],
        instruments={table: [] for table in report.instruments},
        reviews=[],
    )
    found = section(empty, name)
    assert found.said
    assert not found.tables
    assert "<h1>" in bureau_page(empty)
