"""The page of a college: one offline file whose structure, charts and colours everybody can read."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest

from iecareer.feedback.indicators import Indicators
from iecareer.feedback.page import charts, render_page
from iecareer.feedback.page.cards import cards
from iecareer.feedback.page.sections import Panel, sections
from iecareer.feedback.published import College, Edition, open_published, read_colleges, read_edition
from iecareer.feedback.ranking import ranked_programs
from iecareer.feedback.statements import state_row
from iecareer.feedback.wording import Text
from tests.feedback.colleges import IMPRINT, college, edition, row

VOID = {"meta", "link", "br", "img", "input", "hr", "line", "circle", "rect"}
HEADINGS = ("h1", "h2", "h3", "h4")


class Outline(HTMLParser):
    """Elements of a page with their attributes, their parents and their text in either language."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.texts: list[tuple[tuple[str, ...], str]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        self.elements.append((tag, found))
        if tag not in VOID:
            self.open.append(f"{tag}[{found.get('lang', '')}]")

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attributes}))

    def handle_endtag(self, tag: str) -> None:
        while self.open and not self.open.pop().startswith(f"{tag}["):
            pass

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((tuple(self.open), data.strip()))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def colleges(published_home: Path) -> tuple[list[College], Edition]:
    """The colleges of the synthetic region; the first has a program with too few graduates."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IECAREER_HOME", str(published_home))
        with open_published() as connection:
            found = read_edition(connection)
            return list(read_colleges(connection, found)), found


@pytest.fixture(scope="module")
def page(colleges: tuple[list[College], Edition]) -> str:
    return render_page(colleges[0][0], colleges[1], IMPRINT)


@pytest.fixture(scope="module")
def outline(page: str) -> Outline:
    return Outline(page)


def test_page_loads_nothing(page: str) -> None:
    assert not re.search(
        r"https?:|//[a-z]|<link|@import|@font-face|javascript:|<img|<iframe", page, re.IGNORECASE
    )
    assert "url(" not in page
    assert "Noto Sans CJK SC" in page


def test_only_the_page_s_own_script_may_run(page: str) -> None:
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'" in page


def test_headings_sections_and_links_fit_together(outline: Outline) -> None:
    levels = [int(tag[1]) for tag, _ in outline.elements if tag in HEADINGS]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [attributes["id"] for _, attributes in outline.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {link["href"][1:] for link in outline.all("a")} <= set(ids)
    labelled = [
        attributes["aria-labelledby"] for _, attributes in outline.elements if "aria-labelledby" in attributes
    ]
    assert set(labelled) <= set(ids)
    assert len(labelled) > 10


def test_tables_have_a_caption_and_headings_with_a_scope(outline: Outline) -> None:
    assert len(outline.all("caption")) == len(outline.all("table")) > 8
    assert {heading["scope"] for heading in outline.all("th")} == {"col", "row"}


def test_charts_are_named_and_strips_stand_beside_their_numbers(outline: Outline) -> None:
    drawn = [svg for svg in outline.all("svg") if "x" not in svg]
    assert all(svg.get("aria-hidden") == "true" or svg.get("role") == "img" for svg in drawn)
    assert sum(svg.get("role") == "img" for svg in drawn) >= 5


def test_each_text_is_there_once_in_each_language(page: str) -> None:
    # Chinese text stands in zh-CN beside an English one, or is a name; nothing is said in both languages at once.
    pairs = re.findall(r'<span lang="zh-CN">([^<]*)</span><span lang="en">([^<]*)</span>', page)
    assert len(pairs) > 100
    assert (
        len(re.findall(r'<span lang="zh-CN">', page))
        == len(re.findall(r'<span lang="en">', page))
        == len(pairs)
    )
    chinese = re.compile(r"[\u4e00-\u9fff]")
    names = "数控技术|机械制造及自动化|计算机应用技术|大数据与会计"
    assert not [en for _, en in pairs if chinese.search(re.sub(names, "", en))]
    assert ':root[lang="zh-CN"] [lang="en"], :root[lang="en"] [lang="zh-CN"] { display: none; }' in page
    assert '<html lang="zh-CN">' in page


def test_texts_outside_a_language_are_numbers_names_codes_and_the_language_button(outline: Outline) -> None:
    found = [
        text
        for path, text in outline.texts
        if not any(tag.startswith(("script", "style", "title", "button", "code")) for tag in path)
        and not any("[zh" in tag or "[en" in tag for tag in path[1:])
    ]
    assert not [text for text in found if re.search(r"[\u4e00-\u9fff]|[a-z]{3}", text)]


def test_a_college_of_which_nothing_may_be_shown_gets_reasons_and_no_number(
    colleges: tuple[list[College], Edition],
) -> None:
    few = {"status": "too_few", "n": None, "k": None, "share": None, "ci_low": None, "ci_high": None}
    keys = {"wave_months": 0, "definition": "moe_final", "weighting": "unweighted"}
    small = college(
        employment=[
            row("employment", **(few | keys)),
            row("employment", scope="institution", **(few | keys)),
        ],
        program_flag=[],
    )
    page = render_page(small, colleges[1], IMPRINT)
    assert 'class="value"' not in page
    assert "不足 10 人，不发布" in page
    assert ">0<" not in page
    assert "都没有可发布的数字" in page
    assert render_page(college(), colleges[1], IMPRINT).count("本期没有这项数据") > 3


def test_names_from_deliveries_are_only_text(own_home: Path) -> None:
    evil = '=HYPERLINK("http://x","y")<script>alert(1)</script>\u202e'
    with duckdb.connect(str(own_home / "warehouse.duckdb")) as connection:
        connection.execute("update feedback.program set program_name = ?", [evil])
        connection.execute("update feedback.institution set institution_name = ?", [evil])
        connection.execute("update feedback.program_flag set reason_1_zh = ?", [evil])
    with open_published() as connection:
        found = read_edition(connection)
        page = render_page(next(read_colleges(connection, found)), found, IMPRINT)
    assert page.count("<script") == 1
    assert "\u202e" not in page
    assert "&lt;script&gt;" in page


def test_cards_programs_and_tables_state_the_same_row(colleges: tuple[list[College], Edition]) -> None:
    for one in colleges[0]:
        indicators = Indicators.of(one, colleges[1])
        programs = ranked_programs(one, colleges[1], indicators)
        shown: dict[tuple[str, str | None, int], set[int]] = {}
        statements = [card.statement for card in cards(one, colleges[1], indicators)]
        statements += [other for card in cards(one, colleges[1], indicators) for other in card.beside]
        statements += [statement for program in programs for statement in program.statements]
        for section in sections(one, colleges[1], indicators, one.programs):
            for table in section.tables:
                if table.kind == "":
                    statements += [statement for line in table.lines for statement in line.statements]
        for statement in statements:
            if statement.row and not statement.indicator.name.startswith(("employers", "hires")):
                key = (statement.indicator.name, statement.row["program_code"], statement.indicator.months)
                shown.setdefault(key, set()).add(id(statement.row))
        assert len(shown) > 20
        assert all(len(rows) == 1 for rows in shown.values())


def over_cohorts(*values: dict[str, Any]) -> Panel:
    numbers = {"wave_months": 0, "definition": "moe_final", "weighting": "unweighted", "scope": "institution"}
    numbers |= {"share": 0.9, "ci_low": 0.8, "ci_high": 0.95}
    rows = [row("employment", **(numbers | one)) for one in values]
    whose = college(employment=rows)
    placement = Indicators.of(whose, edition()).placement
    points = tuple((str(one["cohort_to"]), state_row(placement, one, whose, edition())) for one in rows)
    return Panel(Text("", ""), Text("", ""), points, is_series=True)


def cohort(year: int, **values: Any) -> dict[str, Any]:
    return {"cohort_from": year, "cohort_to": year, **values}


def test_no_line_bridges_a_withheld_year_or_a_missing_one() -> None:
    hidden = {"status": "not_comparable", "share": None, "ci_low": None, "ci_high": None}
    panel = over_cohorts(cohort(2020), cohort(2021), cohort(2022, **hidden), cohort(2023), cohort(2025))
    assert [(one.label, other.label) for one, other in charts.joined(panel)] == [("2020", "2021")]
    found = charts.points(panel)
    assert [point.value is not None for point in found] == [True, True, False, True, True]
    assert not charts.joined(Panel(panel.heading, panel.caption, panel.points, is_series=False))


def test_marks_stand_where_their_numbers_are() -> None:
    (point,) = charts.points(over_cohorts(cohort(2020, peer_median=0.7, mark="higher")))
    assert (point.value, point.low, point.high, point.peers) == (90, 80, 95, 70)
    (point,) = charts.points(over_cohorts(cohort(2020)))
    assert point.peers is None
    (label, statement), *_ = over_cohorts(cohort(2020, peer_median=0.7, mark="higher")).points
    assert label == "2020"
    found = charts.strip(statement, (0.0, 1.0))
    assert found == charts.Strip(low=80, width=15, value=90, peers=70)


@pytest.mark.parametrize(("low", "high"), [(0.0, 0.1), (0.6, 0.8), (0.68, 0.96), (0.9, 1.0), (0.0, 1.0)])
def test_a_number_stands_neither_on_its_interval_nor_on_the_median_of_its_peers(
    low: float, high: float
) -> None:
    for peers in range(0, 101, 2):
        values = {"ci_low": low, "ci_high": high, "share": (low + high) / 2}
        (point,) = charts.points(over_cohorts(cohort(2020, **values, peer_median=peers / 100, mark="higher")))
        assert not point.low - 5 < point.text_at < point.high + 5
        assert abs(point.text_at - peers) >= 5
        assert 5 <= point.text_at <= 107


def test_points_of_different_cohorts_name_them_and_blocks_are_never_joined() -> None:
    block = {"cohort_from": 2022, "cohort_to": 2023}
    panel = over_cohorts(cohort(2021), block, cohort(2024), cohort(2025))
    assert [(one.label, other.label) for one, other in charts.joined(panel)] == [("2024", "2025")]
    apart = Panel(panel.heading, panel.caption, panel.points, is_series=False)
    assert [point.below for point in charts.points(apart)] == ["2021", "2022–2023", "2024", "2025"]
    assert {point.below for point in charts.points(panel)} == {""}


def test_one_amount_for_all_still_has_a_scale() -> None:
    same = row("starting_salary", measure="register", p25=5000.0, p50=5000.0, p75=5000.0)
    page = render_page(college(starting_salary=[same]), edition(), IMPRINT)
    assert "5,000 元" in page


def luminance(colour: str) -> float:
    full = colour if len(colour) == 7 else "#" + "".join(2 * digit for digit in colour[1:])
    parts = [int(full[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_all_text_colours_have_contrast_on_screen_in_the_dark_and_on_paper(page: str) -> None:
    palettes = re.findall(r":root \{ (--ink[^}]*)\}", page)
    assert len(palettes) == 3
    for palette in palettes:
        colours = dict(re.findall(r"--(\w+): (#\w+);", palette))
        for ground in ("paper", "wash"):
            for text in ("ink", "soft", "own", "peer", "up", "down", "alert"):
                light, dark = sorted((luminance(colours[text]), luminance(colours[ground])), reverse=True)
                assert (light + 0.05) / (dark + 0.05) >= 4.5, (text, ground)


def test_the_page_is_made_for_paper(page: str) -> None:
    assert "size: A4" in page
    assert "counter(page)" in page
    assert "counter(pages)" in page
    assert "break-inside: avoid" in page
    assert "break-after: avoid" in page
