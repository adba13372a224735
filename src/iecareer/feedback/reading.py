"""The headline cards of a page and its line per program, as sentences and numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from iecareer.feedback.against_peers import WORDS, side_of_pay, side_of_share
from iecareer.feedback.phrases import percent, withheld, yuan
from iecareer.feedback.wording import of_value

if TYPE_CHECKING:
    from iecareer.feedback.published import College, Edition, Row

# From the destination register, which has no waves.
PLACEMENT = {"definition": "moe_final", "weighting": "unweighted", "wave_months": 0}
INSURED = {"definition": "register", "weighting": "unweighted"}
KNOWN = {"definition": "known_only", "weighting": "unweighted"}
MATCH = {"definition": "normative", "fit": "core_or_related", "weighting": "weighted"}
# Best measure first: the register covers all insured graduates, a survey only the respondents.
MEASURES = ("register", "survey", "reported")


@dataclass(frozen=True)
class Card:
    """One headline number; `tone` is above, level, below, none or alert."""

    title: tuple[str, str]
    value: str
    about: tuple[str, str]
    word: tuple[str, str]
    tone: str


@dataclass(frozen=True)
class Cell:
    """One number of one program, or the text shown instead."""

    value: str
    about: str
    tone: str
    instead: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Line:
    """One program at a glance."""

    code: str
    name: str
    cells: tuple[Cell, ...]
    is_flagged: bool


def cards(college: College, edition: Edition) -> list[Card]:
    """Headline cards, the most important first."""
    horizon = edition.number("headline_horizon_months")
    return [
        _placement_card(college.summary, edition),
        _rate_card(college.summary, "match", ("专业对口率", "Job match"), edition, of_survey=True),
        _rate_card(
            college.summary,
            "retention",
            (f"首份工作 {horizon} 个月留任率", f"Still in first job after {horizon} months"),
            edition,
        ),
        _pay_card(college.summary, edition),
        _review_card(college.summary),
    ]


def _placement_card(summary: Row, edition: Edition) -> Card:
    """The placement rate by registered destinations, with the shares that always stand beside it."""
    card = _rate_card(summary, "placement", ("年终毕业去向落实率", "Placement rate at year's end"), edition)
    zh, en = card.about
    if summary["placement_status"] is None:
        zh, en = "没有可比的毕业去向登记", "no comparable destination registrations"
    wave = edition.number("headline_wave_months")
    if summary["register_share"] is not None:
        share, cohort = percent(summary["register_share"]), summary["register_cohort_year"]
        zh += f"；毕业 {wave} 个月时参保 {share}（{cohort} 届）"
        en += f"; insured after {wave} months {share} (cohort {cohort})"
    if summary["known_share"] is not None:
        share, cohort = percent(summary["known_share"]), summary["known_cohort_year"]
        rate, answered = percent(summary["response_share"], 0), summary["response_cohort_year"]
        zh += f"；去向已知者落实率 {share}（{cohort} 届，加权；{answered} 届答卷率 {rate}）"
        en += f"; placed among those known {share} (cohort {cohort}, weighted; "
        en += f"response rate of cohort {answered} {rate})"
    return replace(card, about=(zh, en))


def _rate_card(
    summary: Row, name: str, title: tuple[str, str], edition: Edition, of_survey: bool = False
) -> Card:
    value, low, high = (summary[f"{name}_{part}"] for part in ("share", "ci_low", "ci_high"))
    if value is None:
        zh, en = withheld(
            "employment" if name != "retention" else "retention", {"status": "too_few"}, edition
        )
        return Card(title, "–", (zh, en), ("", ""), "none")
    peers, cohort = summary[f"{name}_peer_median"], summary[f"{name}_cohort_year"]
    whose = (f"{cohort} 届，", f"cohort {cohort}, ") if cohort else ("全部届别，", "all cohorts, ")
    spread = f"{percent(low, 0)}–{percent(high, 0)}"
    count = ("期末在岗 n", "still at risk n") if name == "retention" else ("n", "n")
    zh = f"{whose[0]}{count[0]} = {summary[f'{name}_n']}；95% 区间 {spread}；其他院校中位 {percent(peers)}"
    en = f"{whose[1]}{count[1]} = {summary[f'{name}_n']}; 95% interval {spread}; "
    en += f"other institutions' median {percent(peers)}"
    if of_survey:
        rate = percent(summary["response_share"], 0)
        zh, en = f"{zh}；答卷率 {rate}，未加权", f"{en}; response rate {rate}, unweighted"
    side = side_of_share(value, low, high, peers)
    return Card(title, percent(value), (zh, en), WORDS[side], side)


def _pay_card(summary: Row, edition: Edition) -> Card:
    title = ("起薪中位数（各专业）", "Median starting pay, by program")
    if summary["pay_n_programs"] is None:
        zh, en = withheld("starting_salary", {"status": "too_few"}, edition)
        return Card(title, "–", (zh, en), ("", ""), "none")
    low, high = summary["pay_low"], summary["pay_high"]
    value = yuan(low) if low == high else f"{yuan(low)}–{high:,.0f}"
    source_zh, source_en = of_value("measure", summary["pay_measure"])
    count, compared, above = (summary[f"pay_n_{part}"] for part in ("programs", "compared", "above"))
    zh = f"{count} 个专业可发布，n = {summary['pay_n']}；元/月，{source_zh}，按物价折算"
    en = f"{count} programs, n = {summary['pay_n']}; CNY per month, {source_en}, in real terms"
    if summary["pay_measure"] == "survey":
        rate = percent(summary["response_share"], 0)
        zh, en = f"{zh}；答卷率 {rate}，未加权", f"{en}; response rate {rate}, unweighted"
    word = (
        f"{compared} 个可比专业中 {above} 个高于同类中位数",
        f"{above} of {compared} above their peers' median",
    )
    return Card(title, value, (zh, en), word, "level" if compared else "none")


def _review_card(summary: Row) -> Card:
    flagged, judged = summary["flag_n_flagged"], summary["flag_n_programs"]
    title = ("建议评议的课程", "Curriculum reviews proposed")
    if not judged:
        return Card(title, "–", ("本期未作评判", "no program was judged in this edition"), ("", ""), "none")
    about = (
        f"共评判 {judged} 个专业；建议不是结论",
        f"of {judged} programs judged; a proposal, not a verdict",
    )
    word = ("见下文理由", "reasons below") if flagged else ("暂无建议", "none proposed")
    return Card(title, str(flagged), about, word, "alert" if flagged else "level")


def lines(college: College, edition: Edition) -> list[Line]:
    """Every program with its newest publishable numbers."""
    wave, horizon = edition.number("headline_wave_months"), edition.number("headline_horizon_months")
    flagged = {row["program_code"] for row in college.rows("program_flag", is_flagged=True)}
    names = {
        row["program_code"]: row["program_name"] or row["program_code"] for row in college.tables["response"]
    }
    names |= {
        row["program_code"]: row["program_name"]
        for rows in college.tables.values()
        for row in rows
        if row.get("program_name")
    }
    names.pop(None, None)
    out = []
    for code in sorted(names):
        cells = (
            _placement_cell(college, code, edition),
            _cell(
                "job_match", college.rows("job_match", program_code=code, wave_months=wave, **MATCH), edition
            ),
            _cell("retention", college.rows("retention", program_code=code, horizon_months=horizon), edition),
            _pay_cell(college, code, edition),
        )
        out.append(Line(code, names[code], cells, code in flagged))
    return out


def _placement_cell(college: College, code: str, edition: Edition) -> Cell:
    """A program's placement rate by registered destinations, beside it the insured and those placed of the known."""
    cell = _cell("employment", college.rows("employment", program_code=code, **PLACEMENT), edition)
    wave = edition.number("headline_wave_months")
    beside = []
    for label, definition in (("参保 insured", INSURED), ("去向已知 known", KNOWN)):
        row = newest(college.rows("employment", program_code=code, wave_months=wave, **definition))
        if row and row["status"] == "ok":
            told = f"{label} {percent(row['share'], 0)} ({row['cohort_year']}"
            if row["response_rate"] is not None:
                told += f", 答卷率 response {percent(row['response_rate'], 0)}"
            beside.append(f"{told})")
    return replace(cell, about=" · ".join(filter(None, (cell.about, *beside))))


