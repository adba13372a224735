"""Bayesian comparison of a program's job match with that of its peers.

Pure functions on arrays: they read no table, file or policy.
"""

from __future__ import annotations

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


def posterior_below(n: Floats, k: Floats, prior_mean: Floats, strength: Floats, margin: float) -> Floats:
    """Posterior probability that the true share is below ``prior_mean - margin``.

    Parameters
    ----------
    n, k : array of shape (n_units,)
        Answers, and those that match.
    prior_mean, strength : array of shape (n_units,)
        Mean of the peers' beta prior and its strength a + b.
    margin : float
        Share by which a program must be below its peers.

    Returns
    -------
    array of shape (n_units,)
        P(θ < prior_mean - margin) under Beta(a + k, b + n - k); 0 where no share can be that low.
    """
    import numpy as np
    from scipy.special import betainc  # type: ignore[import-untyped]

    # A mean of exactly 0 or 1 has no beta distribution, so it is moved by a negligible amount.
    mean = np.clip(prior_mean, 1e-6, 1 - 1e-6)
    threshold = np.clip(prior_mean - margin, 0.0, 1.0)
    below: Floats = betainc(mean * strength + k, (1 - mean) * strength + n - k, threshold)
    return below


def shrunk_gap(n: Floats, k: Floats, prior_mean: Floats, strength: Floats) -> Floats:
    """Posterior mean of the share minus the peers' share: the gap, shrunk towards 0 with few responses."""
    gap: Floats = (prior_mean * strength + k) / (strength + n) - prior_mean
    return gap
