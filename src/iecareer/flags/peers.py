"""Every measure of a program beside its peers, the program itself and its own institution left out.

In comes ``flag_measure``; out goes one row per as-of, program, measure and cohort with the peers' sums.
Peers offer the same program at the same level and cohort elsewhere; with too few of them the program
group (four digits) and then the major field (two digits) are compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from iecareer.flags.policy import FlagPolicy

PROGRAM = ["as_of", "institution_code", "program_code"]

# Sums over everybody minus sums over the own institution: linear in the rows, where joining every
# program to its peers would be quadratic. `weight * value` of a share is the count that matches. Rounding
# takes away what is left of a sum after subtraction and what depends on the order of adding.
COMPARED = """
with leveled as (
    select
        measure.*, unit.study_level, width.width, left(measure.program_code, width.width) as peer_code
    from flag_measure as measure
    inner join flag_unit_level as unit
        on measure.institution_code = unit.institution_code and measure.program_code = unit.program_code
    cross join (values (6), (4), (2)) as width (width)
), own as (
    select
        as_of, measure, cohort_year, study_level, width, peer_code, institution_code,
        count(*) as n_programs, sum(weight) as w, sum(weight * value) as wv, sum(weight * weight) as w2,
        sum(weight * value * value) as wv2, sum(n) as n
    from leveled
    group by all
), everybody as (
    select
        as_of, measure, cohort_year, study_level, width, peer_code,
        sum(n_programs) as n_programs, sum(w) as w, sum(wv) as wv, sum(w2) as w2, sum(wv2) as wv2,
        sum(n) as n
    from own
    group by all
), peers as (
    select
        leveled.as_of, leveled.institution_code, leveled.program_code, leveled.measure,
        leveled.cohort_year, leveled.weight, leveled.value, leveled.n, leveled.width,
        everybody.n_programs - own.n_programs as peers_n_programs,
        round(everybody.w - own.w, 9) as peers_w, round(everybody.wv - own.wv, 9) as peers_wv,
        round(everybody.w2 - own.w2, 9) as peers_w2, round(everybody.wv2 - own.wv2, 9) as peers_wv2,
        everybody.n - own.n as peers_n
    from leveled
    inner join own using (as_of, measure, cohort_year, study_level, width, peer_code, institution_code)
    inner join everybody using (as_of, measure, cohort_year, study_level, width, peer_code)
)
select
    * exclude (width),
    case width when 6 then 'program' when 4 then 'group' else 'field' end as peers_level
from peers
where peers_n_programs >= 1 and (peers_n_programs >= $min_peers or width = 2)
qualify row_number() over (
    partition by as_of, institution_code, program_code, measure, cohort_year order by width desc
) = 1
order by as_of, measure, cohort_year, institution_code, program_code
"""

LEVEL_OF_A_PROGRAM = """
create or replace temp table flag_unit_level as
select institution_code, program_code, mode(study_level order by study_level) as study_level
from flag_graduates
group by institution_code, program_code
"""


def compare_with_peers(connection: duckdb.DuckDBPyConnection, policy: FlagPolicy) -> pd.DataFrame:
    """Measures with ``peers_value``, ``strength``, ``posterior`` and ``gap``.

    ``gap`` is the value minus the peers'; for matches it is shrunk by the peers' beta prior, and
    ``posterior`` is the probability that the true share is below the peers' by more than the margin
    (missing for all other measures).
    """
    connection.execute(LEVEL_OF_A_PROGRAM)
    compared = connection.execute(COMPARED, {"min_peers": int(policy.min_peers)}).df()
    compared["peers_value"] = compared["peers_wv"] / compared["peers_w"]
    compared["gap"] = compared["value"] - compared["peers_value"]
    return _judge_matches(compared, policy)


def _judge_matches(compared: pd.DataFrame, policy: FlagPolicy) -> pd.DataFrame:
    """Add prior strength, posterior and shrunk gap to the rows that are matches."""
    import numpy as np

    from iecareer.flags.posterior import posterior_below, shrunk_gap

    compared["raw_gap"] = compared["gap"]
    is_match = compared["measure"].str.startswith("match").to_numpy(dtype=bool)
    strength = compared.merge(_strengths(compared, policy), on=PROGRAM, how="left")["strength"]
    compared["strength"] = strength.fillna(policy.prior_strength_default).where(is_match).to_numpy()
    rows = compared[is_match]
    n = rows["n"].to_numpy(dtype=float)
    matched = np.round(n * rows["value"].to_numpy(dtype=float))
    prior = (rows["peers_value"].to_numpy(dtype=float), rows["strength"].to_numpy(dtype=float))
    compared["posterior"] = np.nan
    compared.loc[is_match, "gap"] = shrunk_gap(n, matched, *prior)
    compared.loc[is_match, "posterior"] = posterior_below(n, matched, *prior, policy.match_margin)
    return compared


def _strengths(compared: pd.DataFrame, policy: FlagPolicy) -> pd.DataFrame:
    """Prior strength per program and as-of, from its peers in all cohorts known by then.

    A handful of peers in one cohort says little about how much programs differ; all cohorts do.
    """
    from iecareer.flags.posterior import prior_strength, spread_moments

    rows = compared[compared["measure"] == "match"]
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
