"""Bayesian comparison of a program's job match with that of its peers.

Pure functions on arrays: they read no table, file or policy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def spread_moments(
    n_programs: Floats, sum_n: Floats, sum_k: Floats, sum_n2: Floats, sum_k2_over_n: Floats
) -> tuple[Floats, Floats]:
    """Numerator and denominator of rho, the correlation of two answers about the same program.

    Every argument is a sum over peer programs j with n_j answers, of which k_j match. So subtracting a program's own
    numbers leaves it out of its prior. Both results may be added over cohorts.

    Parameters
    ----------
    n_programs, sum_n, sum_k, sum_n2, sum_k2_over_n : array of shape (n_rows,)
        Number of peers J, Σn, Σk, Σn² and Σk²/n.

    Returns
    -------
    numerator, denominator : array of shape (n_rows,)

    Notes
    -----
    With p = Σk/Σn, r = rho and S = Σ n_j (p_j - p)², E[S] = p(1-p) [(J-1)(1-r) + r (Σn - Σn²/Σn)].

    References
    ----------
    Kleinman, J. C. (1973). Proportions with extraneous variance: single and independent samples.
    Journal of the American Statistical Association 68, 46-54.
    """
    share = sum_k / sum_n
    variance = share * (1 - share)
    by_chance = n_programs - 1
    spread = sum_k2_over_n - sum_k**2 / sum_n
    return spread - variance * by_chance, variance * (sum_n - sum_n2 / sum_n - by_chance)


def prior_strength(numerator: Floats, denominator: Floats, bounds: tuple[float, float, float]) -> Floats:
    """Strength a + b = 1/rho - 1 of the peers' beta prior, in answers.

    Parameters
    ----------
    numerator, denominator : array of shape (n_units,)
        Sums of ``spread_moments``.
    bounds : tuple of float
        Smallest and largest strength, and the strength used if the moments give no estimate.
    """
    import numpy as np

    least, greatest, default = bounds
    is_known = np.isfinite(numerator) & (denominator > 0)
    rho = np.divide(numerator, denominator, out=np.ones_like(numerator), where=is_known)
    strength = 1 / np.maximum(rho, 1e-9) - 1
    return np.where(is_known, np.clip(strength, least, greatest), default)


@dataclass(frozen=True)
class Prior:
    """Beta priors of a program's true share, one per row of both arrays, with the probability of each.

    Attributes
    ----------
    weight : array of shape (n_groups, 1)
    a, b : array of shape (n_groups, n_units)
        Parameters of the beta distributions.
    """

    weight: Floats
    a: Floats
    b: Floats


@dataclass(frozen=True)
class TwoGroups:
    """The two groups of programs: the share of fallen ones, how deep they fell, and the strengths a + b in answers."""

    fallen_share: float
    fallen_depth: float
    fallen_strength: float
    kept_strength: float


def single_prior(mean: Floats, strength: Floats) -> Prior:
    """One beta prior per unit with the peers' share as its mean and a strength a + b in answers."""
    import numpy as np

    mean = _inside(mean)
    return Prior(np.ones((1, 1)), (mean * strength)[None], ((1 - mean) * strength)[None])


def two_group_prior(mean: Floats, groups: TwoGroups) -> Prior:
    """Most programs are near their peers, a few have fallen: one beta prior for each group."""
    import numpy as np

    means = np.stack([_inside(mean), _inside(_inside(mean) - groups.fallen_depth)])
    strength = np.array([[groups.kept_strength], [groups.fallen_strength]])
    weight = np.array([[1 - groups.fallen_share], [groups.fallen_share]])
    return Prior(weight, means * strength, (1 - means) * strength)


def _inside(share: Floats) -> Floats:
    """A share as the mean of a beta distribution, which is neither 0 nor 1."""
    import numpy as np

    return np.clip(share, 0.01, 0.99)


def _weights(n: Floats, k: Floats, prior: Prior) -> Floats:
    """Log probability of each group given k of n matches, up to a constant per unit."""
    import numpy as np
    from scipy.special import betaln  # type: ignore[import-untyped]

    seen: Floats = np.log(prior.weight) + betaln(prior.a + k, prior.b + n - k) - betaln(prior.a, prior.b)
    return seen


def posterior_below(n: Floats, k: Floats, prior: Prior, threshold: Floats) -> Floats:
    """Posterior probability that the true share is below a threshold.

    Parameters
    ----------
    n, k : array of shape (n_units,)
        Answers, and those that match.
    prior : Prior
    threshold : array of shape (n_units,)
        The peers' share less the margin; below 0 nothing can be.
    """
    import numpy as np
    from scipy.special import betainc, softmax

    below = betainc(prior.a + k, prior.b + n - k, np.clip(threshold, 0.0, 1.0))
    probability: Floats = (softmax(_weights(n, k, prior), axis=0) * below).sum(axis=0)
    return probability


def log_predictive(n: Floats, k: Floats, prior: Prior, n_next: Floats, k_next: Floats) -> Floats:
    """Log probability of the next cohort's answers given one cohort's, without the binomial coefficient.

    By its sum two priors are compared out of time.
    """
    from scipy.special import logsumexp

    both = _weights(n + n_next, k + k_next, prior)
    predicted: Floats = logsumexp(both, axis=0) - logsumexp(_weights(n, k, prior), axis=0)
    return predicted
