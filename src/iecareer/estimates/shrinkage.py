"""Shrink values of programs towards their peers; uncertain values are shrunk more.

Parametric empirical Bayes: each value yᵢ differs from its true value by chance, with known variance Vᵢ. The true
values have mean μ and variance A, both estimated from the group. The expected true value is (1 − Bᵢ)yᵢ + Bᵢμ with Bᵢ
= (k − 3)/(k − 1) · Vᵢ/(Vᵢ + A). For equal variances this is the estimator of James and Stein towards the mean.

References
----------
Efron and Morris (1975), Data analysis using Stein's estimator and its generalizations.
Morris (1983), Parametric empirical Bayes inference: theory and applications, sections 4 and 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from iecareer.quantiles import NORMAL_975

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEWEST = 4
STEPS = 200


@dataclass(frozen=True)
class Shrunken:
    """A group of values after shrinkage.

    Parameters
    ----------
    mean : float
        The mean towards which values are shrunk.
    between : float
        Variance of the true values, A.
    shrinkage : ndarray of shape (k,)
        Weight of the mean in each expected value, 0-1.
    value, low, high : ndarray of shape (k,)
        Expected true values and their 95 % intervals.
    """

    mean: float
    between: float
    shrinkage: NDArray[np.float64]
    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def shrink(values: NDArray[np.float64], variances: NDArray[np.float64]) -> Shrunken:
    """Shrink values with known variances.

    Parameters
    ----------
    values, variances : ndarray of shape (k,)
        At least four values; variances above 0.

    Raises
    ------
    ValueError
        With fewer than four values: the variance of the true values cannot be estimated.
    """
    if len(values) < FEWEST:
        raise ValueError(f"{len(values)} values, fewer than {FEWEST}")
    mean, between = _prior(values, variances)
    return _posterior(values, variances, mean, between)


def shrink_shares(shares: NDArray[np.float64], n: NDArray[np.float64]) -> Shrunken:
    """Shrink shares of n people each. Their variances are computed from the mean share.

    So a share of 0 or 1 also has a variance. Intervals end at 0 and 1.
    """
    mean = float(np.average(shares, weights=n))
    for _ in range(STEPS):
        found = shrink(shares, _variance(mean, n))
        if abs(found.mean - mean) < 1e-12:
            break
        mean = found.mean
    return Shrunken(
        found.mean,
        found.between,
        found.shrinkage,
        found.value.clip(0, 1),
        found.low.clip(0, 1),
        found.high.clip(0, 1),
    )


def _variance(mean: float, n: NDArray[np.float64]) -> NDArray[np.float64]:
    """Variance of shares of n people around a mean that is at least half a person away from 0 and 1."""
    half = 0.5 / n.sum()
    share = min(max(mean, half), 1 - half)
    return np.asarray(share * (1 - share) / n)


def _prior(values: NDArray[np.float64], variances: NDArray[np.float64]) -> tuple[float, float]:
    """Mean and variance of the true values, by Morris' iteration."""
    k = len(values)
    between, mean = float(np.var(values)), float(np.mean(values))
    for _ in range(STEPS):
        weights = 1 / (variances + between)
        mean = float(np.average(values, weights=weights))
        excess = k / (k - 1) * (values - mean) ** 2 - variances
        updated = max(0.0, float(np.average(excess, weights=weights)))
        if abs(updated - between) <= 1e-12 * (updated + variances.mean()):
            break
        between = updated
    return mean, between


def _posterior(
    values: NDArray[np.float64], variances: NDArray[np.float64], mean: float, between: float
) -> Shrunken:
    k = len(values)
    weights = 1 / (variances + between)
    shrinkage = (k - 3) / (k - 1) * variances * weights
    expected = values + shrinkage * (mean - values)
    of_mean = weights / weights.sum()
    typical = float(np.average(variances, weights=weights))
    unknown = 2 / (k - 3) * shrinkage**2 * (typical + between) * weights
    variance = variances * (1 - (1 - of_mean) * shrinkage) + unknown * (values - mean) ** 2
    reach = NORMAL_975 * np.sqrt(variance)
    return Shrunken(mean, between, shrinkage, expected, expected - reach, expected + reach)
