"""Standard error and interval of a difference of two weighted means with graduates clustered by institution.

The error is the delete-one-institution jackknife, which for two weighted means is a sum over institutions. The
interval uses Student's t if the smaller side has at least `BOOTSTRAP_BELOW` institutions, and otherwise a wild
cluster bootstrap of the studentised difference.

References
----------
Cameron, Gelbach and Miller (2008), Bootstrap-based improvements for inference with clustered errors.
MacKinnon and Webb (2018), The wild bootstrap for few (treated) clusters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from iecareer.quantiles import student

if TYPE_CHECKING:
    from numpy.typing import NDArray

BOOTSTRAP_BELOW = 30
DRAWS = 1999
# With Webb's six-point weights five institutions per side give enough distinct draws.
POINTS = np.sqrt([0.5, 1.0, 1.5])


@dataclass(frozen=True)
class Side:
    """One weighted mean, by institution.

    Parameters
    ----------
    share : ndarray of shape (n_institutions,)
        Share of the side's weight at each institution; 0 if the institution has no graduates on this side.
    above : ndarray of shape (n_institutions,)
        Mean of the institution minus mean of the side; 0 if the institution has no graduates on this side.
    """

    share: NDArray[np.float64]
    above: NDArray[np.float64]

    def shift(self, above: NDArray[np.float64]) -> NDArray[np.float64]:
        """Change of the mean when each institution is left out, for deviations of shape (…, n_institutions)."""
        centered = above - (above * self.share).sum(axis=-1, keepdims=True)
        return np.asarray(-self.share * centered / (1 - self.share))


def side(values: NDArray[np.float64], weights: NDArray[np.float64], institution: NDArray[np.intp]) -> Side:
    """Shares and deviations by institution; `weights` are 0 outside the side."""
    total = np.bincount(institution, weights)
    mean = np.bincount(institution, weights * values) / np.where(total > 0, total, 1)
    center = np.average(mean, weights=total)
    return Side(total / total.sum(), np.where(total > 0, mean - center, 0.0))


def standard_error(treated: Side, comparison: Side) -> float:
    """Jackknife standard error; an institution on both sides is left out of both at once."""
    return float(_jackknife(treated, comparison, treated.above, comparison.above))


def quantile(treated: Side, comparison: Side, level: float = 0.95) -> float:
    """The multiple of the standard error that gives the half-width of the interval.

    Parameters
    ----------
    treated, comparison : Side
        The two sides, each with at least two institutions.
    level : float
        Coverage probability of the interval, 0-1.
    """
    least = int(min((treated.share > 0).sum(), (comparison.share > 0).sum()))
    of_student = student((1 + level) / 2, least - 1)
    if least >= BOOTSTRAP_BELOW:
        return of_student
    drawn = _drawn(treated, comparison)
    # The draws are useless if they are too few for the interval's tail, or if all institutions are alike.
    return float(np.quantile(drawn, level)) if len(drawn) else of_student


def _drawn(treated: Side, comparison: Side) -> NDArray[np.float64]:
    """Absolute studentised differences of the bootstrap, which gives the deviations of institutions random signs."""
    rng = np.random.default_rng(20080801)
    weights = rng.choice(np.concatenate([-POINTS, POINTS]), size=(DRAWS, len(treated.share)))
    one, other = weights * treated.above, weights * comparison.above
    difference = (one * treated.share).sum(axis=1) - (other * comparison.share).sum(axis=1)
    error = _jackknife(treated, comparison, one, other)
    return np.asarray(np.abs(difference[error > 0]) / error[error > 0])


def _jackknife(
    treated: Side, comparison: Side, one: NDArray[np.float64], other: NDArray[np.float64]
) -> NDArray[np.float64]:
    present = (treated.share > 0) | (comparison.share > 0)
    deleted = (treated.shift(one) - comparison.shift(other))[..., present]
    count = deleted.shape[-1]
    return np.asarray(np.sqrt((count - 1) * deleted.var(axis=-1)))
