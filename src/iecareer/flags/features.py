"""The features of the classifier: one row per program and judged day, computed from data known on that day.

Input: the model ``int_flag_unit`` and the measures compared with peers. Output: a data frame; the classifier
sees only its `FEATURES`. Unknown values stay missing: the fitted classifier fills them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.flags.forecast import forecast

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from iecareer.flags.policy import FlagPolicy

UNITS = "from intermediate.int_flag_unit order by year, institution_code, program_code"
UNIT = ["year", "institution_code", "program_code"]
NEWEST_COHORTS = 2

FEATURES = (
    "match_forecast",
    "hours_rewritten",
    "hours_changed",
    "course_age",
    "pay",
    "pay_trend",
    "retention",
)
# Probabilities nearer to 0 and 1 are not told apart: a forecast rests on assumptions, too.
_LEAST = 0.002


def build_features(
    connection: duckdb.DuckDBPyConnection, compared: pd.DataFrame, policy: FlagPolicy
) -> pd.DataFrame:
    """One row per scored unit with ``FEATURES``, what the baselines need, and its size.

    Units with too few answers in their newest two cohorts are left out.

    Returns
    -------
    DataFrame
        ``UNIT``, ``match_cohort``, ``n_graduates``, ``n_newest`` (answers of the newest two cohorts), ``FEATURES``
        (``match_forecast``: log odds that the next two cohorts are below the margin; gaps to peers: shares, log
        pay, years since a new course; trend per cohort), ``fallen`` (probability that a fall has begun),
        ``low_last_year`` and ``low_recently`` (log odds of the posterior of the newest cohort and of the recent
        ones), ``light_reds`` (cohorts of the last three below the margin) and ``response`` (gap of the response rate).
    """
    units = _scored(connection.execute(UNITS).df(), compared, policy)
    newest = compared.merge(units[[*UNIT, "match_cohort", "pay_cohort"]], on=UNIT)
    is_last = (newest["measure"] == "match") & (newest["cohort_year"] == newest["match_cohort"])
    columns = {
        **_forecast_columns(units, newest, policy),
        **_pay(newest),
        "course_age": _gap(newest[newest["measure"] == "course_age"]) / 12,
        "low_last_year": log_odds(_gap(newest[is_last], "posterior")),
        "low_recently": log_odds(_gap(newest[newest["measure"] == "match_recent"], "posterior")),
        "light_reds": _light_reds(newest, policy),
    }
    for measure in ("hours_rewritten", "hours_changed", "retention", "response"):
        columns[measure] = _gap(newest[newest["measure"] == measure])
    for name, column in columns.items():
        units = units.merge(column.rename(name).reset_index(), on=UNIT, how="left")
    return units


def log_odds(probability: pd.Series) -> pd.Series:
    """Log odds of probabilities that are kept off 0 and 1."""
    from scipy.special import logit  # type: ignore[import-untyped]

    odds: pd.Series = probability.clip(_LEAST, 1 - _LEAST).transform(logit)
    return odds


def _scored(units: pd.DataFrame, compared: pd.DataFrame, policy: FlagPolicy) -> pd.DataFrame:
    """Units with enough answers in their newest cohorts, with ``n_newest``."""
    matches = compared.loc[compared["measure"] == "match", [*UNIT, "cohort_year", "n"]]
    matches = matches.merge(units[[*UNIT, "match_cohort"]], on=UNIT)
    newest = matches[matches["cohort_year"] > matches["match_cohort"] - NEWEST_COHORTS]
    counted = newest.groupby(UNIT)["n"].sum().rename("n_newest").reset_index()
    scored = units.merge(counted, on=UNIT)
    return scored[scored["n_newest"] >= policy.min_answers].reset_index(drop=True)


def _forecast_columns(units: pd.DataFrame, newest: pd.DataFrame, policy: FlagPolicy) -> dict[str, pd.Series]:
    """Log odds of the structural forecast, and the probability that a fall has begun."""
    import pandas as pd

    made = forecast(*_gaps(units, newest, policy), policy.match_margin, policy.structure)
    index = pd.MultiIndex.from_frame(units[UNIT])
    return {"match_forecast": log_odds(pd.Series(made.below, index)), "fallen": pd.Series(made.fallen, index)}


def _gaps(
    units: pd.DataFrame, newest: pd.DataFrame, policy: FlagPolicy
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Gap of each unit's cohorts and its sampling variance, of shape (n_units, n_cohorts), newest first."""
    import numpy as np
    import pandas as pd

    n_cohorts = int(policy.forecast_cohorts)
    known = newest[newest["measure"] == "match_person"]
    age = (known["match_cohort"] - known["cohort_year"]).to_numpy(dtype=int)
    known, age = known[age < n_cohorts], age[age < n_cohorts]
    place = pd.MultiIndex.from_frame(units[UNIT]).get_indexer(pd.MultiIndex.from_frame(known[UNIT]))
    share = known["peers_value"].clip(0.05, 0.95)
    gap = np.zeros((len(units), n_cohorts))
    variance = np.full((len(units), n_cohorts), np.inf)
    gap[place, age] = known["gap"]
    variance[place, age] = share * (1 - share) * (1 / known["n"] + 1 / known["peers_n"])
    return gap, variance


def _gap(rows: pd.DataFrame, column: str = "gap") -> pd.Series:
    """The gap of a measure with one row per unit."""
    return rows.set_index(UNIT)[column]


def _light_reds(newest: pd.DataFrame, policy: FlagPolicy) -> pd.Series:
    """Number of recent cohorts whose share is below the peers' by more than the margin."""
    recent = newest["cohort_year"] > newest["match_cohort"] - policy.light_rule_years
    cohorts = newest[(newest["measure"] == "match") & recent]
    is_red = (cohorts["gap"] < -policy.match_margin).astype(float)
    return is_red.groupby([cohorts[name] for name in UNIT]).sum()


def _pay(newest: pd.DataFrame) -> dict[str, pd.Series]:
    """Level and trend of log starting pay against peers, over the cohorts complete by then."""
    rows = newest[newest["measure"] == "pay"]
    total = rows["n"].groupby([rows[name] for name in UNIT]).sum()
    weighted = (rows["gap"] * rows["n"]).groupby([rows[name] for name in UNIT]).sum()
    return {"pay": weighted / total, "pay_trend": _slope(rows)}


def _slope(rows: pd.DataFrame) -> pd.Series:
    """Least-squares slope per unit of the gap over cohorts, weighted by people; missing with one cohort."""
    keys = [rows[name] for name in UNIT]
    weight = rows["n"]
    total = weight.groupby(keys).transform("sum")
    year = rows["cohort_year"].astype(float)
    year = year - (weight * year).groupby(keys).transform("sum") / total
    above = (weight * year * rows["gap"]).groupby(keys).sum()
    below = (weight * year * year).groupby(keys).sum()
    return (above / below).where(below > 0)


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
