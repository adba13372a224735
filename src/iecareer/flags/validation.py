"""Rolling-origin validation: each past year is scored by a model fitted on what was known in that year.

Input: units and labels. Output: the scores of the model and its baselines on past years, and the scorer to use. A label
enters training only on days on which it was complete.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from iecareer.flags.scorers import BASELINES, COLUMNS, ask, fit_scorer, training_rows

if TYPE_CHECKING:
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
        return f"complete targets of {len(rows)} program-years, needed {policy.min_training_units:.0f}"
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


def validate(scored: pd.DataFrame, policy: FlagPolicy) -> Validation:
    """Score the past years by size band and choose the scorer.

    The gain is the log loss of a baseline minus that of the model on the same units; its bounds come from drawing
    institutions with replacement. The model is used unless it is worse than the best baseline: unless even the upper
    one-sided bound of its gain (``choice_level``) is below 0.
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
    best = str(overall.loc[list(BASELINES), "log_loss"].idxmin())
    upper = float(overall["model_gain_upper"][best])
    chosen = best if upper < 0 else "model"
    card["chosen"] = card["model"] == chosen
    card["reason"] = _verdict(chosen, best, upper)
    return Validation(card, chosen)


def _card(rows: pd.DataFrame, band: str, policy: FlagPolicy) -> pd.DataFrame:
    """One row per scorer for the units of a size band."""
    import numpy as np
    import pandas as pd

    from iecareer.flags import scores

    target = rows["target"].to_numpy(dtype=float)
    years = np.unique(rows["year"].to_numpy(), return_inverse=True)[1]
    institution = np.unique(rows["institution_code"].to_numpy(dtype=str), return_inverse=True)[1]
    drawn = scores.draw_clusters(institution, int(policy.bootstrap_draws), SEED)
    model_losses = scores.log_losses(target, rows["model"].to_numpy(dtype=float))
    card = []
    for name in COLUMNS:
        answer = rows[name].to_numpy(dtype=float)
        losses = scores.log_losses(target, answer)
        recall = scores.recall_by_lead(rows, rows[f"{name}_flagged"])
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
                "pr_auc": scores.average_precision(target, answer),
                "log_loss": float(losses.mean()),
                "brier": scores.brier(target, answer),
                "calibration_slope": scores.calibration_slope(target, answer),
                **{f"recall_lead_{lead}": share for lead, share in recall.items()},
                "false_alarm_share": _share_of(rows[f"{name}_flagged"], 1 - target),
                "flagged_share": float(rows[f"{name}_flagged"].mean()),
                **_gain(losses - model_losses, drawn, policy, is_baseline=name in BASELINES),
            }
        )
    return pd.DataFrame(card)


def _gain(
    gained: NDArray[np.float64], drawn: NDArray[Any], policy: FlagPolicy, *, is_baseline: bool
) -> dict[str, float]:
    """Mean gain of the model per unit, its interval, and its one-sided upper bound."""
    import numpy as np

    names = ("model_gain", "model_gain_ci_low", "model_gain_ci_high", "model_gain_upper")
    if not is_baseline:
        return dict.fromkeys(names, float("nan"))
    tail = (1 - policy.interval_level) / 2
    gains = drawn @ gained / np.maximum(drawn.sum(axis=1), 1)
    bounds = np.quantile(gains, [tail, 1 - tail, policy.choice_level])
    return dict(zip(names, (float(gained.mean()), *map(float, bounds)), strict=True))


def _share_of(is_flagged: pd.Series, weight: NDArray[np.float64]) -> float:
    """Share of the weight that is flagged; among programs that did not fall behind, the rate of false alarms."""
    total = float(weight.sum())
    return float(weight[is_flagged.to_numpy(dtype=bool)].sum()) / total if total else float("nan")


def _verdict(chosen: str, best: str, upper: float) -> str:
    """The reason for using this scorer, in one sentence."""
    if chosen == "model":
        return f"The model is not worse than the best baseline, {best}: upper bound of its gain {upper:.4f}."
    return f"The model is worse than the best baseline, {best}, which is used: upper bound of its gain {upper:.4f}."
