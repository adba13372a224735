"""Scores of a probability against soft targets; each unit counts as 1 with weight π and 0 with 1 − π."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Counts = NDArray[np.unsignedinteger[Any]]

# A program has fallen behind in the first year whose target is at least this.
FALLEN = 0.5
LEADS = (2, 1, 0)


def precision_at_budget(target: Floats, score: Floats, years: NDArray[np.intp], budget: float) -> float:
    """Mean target of the programs a region would review: each year's highest scores within the budget.

    Programs with equal scores at the edge share the remaining places.
    """
    import numpy as np

    reviewed = places = 0.0
    for year in np.unique(years):
        own, score_own = target[years == year], score[years == year]
        n_places = float(np.floor(budget * len(own)))
        if n_places == 0:
            continue
        edge = np.sort(score_own)[::-1][int(n_places) - 1]
        above, at_edge = score_own > edge, score_own == edge
        reviewed += own[above].sum() + own[at_edge].mean() * (n_places - above.sum())
        places += n_places
    return reviewed / places if places else float("nan")


def average_precision(target: Floats, score: Floats) -> float:
    """Area under the precision-recall curve."""
    import numpy as np
    from sklearn.metrics import average_precision_score

    outcome = np.repeat([1, 0], len(target))
    weight = np.concatenate([target, 1 - target])
    return float(average_precision_score(outcome, np.concatenate([score, score]), sample_weight=weight))


def log_losses(target: Floats, probability: Floats) -> Floats:
    """Log loss of each unit, of shape (n_units,)."""
    from scipy.special import xlog1py, xlogy  # type: ignore[import-untyped]

    losses: Floats = -xlogy(target, probability) - xlog1py(1 - target, -probability)
    return losses


def brier(target: Floats, probability: Floats) -> float:
    """Mean squared distance of the probability from 1 (weight π) and 0 (weight 1 − π)."""
    return float((target * (1 - probability) ** 2 + (1 - target) * probability**2).mean())


def calibration_slope(target: Floats, probability: Floats) -> float:
    """Slope of the outcome's log odds on the predicted log odds: 1 if calibrated, below 1 if too extreme."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    clipped = np.clip(probability, 1e-6, 1 - 1e-6)
    odds = np.log(clipped / (1 - clipped))
    if np.ptp(odds) < 1e-9 or target.sum() == 0 or target.sum() == len(target):
        return float("nan")
    outcome = np.repeat([1, 0], len(target))
    weight = np.concatenate([target, 1 - target])
    line = LogisticRegression(C=np.inf, max_iter=1000)
    line.fit(np.concatenate([odds, odds])[:, None], outcome, sample_weight=weight)
    return float(line.coef_[0, 0])


def recall_by_lead(rows: pd.DataFrame, is_flagged: pd.Series) -> dict[int, float]:
    """Share of the programs that fell behind which were flagged so many years before all answers showed it.

    A program falls behind in the first year whose target is at least `FALLEN`, after a year in which it was less. The
    answers that show it are complete two years later: a flag in that year has a lead of 2 years.

    Parameters
    ----------
    rows : DataFrame
        Past units with ``institution_code``, ``program_code``, ``year`` and ``target``.
    is_flagged : Series of bool

    Returns
    -------
    dict of int to float
        By lead of at least 2, 1 and 0 years; NaN if no program can be counted.
    """
    keys = ["institution_code", "program_code"]
    first = rows.groupby(keys)["year"].min().rename("first_year")
    low = rows[rows["target"] >= FALLEN].groupby(keys)["year"].min().rename("low_year")
    flagged = rows[is_flagged.to_numpy(dtype=bool)].groupby(keys)["year"].min().rename("flagged_year")
    fallen = low.to_frame().join(first).join(flagged)
    fallen = fallen[fallen["low_year"] > fallen["first_year"]]
    newest = rows["year"].max()
    recall = {}
    for lead in LEADS:
        counted = fallen[fallen["low_year"] + 2 - lead <= newest]
        recall[lead] = float((counted["flagged_year"] <= counted["low_year"] + 2 - lead).mean())
    return recall


def draw_clusters(cluster: NDArray[np.int64], n_draws: int, seed: int) -> Counts:
    """How often each unit is drawn when whole clusters are drawn with replacement, (n_draws, n_units)."""
    import numpy as np

    n_clusters = int(cluster.max()) + 1
    times = np.random.default_rng(seed).multinomial(n_clusters, np.full(n_clusters, 1 / n_clusters), n_draws)
    # The smallest integers that hold the counts: one byte instead of eight for each draw and unit.
    drawn: Counts = times.astype(np.min_scalar_type(times.max()))[:, cluster]
    return drawn
