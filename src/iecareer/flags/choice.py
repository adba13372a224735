"""The choice of programs to review, from calibrated probabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray


def choose(
    probability: NDArray[np.float64],
    tie_break: Sequence[object],
    false_discovery_rate: float,
    review_budget: float,
    least_probability: float = 0.0,
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The q-value of each program and whether it is flagged.

    Programs are sorted by falling probability p. The q-value is the running mean of 1 - p: the expected share of
    false alarms if the list ended at this program.

    Parameters
    ----------
    probability : array of shape (n_units,)
        Calibrated probability that the program falls behind its peers.
    tie_break : sequence of length n_units
        Sortable names that order equal probabilities, so that every run gives the same list.
    false_discovery_rate : float
        Flag while the q-value is at most this.
    review_budget : float
        Flag at most this share of the programs.
    least_probability : float, default=0
        Smallest probability of a flagged program. Without it, a few near-certain programs would lower the running
        mean so far that unlikely, mostly small programs were flagged too; the share of false alarms would depend on
        size.

    Returns
    -------
    q_value : array of shape (n_units,)
    is_flagged : boolean array of shape (n_units,)

    References
    ----------
    Newton, M. A., Noueiry, A., Sarkar, D., Ahlquist, P. (2004). Detecting differential gene expression
    with a semiparametric hierarchical mixture method. Biostatistics 5, 155-176.
    """
    import numpy as np

    n = len(probability)
    order = sorted(range(n), key=lambda i: (-probability[i], tie_break[i]))
    running = np.cumsum(1 - probability[order]) / np.arange(1, n + 1)
    q_value = np.empty(n)
    q_value[order] = running
    is_flagged = np.zeros(n, dtype=bool)
    within_rate = int(np.count_nonzero(running <= false_discovery_rate + 1e-12))
    likely = int(np.count_nonzero(probability >= least_probability))
    within_budget = int(np.floor(review_budget * n + 1e-9))
    is_flagged[order[: min(within_rate, within_budget, likely)]] = True
    return q_value, is_flagged
