"""The reasons of a flag: the facts that raised its score most, each with the values of program and peers, and n.

Input: the measures compared with peers and the contributions of the features. Output: sentences in Chinese
and English. A reason with fewer people than the minimum is given without numbers.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from iecareer.flags.features import NEWEST_COHORTS, UNIT
from iecareer.flags.wording import ABOUT_COURSES, ABOUT_PEOPLE, clearing, plain, shown

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from iecareer.flags.policy import FlagPolicy

# The direction in which a fact supports a review.
ADVERSE = {
    "match_level": -1,
    "match_fall": -1,
    "match_recent": -1,
    "match_last": -1,
    "light_reds": 1,
    "pay": -1,
    "pay_trend": -1,
    "course_age": 1,
    "hours_changed": -1,
    "hours_rewritten": -1,
    "retention": -1,
}
# The facts behind the scores of baselines.
FACT_OF = {"low_last_year": "match_last", "low_recently": "match_recent"}
N_REASONS = 3


def explain(
    rows: pd.DataFrame,
    contributions: dict[str, NDArray[np.float64]],
    compared: pd.DataFrame,
    policy: FlagPolicy,
) -> pd.DataFrame:
    """Reasons, and what would remove the flag, one row per row of ``rows`` (units of one date).

    Parameters
    ----------
    rows : DataFrame
        Units with features.
    contributions : dict of str to array of shape (n_units,)
        Contribution of each feature to a unit's log odds.
    compared : DataFrame
        Measures compared with peers.
    """
    import pandas as pd

    facts = dict(iter(collect_facts(rows, compared, policy).groupby("unit")))
    strengths = _strengths(rows, contributions)
    explained = [
        _explain_unit(facts.get(i), strength, policy) | _clear(row, policy)
        for i, ((_, strength), row) in enumerate(
            zip(strengths.iterrows(), _with_target(rows, compared).to_dict("records"), strict=True)
        )
    ]
    return pd.DataFrame(explained, index=rows.index)


def collect_facts(rows: pd.DataFrame, compared: pd.DataFrame, policy: FlagPolicy) -> pd.DataFrame:
    """One row per unit and fact: ``unit``, ``fact``, ``value``, ``peers_value``, ``n``, ``peers_n``."""
    import pandas as pd

    units = rows[[*UNIT, "match_cohort"]].assign(unit=range(len(rows)))
    own = compared.merge(units, on=UNIT)
    match, pay = own[own["measure"] == "match"], own[own["measure"] == "pay"]
    recent = match[match["cohort_year"] > match["match_cohort"] - policy.light_rule_years]
    single = ["match_recent", "course_age", "hours_changed", "hours_rewritten", "retention"]
    person = own[own["measure"] == "match_person"]
    person = person[person["cohort_year"] > person["match_cohort"] - policy.forecast_cohorts]
    parts = [
        own[own["measure"].isin(single)].assign(fact=lambda part: part["measure"]),
        match[match["cohort_year"] == match["match_cohort"]].assign(fact="match_last"),
        _pooled(person).assign(fact="match_level"),
        _fall(person),
        _pooled(pay).assign(fact="pay"),
        _trend_facts(rows, "light_reds", recent),
        _trend_facts(rows, "pay_trend", pay),
    ]
    columns = ["unit", "fact", "value", "peers_value", "n", "peers_n"]
    return pd.concat([part[columns] for part in parts], ignore_index=True)


def _pooled(measured: pd.DataFrame) -> pd.DataFrame:
    """Values of several cohorts and their peers', weighted by the program's people."""
    weighted = measured.assign(
        value=measured["value"] * measured["n"], peers_value=measured["peers_value"] * measured["n"]
    )
    sums = weighted.groupby("unit")[["value", "peers_value", "n", "peers_n"]].sum().reset_index()
    return sums.assign(value=sums["value"] / sums["n"], peers_value=sums["peers_value"] / sums["n"])


def _fall(person: pd.DataFrame) -> pd.DataFrame:
    """Change of match from earlier cohorts to the newest ones, and the peers'; n are the smaller of both periods.

    Only programs whose match fell: the sentence says so.
    """
    is_new = person["cohort_year"] > person["match_cohort"] - NEWEST_COHORTS
    new, old = _pooled(person[is_new]), _pooled(person[~is_new])
    both = new.merge(old, on="unit", suffixes=("", "_before"))
    fall = both.assign(
        fact="match_fall",
        value=both["value"] - both["value_before"],
        peers_value=both["peers_value"] - both["peers_value_before"],
        n=both[["n", "n_before"]].min(axis=1),
        peers_n=both[["peers_n", "peers_n_before"]].min(axis=1),
    )
    return fall[fall["value"] < 0]


def _trend_facts(rows: pd.DataFrame, fact: str, measured: pd.DataFrame) -> pd.DataFrame:
    """A fact over several cohorts: its value is the feature, its n the number of all persons."""
    n = measured.groupby("unit")[["n", "peers_n"]].sum().reset_index()
    value = rows[fact].reset_index(drop=True).rename("value")
    return n.merge(value, left_on="unit", right_index=True).assign(fact=fact, peers_value=0.0)


def _strengths(rows: pd.DataFrame, contributions: dict[str, NDArray[np.float64]]) -> pd.DataFrame:
    """How much each fact that the scorer looked at raised the score; missing if it lowered it.

    The contribution of the forecast is divided between level and fall by the probability that a fall has begun.
    """
    import pandas as pd

    added = pd.DataFrame({FACT_OF.get(name, name): values for name, values in contributions.items()})
    if "match_forecast" in added:
        forecast, fallen = added.pop("match_forecast"), rows["fallen"].reset_index(drop=True)
        added = added.assign(match_level=forecast * (1 - fallen), match_fall=forecast * fallen)
    return added.where(added > 0)


def _explain_unit(facts: pd.DataFrame | None, strength: pd.Series, policy: FlagPolicy) -> dict[str, Any]:
    """The strongest facts of one unit as text."""
    reasons: dict[str, Any] = {}
    own = {} if facts is None else {str(fact["fact"]): fact for fact in facts.to_dict("records")}
    strongest = strength.dropna().sort_values(ascending=False, kind="stable").index
    names = [name for name in strongest if name in own and _speaks_for_review(name, own[name])][:N_REASONS]
    for place in range(1, N_REASONS + 1):
        name = names[place - 1] if place <= len(names) else None
        reasons |= {f"reason_{place}_{key}": value for key, value in _reason(name, own, policy).items()}
    return reasons


def _speaks_for_review(name: str, fact: dict[Any, Any]) -> bool:
    """Whether the program's number is worse than the peers'."""
    return ADVERSE[name] * (float(fact["value"]) - float(fact["peers_value"])) > 0


def _reason(name: str | None, own: dict[str, dict[Any, Any]], policy: FlagPolicy) -> dict[str, Any]:
    """One reason. A sentence about people has no number: releases give only rounded ones, in their own tables.

    The columns of numbers are empty if they are based on too few people.
    """
    empty: dict[str, Any] = dict.fromkeys(("measure", "value", "peers_value", "n", "peers_n", "zh", "en"))
    if name is None:
        return empty
    fact = own[name]
    n, peers_n = float(fact["n"]), float(fact["peers_n"])
    value, peers_value = plain(name, float(fact["value"])), plain(name, float(fact["peers_value"]))
    counts = {"n": int(n), "peers_n": int(peers_n)}
    reason = {"measure": name, "value": value, "peers_value": peers_value, **counts}
    if name in ABOUT_COURSES:
        words = {**shown(value, peers_value, is_share=name.startswith("hours")), **counts}
        zh, en = (text.format(**words) for text in ABOUT_COURSES[name])
        return reason | {"zh": zh, "en": en}
    least = policy.reason_min_n_pay if name.startswith("pay") else policy.reason_min_n
    zh, en = ABOUT_PEOPLE[name]
    return (empty | {"measure": name} if min(n, peers_n) < least else reason) | {"zh": zh, "en": en}


def _with_target(rows: pd.DataFrame, compared: pd.DataFrame) -> pd.DataFrame:
    """Units with today's ``posterior`` of the target: the newest two cohorts pooled."""
    pooled = compared.loc[
        compared["measure"] == "match_next",
        [*UNIT, "cohort_year", "posterior"],
    ].rename(columns={"cohort_year": "before"})
    keyed = rows[[*UNIT, "match_cohort"]].assign(before=rows["match_cohort"] - 2)
    return keyed.merge(pooled, on=[*UNIT, "before"], how="left")


def _clear(row: dict[Any, Any], policy: FlagPolicy) -> dict[str, Any]:
    """What would remove the flag, and today's probability of being below the peers."""
    posterior = float(row["posterior"])
    if math.isnan(posterior):
        return {"posterior": None, "what_would_clear_zh": None, "what_would_clear_en": None}
    zh, en = clearing(int(row["match_cohort"]), policy.match_margin)
    return {"posterior": posterior, "what_would_clear_zh": zh, "what_would_clear_en": en}
