"""Rolling-origin validation: each past year is scored by a model fitted on what was known in that year.

Input: units and labels. Output: the scores of the three scorers on past years, and the scorer to use. A label
enters training only on days on which it was complete.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iecareer.flags.scorers import BASELINES, COLUMNS, ask, fit_scorer, training_rows

if TYPE_CHECKING:
    from datetime import date

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from iecareer.flags.policy import FlagPolicy

SIZE_BANDS = ("all", "small", "medium", "large")
SEED = 0


@dataclass(frozen=True)
class Validation:
    """Scores of past years and the verdict on the model.

    Attributes
    ----------
    scorecard : DataFrame
        Rows of ``flags.scorecard``.
    chosen : str
        Scorer used for this year's list.
    """

    scorecard: pd.DataFrame
    chosen: str


def enough(rows: pd.DataFrame, policy: FlagPolicy) -> str:
    """What is missing to train a scorer; "" if nothing is missing."""
    if rows["year"].nunique() < policy.min_training_years:
        return f"complete targets of {rows['year'].nunique()} years, needed {policy.min_training_years:.0f}"
    if len(rows) < policy.min_training_units:
        return f"complete targets of {len(rows)} programs, needed {policy.min_training_units:.0f}"
    if not 0 < rows["target"].sum() < len(rows):
        return "no difference between the targets"
    return ""


def past_scores(units: pd.DataFrame, labels: pd.DataFrame, policy: FlagPolicy) -> pd.DataFrame:
    """Every past unit whose target is complete today, with its target and each scorer's probability.

    Returns
    -------
    DataFrame
        Rows of ``units`` with ``target`` as known today and one column per scorer; empty where no past
        year had enough complete targets before it.
    """
    import pandas as pd

    if labels.empty:
        return pd.DataFrame()
    today = training_rows(units, labels, labels["known_in"].max())
    scored = []
    for year, test in today.groupby("year", sort=True):
        training = training_rows(units, labels, int(str(year)))
        if enough(training, policy):
            continue
        answers = {name: ask(name, fit_scorer(name, training), test) for name in COLUMNS}
        flagged = {f"{name}_flagged": _flagged(test, p, policy) for name, p in answers.items()}
        scored.append(test.assign(**answers, **flagged))
    return pd.concat(scored, ignore_index=True) if scored else pd.DataFrame()


def _flagged(rows: pd.DataFrame, probability: NDArray[np.float64], policy: FlagPolicy) -> NDArray[np.bool_]:
    """Programs that the policy would have flagged in that year."""
    from iecareer.flags.choice import choose

    names = list(zip(rows["institution_code"], rows["program_code"], strict=True))
    return choose(
        probability, names, policy.false_discovery_rate, policy.review_budget, policy.least_probability
    )[1]


def validate(scored: pd.DataFrame, as_of: date, policy: FlagPolicy) -> Validation:
    """Score the past years by size band and choose the scorer.

    The gain is the difference in area under the precision-recall curve; its interval comes from drawing institutions'
    programs with replacement. The model is used only if the interval of its gain over each baseline lies above 0.
    Otherwise the baseline with the greater area is used, and the scorecard says so.
    """
    import pandas as pd

    bands = scored["n_graduates"].map(policy.size_band)
    cards = []
    for band in SIZE_BANDS:
        rows = scored if band == "all" else scored[bands == band]
        if len(rows):
            cards.append(_card(rows.reset_index(drop=True), band, policy))
    card = pd.concat(cards, ignore_index=True)
    overall = card[card["size_band"] == "all"].set_index("model")
    best = str(overall.loc[list(BASELINES), "pr_auc"].idxmax())
    gains = overall.loc[list(BASELINES), "model_gain_ci_low"]
    chosen = "model" if bool((gains > 0).all()) else best
    card["chosen"] = card["model"] == chosen
    card["reason"] = _verdict(chosen, best, gains)
    card.insert(0, "as_of", as_of)
    return Validation(card, chosen)


def _card(rows: pd.DataFrame, band: str, policy: FlagPolicy) -> pd.DataFrame:
    """One row per scorer for the units of a size band."""
    import numpy as np
    import pandas as pd

    from iecareer.flags import scores

    target = rows["target"].to_numpy(dtype=float)
    years = np.unique(rows["year"].to_numpy(), return_inverse=True)[1]
    cluster = (
        rows.groupby(["institution_code", "program_code"], sort=True).ngroup().to_numpy().astype(np.int64)
    )
    once, drawn = np.ones((1, len(rows))), scores.draw_clusters(cluster, int(policy.bootstrap_draws), SEED)
    answers = {name: rows[name].to_numpy(dtype=float) for name in COLUMNS}
    model_drawn = scores.average_precision(target, answers["model"], drawn)
    model_area = scores.average_precision(target, answers["model"], once)[0]
    card = []
    for name, answer in answers.items():
        area = scores.average_precision(target, answer, once)[0]
        gain = model_drawn - scores.average_precision(target, answer, drawn)
        low, high = _interval(gain, policy) if name in BASELINES else (np.nan, np.nan)
        card.append(
            {
                "model": name,
                "size_band": band,
                "n_units": len(rows),
                "n_years": int(years.max()) + 1,
                "mean_target": float(target.mean()),
                "precision_at_budget": scores.precision_at_budget(
                    target, answer, years, policy.review_budget
                ),
                "pr_auc": float(area),
                "brier": scores.brier(target, answer),
                "calibration_slope": scores.calibration_slope(target, answer),
                "false_alarm_share": _share_of(rows[f"{name}_flagged"], 1 - target),
                "flagged_share": float(rows[f"{name}_flagged"].mean()),
                "model_gain": float(model_area - area) if name in BASELINES else np.nan,
                "model_gain_ci_low": low,
                "model_gain_ci_high": high,
            }
        )
    return pd.DataFrame(card)


def _share_of(is_flagged: pd.Series, weight: NDArray[np.float64]) -> float:
    """Share of the weight that is flagged; among programs that did not fall behind, the rate of false alarms."""
    total = float(weight.sum())
    return float(weight[is_flagged.to_numpy(dtype=bool)].sum()) / total if total else float("nan")


def _interval(gain: NDArray[np.float64], policy: FlagPolicy) -> tuple[float, float]:
    """Percentile interval of the bootstrapped gains."""
    import numpy as np

    tail = (1 - policy.interval_level) / 2
    finite = gain[np.isfinite(gain)]
    if len(finite) == 0:
        return float("nan"), float("nan")
    low, high = np.quantile(finite, [tail, 1 - tail])
    return float(low), float(high)


def _verdict(chosen: str, best: str, gains: pd.Series) -> str:
    """The reason for using this scorer, in one sentence."""
    if chosen == "model":
        return "The model beats both baselines: the intervals of its gain lie above 0."
    lost = ", ".join(str(name) for name in gains.index[~(gains > 0)])
    return f"The interval of the model's gain over {lost} includes 0; the better baseline, {best}, is used."
