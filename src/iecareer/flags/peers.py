"""Every measure of a program compared with the same measure of its peers at other institutions.

Input: the model ``msr_flag_measure``. Output: one row per day judged, program, measure and cohort, with sums
over its peers. Peers have the same program code, level of study and cohort. With too few of them the program
group is compared, then the major field, there even with a single peer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.flags.posterior import (
    log_predictive,
    posterior_below,
    prior_strength,
    single_prior,
    spread_moments,
    two_group_prior,
)
from iecareer.peers import finest_level, on_every_level

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from iecareer.flags.policy import FlagPolicy

    Floats = NDArray[np.float64]

MEASURES = "indicators.msr_flag_measure"
PROGRAM = ["year", "institution_code", "program_code"]

# Columns of a measure, in addition to those of a cell.
MEASURED = "year, measure, cohort_year, weight, value, n"
_TABLE = "flag_compared"
_SUMS = f"""select {", ".join(PROGRAM)}, peers_n_programs, peers_w, peers_wv, peers_w2, peers_wv2 from {_TABLE}
    where measure = 'match' order by all"""
# Of each measure only what is read later, and repeated words as categories: with 5,000 programs there are a million
# rows.
_VALUES = f"""select {", ".join(PROGRAM)}, measure::enum(%s) as measure, cohort_year, value, n,
    peers_level::enum(%s) as peers_level, peers_n, peers_n_programs,
    peers_wv / peers_w as peers_value, value - peers_wv / peers_w as gap from {_TABLE}
    order by year, {_TABLE}.measure, cohort_year, institution_code, program_code"""
SHARED = ("year", "measure", "cohort_year", "study_level")


def _compared(min_peers: int) -> str:
    """SELECT that adds the sums of the peers to each measure.

    The sums of the peers are sums over all institutions minus sums over the own institution. This takes linear time;
    a join with the peers would be quadratic. For a share, `weight * value` is the number of matches. Rounding
    removes errors of subtraction and of the order of addition.
    """
    sums = {
        "n_programs": "count(*)",
        "w": "sum(weight)",
        "wv": "sum(weight * value)",
        "w2": "sum(weight * weight)",
        "wv2": "sum(weight * value * value)",
        "n": "sum(n)",
    }
    same = ", ".join([*SHARED, "peer_level", "peer_code"])
    own = ", ".join(f"{formula} as {name}" for name, formula in sums.items())
    everybody = ", ".join(f"sum({name}) as {name}" for name in sums)
    peers = ", ".join(f"round(everybody.{name} - own.{name}, 9) as peers_{name}" for name in sums)
    return f"""with cell as (
          select *, row_number() over () as cell_key, true as is_peer from {MEASURES}),
        leveled as ({on_every_level("cell")}),
        chosen as ({finest_level("cell", SHARED, min_peers, least_in_field=1)}),
        own as (select {same}, institution_code, {own} from leveled group by all),
        everybody as (select {same}, {everybody} from own group by all)
        select leveled.institution_code, leveled.program_code, {MEASURED.replace(" n", " leveled.n")},
          leveled.peer_level as peers_level, {peers}
        from leveled semi join chosen using (cell_key, peer_level)
        inner join own using ({same}, institution_code)
        inner join everybody using ({same})"""


def compare_with_peers(connection: duckdb.DuckDBPyConnection, policy: FlagPolicy) -> pd.DataFrame:
    """Measures with ``peers_value``, ``gap``, ``prior`` and ``posterior``.

    ``gap`` is the value minus the peers' value. ``posterior`` is the probability that the true share is below the
    peers' share by more than the margin, ``prior`` the prior it comes from: ``single`` or ``two_groups``. Both are
    missing for all measures except job match.
    """
    import pandas as pd

    connection.execute(f"create or replace temp table {_TABLE} as {_compared(int(policy.min_peers))}")
    strengths = _strengths(connection.execute(_SUMS).df(), policy)
    words = (_distinct(connection, column) for column in ("measure", "peers_level"))
    compared = connection.execute(_VALUES % tuple(words)).df()
    connection.execute(f"drop table {_TABLE}")
    is_match = compared["measure"].str.startswith("match")
    matches = compared[is_match].merge(strengths, on=PROGRAM, how="left")
    matches["strength"] = matches["strength"].fillna(policy.prior_strength_default)
    others = compared[~is_match]
    del compared
    judged = [_judge(rows, policy) for _, rows in matches.groupby("year", sort=True)]
    return pd.concat([*judged, others], ignore_index=True) if judged else _unjudged(others)


def _distinct(connection: duckdb.DuckDBPyConnection, column: str) -> str:
    """The words of a column as a list in SQL."""
    found = connection.execute(f"select distinct {column} from {_TABLE} order by all").fetchall()
    return ", ".join(f"'{word}'" for (word,) in found) or "''"


def _judge(matches: pd.DataFrame, policy: FlagPolicy) -> pd.DataFrame:
    """Add the posterior to the matches known in a year, by the prior that predicted better until then."""
    n, k, mean = _counts(matches)
    prior = single_prior(mean, matches["strength"].to_numpy(dtype=float))
    is_better = _two_groups_predict_better(matches[matches["measure"] == "match"], policy)
    if is_better:
        prior = two_group_prior(mean, policy.two_groups)
    posterior = posterior_below(n, k, prior, mean - policy.match_margin)
    return matches.assign(prior="two_groups" if is_better else "single", posterior=posterior)


def _two_groups_predict_better(matches: pd.DataFrame, policy: FlagPolicy) -> bool:
    """Whether the two-group prior predicts each cohort's answers better from those of the cohort before."""
    following = matches.assign(cohort_year=matches["cohort_year"] - 1)
    pairs = matches.merge(following, on=[*PROGRAM, "cohort_year"], suffixes=("", "_next"))
    n, k, mean = _counts(pairs)
    n_next = pairs["n_next"].to_numpy(dtype=float)
    then = (n_next, (n_next * pairs["value_next"].to_numpy(dtype=float)).round())
    two_groups = log_predictive(n, k, two_group_prior(mean, policy.two_groups), *then)
    single = log_predictive(n, k, single_prior(mean, pairs["strength"].to_numpy(dtype=float)), *then)
    return bool(two_groups.sum() > single.sum())


def _counts(matches: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    """Answers, matches among them and the peers' share."""
    n = matches["n"].to_numpy(dtype=float)
    return (
        n,
        (n * matches["value"].to_numpy(dtype=float)).round(),
        matches["peers_value"].to_numpy(dtype=float),
    )


def _unjudged(compared: pd.DataFrame) -> pd.DataFrame:
    """Measures of a region without answers."""
    return compared.assign(prior=None, posterior=float("nan"))


def _strengths(rows: pd.DataFrame, policy: FlagPolicy) -> pd.DataFrame:
    """Prior strength per program and as-of, from its peers in all cohorts known by then.

    All cohorts are used, because a few peers in one cohort give no good estimate of how much programs differ.
    """
    sums = [
        rows[name].to_numpy(dtype=float)
        for name in ("peers_n_programs", "peers_w", "peers_wv", "peers_w2", "peers_wv2")
    ]
    numerator, denominator = spread_moments(*sums)
    moments = rows[PROGRAM].assign(numerator=numerator, denominator=denominator)
    moments = moments.groupby(PROGRAM, as_index=False).sum()
    bounds = (policy.prior_strength_min, policy.prior_strength_max, policy.prior_strength_default)
    moments["strength"] = prior_strength(
        moments["numerator"].to_numpy(dtype=float), moments["denominator"].to_numpy(dtype=float), bounds
    )
    return moments[[*PROGRAM, "strength"]]
