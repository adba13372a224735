"""Each program compared with its peers: shrunken values and funnel limits.

Input: the program values of the run. Output: ``estimates.program_shrunken`` and ``estimates.program_funnel``,
each with one row per program, cohort and indicator. Both tables are internal: no release reads them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from iecareer.estimates import funnel
from iecareer.estimates.peers import choose_peers
from iecareer.estimates.program_values import SHARES
from iecareer.estimates.shrinkage import shrink, shrink_shares
from iecareer.estimates.tables import PROGRAM_FUNNEL, PROGRAM_SHRUNKEN, write

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    from numpy.typing import NDArray

    from iecareer.estimates.peers import Peers
    from iecareer.estimates.policy import EstimatePolicy
    from iecareer.estimates.shrinkage import Shrunken

KEY = ["indicator", "institution_code", "program_code", "cohort_year"]


def estimate_programs(
    connection: duckdb.DuckDBPyConnection, values: pd.DataFrame, policy: EstimatePolicy
) -> dict[str, Any]:
    """Write both tables.

    Parameters
    ----------
    connection : DuckDBPyConnection
        A build to write to.
    values : DataFrame
        Result of :func:`iecareer.estimates.program_values.read_values`.

    Returns
    -------
    dict
        ``n_programs``: values with enough peers.
    """
    fit = values[~values["is_limited"]].reset_index(drop=True)
    peers = choose_peers(connection, fit, policy)
    without = [
        {**{name: row[name] for name in [*KEY, "n"]}, "status": "not_comparable"}
        for row in values[values["is_limited"]].to_dict("records")
    ]
    known = _keyed(fit, peers)
    write(connection, "program_shrunken", PROGRAM_SHRUNKEN, _ordered(_shrunken(fit, peers, known) + without))
    write(
        connection, "program_funnel", PROGRAM_FUNNEL, _ordered(_judged(fit, peers, known, policy) + without)
    )
    return {"n_programs": sum(each is not None for each in peers)}


def _ordered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: tuple(row[name] for name in KEY))


def _keyed(fit: pd.DataFrame, peers: list[Peers | None]) -> list[dict[str, Any]]:
    """Key, status, value and peers of each row. A row without peers has no value."""
    return [
        {
            **{name: row[name] for name in [*KEY, "n"]},
            "status": "ok" if chosen else "not_comparable",
            "value": _shown(row["indicator"], row["value"]) if chosen else None,
            "peer_level": chosen.level if chosen else None,
            "n_peers": len(chosen.rows) if chosen else None,
        }
        for row, chosen in zip(fit.to_dict("records"), peers, strict=True)
    ]


def _shown(indicator: str, value: float) -> float:
    """Convert values for display: shares unchanged, pay as geometric mean in CNY."""
    return float(value if indicator in SHARES else np.exp(value))


def _shrunken(
    fit: pd.DataFrame, peers: list[Peers | None], known: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Rows of ``program_shrunken``: a program and its peers are one group of the estimator."""
    value, n, squares = (fit[name].to_numpy(dtype=float) for name in ("value", "n_effective", "squares"))
    groups: dict[bytes, Shrunken] = {}
    rows = []
    for at, (chosen, row) in enumerate(zip(peers, known, strict=True)):
        if chosen is None:
            rows.append(row)
            continue
        members = np.sort(np.append(chosen.rows, at))
        key = members.tobytes()
        if key not in groups:
            groups[key] = _shrink(row["indicator"], value[members], n[members], squares[members])
        rows.append(row | _of_group(row["indicator"], groups[key], int(np.searchsorted(members, at))))
    return rows


def _shrink(
    indicator: str, value: NDArray[np.float64], n: NDArray[np.float64], squares: NDArray[np.float64]
) -> Shrunken:
    if indicator in SHARES:
        return shrink_shares(value, n)
    within = squares.sum() / max(n.sum() - len(n), 1.0)
    # If all pay is equal, the variance is 0; a small positive number keeps the estimator defined.
    return shrink(value, max(within, 1e-12) / n)


def _of_group(indicator: str, group: Shrunken, at: int) -> dict[str, float]:
    return {
        "peer_mean": _shown(indicator, group.mean),
        "between_sd": float(np.sqrt(group.between)),
        "shrinkage": float(group.shrinkage[at]),
        "shrunken": _shown(indicator, group.value[at]),
        "ci_low": _shown(indicator, group.low[at]),
        "ci_high": _shown(indicator, group.high[at]),
    }


def _judged(
    fit: pd.DataFrame, peers: list[Peers | None], known: list[dict[str, Any]], policy: EstimatePolicy
) -> list[dict[str, Any]]:
    """Rows of ``program_funnel``, computed per indicator and cohort."""
    rows = [row for row, chosen in zip(known, peers, strict=True) if chosen is None]
    with_peers = np.array([chosen is not None for chosen in peers], dtype=bool)
    for _, group in fit[with_peers].groupby(["indicator", "cohort_year"], sort=True):
        rows += _of_cohort(fit, group.index.to_numpy(), peers, known, policy)
    return rows


def _of_cohort(
    fit: pd.DataFrame,
    at: NDArray[np.intp],
    peers: list[Peers | None],
    known: list[dict[str, Any]],
    policy: EstimatePolicy,
) -> list[dict[str, Any]]:
    indicator = known[at[0]]["indicator"]
    is_share = indicator in SHARES
    value, n, squares = (fit[name].to_numpy(dtype=float) for name in ("value", "n_effective", "squares"))
    others = [chosen.rows for chosen in (peers[each] for each in at) if chosen is not None]
    targets = [
        funnel.share_target(value[rows], n[rows])
        if is_share
        else funnel.mean_target(value[rows], n[rows], squares[rows])
        for rows in others
    ]
    between = funnel.over_dispersion(value[at], n[at], targets, is_share=is_share)
    judge = funnel.judge_share if is_share else funnel.judge_mean
    judged = [judge(value[i], n[i], target, between) for i, target in zip(at, targets, strict=True)]
    q_values = funnel.adjusted(np.array([each.p_value for each in judged]))
    return [
        known[i]
        | {
            "peer_mean": _shown(indicator, target.mean),
            "over_dispersion": between,
            **_limits(indicator, each),
            "p_value": each.p_value,
            "q_value": float(q_value),
            "is_unusual": bool(q_value <= policy.funnel_false_discovery),
        }
        for i, target, each, q_value in zip(at, targets, judged, q_values, strict=True)
    ]


def _limits(indicator: str, judged: funnel.Judged) -> dict[str, float]:
    names = ("limit_low_95", "limit_high_95", "limit_low_998", "limit_high_998")
    return {
        name: _shown(indicator, limit)
        for name, limit in zip(names, (end for pair in judged.limits for end in pair), strict=True)
    }
