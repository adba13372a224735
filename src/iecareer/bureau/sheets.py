"""The tables of the bureau's workbook: all rows of a year, with names beside codes and words beside numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from iecareer.bureau.explained import change_for_better, lacks, warned, why_no_index
from iecareer.bureau.names import code_of
from iecareer.bureau.report import Report
from iecareer.bureau.values import unit_of
from iecareer.bureau.words import say
from iecareer.feedback.wording import Text

Row = dict[str, Any]
_UNIT = {
    "area": ("area_code", "area_name"),
    "institution": ("institution_code", "institution_name", "area_name"),
    "program": ("institution_code", "institution_name", "program_code", "program_name", "area_name"),
}
_ANY_UNIT = ("unit_code", "unit_name", "scope", "area_name")
_LIGHT = (
    *("region_class", "light", "index", "index_low", "index_high", "band", "reaches", "is_certain"),
    *("light_before", "index_before", "red_lines", "is_consequential"),
    *("participation", "process", "result", "no_index", "lacks", "change"),
    *("weight_participation", "weight_process", "weight_result", "policy_version"),
)
_INDICATOR = (
    *("indicator", "level", "status", "n", "min_n", "unit", "value", "ci_low", "ci_high", "red_line"),
    *("value_for_better", "worst", "best", "score", "score_low", "score_high", "weight"),
    *("share_of_index", "contribution"),
)
_NEUTRAL = ("neutral_factor", "neutral_amount_cny", "neutral_change_cny")
_ENTERPRISE = ("enterprise_code", "enterprise_name")
_INSTITUTION = ("institution_code", "institution_name")
# Tables of instruments: their columns.
_INSTRUMENTS = {
    "allocation": (
        *(*_INSTITUTION, "area_name", "region_class", "status", "base_cny", "factor", "amount_cny"),
        *("change_cny", *_NEUTRAL, "position", "certificate_n", "certificate_pass"),
        *("certificate_benchmark", "retention_n", "retention", "retention_benchmark"),
    ),
    "floating_fund": (
        *("area_code", "area_name", "index", "rank", "n_areas", "n_rewarded", "is_rewarded"),
        *("base_cny", "fund_cny"),
    ),
    "area_appraisal": ("area_code", "area_name", "index", "points", "subsidy_cut"),
    "enterprise_credit": (
        *(*_ENTERPRISE, "is_aaa", "interns", "interns_1", "interns_2", "interns_short", "rd_share"),
        *("rd_short", "status"),
    ),
    "enterprise_exit": (
        *(*_ENTERPRISE, "is_exit", "years_poor", "is_poor", "reasons", "n_agreements"),
        *("n_participating", "n_interns", "n_joined"),
    ),
    "equity_share": (
        *("agreement_id", *_INSTITUTION, *_ENTERPRISE, "certificate_pass", "transformation_income"),
        *("share_uncapped", "share"),
    ),
    "insurance_subsidy": (
        *("policy_id", *_ENTERPRISE, *_INSTITUTION, "premium", "rate", "is_small", "subsidy_cny"),
        "refund_cny",
    ),
}
_REVIEW = (
    *(*_INSTITUTION, "is_due", "due_on", "last_site_evaluation_on", "site_score", "site_band"),
    *("tracking_year", "tracking_score", "tracking_band", "disagrees"),
)


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name in the catalogue of words, its columns, its rows, and how many columns stay in view."""

    name: str
    columns: tuple[str, ...]
    rows: list[Row]
    n_kept: int = 2

    @property
    def title(self) -> Text:
        """The title."""
        return say(f"sheet_{self.name}")

    @property
    def note(self) -> Text:
        """What the rows are."""
        return say(f"note_{self.name}")


def sheets(report: Report) -> Iterator[Sheet]:
    """All sheets after the summary, in their order."""
    by_unit = {(row["scope"], code_of(row)): row for row in report.lights}
    yield Sheet(
        "warnings",
        (*_ANY_UNIT, "response", "rectify_by", "light", "cause", "about", "detail", "is_new"),
        [_warning(report, row, by_unit[row["scope"], code_of(row)]) for row in report.warnings],
    )
    for scope, unit in _UNIT.items():
        yield Sheet(
            f"lights_{scope}",
            (*unit, *_LIGHT),
            [_light(report, row) for row in report.of_scope(scope)],
            n_kept=4 if scope == "program" else 2,
        )
    yield Sheet(
        "indicators", (*_ANY_UNIT, *_INDICATOR), [_indicator(report, row) for row in report.indicators]
    )
    for name, columns in _INSTRUMENTS.items():
        yield Sheet(name, columns, [_money(report, row) for row in report.instruments[name]])
    yield Sheet("reviews", _REVIEW, [_named(report, row) for row in report.reviews])
    yield from _policy(report)


def _policy(report: Report) -> Iterator[Sheet]:
    policy = report.policy
    numbers = [row | {"number": row["value"], "unit_of_number": row["unit"] or ""} for row in policy.numbers]
    yield Sheet(
        "policy",
        (
            *("seed", "name", "number", "unit_of_number", "description", "document", "clause"),
            "effective_from",
        ),
        numbers,
    )
    lines = {(row["scope"], row["indicator"]): row for row in policy.red_lines}
    yield Sheet(
        "policy_indicators",
        (
            *("scope", "level", "indicator", "unit", "anchor", "worst", "best", "min_n", "months"),
            *("years_before", "comparison", "threshold"),
        ),
        [
            {"comparison": None, "threshold": None}
            | lines.get((row["scope"], row["indicator"]), {})
            | row
            | {"unit": unit_of(row["indicator"])}
            for row in policy.indicators
        ],
    )
    yield Sheet(
        "policy_weights",
        ("scope", "region_class", "level", "level_weight", "indicator", "weight", "weight_of_level"),
        policy.weights,
    )
    yield Sheet("policy_rates", ("region_class", "rate"), policy.rates)


def _named(report: Report, row: Row) -> Row:
    named = row | report.names.beside(row)
    if "scope" in row:
        named |= {"unit_code": code_of(row), "unit_name": report.names.unit(row)}
    return named


def _light(report: Report, row: Row) -> Row:
    before = report.before_of(row) or {}
    return _named(report, row) | {
        "light_before": before.get("light"),
        "index_before": before.get("index"),
        "no_index": why_no_index(report, row).zh,
        "lacks": lacks(report, row).zh,
        "change": change_for_better(report, row).zh,
    }


def _warning(report: Report, row: Row, light: Row) -> Row:
    return _named(report, row) | {"light": light["light"], "about": warned(report, row, light).zh}


def _indicator(report: Report, row: Row) -> Row:
    return _named(report, row) | {"unit": unit_of(row["indicator"])}


def _money(report: Report, row: Row) -> Row:
    found = _named(report, row)
    if "neutral_amount_cny" in row:
        found["change_cny"] = row["amount_cny"] - row["base_cny"]
        found["neutral_change_cny"] = row["neutral_amount_cny"] - row["base_cny"]
    return found
