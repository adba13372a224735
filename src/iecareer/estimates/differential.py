"""The adjusted difference between two sides: doubly robust, for the treated, clustered by institution.

Let m(x) be the mean outcome of comparison graduates and e(x) the propensity, both fitted on other institutions. The
estimate is the mean of y - m(x) over the treated, minus its mean over the comparison graduates with weights e(x) / (1
- e(x)). The estimate is consistent if either model is correct.

References
----------
Robins, Rotnitzky and Zhao (1994); Chernozhukov et al. (2018), Double/debiased machine learning, section 5.1
(score of the ATTE, weights normalised).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from iecareer.estimates import clustered
from iecareer.estimates.crossfit import cross_fit
from iecareer.estimates.sample import moments_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from iecareer.estimates.crossfit import Nuisance
    from iecareer.estimates.sample import Sample


@dataclass(frozen=True)
class Balance:
    """How comparable the sides are after weighting.

    Parameters
    ----------
    largest_difference : float
        Largest absolute standardised mean difference over the covariates.
    worst : str
        The covariate with that largest difference.
    effective_comparison : float
        Kish's effective number of weighted comparison graduates.
    extreme_share : float
        Share of the treated whose propensity is above the limit, 0-1.
    """

    largest_difference: float
    worst: str
    effective_comparison: float
    extreme_share: float


@dataclass(frozen=True)
class Differential:
    """An adjusted difference with its standard error and balance.

    Parameters
    ----------
    differences : ndarray of shape (n_outcomes,)
        Differences of the outcomes, in their units.
    trimmed : ndarray of shape (n_outcomes,)
        Differences among graduates whose propensity is neither near 0 nor near 1; nan if a side is then empty. If
        they are far from `differences`, the two sides hardly overlap.
    standard_error : float
        Standard error of the first outcome's difference.
    quantile : float
        Multiple of the standard error that gives the half-width of the interval.
    balance : Balance
        Comparability of the two sides, for the gates.
    """

    differences: NDArray[np.float64]
    trimmed: NDArray[np.float64]
    standard_error: float
    quantile: float
    balance: Balance

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the first outcome's difference."""
        reach = self.quantile * self.standard_error
        return float(self.differences[0] - reach), float(self.differences[0] + reach)


def adjusted_differential(
    sample: Sample,
    n_folds: int = 5,
    penalty: float = 1.0,
    repeats: int = 3,
    propensity_limit: float = 0.98,
    trim: float = 0.1,
) -> Differential:
    """Estimate one analysis, even if its sides are not comparable.

    Parameters
    ----------
    sample : Sample
        At least `n_folds` institutions on each side.
    n_folds, penalty, repeats
        See :func:`iecareer.estimates.crossfit.cross_fit`.
    propensity_limit : float
        Above this propensity, a treated graduate has no comparable graduates.
    trim : float
        Smallest distance of the propensity from 0 and 1 in the trimmed difference.
    """
    nuisance = cross_fit(sample, n_folds, penalty, repeats)
    weights = comparison_weights(sample, nuisance)
    rest = sample.mean - nuisance.expected
    treated_weights = np.where(sample.is_treated, sample.n, 0.0)
    sides = (
        clustered.side(rest[:, 0], treated_weights, sample.institution),
        clustered.side(rest[:, 0], weights, sample.institution),
    )
    kept = np.abs(nuisance.propensity - 0.5) <= 0.5 - trim
    return Differential(
        _difference(rest, treated_weights, weights),
        _difference(rest, treated_weights * kept, weights * kept),
        clustered.standard_error(*sides),
        clustered.quantile(*sides),
        _balance(sample, weights, nuisance, propensity_limit),
    )


def comparison_weights(sample: Sample, nuisance: Nuisance) -> NDArray[np.float64]:
    """Weights that give comparison graduates the covariates of the treated; 0 for the treated."""
    odds = nuisance.propensity / (1 - nuisance.propensity)
    return np.where(sample.is_treated, 0.0, sample.n * odds)


def _difference(
    rest: NDArray[np.float64], treated: NDArray[np.float64], comparison: NDArray[np.float64]
) -> NDArray[np.float64]:
    if not (treated.sum() > 0 and comparison.sum() > 0):
        return np.full(rest.shape[1], np.nan)
    means = [np.average(rest, axis=0, weights=weights) for weights in (treated, comparison)]
    return np.asarray(means[0] - means[1])


def _balance(
    sample: Sample, weights: NDArray[np.float64], nuisance: Nuisance, propensity_limit: float
) -> Balance:
    """Standardised differences, in standard deviations of the treated, or of all graduates if the former is 0."""
    treated = np.where(sample.is_treated, sample.n, 0.0)
    mean, spread = moments_of(sample.columns, treated)
    spread = np.where(spread > 0, spread, moments_of(sample.columns, sample.n)[1])
    gaps = np.abs(mean - (weights @ sample.columns) / weights.sum()) / np.where(spread > 0, spread, np.inf)
    worst = int(gaps.argmax()) if len(gaps) else 0
    # A cell of n graduates with total weight w counts as n graduates of weight w / n.
    squares = np.divide(weights**2, sample.n).sum()
    extreme = nuisance.propensity > propensity_limit
    return Balance(
        float(gaps[worst]) if len(gaps) else 0.0,
        sample.names[worst] if len(gaps) else "",
        float(weights.sum() ** 2 / squares),
        float(treated[extreme].sum() / treated.sum()),
    )
