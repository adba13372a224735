"""Sentences are claims: each is said where it is true, and not said in the case in which it would be false."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from iecareer.feedback.enterprises import Enterprise
from iecareer.feedback.indicators import Indicator, Indicators
from iecareer.feedback.message import message
from iecareer.feedback.not_shown import why_not_shown
from iecareer.feedback.notes import notes
from iecareer.feedback.page.cards import cards
from iecareer.feedback.page.cooperation import cooperation
from iecareer.feedback.page.enterprise import enterprise_message, industry_of
from iecareer.feedback.page.reviews import odds, reviews
from iecareer.feedback.page.sections import sections
from iecareer.feedback.published import College, Edition
from iecareer.feedback.ranking import chance_of_lower, ranked_programs
from iecareer.feedback.statements import Statement, state
from iecareer.feedback.wording import Text, sentences
from tests.feedback.colleges import college, edition, row

# Sentences that tell something about numbers; all others are labels, headings and explanations.
CLAIMS = (
    "peers_", "no_peers", "nothing_to_compare", "why_", "rank_", "chance", "message_", "difference_", "odds_",
    "standing_", "response", "newer_not_shown", "middle_half", "interval", "adjusted", "prices_of", "and_more",
    "least_in_short", "only_why", "pay_", "about_told", "cohort", "about", "edge_", "with_interval", "review_published",
    "review_not_published",
)  # fmt: skip
LABELS = {name for name in sentences() if name.startswith(("about_", "difference_of_"))} - {"about_told"}
LABELS.add("cohort_column")


def pattern(name: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{\w+\\\}", ".+?", re.escape(sentences()[name].zh)))


def says(text: Text, name: str) -> bool:
    """Whether a text is the sentence, in Chinese and thus in English."""
    return bool(pattern(name).fullmatch(text.zh))


def only(text: Text, name: str, others: tuple[str, ...]) -> bool:
    """Whether a text is the sentence and none of the others."""
    return says(text, name) and not any(says(text, other) for other in others if other != name)


def match(**values: Any) -> dict[str, Any]:
    numbers = {
        "wave_months": 6,
        "definition": "normative",
        "fit": "core_or_related",
        "weighting": "unweighted",
        "k": 30,
        "share": 0.5,
        "ci_low": 0.38,
        "ci_high": 0.62,
    }
    return row("job_match", **(numbers | values))


def placed(**values: Any) -> dict[str, Any]:
    numbers = {
        "scope": "institution",
        "wave_months": 0,
        "definition": "moe_final",
        "weighting": "unweighted",
        "n": 300,
        "share": 0.911,
        "ci_low": 0.87,
        "ci_high": 0.94,
    }
    return row("employment", **(numbers | values))


def paid(**values: Any) -> dict[str, Any]:
    numbers = {
        "measure": "register",
        "p25": 4800.0,
        "p50": 5600.0,
        "p75": 6500.0,
        "p50_region_adjusted": 5400.0,
        "ci_low": 5100.0,
        "ci_high": 5700.0,
    }
    return row("starting_salary", **(numbers | values))


def beside(peers: float, mark: str, **values: Any) -> dict[str, Any]:
    """Columns of a row that is compared with peers."""
    return {"peer_median": peers, "mark": mark, "n_peers": 9, "peer_level": "program"} | values


HIGHER, LOWER = beside(0.3, "higher"), beside(0.7, "lower")
LEVEL = beside(0.55, "not_told_apart", smallest_difference=0.12)


def statement(shown: dict[str, Any], indicator: Indicator, whose: College | None = None) -> Statement:
    whole = whose or college()
    return state(indicator, whole, edition(), shown["program_code"])


def of_match(values: dict[str, Any]) -> Statement:
    shown = match(**values)
    whose = college(job_match=[shown])
    return statement(shown, Indicators.of(whose, edition()).match, whose)


def of_pay(**values: Any) -> Statement:
    shown = paid(**values)
    whose = college(starting_salary=[shown])
    return statement(shown, Indicators.of(whose, edition()).start_pay, whose)


PEERS = ("peers_higher", "peers_lower", "peers_not_told_apart", "no_peers", "nothing_to_compare")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (HIGHER, "peers_higher"),
        (LOWER, "peers_lower"),
        (LEVEL, "peers_not_told_apart"),
        ({}, "no_peers"),
    ],
)
def test_a_comparison_is_said_as_its_row_marks_it(values: dict[str, Any], said: str) -> None:
    found = of_match(values)
    assert only(found.peers, said, PEERS)
    assert found.mark == values.get("mark", "")
    if values:
        assert f"{values['peer_median']:.0%}" in found.peers.zh
        assert f"{values['peer_median']:.0%}" in found.peers.en
        assert "9" in found.peers.zh


def test_no_difference_seen_says_how_large_one_would_have_shown() -> None:
    found = of_match(LEVEL)
    assert "12 个百分点" in found.peers.zh
    assert "12 points" in found.peers.en
    assert says(found.peers_in_short, "least_in_short")
    assert only(of_match(LOWER).peers_in_short, "peers_in_short", ("least_in_short",))


def test_pay_is_compared_by_what_the_mark_rests_on() -> None:
    # The plain median lies above the median of the peers, the adjusted one below.
    found = of_pay(**beside(5800.0, "lower"), p50=6100.0)
    assert says(found.compared, "with_interval")
    assert "5,400 元" in found.compared.zh
    assert pattern("adjusted").match(found.compared.zh)
    assert "6,100" not in found.compared.zh
    assert only(found.peers, "peers_lower", PEERS)


def test_told_pay_is_not_called_adjusted() -> None:
    found = of_pay(measure="survey")
    assert not found.is_adjusted
    assert "调整" not in found.compared.zh


def test_later_pay_is_not_called_adjusted() -> None:
    later = row(
        "wage", measure="register", horizon_months=36, p25=4800.0, p50=5600.0, p75=6500.0, p50_compared=5600.0,
        ci_low=5100.0, ci_high=5900.0, **beside(6100.0, "lower"),
    )  # fmt: skip
    whose = college(starting_salary=[paid()], wage=[later])
    found = statement(later, Indicators.of(whose, edition()).later_pay(36), whose)
    assert says(found.compared, "with_interval")
    assert "调整" not in found.compared.zh
    assert "adjusted" not in found.compared.en


def test_pay_without_a_median_to_compare_blames_no_peers() -> None:
    found = of_pay(p50_region_adjusted=None, ci_low=None, ci_high=None)
    assert only(found.peers, "nothing_to_compare", PEERS)
    assert only(of_pay().peers, "no_peers", PEERS)


def test_pay_of_an_institution_is_said_not_to_be_compared_only_there() -> None:
    name = "pay_of_institution_not_compared"
    assert says(of_pay(scope="institution", n=90).peers, name)
    assert not says(of_pay().peers, name)


def test_the_middle_half_is_said_only_where_both_quartiles_are_known() -> None:
    assert only(of_pay().middle_half, "middle_half", ("middle_half_not_known",))
    assert only(of_pay(p25=None).middle_half, "middle_half_not_known", ("middle_half",))
    assert of_match({}).middle_half == Text("", "")


def test_an_interval_is_that_of_the_value() -> None:
    assert says(of_match({}).interval, "interval")
    assert "38%～62%" in of_match({}).interval.zh
    assert of_pay(p50_region_adjusted=None, ci_low=None, ci_high=None).interval == Text("", "")


def test_values_have_the_decimals_of_the_release() -> None:
    assert of_match({"n": 95, "share": 0.5}).value.zh == "50%"
    assert of_match({"n": 100, "share": 0.5}).value.zh == "50.0%"
    # medians of peers may lie between two published values
    assert "55.25%" in of_match(beside(0.5525, "not_told_apart", smallest_difference=0.12)).peers.zh


def test_a_survey_figure_has_the_response_rate_of_its_cohort() -> None:
    shown = match()
    asked = [
        row("response", wave_months=6, cohort_from=2023, cohort_to=2023, response_rate=0.4),
        row("response", wave_months=6, response_rate=0.63),
        row("response", wave_months=12, response_rate=0.2),
        row("response", wave_months=6, response_rate=0.3, program_code="460104"),
    ]
    whose = college(job_match=[shown], response=asked)
    found = statement(shown, Indicators.of(whose, edition()).match, whose)
    assert says(found.about, "about_told")
    assert says(found.response, "response")
    assert "答卷率 63%" in found.about.zh
    assert "40%" not in found.about.zh
    assert says(of_match({}).response, "response_not_known")
    # register figures have none
    placement = statement(placed(), Indicators.of(whose, edition()).placement, college(employment=[placed()]))
    assert says(placement.about, "about")
    assert "答卷率" not in placement.about.zh


def test_a_block_has_the_response_rates_of_its_cohorts() -> None:
    shown = paid(measure="survey", cohort_from=2023)
    asked = [
        row("response", wave_months=6, cohort_from=year, cohort_to=year, response_rate=rate)
        for year, rate in ((2022, 0.3), (2023, 0.4), (2024, 0.63))
    ]
    whose = college(starting_salary=[shown], response=asked)
    found = statement(shown, Indicators.of(whose, edition()).start_pay, whose)
    assert "2023: 40%, 2024: 63%" in found.about.zh
    assert "30%" not in found.about.zh
    assert says(found.years, "cohorts")
    assert says(of_match({}).years, "cohort")


# Why a number is missing: table, values of its row, the only sentence that is true of it.
MISSING = [
    ("job_match", {"status": "too_few", "n": None}, "why_few", "10"),
    ("starting_salary", {"status": "too_few", "n": 25}, "why_few", "30"),
    ("starting_salary", {"status": "too_few", "n": 45, "scope": "institution"}, "why_few", "50"),
    ("wage", {"status": "too_few", "n": None}, "why_few", "30"),
    ("retention", {"status": "too_few", "n": None, "horizon_months": 36}, "why_few", "10"),
    (
        "retention",
        {"status": "too_few", "n": 40, "horizon_months": 36, "scope": "institution"},
        "why_few",
        "50",
    ),
    ("retention", {"status": "too_few", "n": 90, "horizon_months": 36}, "why_few_followed", "36"),
    ("retention", {"status": "not_observed", "n": 90, "horizon_months": 60}, "why_not_observed", "60"),
    ("promotion", {"status": "not_observed", "horizon_months": 36}, "why_not_observed", "36"),
    ("starting_salary", {"status": "not_observed"}, "why_pay_not_observed", ""),
    ("certificate", {"status": "not_observed"}, "why_not_yet", ""),
    ("employment", {"status": "not_comparable", "wave_months": 0}, "why_registrations_missing", ""),
    ("employment", {"status": "not_comparable", "wave_months": 6}, "why_not_comparable", ""),
    ("starting_salary", {"status": "not_comparable", "measure": "register"}, "why_median_at_limit", ""),
    ("starting_salary", {"status": "not_comparable", "measure": "survey"}, "why_median_not_known", ""),
]
SIDES = [
    ({"status": "too_few", "scope": "institution"}, "why_few_on_a_side", "30"),
    (
        {"status": "not_comparable", "scope": "institution", "n_institutions_comparison": 2},
        "why_few_comparisons",
        "2",
    ),
    (
        {"status": "not_comparable", "scope": "institution", "n_institutions_comparison": 5},
        "why_at_limits",
        "",
    ),
    (
        {"status": "not_comparable", "scope": "region", "n_institutions_cooperative": 4},
        "why_few_institutions",
        "4",
    ),
    ({"status": "not_comparable", "scope": "region"}, "why_at_limits", ""),
    ({"status": "not_comparable", "scope": "region", "method": "adjusted"}, "why_sides_differ", ""),
    ({"status": "suppressed", "scope": "region"}, "why_nearly_equal", "30"),
    ({"status": "suppressed", "scope": "program", "method": "adjusted"}, "why_nearly_equal", "30"),
]
REASONS = (*dict.fromkeys(name for *_, name, _ in MISSING + SIDES), "why_no_row", "why_in_other")


@pytest.mark.parametrize(("table", "values", "said", "number"), MISSING)
def test_a_missing_number_says_why(table: str, values: dict[str, Any], said: str, number: str) -> None:
    text = why_not_shown(table, row(table, **values), edition())
    assert only(text, said, REASONS)
    assert number in text.zh
    assert number in text.en


@pytest.mark.parametrize(("values", "said", "number"), SIDES)
def test_a_missing_difference_says_why(values: dict[str, Any], said: str, number: str) -> None:
    sides = {"n_institutions_cooperative": 9, "n_institutions_comparison": 9, "method": "stratified"}
    text = why_not_shown("salary_differential", row("salary_differential", **(sides | values)), edition())
    assert only(text, said, REASONS)
    assert number in text.zh


def test_no_row_says_no_reason() -> None:
    assert only(why_not_shown("job_match", None, edition()), "why_no_row", REASONS)
    assert only(why_not_shown("workplace", None, edition()), "why_in_other", REASONS)
    assert why_not_shown("job_match", match(), edition()) == Text("", "")


def programs_of(whose: College, of: Edition | None = None) -> Any:
    chosen = of or edition()
    return ranked_programs(whose, chosen, Indicators.of(whose, chosen))


def message_of(whose: College, of: Edition | None = None) -> list[Text]:
    chosen = of or edition()
    return message(whose, chosen, Indicators.of(whose, chosen), programs_of(whose, chosen))


RANKS = ("rank_lower", "rank_higher", "rank_not_told_apart", "rank_not_compared", "rank_nothing_known")
TOO_FEW = {"status": "too_few", "n": None, "share": None, "k": None, "ci_low": None, "ci_high": None}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (LOWER, "rank_lower"),
        (HIGHER, "rank_higher"),
        (LEVEL, "rank_not_told_apart"),
        ({}, "rank_not_compared"),
        (TOO_FEW, "rank_nothing_known"),
    ],
)
def test_a_program_s_verdict_follows_from_its_marks(values: dict[str, Any], said: str) -> None:
    (program,) = programs_of(college(job_match=[match(**values)]))
    assert only(program.verdict, said, RANKS)


def test_a_verdict_names_what_else_is_lower_or_higher_only_if_there_is_something() -> None:
    second = row("retention", horizon_months=12, retention=0.5, ci_low=0.4, ci_high=0.6)
    (alone,) = programs_of(college(job_match=[match(**LOWER)], retention=[second]))
    (both,) = programs_of(college(job_match=[match(**LOWER)], retention=[second | beside(0.9, "lower")]))
    (mixed,) = programs_of(college(job_match=[match(**LOWER)], retention=[second | beside(0.2, "higher")]))
    assert "还有" not in alone.verdict.zh
    assert "高于同类的有" not in alone.verdict.zh
    assert says(both.verdict, "rank_lower_too")
    assert "留任率" in both.verdict.zh
    assert "高于同类的有" not in both.verdict.zh
    assert says(mixed.verdict, "rank_higher_too")
    assert "还有" not in mixed.verdict.zh


def test_a_verdict_names_the_clearest_figure_with_interval_and_response() -> None:
    clear = row("retention", horizon_months=12, retention=0.2, ci_low=0.15, ci_high=0.25) | beside(
        0.9, "lower"
    )
    (program,) = programs_of(college(job_match=[match(**LOWER)], retention=[clear]))
    assert program.verdict.zh.startswith("2024 届首份工作留任率")
    assert "95% 区间 15%～25%" in program.verdict.zh
    (program,) = programs_of(college(job_match=[match(**LOWER)]))
    assert "答卷率" in program.verdict.zh


def test_programs_come_by_how_clearly_they_are_lower_and_nothing_known_comes_last() -> None:
    def of(code: str, **values: Any) -> dict[str, Any]:
        return match(program_code=code, program_name=code, **values)

    rows = [
        of("100001", **TOO_FEW),
        of("100002"),
        of("100003", **HIGHER),
        of("100004", **LEVEL),
        of("100005", **beside(0.63, "lower")),
        of("100006", **LOWER),
    ]
    found = [program.code for program in programs_of(college(job_match=rows))]
    assert found == ["100006", "100005", "100004", "100003", "100002", "100001"]


@pytest.mark.parametrize("ends", [(0.38, 0.62), (0.45, 0.9), (0.1, 0.52)])
@pytest.mark.parametrize("peers", [0.05, 0.3, 0.5, 0.55, 0.7, 0.95])
def test_clearness_is_above_one_exactly_where_the_interval_lies_below_the_peers(
    ends: tuple[float, float], peers: float
) -> None:
    mark = "higher" if ends[0] > peers else "lower" if ends[1] < peers else "not_told_apart"
    found = of_match({"ci_low": ends[0], "ci_high": ends[1]} | beside(peers, mark, smallest_difference=0.1))
    assert found.clearness is not None
    assert (found.clearness > 1) == (mark == "lower")


def test_chance_counts_the_comparisons_that_are_made() -> None:
    rows = [match(program_code=f"10000{at}", **LEVEL) for at in range(8)] + [match(program_code="200000")]
    text = chance_of_lower(programs_of(college(job_match=rows)))
    assert only(text, "chance", ("chance_nothing_compared",))
    assert "8 次" in text.zh
    assert "0.2 次" in text.zh
    nothing = chance_of_lower(programs_of(college(job_match=[match()])))
    assert only(nothing, "chance_nothing_compared", ("chance",))


@pytest.mark.parametrize("mark", [HIGHER, LOWER, LEVEL, {}])
def test_the_first_sentence_is_the_ministry_s_rate_as_marked(mark: dict[str, Any]) -> None:
    (first, *_) = message_of(college(employment=[placed(**mark)]))
    assert only(first, "message_placed", ("message_not_placed",))
    assert "91.1%" in first.zh
    said = f"peers_{mark['mark']}" if mark else "no_peers"
    assert pattern(said).search(first.zh)
    assert not any(pattern(other).search(first.zh) for other in PEERS if other != said)


def test_no_survey_stands_in_for_the_placement_rate() -> None:
    survey = placed(wave_months=6, definition="known_only", weighting="weighted", share=0.97)
    insured = placed(wave_months=6, definition="register", share=0.83)
    (first, *_) = message_of(college(employment=[survey, insured]))
    assert only(first, "message_not_placed", ("message_placed",))
    assert "97" not in first.zh
    assert "83" not in first.zh
    withheld = placed(status="not_comparable", share=None, ci_low=None, ci_high=None)
    (first, *_) = message_of(college(employment=[withheld, survey]))
    assert says(first, "message_not_placed")
    assert "登记不足半数" in first.zh


FIRST = ("message_first", "message_none_lower", "message_none_compared", "message_no_programs")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([LOWER, LEVEL], "message_first"),
        ([HIGHER, LEVEL], "message_none_lower"),
        ([{}, TOO_FEW], "message_none_compared"),
        ([], "message_no_programs"),
    ],
)
def test_the_second_sentence_names_a_program_only_if_one_is_lower(
    rows: list[dict[str, Any]], said: str
) -> None:
    found = [
        match(program_code=f"10000{at}", program_name=f"专业{at}", **values) for at, values in enumerate(rows)
    ]
    text = message_of(college(job_match=found))[1]
    assert only(text, said, FIRST)
    assert ("专业0" in text.zh) == (said == "message_first")


def test_the_second_sentence_counts_lower_and_compared_programs() -> None:
    rows = [LOWER, LOWER, LEVEL, {}, TOO_FEW]
    found = [match(program_code=f"10000{at}", **values) for at, values in enumerate(rows)]
    text = message_of(college(job_match=found))[1]
    assert "3 个专业（共 5 个）" in text.zh
    assert "有 2 个至少一项低于同类" in text.zh


PROPOSED = (
    "message_proposed",
    "message_proposed_without_rate",
    "message_none_proposed",
    "message_not_judged",
)


@pytest.mark.parametrize(
    ("flagged", "policy", "said"),
    [
        ([True, False], {}, "message_proposed"),
        ([True, False], {"false_discovery_rate": None}, "message_proposed_without_rate"),
        ([False, False], {}, "message_none_proposed"),
        ([], {}, "message_not_judged"),
    ],
)
def test_the_third_sentence_says_what_the_model_proposes(
    flagged: list[bool], policy: dict[str, Any], said: str
) -> None:
    rows = [
        row(
            "program_flag",
            program_code=f"10000{at}",
            program_name=f"专业{at}",
            is_flagged=is_flagged,
            score=0.6,
        )
        for at, is_flagged in enumerate(flagged)
    ]
    text = message_of(college(program_flag=rows), edition(**policy))[2]
    assert says(text, said)
    assert not any(says(text, other) for other in PROPOSED[2:] if other != said)
    assert ("专业0" in text.zh) == any(flagged)
    assert "专业1" not in text.zh
    assert ("40%" in text.zh) == (said == "message_proposed")


def test_many_proposals_are_counted_after_three_names() -> None:
    def text(n: int) -> Text:
        rows = [row("program_flag", program_code=f"10000{at}", is_flagged=True, score=0.6) for at in range(n)]
        return message_of(college(program_flag=rows))[2]

    assert pattern("and_more").search(text(4).zh)
    assert "等 4 个" in text(4).zh
    assert "等" not in text(3).zh


def difference_of(**values: Any) -> Text:
    numbers = {
        "scope": "institution",
        "program_code": None,
        "measure": "register",
        "method": "stratified",
        "n_institutions_cooperative": 1,
        "n_institutions_comparison": 9,
        "percent": 0.05,
        "ci_low": 0.01,
        "ci_high": 0.09,
    }
    shown = row("salary_differential", **(numbers | values))
    return cooperation(college(salary_differential=[shown]), edition())[0].verdict


DIFFERENCES = (
    "difference_higher", "difference_lower", "difference_not_told_apart", "difference_without_interval",
    "difference_none",
)  # fmt: skip


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "difference_higher"),
        ({"percent": -0.05, "ci_low": -0.09, "ci_high": -0.01}, "difference_lower"),
        ({"ci_low": -0.01}, "difference_not_told_apart"),
        ({"ci_low": 0.0}, "difference_not_told_apart"),
        ({"ci_low": None, "ci_high": None}, "difference_without_interval"),
    ],
)
def test_a_difference_is_called_higher_only_if_its_interval_is(values: dict[str, Any], said: str) -> None:
    assert only(difference_of(**values), said, DIFFERENCES)


def test_a_lower_difference_is_told_by_its_size() -> None:
    assert "低 5%" in difference_of(percent=-0.05, ci_low=-0.09, ci_high=-0.01).zh
    assert "高 5%" in difference_of().zh


def test_outputs_are_those_of_cohorts_that_had_the_time() -> None:
    rows = [
        row("innovation", kind="all", cohort_from=year, cohort_to=year, share=0.1, ci_low=0.0, ci_high=0.2)
        for year in (2020, 2021, 2022, 2023, 2025)
    ]
    whose = college(innovation=rows)
    indicators = Indicators.of(whose, edition())
    found = [statement(rows[0], indicators.output(months), whose).years.zh for months in (36, 60)]
    assert found == ["2022 届", "2020 届"]


def test_without_a_row_no_difference_is_claimed() -> None:
    assert only(cooperation(college(), edition())[0].verdict, "difference_none", DIFFERENCES)
    raw = {"method": "raw", "ci_low": None, "ci_high": None}
    assert says(difference_of(**raw), "difference_none")


def test_a_difference_that_cannot_be_told_is_followed_by_the_region_s() -> None:
    own = row("salary_differential", scope="institution", program_code=None, measure="register", method="stratified",
              status="not_comparable", n_institutions_comparison=1)  # fmt: skip
    region = own | {
        "scope": "region",
        "institution_code": None,
        "status": "ok",
        "percent": 0.04,
        "ci_low": 0.01,
    }
    region |= {"ci_high": 0.07, "n_institutions_cooperative": 14, "n_institutions_comparison": 12}
    first, second = cooperation(college(salary_differential=[own, region]), edition())[:2]
    assert says(first.verdict, "why_few_comparisons")
    assert says(second.verdict, "difference_higher")
    assert "全地区" in second.whom.zh
    assert says(second.about, "difference_about")


def test_told_pay_differences_have_a_response_rate() -> None:
    shown = row("salary_differential", scope="institution", program_code=None, measure="survey", method="stratified",
                percent=0.05, ci_low=0.01, ci_high=0.09)  # fmt: skip
    asked = row(
        "response", scope="institution", wave_months=6, cohort_from=None, cohort_to=None, response_rate=0.58
    )
    about = cooperation(college(salary_differential=[shown], response=[asked]), edition())[0].about
    assert "答卷率 58%" in about.zh
    about = cooperation(college(salary_differential=[shown]), edition())[0].about
    assert "答卷率未发布" in about.zh


@pytest.mark.parametrize(
    ("score", "said", "tens"),
    [
        (0.51, "odds_even", "50"),
        (0.56, "odds_likely", "60"),
        (0.84, "odds_likely", "80"),
        (0.86, "odds_very_likely", "90"),
        (0.99, "odds_very_likely", "90"),
    ],
)
def test_odds_are_told_in_words_and_tens(score: float, said: str, tens: str) -> None:
    text = odds(score)
    assert only(text, said, ("odds_even", "odds_likely", "odds_very_likely"))
    assert f"{tens}%" in text.zh
    assert odds(None) == Text("", "")


def test_numbers_are_called_new_only_if_none_stands_from_before() -> None:
    texts = notes(college(job_match=[match()]), edition())
    assert says(texts[-1], "standing_none")
    kept = college(job_match=[match(), match(cohort_to=2023, cohort_from=2023, stands_from="R1")])
    assert says(notes(kept, edition())[-1], "standing_some")
    assert says(notes(kept, replace(edition(), label="R1"))[-1], "standing_none")
    anew = replace(edition(), renewed_because="definitions")
    assert says(notes(college(job_match=[match()]), anew)[-1], "standing_anew")
    assert says(notes(kept, anew)[-1], "standing_some")
    assert "2 个数字中，有 1 个" in notes(kept, edition())[-1].zh


def test_a_newer_cohort_is_said_to_be_missing_only_if_it_is() -> None:
    newer = placed(
        status="not_comparable", cohort_from=2025, cohort_to=2025, share=None, ci_low=None, ci_high=None
    )

    def first(*rows: dict[str, Any]) -> Any:
        whose = college(employment=list(rows))
        return cards(whose, edition(), Indicators.of(whose, edition()))[0]

    assert says(first(placed(), newer).newer, "newer_not_shown")
    assert "2025 届" in first(placed(), newer).newer.zh
    assert first(placed(), newer).statement.years.zh == "2024 届"
    assert first(placed()).newer == Text("", "")
    assert first(newer).newer == Text("", "")
    assert first(placed(), newer | {"cohort_from": 2023, "cohort_to": 2023}).newer == Text("", "")


def test_pay_names_its_source_and_the_year_of_its_prices() -> None:
    def notes_of(measure: str, year: int | None = 2025) -> tuple[Text, ...]:
        whose = college(starting_salary=[paid(measure=measure)])
        of = Edition("run-1", "2026-11-21", edition().policy, year)
        (section,) = (one for one in sections(whose, of, Indicators.of(whose, of), []) if one.name == "pay")
        return section.notes

    assert says(notes_of("register")[0], "prices_of")
    assert says(notes_of("register", None)[0], "prices_of_one_year")
    for measure in ("register", "survey", "reported"):
        assert only(notes_of(measure)[1], f"pay_{measure}", ("pay_register", "pay_survey", "pay_reported"))
    compared = ("pay_compared_adjusted", "pay_compared_plain")
    assert only(notes_of("register")[2], "pay_compared_adjusted", compared)
    assert only(notes_of("survey")[2], "pay_compared_plain", compared)


def test_workplaces_without_a_published_number_say_only_why() -> None:
    few = row("workplace", scope="institution", horizon_months=12, dimension="place", category="other",
              status="too_few", n=None)  # fmt: skip
    whose = college(workplace=[few])
    found = {one.name: one for one in sections(whose, edition(), Indicators.of(whose, edition()), [])}[
        "workplace"
    ]
    assert not found.tables
    assert says(found.notes[0], "only_why")
    assert "不足 10 人" in found.notes[0].zh


def hires(**values: Any) -> dict[str, Any]:
    """A row of an enterprise of 25 hires in 2022–2024, 12 months after the first job began."""
    numbers = {
        "scope": "employer",
        "institution_code": None,
        "program_code": None,
        "enterprise_code": "E",
        "enterprise_name": "恒川机械有限公司",
        "industry": "C",
        "cohort_from": 2022,
        "cohort_to": 2024,
        "horizon_months": 12,
        "n": 25,
        "k": 15,
        "retention": 0.6,
        "ci_low": 0.35,
        "ci_high": 0.82,
    }
    return row("employer_retention", **(numbers | values))


def enterprise(*rows: dict[str, Any], industry: str | None = "C") -> Enterprise:
    return Enterprise("E", "恒川机械有限公司", industry, pa.Table.from_pylist(list(rows)))


def test_an_enterprise_is_told_its_hires_and_how_many_stayed() -> None:
    first, second = enterprise_message(enterprise(hires()), edition())
    assert says(first, "message_hires")
    assert "25 人" in first.zh
    assert says(second, "message_hires_stay")
    assert "60%" in second.zh
    withheld = dict.fromkeys(("k", "retention", "ci_low", "ci_high")) | {"status": "too_few"}
    _, second = enterprise_message(enterprise(hires(**withheld)), edition())
    assert says(second, "message_hires_not_shown")
    assert says(why_not_shown("employer_retention", hires(**withheld), edition()), "why_few_followed")
    assert len(enterprise_message(enterprise(hires(horizon_months=24)), edition())) == 1


def test_the_industry_stands_beside_retention_or_why_it_does_not() -> None:
    beside = hires(n_peers=11, peer_p25=0.5, peer_median=0.6125, peer_p75=0.7, peer_level="industry")
    told = industry_of(beside, enterprise(beside), edition())
    assert says(told, "industry_quartiles")
    assert all(share in told.zh for share in ("11", "50.0%", "61.25%", "70.0%"))
    assert says(industry_of(hires(), enterprise(hires()), edition()), "industry_few")
    assert says(industry_of(hires(), enterprise(hires(), industry=None), edition()), "industry_unknown")


def test_pay_by_category_says_that_one_employer_is_too_large() -> None:
    large = row("workplace_pay", status="suppressed", n=40, dimension="place", category="same_province",
                measure="register", horizon_months=12)  # fmt: skip
    assert only(why_not_shown("workplace_pay", large, edition()), "why_large_employer", ("why_few",))
    few = row("workplace_pay", status="too_few", n=25, measure="register", horizon_months=12)
    assert "不足 30 人" in why_not_shown("workplace_pay", few, edition()).zh
    few = few | {"scope": "institution"}
    assert "不足 50 人" in why_not_shown("workplace_pay", few, edition()).zh


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"share": 0.0, "k": 0, "ci_low": 0.0, "ci_high": 0.1}, "edge_none"),
        ({"share": 1.0, "k": 60, "ci_low": 0.9, "ci_high": 1.0}, "edge_all"),
        ({"share": 0.08, "k": 5, "ci_low": 0.0, "ci_high": 0.2}, "interval"),
        ({"share": 0.92, "k": 55, "ci_low": 0.8, "ci_high": 1.0}, "interval"),
    ],
)
def test_a_count_rounded_to_none_or_all_is_not_taken_at_its_word(values: dict[str, Any], said: str) -> None:
    text = of_match(values).interval
    assert says(text, said)
    assert ("取整" in text.zh) == (said != "interval")


def test_a_response_rate_stands_within_the_brackets_of_its_figure() -> None:
    # outside of them a reader takes it for what is compared with peers
    assert says(of_match(LOWER).compared, "with_interval_told")
    assert "（95% 区间 38%～62%，答卷率未发布）" in of_match(LOWER).compared.zh
    stay = row("retention", horizon_months=12, retention=0.5, ci_low=0.4, ci_high=0.6)
    whose = college(retention=[stay])
    text = statement(stay, Indicators.of(whose, edition()).stay(12), whose).compared
    assert says(text, "with_interval")
    assert "答卷率" not in text.zh


@pytest.mark.parametrize(
    ("values", "said"),
    [(LEVEL, "review_published"), (LOWER, "review_published"), (TOO_FEW, "review_not_published")],
)
def test_a_review_stands_beside_the_published_figure(values: dict[str, Any], said: str) -> None:
    flag = row(
        "program_flag", is_flagged=True, score=0.6, reason_1_zh="近几届对口率低于同类专业", reason_1_en="low"
    )
    whose = college(job_match=[match(**values)], program_flag=[flag])
    (review,) = reviews(whose, edition(), Indicators.of(whose, edition()))
    assert only(review.published, said, ("review_published", "review_not_published"))
    assert ("分辨不出差异" in review.published.zh) == (values is LEVEL)


def test_pay_beside_a_value_names_what_the_interval_is_of() -> None:
    assert says(of_pay(p50_region_adjusted=5900.0, **LOWER).compared_beside, "with_interval")
    assert "按工作地区调整后 5,900 元" in of_pay(p50_region_adjusted=5900.0, **LOWER).compared_beside.zh
    told = of_pay(measure="survey", **LOWER).compared_beside
    assert only(told, "interval_of_median", ("with_interval",))


def test_every_claim_of_the_catalogue_is_tested() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    claims = {name for name in sentences() if name.startswith(CLAIMS) and name not in LABELS}
    assert {name for name in claims if f'"{name}"' not in source} == set()


def test_both_languages_have_the_same_gaps() -> None:
    for name, (zh, en) in sentences().items():
        assert set(re.findall(r"\{\w+\}", zh)) >= set(re.findall(r"\{\w+\}", en)), name
        assert zh, name
        assert en, name
