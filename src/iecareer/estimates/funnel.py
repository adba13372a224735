"""Funnel limits: find programs that differ from their peers more than chance and usual variation explain.

A share is judged by the beta-binomial distribution around its peers' share, a mean by the normal distribution. Both
include the over-dispersion: how much programs differ beyond chance, one number per indicator and cohort. It is
estimated from clipped deviations, so that unusual programs do not inflate it and hide themselves.

References
----------
Spiegelhalter (2005), Funnel plots for comparing institutional performance; (2005), Handling over-dispersion of
performance indicators. Huber (1981), Robust statistics, proposal 2. Benjamini and Hochberg (1995).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from iecareer.quantiles import normal

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Deviations are clipped at this number of standard deviations: 10 % of a normal distribution lie beyond it on each
# side.
CLIP = 1.2815515655446004
LEVELS = (0.95, 0.998)
STEPS = 100


@dataclass(frozen=True)
class Target:
    """Pooled numbers of a unit's peers.

    Parameters
    ----------
    mean : float
        Share 0-1, or mean of logs.
    scale : float
        Variance of one person: share · (1 − share), or the variance of the logs.
    n : float
        People behind the mean.
    concentration : float
        Σn² / (Σn)² over the peers; if all peers have the same size, 1 / number of peers.
    """

    mean: float
    scale: float
    n: float
    concentration: float


def share_target(shares: NDArray[np.float64], n: NDArray[np.float64]) -> Target:
    """Pooled share of the peers, at least half a person away from 0 and 1."""
    total = float(n.sum())
    half = 0.5 / total
    mean = min(max(float(shares @ n) / total, half), 1 - half)
    return Target(mean, mean * (1 - mean), total, float((n**2).sum()) / total**2)


def mean_target(means: NDArray[np.float64], n: NDArray[np.float64], squares: NDArray[np.float64]) -> Target:
    """Pooled mean of the peers; `squares` are sums of squares about each peer's own mean."""
    total = float(n.sum())
    within = float(squares.sum()) / max(total - len(n), 1.0)
    return Target(float(means @ n) / total, within, total, float((n**2).sum()) / total**2)


def over_dispersion(
    values: NDArray[np.float64], n: NDArray[np.float64], targets: list[Target], *, is_share: bool
) -> float:
    """Over-dispersion of units: relative to a person's variance for shares, absolute for means.

    It is chosen so that the clipped squared deviations have the same mean as under a normal distribution.
    """
    mean, scale, total, concentration = (
        np.array([getattr(target, name) for target in targets])
        for name in ("mean", "scale", "n", "concentration")
    )
    chance = scale * (1 / n + 1 / total)
    more = scale * (1 - 1 / n + concentration - 1 / total) if is_share else 1 + concentration
    usable = chance > 0
    squares, chance, more = ((values - mean) ** 2)[usable], chance[usable], (more * np.ones_like(n))[usable]

    def excess(between: float) -> float:
        return float(np.minimum(squares / (chance + between * more), CLIP**2).mean()) - _expected()

    if not usable.any() or excess(0.0) <= 0:
        return 0.0
    low, high = 0.0, 1.0 if is_share else float((squares / more).max())
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return (low + high) / 2


def _expected() -> float:
    """Mean of a clipped squared standard normal deviation."""
    from scipy.stats import norm  # type: ignore[import-untyped]

    inside = 2 * norm.cdf(CLIP) - 1
    return float(inside - 2 * CLIP * norm.pdf(CLIP) + CLIP**2 * (1 - inside))


@dataclass(frozen=True)
class Judged:
    """The p-value and limits of a unit.

    Parameters
    ----------
    p_value : float
        Two-sided p-value; for shares the mid-p value, which counts half the probability of the value itself.
    limits : tuple of (float, float)
        Lower and upper limit for each of `LEVELS`, in the unit of the value.
    """

    p_value: float
    limits: tuple[tuple[float, float], ...]


def judge_share(share: float, n: float, target: Target, between: float) -> Judged:
    """Compare a share of n persons with its peers; counts are rounded to whole persons."""
    people = max(round(n), 1)
    below = _mid_cumulative(people, target.mean, _correlation(target, between))
    lower = float(below[round(share * people)])
    at = np.arange(people + 1) / people
    # If no possible count reaches a limit, no share can exceed the limit.
    limits = tuple(
        (
            float(np.interp((1 - level) / 2, below, at, left=0.0)),
            float(np.interp((1 + level) / 2, below, at, right=1.0)),
        )
        for level in LEVELS
    )
    return Judged(min(1.0, 2 * min(lower, 1 - lower)), limits)


def judge_mean(mean: float, n: float, target: Target, between: float) -> Judged:
    """Compare a mean of n persons with its peers."""
    from scipy.stats import norm

    variance = target.scale * (1 / n + 1 / target.n) + between * (1 + target.concentration)
    spread = float(np.sqrt(variance))
    reach = [normal((1 + level) / 2) * spread for level in LEVELS]
    away = abs(mean - target.mean) / spread if spread > 0 else 0.0
    return Judged(float(2 * norm.sf(away)), tuple((target.mean - r, target.mean + r) for r in reach))


def _correlation(target: Target, between: float) -> float:
    """Intra-class correlation of the beta-binomial: variance between programs plus that of the peers' value."""
    uncertain = 1 / target.n + between * (target.concentration - 1 / target.n)
    return float(min(between + uncertain, 0.999))


def _mid_cumulative(n: int, mean: float, correlation: float) -> NDArray[np.float64]:
    """P(X < x) + P(X = x) / 2 of the beta-binomial for x = 0 … n."""
    from scipy.special import betaln, gammaln  # type: ignore[import-untyped]

    a, b = (share * (1 - correlation) / correlation for share in (mean, 1 - mean))
    x = np.arange(n + 1)
    ways = gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)
    probability = np.exp(ways + betaln(x + a, n - x + b) - betaln(a, b))
    return np.asarray(np.cumsum(probability) - probability / 2)


def adjusted(p_values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Benjamini and Hochberg's adjusted p-values: values up to a false discovery rate are rejected at that rate."""
    from scipy.stats import false_discovery_control

    return np.asarray(false_discovery_control(p_values)) if len(p_values) else p_values
