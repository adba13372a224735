"""Adjusted differences in starting pay, of the region and of each mode of cooperation, per cohort and over all cohorts.

Input: the analyses of the private build. Output: ``estimates.salary_differential``, with the columns of
``marts.msr_salary_differential``, and ``estimates.salary_differential_balance``, with one row per row of the former.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from iecareer.estimates.cells import sample_of
from iecareer.estimates.differential import adjusted_differential
from iecareer.estimates.gates import refuse_limits_of, refuse_to_estimate, refuse_to_show, warn
from iecareer.estimates.tables import BALANCE, SALARY_DIFFERENTIAL, write

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb
    import pandas as pd

    from iecareer.estimates.differential import Differential
    from iecareer.estimates.policy import EstimatePolicy
    from iecareer.estimates.sample import Sample


@dataclass(frozen=True)
class Row:
    """One analysis with its estimate, the reason not to show it, and its warning."""

    sample: Sample
    found: Differential | None
    reason: str | None
    warning: str | None


def estimate_differentials(
    connection: duckdb.DuckDBPyConnection,
    analyses: Iterable[tuple[dict[str, Any], pd.DataFrame]],
    policy: EstimatePolicy,
) -> dict[str, Any]:
    """Write ``estimates.salary_differential`` and ``estimates.salary_differential_balance``.

    Returns
    -------
    dict
        ``n_estimates`` rows written and ``n_comparable`` of them with a value.
    """
    rows = [_row(analysis, judge(cells, policy)) for analysis, cells in analyses]
    write(connection, "salary_differential", SALARY_DIFFERENTIAL, rows)
    write(connection, "salary_differential_balance", BALANCE, rows)
    return {"n_estimates": len(rows), "n_comparable": sum(row["status"] == "ok" for row in rows)}


def judge(cells: pd.DataFrame, policy: EstimatePolicy) -> Row:
    """Estimate one analysis, unless a gate refuses it."""
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
    reasons = [*refuse_limits_of(cells, policy), refuse_to_show(sample, found, policy)]
    reason = "; ".join(reason for reason in reasons if reason) or None
    return Row(sample, found, reason, warn(sample, found, policy))


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
