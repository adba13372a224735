"""The gaps in mean starting pay behind the differentials, split into composition and structure.

Input: the analyses of the private build. Output: ``estimates.salary_decomposition`` with the gap, its
composition and structure per analysis and reference, and the composition by characteristic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iecareer.estimates.cells import sample_of
from iecareer.estimates.decomposition import REFERENCES, decompose
from iecareer.estimates.gates import refuse_few_graduates, refuse_limits_of, refuse_to_estimate
from iecareer.estimates.tables import SALARY_DECOMPOSITION, write

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb
    import pandas as pd

    from iecareer.estimates.policy import EstimatePolicy
    from iecareer.estimates.sample import Sample

# Columns of a characteristic begin with the same word, which is its name unless listed here.
CHARACTERISTIC = {
    "is_score_unknown": "entry_score",
    "entry_score_squared": "entry_score",
    "is_local": "origin",
    "program_group_code": "program_group",
    "cohort_year": "cohort",
}
TOTALS = ("gap", "composition", "structure")


def estimate_decompositions(
    connection: duckdb.DuckDBPyConnection,
    analyses: Iterable[tuple[dict[str, Any], pd.DataFrame]],
    policy: EstimatePolicy,
) -> dict[str, Any]:
    """Write ``estimates.salary_decomposition``.

    Returns
    -------
    dict
        ``n_decompositions``: number of decompositions, one per gap and reference.
    """
    rows = [row for analysis, cells in analyses for row in _rows(analysis, cells, policy)]
    write(connection, "salary_decomposition", SALARY_DECOMPOSITION, rows)
    return {"n_decompositions": sum(row["component"] == "gap" and row["status"] == "ok" for row in rows)}


def _rows(analysis: dict[str, Any], cells: pd.DataFrame, policy: EstimatePolicy) -> list[dict[str, Any]]:
    sample = sample_of(cells)
    reasons = [refuse_to_estimate(sample, policy), refuse_few_graduates(sample, policy)]
    reason = "; ".join(each for each in [*reasons, *refuse_limits_of(cells, policy)] if each) or None
    of_all = _about(analysis, sample) | {"status": "not_comparable" if reason else "ok", "reason": reason}
    parts = _unknown() if reason else _known(sample)
    return [of_all | part for part in parts]


def _about(analysis: dict[str, Any], sample: Sample) -> dict[str, Any]:
    n_cooperative = float(sample.n[sample.is_treated].sum())
    return {
        **{name: analysis[name] for name in ("measure", "scope", "mode", "cohort_year")},
        "n_cooperative": n_cooperative,
        "n_comparison": float(sample.n.sum()) - n_cooperative,
        "n_institutions_cooperative": sample.n_institutions(side=True),
        "n_institutions_comparison": sample.n_institutions(side=False),
    }


def _unknown() -> list[dict[str, Any]]:
    """Rows for a gap that is not decomposed: the totals without values."""
    return [{"reference": reference, "component": total} for reference in REFERENCES for total in TOTALS]


def _known(sample: Sample) -> list[dict[str, Any]]:
    return [row for reference in REFERENCES for row in _parts(sample, reference)]


def _parts(sample: Sample, reference: str) -> list[dict[str, Any]]:
    """The three totals and the composition by characteristic, by one reference."""
    found = decompose(sample, [_characteristic(name) for name in sample.names], reference)
    named = [(total, None) for total in TOTALS] + [("composition", each) for each in found.characteristics]
    return [
        {
            "reference": reference,
            "component": component,
            "characteristic": characteristic,
            "log_difference": value,
            "se": error,
            "ci_low": value - found.quantile * error,
            "ci_high": value + found.quantile * error,
        }
        for (component, characteristic), value, error in zip(
            named, found.parts.tolist(), found.standard_errors.tolist(), strict=True
        )
    ]


def _characteristic(covariate: str) -> str:
    word = covariate.split(" ")[0]
    return CHARACTERISTIC.get(word, word)
