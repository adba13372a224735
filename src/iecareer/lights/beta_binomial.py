"""The upper tail of the beta-binomial distribution, from the logarithms of its probabilities."""

from __future__ import annotations

import numpy as np


def tail(hits: int, n: int, a: float, b: float) -> float:
    """P(K >= hits) of n trials whose probability is drawn from the beta distribution with parameters a and b."""
    from scipy.special import betaln, gammaln  # type: ignore[import-untyped]

    k = np.arange(n + 1)
    ways = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    probability = np.exp(ways + betaln(k + a, n - k + b) - betaln(a, b))
    above = float(probability[hits:].sum())
    return min(1.0, above)
