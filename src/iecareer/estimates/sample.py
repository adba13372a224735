"""Graduates as the adjusted method reads them: sums per cell of equal covariates, side and institution.

A weighted fit on cells equals a fit on single graduates, because all formulas only need the count and the sums of the
outcome per cell. So the cost grows with the number of cells, not of graduates.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Sample:
    """Cells of one analysis.

    Parameters
    ----------
    covariates : ndarray of shape (n_cells, n_covariates)
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

    covariates: NDArray[np.float64]
    names: tuple[str, ...]
    is_treated: NDArray[np.bool_]
    n: NDArray[np.float64]
    mean: NDArray[np.float64]
    institution: NDArray[np.intp]

    def n_institutions(self, side: bool) -> int:
        """Institutions with graduates on a side."""
        return len(np.unique(self.institution[self.is_treated == side]))

    @cached_property
    def scaled(self) -> NDArray[np.float64]:
        """Covariates with mean 0 and standard deviation 1 over all graduates; constants become 0."""
        center = np.average(self.covariates, axis=0, weights=self.n)
        spread = np.sqrt(np.average((self.covariates - center) ** 2, axis=0, weights=self.n))
        is_constant = spread <= 1e-9 * np.maximum(1.0, np.abs(center))
        return (self.covariates - center) / np.where(is_constant, np.inf, spread)
