"""Program codes whose match falls at all institutions together, where no program falls behind its peers.

Input: the model ``msr_flag_measure``, and, once there are such marts, skill coverage and demand. Output: the rows of
``flags.program_code_alarm``. Alarms go to the region and take no place of the review budget.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.flags.features import NEWEST_COHORTS
from iecareer.flags.forecast import forecast

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from iecareer.flags.policy import FlagPolicy

# One row per program code and cohort: persons whose match is known, and those who match.
_COHORTS = """select measure, program_code, cohort_year, sum(n) as n, sum(n * value) as n_matches
    from indicators.msr_flag_measure where year = $year and measure in ('match', 'match_person')
    group by all order by all"""
_NEWEST = "select max(match_cohort) from intermediate.int_flag_unit where year = $year"
_COVERAGE = """select program_code, avg(coverage) as skill_coverage from marts.msr_skill_coverage
    where status = 'ok' and weighting = 'unweighted' and year = $year group by program_code"""
_DEMAND = """select program_group,
      ln(nullif(max(demand_share) filter (year = $year), 0)
        / nullif(max(demand_share) filter (year = $year - 1), 0)) as demand_trend
    from marts.msr_supply_demand where scope = 'region' and status = 'ok' group by program_group"""


def judge_codes(connection: duckdb.DuckDBPyConnection, year: int, policy: FlagPolicy) -> pd.DataFrame:
    """One row per program code with answers: columns of ``flags.program_code_alarm`` but ``as_of``.

    ``share`` is the match at wave 6 of the newest two cohorts and ``n`` their answers. ``posterior`` is the probability
    that the code falls from its own earlier level by more than the margin within the next two cohorts; all codes'
    median is taken off first, so that what befalls every field is no fall of one.
    """
    cohorts = connection.execute(_COHORTS, {"year": year}).df()
    newest = connection.execute(_NEWEST, {"year": year}).fetchall()[0][0] or 0
    is_new = (cohorts["measure"] == "match") & (cohorts["cohort_year"] > newest - NEWEST_COHORTS)
    codes = cohorts[is_new].groupby("program_code")[["n", "n_matches"]].sum().reset_index()
    enough = codes["n"] >= policy.code_min_answers
    persons = cohorts[cohorts["measure"] == "match_person"]
    gap, variance = _gaps(persons, codes["program_code"], newest, policy)
    codes["posterior"] = forecast(gap, variance, policy.match_margin, policy.structure_of_codes).deep
    codes["status"] = "ok"
    if enough.sum() < policy.code_min_codes:
        codes["status"] = "not_comparable"
    codes.loc[~enough, "status"] = "too_few"
    is_judged = codes["status"] == "ok"
    codes["share"] = (codes.pop("n_matches") / codes["n"]).where(enough)
    codes["posterior"] = codes["posterior"].where(is_judged)
    codes["is_alarmed"] = codes["posterior"] >= policy.code_alarm_probability
    return _with_context(connection, codes, year)


def _with_context(connection: duckdb.DuckDBPyConnection, codes: pd.DataFrame, year: int) -> pd.DataFrame:
    """Add skill coverage and the trend of demand, empty where the build has no such mart."""
    codes["program_group"] = codes["program_code"].str[:4]
    for key, column, query in (
        ("program_code", "skill_coverage", _COVERAGE),
        ("program_group", "demand_trend", _DEMAND),
    ):
        known = _read(connection, query, year)
        codes = codes.assign(**{column: None}) if known is None else codes.merge(known, on=key, how="left")
    return codes


def _read(connection: duckdb.DuckDBPyConnection, query: str, year: int) -> pd.DataFrame | None:
    """Rows of a query; None if its mart is not in the build."""
    import duckdb

    try:
        return connection.execute(query, {"year": year}).df()
    except duckdb.CatalogException:
        return None


def _gaps(
    persons: pd.DataFrame, codes: pd.Series, newest: int, policy: FlagPolicy
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Match of each code minus the median of all codes, and its variance, (n_codes, n_cohorts), newest first."""
    import numpy as np

    if codes.empty:
        return np.zeros((0, NEWEST_COHORTS)), np.ones((0, NEWEST_COHORTS))
    ages = [newest - age for age in range(int(policy.forecast_cohorts))]
    n, matches = (
        persons.pivot_table(index="program_code", columns="cohort_year", values=name)
        .reindex(index=codes, columns=ages)
        .to_numpy(dtype=float)
        for name in ("n", "n_matches")
    )
    share = matches / n
    kept = np.clip(share, 0.05, 0.95)
    variance = kept * (1 - kept) / n
    n_codes = (~np.isnan(share)).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        gap = share - np.nanmedian(np.where(n_codes > 0, share, 0.0), axis=0)
        # The variance of the median of n_codes normal shares.
        variance = variance + np.pi / 2 * np.nanmean(np.where(n_codes > 0, variance, 0.0), axis=0) / n_codes
    # A median of few codes jumps when others begin; a code would seem to fall from it.
    is_unknown = np.isnan(variance) | (n_codes < policy.code_min_codes)
    return np.nan_to_num(gap), np.where(is_unknown, np.inf, variance)
