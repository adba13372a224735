"""Sums over graduates from which linear regressions are solved: those of a part can be subtracted from those of all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from iecareer.estimates.sample import dense

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from iecareer.estimates.sample import Sample

# Cells whose covariates are dense at the same time.
_AT_ONCE = 1 << 16


@dataclass(frozen=True)
class Moments:
    """Sums over graduates of covariates x and outcomes y.

    Parameters
    ----------
    n : float
        Graduates.
    x : ndarray of shape (n_covariates,)
        Sums of x.
    y : ndarray of shape (n_outcomes,)
        Sums of y.
    xx : ndarray of shape (n_covariates, n_covariates)
        Sums of products of x.
    xy : ndarray of shape (n_covariates, n_outcomes)
        Sums of products of x and y.
    """

    n: float
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    xx: NDArray[np.float64]
    xy: NDArray[np.float64]

    def __sub__(self, other: Moments) -> Moments:
        """The sums over all graduates but those of the other sums."""
        return Moments(
            self.n - other.n, self.x - other.x, self.y - other.y, self.xx - other.xx, self.xy - other.xy
        )

    @property
    def within(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Sums of squares and products about the means: of x with x, and of x with y."""
        return self.xx - np.outer(self.x, self.x) / self.n, self.xy - np.outer(self.x, self.y) / self.n


def moments(sample: Sample, rows: NDArray[np.intp]) -> Moments:
    """The sums over these cells, of the scaled covariates and all outcomes."""
    n, y = sample.n[rows], sample.mean[rows]
    n_columns = sample.scaled.shape[1]
    x, xx, xy = np.zeros(n_columns), np.zeros((n_columns, n_columns)), np.zeros((n_columns, y.shape[1]))
    for at in range(0, len(rows), _AT_ONCE):
        block = dense(sample.scaled[rows[at : at + _AT_ONCE]])
        weighted = (block * n[at : at + _AT_ONCE, None]).T
        x += weighted.sum(axis=1)
        xx += weighted @ block
        xy += weighted @ y[at : at + _AT_ONCE]
    return Moments(float(n.sum()), x, n @ y, xx, xy)
