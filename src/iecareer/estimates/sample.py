"""Graduates as the adjusted method reads them: sums per cell of equal covariates, side and institution.

A weighted fit on cells equals a fit on single graduates, because all formulas only need the count and the sums of the
outcome per cell. So the cost grows with the number of cells, not of graduates. Most covariates are 0/1 columns that are
0 almost everywhere, so only their other values are stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csc_array, csr_array  # type: ignore[import-untyped]


# Samples with at most so many values are kept as dense arrays (32 MB), which are faster.
DENSE_VALUES = 1 << 22


@dataclass(frozen=True)
class Sample:
    """Cells of one analysis.

    Parameters
    ----------
    covariates : ndarray or sparse array of shape (n_cells, n_covariates)
        Numbers and 0/1 columns, without a constant.
    names : tuple of str
        One name per covariate.
    is_treated : ndarray of bool, shape (n_cells,)
        Whether the cell's graduates are cooperative.
    n : ndarray of shape (n_cells,)
        Graduates per cell.
    mean : ndarray of shape (n_cells, n_outcomes)
        Mean outcomes per cell. The standard error is computed for the first outcome.
    institution : ndarray of int, shape (n_cells,)
        The institution of each cell; cells of one institution are correlated.
    """

    covariates: NDArray[np.float64] | csr_array
    names: tuple[str, ...]
    is_treated: NDArray[np.bool_]
    n: NDArray[np.float64]
    mean: NDArray[np.float64]
    institution: NDArray[np.intp]

    def n_institutions(self, side: bool) -> int:
        """Institutions with graduates on a side."""
        return len(np.unique(self.institution[self.is_treated == side]))

    @cached_property
    def columns(self) -> csc_array:
        """The covariates as a sparse array of columns."""
        from scipy.sparse import csc_array

        return csc_array(self.covariates, dtype=float)

    @cached_property
    def scaled(self) -> NDArray[np.float64] | csr_array:
        """Covariates with standard deviation 1 over all graduates; constants become 0.

        Small samples are dense, with mean 0. In large ones only columns that are mostly not 0 get the mean 0: no fit
        with an intercept depends on the means.
        """
        from scipy.sparse import hstack

        x = self.columns
        center, spread = moments_of(x, self.n)
        is_small = x.shape[0] * x.shape[1] <= DENSE_VALUES
        is_centered = np.full(x.shape[1], True) if is_small else np.diff(x.indptr) > x.shape[0] / 2
        is_centered |= spread == 0
        factor = np.divide(1.0, spread, out=np.zeros_like(spread), where=spread > 0)
        if is_small:
            return np.asarray((x.toarray() - center) * factor)
        moved = (x[:, is_centered].toarray() - center[is_centered]) * factor[is_centered]
        order = np.argsort(np.concatenate([np.flatnonzero(is_centered), np.flatnonzero(~is_centered)]))
        return hstack([moved, x[:, ~is_centered] * factor[~is_centered]], format="csc")[:, order].tocsr()


def moments_of(
    columns: csc_array, weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weighted mean and standard deviation of each column; the deviation of a constant column is exactly 0.

    Parameters
    ----------
    columns : sparse array of shape (n_cells, n_covariates)
        The columns.
    weights : ndarray of shape (n_cells,)
        Weights, not all 0.
    """
    total = weights.sum()
    center = (weights @ columns) / total
    own = weights[columns.indices]
    at = np.repeat(np.arange(columns.shape[1]), np.diff(columns.indptr))
    n_columns = columns.shape[1]
    squares = np.bincount(at, own * (columns.data - center[at]) ** 2, n_columns)
    # a value of 0 is not stored
    zeros = np.maximum(total - np.bincount(at, own, n_columns), 0.0)
    zeros[zeros < 1e-12 * total] = 0.0
    spread = np.sqrt((squares + zeros * center**2) / total)
    return center, np.where(spread > 1e-9 * np.maximum(1.0, np.abs(center)), spread, 0.0)


def dense(x: NDArray[np.float64] | csr_array) -> NDArray[np.float64]:
    """A part of `Sample.scaled` as an ordinary array."""
    return x if isinstance(x, np.ndarray) else np.asarray(x.toarray())
