"""Starting salaries of cooperative cohorts against institutions without cooperation: raw and stratified."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import stats

from .cohorts import CELL

ENOUGH_DAYS = 180
ENOUGH_INSTITUTIONS = 5
RAW = ["program_code", "study_level", "cohort_year"]
STRATUM = ["program_code", "cohort_year", "region_class", "sex"]


def cooperation(graduates: pd.DataFrame, agreements: pd.DataFrame) -> pd.DataFrame:
    """Per program-cohort the modes of its cooperation (a set), and whether its institution has none."""
    dates = graduates.groupby(CELL, as_index=False)[["enrolled_on", "graduated_on"]].agg(_lower_median)
    both = dates.merge(
        agreements[agreements["mode"] != "research"], on="institution_code", suffixes=("", "_of")
    )
    both = both[both["program_code_of"].isna() | (both["program_code_of"] == both["program_code"])]
    end = both["ends_on"].fillna(pd.Timestamp.max).clip(upper=both["graduated_on"])
    start = both["starts_on"].clip(lower=both["enrolled_on"])
    both = both[(end - start).dt.days >= ENOUGH_DAYS]
    modes = both.groupby(CELL)["mode"].agg(frozenset).rename("modes").reset_index()
    cells = dates[CELL].merge(modes, on=CELL, how="left")
    cells["modes"] = cells["modes"].map(lambda m: m if isinstance(m, frozenset) else frozenset())
    any_mode = (
        cells["modes"].map(bool).groupby([cells["institution_code"], cells["cohort_year"]]).transform("any")
    )
    cells["side"] = np.select([cells["modes"].map(bool), ~any_mode], [1, 0], -1)
    return cells


def _lower_median(dates: pd.Series) -> pd.Timestamp:
    return dates.sort_values().iloc[(len(dates) - 1) // 2]


def differential(
    graduates: pd.DataFrame, agreements: pd.DataFrame, pay: dict[str, pd.DataFrame]
) -> pd.DataFrame:
    """`msr_salary_differential`, methods raw and stratified."""
    cells = cooperation(graduates, agreements)
    out = []
    for measure in ("register", "survey"):
        people = pay[measure].merge(graduates, on="row").merge(cells, on=CELL)
        people = people[(people["side"] >= 0) & (people["y"] > 0)]
        limits = {column: people.get(column, False) for column in ("at_floor", "at_cap")}
        people = people.assign(**limits, log_y=np.log(people["y"]))
        for scope, treated, where in _scopes(people):
            compared = pd.concat([treated, people[people["side"] == 0]])
            for year in [None, *sorted(treated["cohort_year"].unique())]:
                rows = compared if year is None else compared[compared["cohort_year"] == year]
                for method, compute in (("raw", _raw), ("stratified", _stratified)):
                    name = {"measure": measure, "scope": scope, "cohort_year": year, "method": method}
                    out.append(name | where | compute(rows, scope in ("institution", "program")))
    return pd.DataFrame(out)


def _scopes(people: pd.DataFrame) -> list[tuple[str, pd.DataFrame, dict[str, str]]]:
    treated = people[people["side"] == 1]
    scopes = [("region", treated, {})] if len(treated) else []
    for mode in sorted({mode for modes in treated["modes"] for mode in modes}):
        of_mode = [mode in modes for modes in treated["modes"]]
        scopes.append(("mode", treated[of_mode], {"mode": mode}))
    for code, rows in treated.groupby("institution_code"):
        scopes.append(("institution", rows, {"institution_code": code}))
    for (code, program), rows in treated.groupby(["institution_code", "program_code"]):
        scopes.append(("program", rows, {"institution_code": code, "program_code": program}))
    return scopes


def _behind(rows: pd.DataFrame, keys: list[str], least: int) -> pd.DataFrame:
    """The people in cells with enough of them on either side."""
    sides = [
        rows[rows["side"] == side].groupby(keys).size().loc[lambda n: n >= least].reset_index()[keys]
        for side in (1, 0)
    ]
    return rows.merge(sides[0].merge(sides[1], on=keys), on=keys)


def _counts(rows: pd.DataFrame, used: pd.DataFrame, is_one: bool) -> tuple[dict[str, object], bool]:
    """Counts of those behind a value, and whether they allow one."""
    sides = {side: used[used["side"] == side] for side in (1, 0)}
    institutions = {side: people["institution_code"].nunique() for side, people in sides.items()}
    n_treated = int((rows["side"] == 1).sum())
    counts = {
        "n_cooperative": len(sides[1]),
        "n_comparison": len(sides[0]),
        "n_institutions_cooperative": institutions[1],
        "n_institutions_comparison": institutions[0],
        "coverage": len(sides[1]) / n_treated,
    }
    enough = institutions[0] >= ENOUGH_INSTITUTIONS and institutions[1] >= (
        1 if is_one else ENOUGH_INSTITUTIONS
    )
    for people in sides.values():
        enough &= 10 * int(people["at_floor"].sum() + people["at_cap"].sum()) <= len(people)
    return counts, bool(enough)


NO_VALUE = dict.fromkeys(["difference_cny", "log_difference", "se", "percent", "ci_low", "ci_high"], np.nan)


def _raw(rows: pd.DataFrame, is_one: bool) -> dict[str, object]:
    used = _behind(rows, RAW, 1)
    counts, enough = _counts(rows, used, is_one)
    if not enough:
        return counts | NO_VALUE | {"status": "not_comparable"}
    median = used.groupby("side")["y"].median()
    ratio = median[1] / median[0]
    value = {"difference_cny": median[1] - median[0], "log_difference": np.log(ratio), "percent": ratio - 1}
    return counts | NO_VALUE | value | {"status": "ok"}


def _stratified(rows: pd.DataFrame, is_one: bool) -> dict[str, object]:
    used = _behind(rows, STRATUM, 2)
    counts, enough = _counts(rows, used, is_one)
    if not enough:
        return counts | NO_VALUE | {"status": "not_comparable"}
    delta = _delta(used, "log_y")
    se, degrees = _standard_error(used, is_one, lambda kept: _delta(kept, "log_y"))
    reach = stats.t.ppf(0.975, degrees) * se
    value = {
        "difference_cny": _delta(used, "y"),
        "log_difference": delta,
        "se": se,
        "percent": np.expm1(delta),
        "ci_low": delta - reach,
        "ci_high": delta + reach,
    }
    return counts | value | {"status": "ok"}


def _delta(people: pd.DataFrame, outcome: str) -> float:
    """The difference of stratum means, weighted by the treated; empty if no stratum is usable."""
    treated, comparison = (
        people[people["side"] == side].groupby(STRATUM)[outcome].agg(["size", "mean"]) for side in (1, 0)
    )
    means = treated.join(comparison, how="inner", lsuffix="_1", rsuffix="_0")
    means = means[(means["size_1"] >= 2) & (means["size_0"] >= 2)]
    if means.empty:
        return np.nan
    return float(np.average(means["mean_1"] - means["mean_0"], weights=means["size_1"]))


def _standard_error(
    used: pd.DataFrame, is_one: bool, delta: Callable[[pd.DataFrame], float]
) -> tuple[float, int]:
    """Delete-one-institution jackknife, and the degrees of freedom."""
    treated, comparison = (used[used["side"] == side] for side in (1, 0))
    deleted = (comparison if is_one else used)["institution_code"].unique()
    without = np.array([delta(used[used["institution_code"] != code]) for code in deleted])
    size = len(deleted)
    variance = (size - 1) / size * np.sum((without - without.mean()) ** 2)
    if not is_one:
        sides = (treated["institution_code"].nunique(), comparison["institution_code"].nunique())
        return float(np.sqrt(variance)), min(sides) - 1
    per_stratum = treated.groupby(STRATUM)["log_y"].agg(["size", "var"])
    own = (per_stratum["size"] / len(treated)) ** 2 * per_stratum["var"] / per_stratum["size"]
    return float(np.sqrt(variance + own.sum())), size - 1
