"""Why a number is not shown. Each text is true for every row with its status (docs/methods.md, Publication)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.feedback.wording import NOTHING, Text, say

if TYPE_CHECKING:
    from iecareer.feedback.published import Edition, Row

_PAY = ("starting_salary", "wage", "workplace_pay")
_HIRES = ("hiring_employer", "employer_retention")


def why_not_shown(table: str, row: Row | None, edition: Edition) -> Text:
    """Why a row has no published value; no text if it has one."""
    if row is None:
        return say("why_in_other" if table == "workplace" else "why_no_row")
    status = row.get("status", "ok")
    if status == "ok":
        return NOTHING
    if status == "too_few":
        return _too_few(table, row, edition)
    if status == "not_observed":
        return _not_observed(table, row)
    if status == "suppressed":
        return _suppressed(table, edition)
    return _not_comparable(table, row, edition)


def _too_few(table: str, row: Row, edition: Edition) -> Text:
    """Too few people: in the row, on one side of a comparison, or followed for so long."""
    if table == "salary_differential":
        return say("why_few_on_a_side", least=edition.number("min_n_wage"))
    # an employer's hires are no roll-up, whoever trained them
    is_program = (row["scope"] == "program" and row["cohort_to"] is not None) or table == "hiring_employer"
    least = edition.number("min_n_rate")
    if table in _PAY:
        least = edition.number("min_n_wage" if is_program else "min_n_rollup")
    elif table == "retention" or table in _HIRES:
        least = edition.number("min_n_rate" if is_program or table in _HIRES else "min_n_rollup")
        if row["n"] is not None and row["n"] >= least:
            return say(
                "why_few_followed",
                months=row["horizon_months"],
                least=edition.number("min_n_rate"),
                share=f"{edition.share('followed_share'):.0%}",
            )
    return say("why_few", least=least)


def _suppressed(table: str, edition: Edition) -> Text:
    """Pay by category, where one employer is too large, or else one of two differentials of nearly the same people."""
    if table == "workplace_pay":
        return say("why_large_employer")
    return say("why_nearly_equal", least=edition.number("min_n_wage"))


def _not_observed(table: str, row: Row) -> Text:
    if table in _PAY:
        return say("why_pay_not_observed")
    months = row.get("horizon_months") or row.get("wave_months")
    return say("why_not_observed", months=months) if months else say("why_not_yet")


def _not_comparable(table: str, row: Row, edition: Edition) -> Text:
    if table == "employment" and row["wave_months"] == 0:
        return say("why_registrations_missing")
    if table in _PAY:
        return say("why_median_at_limit" if row["measure"] == "register" else "why_median_not_known")
    if table == "salary_differential" and row["method"] != "adjusted":
        return _sides_not_comparable(row, edition)
    return say("why_sides_differ" if table == "salary_differential" else "why_not_comparable")


def _sides_not_comparable(row: Row, edition: Edition) -> Text:
    """One side has too few institutions, or else too many people at the limits of the contribution base."""
    least = edition.number("differential_min_institutions")
    own, other = row["n_institutions_cooperative"] or 0, row["n_institutions_comparison"] or 0
    if row["scope"] in ("institution", "program"):
        return say("why_few_comparisons", n=other, least=least) if other < least else say("why_at_limits")
    if min(own, other) < least:
        return say("why_few_institutions", own=own, other=other, least=least)
    return say("why_at_limits")
