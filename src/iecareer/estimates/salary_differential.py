"""Adjusted starting-salary differentials of a night: the region's and each mode's, per cohort and over all.

In comes the private build; out go ``estimates.salary_differential``, with the columns of
``marts.msr_salary_differential``, and ``estimates.salary_differential_balance``, one row for each of its rows.
Single institutions and programs have no row: how likely an institution is to cooperate cannot be learnt from
the one that does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from iecareer.estimates.cells import read_cells, sample_of, with_counterpart
from iecareer.estimates.differential import adjusted_differential
from iecareer.estimates.gates import refuse_limits, refuse_to_estimate, refuse_to_show, warn
from iecareer.estimates.policy import read_policy
from iecareer.estimates.tables import write

if TYPE_CHECKING:
    from datetime import date

    import duckdb
    import pandas as pd

    from iecareer.estimates.differential import Differential
    from iecareer.estimates.policy import EstimatePolicy
    from iecareer.estimates.sample import Sample

ANALYSES = """
select analysis_key, measure, scope, mode, cohort_year, n_treated
from intermediate.int_differential_analysis
where not is_single_treated
order by all
"""
TREATED = """
select
    analysis_key, treated_institution_code as institution_code, treated_program_code as program_code,
    treated_cohort_year as cohort_year
from intermediate.int_differential_scope
where not is_single_treated
"""
PROGRAM_COHORT = ["institution_code", "program_code", "cohort_year"]


@dataclass(frozen=True)
class Row:
    """One analysis: who was compared, what was found, why it is not shown, what it warns of."""

    sample: Sample
    found: Differential | None
    reason: str | None
    warning: str | None


def build_estimates(run_id: str) -> dict[str, Any]:
    """Estimate the adjusted differentials of a run's build.

    Parameters
    ----------
    run_id : str
        A pinned run whose marts are built.

    Returns
    -------
    dict
        ``n_estimates`` rows written and ``n_comparable`` of them with a value.
    """
    from iecareer.warehouse.build import open_build
    from iecareer.warehouse.manifest import read_pin

    as_of = read_pin(run_id).as_of
    with open_build(run_id) as connection:
        return estimate_differentials(connection, as_of)


def estimate_differentials(connection: duckdb.DuckDBPyConnection, as_of: date) -> dict[str, Any]:
    """Write schema ``estimates`` from the build, with the policy in force on a day.

    Raises
    ------
    IecareerError
        When a policy number is missing.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    policy = read_policy(connection, as_of)
    cells = read_cells(connection, policy.score_band)
    analyses = connection.sql(ANALYSES).to_arrow_table().to_pylist()
    treated = connection.execute(TREATED).df()
    # Matrices this small are slower on several threads, by a factor of ten on a busy machine.
    with threadpool_limits(limits=1):
        rows = [_row(analysis, judge(_both_sides(cells, treated, analysis), policy)) for analysis in analyses]
    write(connection, rows)
    return {"n_estimates": len(rows), "n_comparable": sum(row["status"] == "ok" for row in rows)}


def judge(cells: pd.DataFrame, policy: EstimatePolicy) -> Row:
    """Estimate one analysis, unless a gate says that it cannot or should not be."""
    sample = sample_of(cells)
    reason = refuse_to_estimate(sample, policy)
    if reason:
        return Row(sample, None, reason, None)
    found = adjusted_differential(
        sample,
        int(policy.folds),
        policy.penalty,
        int(policy.repeats),
        policy.propensity_limit,
        policy.trim,
    )
    limits = cells.groupby("is_cooperative")[["n_limits", "n"]].sum()
    reasons = [refuse_limits(side["n_limits"], side["n"], policy) for _, side in limits.iterrows()]
    reasons.append(refuse_to_show(sample, found, policy))
    reason = "; ".join(reason for reason in reasons if reason) or None
    return Row(sample, found, reason, warn(sample, found, policy))


def _both_sides(cells: pd.DataFrame, treated: pd.DataFrame, analysis: dict[str, Any]) -> pd.DataFrame:
    """Cells of the analysis' cooperative program-cohorts, and of all comparison institutions."""
    import pandas as pd

    scoped = treated.loc[treated["analysis_key"] == analysis["analysis_key"], PROGRAM_COHORT]
    measured = cells[cells["measure"] == analysis["measure"]]
    cooperative = measured[measured["is_cooperative"]].merge(scoped, on=PROGRAM_COHORT)
    both = pd.concat([cooperative, measured[~measured["is_cooperative"]]], ignore_index=True)
    return with_counterpart(both)


def _row(analysis: dict[str, Any], judged: Row) -> dict[str, Any]:
    """The columns of both tables for one analysis."""
    sample, found = judged.sample, judged.found
    n_treated = float(sample.n[sample.is_treated].sum())
    row = {
        **{name: analysis[name] for name in ("measure", "scope", "mode", "cohort_year")},
        "method": "adjusted",
        "n_cooperative": n_treated,
        "n_comparison": float(sample.n.sum()) - n_treated,
        "n_institutions_cooperative": sample.n_institutions(side=True),
        "n_institutions_comparison": sample.n_institutions(side=False),
        "coverage": n_treated / analysis["n_treated"],
        "status": "not_comparable" if judged.reason else "ok",
        "reason": judged.reason,
        "warning": judged.warning,
        "n_cells": len(sample.n),
    }
    if found is not None:
        row |= _balance(found)
        row |= {} if judged.reason else _values(found)
    return row


def _values(found: Differential) -> dict[str, float]:
    low, high = found.interval
    return {
        "log_difference": float(found.differences[0]),
        "difference_cny": float(found.differences[1]),
        "se": found.standard_error,
        "percent": math.expm1(found.differences[0]),
        "ci_low": low,
        "ci_high": high,
    }


def _balance(found: Differential) -> dict[str, Any]:
    balance = found.balance
    return {
        "largest_difference": balance.largest_difference,
        "largest_difference_of": balance.worst,
        "effective_comparison": balance.effective_comparison,
        "extreme_share": balance.extreme_share,
        "log_difference_untrimmed": float(found.differences[0]),
        "log_difference_trimmed": float(found.trimmed[0]),
    }