def newest(rows: list[Row]) -> Row | None:
    """The newest published row, or else the newest row."""
    ranked = sorted(rows, key=lambda row: (row["status"] == "ok", row["cohort_year"] or 0))
    return ranked[-1] if ranked else None


def _cell(table: str, rows: list[Row], edition: Edition) -> Cell:
    row = newest(rows)
    if row is None:
        return Cell("", "", "none", ("无数据", "no data"))
    if row["status"] != "ok":
        return Cell("", "", "none", withheld(table, row, edition))
    value = row["retention" if table == "retention" else "share"]
    n = row["n_at_risk" if table == "retention" else "n"]
    about = f"{row['cohort_year']} · n {n}"
    if row.get("response_rate") is not None:
        about += f" · 答卷率 response {percent(row['response_rate'], 0)}"
    return Cell(
        percent(value), about, side_of_share(value, row["ci_low"], row["ci_high"], row["peer_median"])
    )


def newest_pay(college: College, code: str | None) -> Row | None:
    """A program's newest published pay, from the best available measure."""
    for measure in MEASURES:
        row = newest(college.rows("starting_salary", program_code=code, measure=measure, status="ok"))
        if row:
            return row
    return newest(college.rows("starting_salary", program_code=code))


def _pay_cell(college: College, code: str, edition: Edition) -> Cell:
    row = newest_pay(college, code)
    if row is None:
        return Cell("", "", "none", ("无数据", "no data"))
    if row["status"] != "ok":
        return Cell("", "", "none", withheld("starting_salary", row, edition))
    return Cell(yuan(row["p50"]), pay_note(row), side_of_pay(row))


def pay_note(row: dict[str, Any]) -> str:
    """Cohorts, n and source of a pay row in few words."""
    pooled = row["n_cohorts"] or 1
    years = (
        str(row["cohort_year"]) if pooled == 1 else f"{row['cohort_year'] - pooled + 1}–{row['cohort_year']}"
    )
    note = f"{years} · n {row['n']}"
    if row["measure"] != "register":
        zh, en = of_value("measure", row["measure"])
        note += f" · {zh} {en}"
    if row.get("response_rate") is not None:
        note += f" · 答卷率 response {percent(row['response_rate'], 0)}"
    return note
