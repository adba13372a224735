"""Scores of a probability against soft targets; each unit counts as 1 with weight π and 0 with 1 − π."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Counts = NDArray[np.unsignedinteger[Any]]

# Weights that are added up at a time: about 100 MB of sums, however many draws and units there are.
_BLOCK = 1 << 21


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


def average_precision(target: Floats, score: Floats, weight: Floats | Counts) -> Floats:
    """Area under the precision-recall curve for each row of weights.

    Parameters
    ----------
    target, score : array of shape (n_units,)
    weight : array of shape (n_draws, n_units)
        How often each unit was drawn.

    Returns
    -------
    array of shape (n_draws,)
        Σ (R_i − R_{i−1}) P_i over distinct scores, as scikit-learn's ``average_precision_score``.
    """
    import numpy as np

    order = np.argsort(-score, kind="stable")
    last_of_tie = np.append(np.diff(score[order]) != 0, True)
    n_rows = max(1, _BLOCK // len(score))
    blocks = (weight[first : first + n_rows, order] for first in range(0, len(weight), n_rows))
    areas = [_areas(target[order], last_of_tie, block.astype(float)) for block in blocks]
    return np.concatenate(areas) if areas else np.empty(0)


def _areas(target: Floats, last_of_tie: NDArray[np.bool_], weight: Floats) -> Floats:
    """The same for units in descending order of their scores."""
    import numpy as np

    hits = np.cumsum(weight * target, axis=1)[:, last_of_tie]
    drawn = np.cumsum(weight, axis=1)[:, last_of_tie]
    with np.errstate(divide="ignore", invalid="ignore"):
        precision = np.where(drawn > 0, hits / drawn, 0.0)
        recall = hits / hits[:, -1:]
    steps = np.diff(recall, axis=1, prepend=0.0)
    area: Floats = (steps * precision).sum(axis=1)
    return area


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


def draw_clusters(cluster: NDArray[np.int64], n_draws: int, seed: int) -> Counts:
    """How often each unit is drawn when whole programs are drawn with replacement, (n_draws, n_units)."""
    import numpy as np

    n_clusters = int(cluster.max()) + 1
    times = np.random.default_rng(seed).multinomial(n_clusters, np.full(n_clusters, 1 / n_clusters), n_draws)
    # The smallest integers that hold the counts: one byte instead of eight for each draw and unit.
    drawn: Counts = times.astype(np.min_scalar_type(times.max()))[:, cluster]
    return drawn
