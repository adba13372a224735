"""The reasons of a flag: the facts that raised its score most, each with the values of program and peers, and n.

Input: the measures compared with peers and the contributions of the features. Output: sentences in Chinese
and English. A reason with fewer people than the minimum is given without numbers.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from iecareer.flags.features import UNIT
from iecareer.flags.wording import ABOUT_COURSES, ABOUT_PEOPLE, clearing, plain, shown

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from iecareer.flags.policy import FlagPolicy

# The direction in which a fact supports a review. Features not listed (size, response) are never reasons.
ADVERSE = {
    "match_recent": -1,
    "match_last": -1,
    "match_trend": -1,
    "light_reds": 1,
    "pay": -1,
    "pay_trend": -1,
    "course_age": 1,
    "hours_changed": -1,
    "retention": -1,
}
# The fact of a baseline's single score.
FACT_OF = {"low_last_year": "match_last"}
N_REASONS = 3


def explain(
    rows: pd.DataFrame,
    contributions: dict[str, NDArray[np.float64]],
    compared: pd.DataFrame,
    policy: FlagPolicy,
) -> pd.DataFrame:
    """Reasons, and the value that would remove the flag, one row per row of ``rows`` (units of one date).

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
    match = own[own["measure"] == "match"]
    parts = [
        own[own["measure"].isin(["match_recent", "course_age", "hours_changed", "retention"])].assign(
            fact=lambda part: part["measure"]
        ),
        match[match["cohort_year"] == match["match_cohort"]].assign(fact="match_last"),
        own[own["measure"] == "pay"].sort_values("cohort_year").groupby("unit").tail(1).assign(fact="pay"),
        _trend_facts(rows, "match_trend", match, policy.trend_cohorts),
        _trend_facts(rows, "light_reds", match, policy.light_rule_years),
        _trend_facts(rows, "pay_trend", own[own["measure"] == "pay"], policy.trend_cohorts),
    ]
    columns = ["unit", "fact", "value", "peers_value", "n", "peers_n"]
    return pd.concat([part[columns] for part in parts], ignore_index=True)


def _trend_facts(rows: pd.DataFrame, fact: str, measured: pd.DataFrame, n_cohorts: float) -> pd.DataFrame:
    """A fact over several cohorts: its value is the feature, its n the number of all persons."""
    recent = measured[measured["cohort_year"] > measured["match_cohort"] - n_cohorts]
    if fact == "pay_trend":
        recent = measured
    n = recent.groupby("unit")[["n", "peers_n"]].sum().reset_index()
    value = rows[fact].reset_index(drop=True).rename("value")
    return n.merge(value, left_on="unit", right_index=True).assign(fact=fact, peers_value=0.0)


def _strengths(rows: pd.DataFrame, contributions: dict[str, NDArray[np.float64]]) -> pd.DataFrame:
    """How strongly each fact supports a review: by contribution, then by distance to the peers.

    A fact that is not worse than the peers', or that lowered the score, is not a reason.
    """
    import pandas as pd

    strengths = {}
    used = {FACT_OF.get(name, name): values for name, values in contributions.items()}
    for fact, sign in ADVERSE.items():
        adverse = sign * rows[fact].reset_index(drop=True)
        if fact in used:
            strength = pd.Series(used[fact]) + 100.0
            strength = strength.where(strength > 100.0)
        elif len(contributions) == 1 and fact != "light_reds":
            strength = adverse / (adverse.std() or 1.0)
        else:
            continue
        strengths[fact] = strength.where(adverse > 0)
    return pd.DataFrame(strengths)


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
    """Whether the shown numbers are worse than the peers'.

    For pay they may be better, because pay is scored over several cohorts.
    """
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
        words = {**shown(value, peers_value, is_share=name == "hours_changed"), **counts}
        zh, en = (text.format(**words) for text in ABOUT_COURSES[name])
        return reason | {"zh": zh, "en": en}
    least = policy.reason_min_n_pay if name.startswith("pay") else policy.reason_min_n
    zh, en = ABOUT_PEOPLE[name]
    return (empty | {"measure": name} if min(n, peers_n) < least else reason) | {"zh": zh, "en": en}


def _with_target(rows: pd.DataFrame, compared: pd.DataFrame) -> pd.DataFrame:
    """Units with today's value of the target: the newest two cohorts pooled."""
    pooled = compared.loc[
        compared["measure"] == "match_next",
        [*UNIT, "cohort_year", "value", "peers_value", "n", "posterior"],
    ].rename(columns={"cohort_year": "before", "n": "pooled_n"})
    keyed = rows[[*UNIT, "match_cohort"]].assign(before=rows["match_cohort"] - 2)
    return keyed.merge(pooled, on=[*UNIT, "before"], how="left")


def _clear(row: dict[Any, Any], policy: FlagPolicy) -> dict[str, Any]:
    """The value that would remove the flag, and today's probability of being below the peers."""
    posterior = float(row["posterior"])
    if math.isnan(posterior):
        return {"posterior": None, "what_would_clear_zh": None, "what_would_clear_en": None}
    zh, en = clearing(int(row["match_cohort"]), policy.match_margin)
    return {"posterior": posterior, "what_would_clear_zh": zh, "what_would_clear_en": en}
