"""Quantiles for all intervals that Python computes.

Models read the same numbers from the seed `student_t`; a test compares the two.
"""

from __future__ import annotations

from statistics import NormalDist

NORMAL_975 = NormalDist().inv_cdf(0.975)


def normal(probability: float) -> float:
    """Quantile of the standard normal distribution.

    Raises
    ------
    StatisticsError
        When the probability is not between 0 and 1.
    """
    return NormalDist().inv_cdf(probability)


def student(probability: float, freedom: float) -> float:
    """Quantile of Student's distribution with these degrees of freedom; nan if there are none."""
    from scipy.stats import t  # type: ignore[import-untyped]

    return float(t.ppf(probability, freedom))
