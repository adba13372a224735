"""The features of the classifier: one row per program and judged day, computed from data known on that day.

Input: the model ``int_flag_unit`` and the measures compared with peers. Output: a data frame; the classifier
sees only its `FEATURES`. Unknown values stay missing: the fitted pipeline fills them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from iecareer.flags.policy import FlagPolicy

UNITS = "from intermediate.int_flag_unit order by year, institution_code, program_code"
UNIT = ["year", "institution_code", "program_code"]

FEATURES = (
    "match_recent",
    "match_last",
    "match_trend",
    "pay",
    "pay_trend",
    "course_age",
    "hours_changed",
    "retention",
    "response",
    "log_n",
)


def build_features(
    connection: duckdb.DuckDBPyConnection, compared: pd.DataFrame, policy: FlagPolicy
) -> pd.DataFrame:
    """One row per unit with ``FEATURES``, what the baselines need, and its size.

    Returns
    -------
    DataFrame
        ``UNIT``, ``match_cohort``, ``n_graduates``, ``FEATURES`` (gaps to peers: shares, log pay, years
        since a new course; trends per cohort), ``low_last_year`` (posterior of the newest cohort) and
        ``light_reds`` (cohorts of the last three below the margin).
    """
    import numpy as np

    units = connection.execute(UNITS).df()
    newest = compared.merge(units[[*UNIT, "match_cohort", "pay_cohort"]], on=UNIT)
    is_last = newest["cohort_year"] == newest["match_cohort"]
    columns = {
        "match_recent": _gap(newest[newest["measure"] == "match_recent"]),
        "match_last": _gap(newest[(newest["measure"] == "match") & is_last]),
        "low_last_year": _gap(newest[(newest["measure"] == "match") & is_last], "posterior"),
        "light_reds": _light_reds(newest, policy),
        "match_trend": _match_trend(newest, policy),
        **_pay(newest),
        "course_age": _gap(newest[newest["measure"] == "course_age"]) / 12,
        "hours_changed": _gap(newest[newest["measure"] == "hours_changed"]),
        "retention": _gap(newest[newest["measure"] == "retention"]),
        "response": _gap(newest[newest["measure"] == "response"]),
    }
    for name, column in columns.items():
        units = units.merge(column.rename(name).reset_index(), on=UNIT, how="left")
    units["log_n"] = np.log(units["n_graduates"].astype(float))
    return units


def _gap(rows: pd.DataFrame, column: str = "gap") -> pd.Series:
    """The gap of a measure with one row per unit."""
    return rows.set_index(UNIT)[column]


def _light_reds(newest: pd.DataFrame, policy: FlagPolicy) -> pd.Series:
    """Number of recent cohorts whose share is below the peers' by more than the margin."""
    recent = newest["cohort_year"] > newest["match_cohort"] - policy.light_rule_years
    cohorts = newest[(newest["measure"] == "match") & recent]
    is_red = (cohorts["raw_gap"] < -policy.match_margin).astype(float)
    return is_red.groupby([cohorts[name] for name in UNIT]).sum()


def _match_trend(newest: pd.DataFrame, policy: FlagPolicy) -> pd.Series:
    """Slope of the gap over the last cohorts, weighted by responses and shrunk towards 0.

    The ridge is the variance of one answer divided by the variance of true trends, so few answers give a small slope.
    """
    recent = newest["cohort_year"] > newest["match_cohort"] - policy.trend_cohorts
    cohorts = newest[(newest["measure"] == "match") & recent]
    share = cohorts["peers_value"]
    ridge = (share * (1 - share)).mean() / policy.trend_prior_sd**2
    return _slope(cohorts, "raw_gap", cohorts["n"], ridge)


def _slope(rows: pd.DataFrame, column: str, weight: pd.Series, ridge: float) -> pd.Series:
    """Weighted least-squares slope per unit of a column over cohorts, missing with one cohort."""
    keys = [rows[name] for name in UNIT]
    total = weight.groupby(keys).transform("sum")
    year = rows["cohort_year"].astype(float)
    year = year - (weight * year).groupby(keys).transform("sum") / total
    above = (weight * year * rows[column]).groupby(keys).sum()
    below = (weight * year * year).groupby(keys).sum()
    return (above / (below + ridge)).where(below > 0)


def _pay(newest: pd.DataFrame) -> dict[str, pd.Series]:
    """Level and trend of the log median starting salary against peers, over the cohorts complete by then."""
    rows = newest[newest["measure"] == "pay"]
    total = rows["n"].groupby([rows[name] for name in UNIT]).sum()
    weighted = (rows["gap"] * rows["n"]).groupby([rows[name] for name in UNIT]).sum()
    return {"pay": weighted / total, "pay_trend": _slope(rows, "gap", rows["n"], 0.0)}


def build_labels(compared: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Soft targets: one row per unit and day on which its target was complete.

    Returns
    -------
    DataFrame
        ``UNIT`` of the judged unit; ``known_in``, a judged year; and ``target``, 0-1: the probability, given the data
        of that day, that the next two cohorts fell below the peers.
    """
    following = compared.loc[compared["measure"] == "match_next", [*UNIT, "cohort_year", "posterior"]].rename(
        columns={"year": "known_in", "cohort_year": "match_cohort", "posterior": "target"}
    )
    # The run's own day may have the same newest cohort as the last end of a year; its target is not complete.
    labels = units[[*UNIT, "match_cohort"]].merge(
        following, on=["institution_code", "program_code", "match_cohort"]
    )
    return labels[labels["known_in"] > labels["year"]].reset_index(drop=True)
