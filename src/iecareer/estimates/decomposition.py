"""Decompose a gap in mean pay into composition (characteristics) and structure (the rest).

Twofold, after Oaxaca and Blinder: ȳ₁ − ȳ₀ = (x̄₁ − x̄₀)'b (composition) + the rest (structure). The reference
coefficients b come from the comparison side, or from a pooled regression with an indicator of the side. In the pooled
case the structure is the indicator's coefficient. Only the composition is split by characteristic. Parts of the
structure would depend on arbitrary choices: the left-out category and the zero point of each number.

References
----------
Oaxaca (1973); Blinder (1973). Fortin, Lemieux and Firpo (2011), Decomposition methods in economics, section 3.
Jann (2008), A Stata implementation of the Blinder-Oaxaca decomposition (pooled, with the indicator).
Jones (1983), On decomposing the wage gap: a critical comment on Blinder's method (parts of the structure).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from iecareer.estimates.moments import moments
from iecareer.quantiles import student

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from iecareer.estimates.moments import Moments
    from iecareer.estimates.sample import Sample

# Directions of the covariates with a singular value below this share of the largest one get no coefficient: the data
# # do not determine them, such as a category without comparison graduates. A small ridge would amplify rounding
# errors.
UNKNOWN_DIRECTION = 1e-9
REFERENCES = ("comparison", "pooled")


@dataclass(frozen=True)
class Decomposition:
    """The decomposition of the gap in the mean of the first outcome, cooperative minus comparison.

    Parameters
    ----------
    parts : ndarray of shape (3 + n_characteristics,)
        Gap, composition, structure, then the composition by characteristic.
    standard_errors : ndarray of the same shape
        Standard errors of `parts`, by a jackknife over institutions.
    quantile : float
        Multiple of the standard error that gives the half-width of an interval.
    characteristics : tuple of str
        Names of the characteristics, in the order of `parts`.
    """

    parts: NDArray[np.float64]
    standard_errors: NDArray[np.float64]
    quantile: float
    characteristics: tuple[str, ...]


def decompose(sample: Sample, characteristics: Sequence[str], reference: str = "comparison") -> Decomposition:
    """Decompose the gap between the two sides of a sample.

    Parameters
    ----------
    sample : Sample
        Cells with at least two institutions on each side. Only sums over cells are used, so the cost does not grow
        with the number of graduates.
    characteristics : sequence of str, of length n_covariates
        The characteristic of each covariate.
    reference : {'comparison', 'pooled'}
        Which coefficients are used for the composition.
    """
    names = tuple(dict.fromkeys(characteristics))
    belongs = np.array([[each == name for each in characteristics] for name in names], dtype=float)
    is_pooled = reference == "pooled"
    left_out = [
        {each: moments(sample, rows) for each, rows in _institutions(sample, side)} for side in (True, False)
    ]
    whole = [moments(sample, np.flatnonzero(sample.is_treated == side)) for side in (True, False)]
    nobody = moments(sample, np.array([], dtype=np.intp))
    deleted = [
        _parts(whole[0] - left_out[0].get(each, nobody), whole[1] - left_out[1].get(each, nobody), is_pooled)
        for each in np.unique(sample.institution)
    ]
    spread = np.array([_summed(*parts, belongs) for parts in deleted]).std(axis=0)
    least = min(len(each) for each in left_out)
    return Decomposition(
        _summed(*_parts(whole[0], whole[1], is_pooled), belongs),
        np.sqrt(len(deleted) - 1) * spread,
        student(0.975, least - 1),
        names,
    )


def _institutions(sample: Sample, side: bool) -> list[tuple[int, NDArray[np.intp]]]:
    """The rows of each institution with graduates on a side."""
    rows = np.flatnonzero(sample.is_treated == side)
    rows = rows[np.argsort(sample.institution[rows], kind="stable")]
    codes, starts = np.unique(sample.institution[rows], return_index=True)
    return list(zip(codes.tolist(), np.split(rows, starts[1:]), strict=True))


def _parts(treated: Moments, comparison: Moments, is_pooled: bool) -> tuple[float, NDArray[np.float64]]:
    """The gap, and the contribution of each covariate to the composition."""
    squares, products = comparison.within
    if is_pooled:
        more_squares, more_products = treated.within
        squares, products = squares + more_squares, products + more_products
    reference = np.linalg.pinv(squares, rcond=UNKNOWN_DIRECTION, hermitian=True) @ products[:, 0]
    shift = treated.x / treated.n - comparison.x / comparison.n
    return float(treated.y[0] / treated.n - comparison.y[0] / comparison.n), shift * reference


def _summed(gap: float, parts: NDArray[np.float64], belongs: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([[gap, parts.sum(), gap - parts.sum()], belongs @ parts])
