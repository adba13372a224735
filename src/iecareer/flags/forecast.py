"""A structural forecast of a program's job match: level, and a fall that may have begun in any cohort.

Pure functions on arrays: they read no table, file or policy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Structure:
    """What is assumed about the gap between a program's match and that of its peers.

    Attributes
    ----------
    level_sd : float
        Standard deviation of the gap between programs that do not fall.
    cohort_sd : float
        Standard deviation of the gap between cohorts of one program, apart from sampling.
    fall_rate : float
        Probability that a fall begins in a given cohort.
    fall_slow, fall_fast : float
        Smallest and largest fall per cohort; the mean on the log scale is the third possibility.
    fall_cohorts : float
        Cohorts after which a fall ends.
    """

    level_sd: float
    cohort_sd: float
    fall_rate: float
    fall_slow: float
    fall_fast: float
    fall_cohorts: float


@dataclass(frozen=True)
class Forecast:
    """Probabilities of shape (n_units,).

    Attributes
    ----------
    below : array
        The mean of the next two cohorts is below the peers by more than the margin.
    fallen : array
        A fall has begun by the newest cohort.
    deep : array
        A fall, begun or coming, makes the mean of the next two cohorts lower than the program's own level by more than
        the margin.
    """

    below: Floats
    fallen: Floats
    deep: Floats


def forecast(gap: Floats, variance: Floats, margin: float, structure: Structure) -> Forecast:
    """Forecast the next two cohorts from the gaps of the past ones.

    Parameters
    ----------
    gap : array of shape (n_units, n_cohorts)
        Match minus the peers' match, the newest cohort first; ignored where the variance is infinite.
    variance : array of shape (n_units, n_cohorts)
        Sampling variance of the gap; infinite where nobody answered.
    margin : float
        Gap by which a program must be below its peers.

    Notes
    -----
    gap_t = level + fall_t + noise, with a normal level. A fall is none, or begins in cohort c (also one of the next
    two) and deepens by a constant step per cohort. The levels are integrated out for each fall; the falls are then
    averaged with their posterior probabilities.
    """
    import numpy as np
    from scipy.special import log_ndtr, logsumexp  # type: ignore[import-untyped]

    precision = 1 / (variance + structure.cohort_sd**2)
    gap = np.where(np.isfinite(variance), gap, 0.0)
    prior, past, coming, begins = _falls(gap.shape[1], structure)
    total = structure.level_sd**-2 + precision.sum(axis=1)
    # Sums over cohorts of precision times residual and residual², for all units and falls.
    linear = (precision * gap).sum(axis=1)[:, None] - precision @ past.T
    square = (
        (precision * gap**2).sum(axis=1)[:, None] - 2 * (precision * gap) @ past.T + precision @ (past**2).T
    )
    evidence = np.log(prior) - (square - linear**2 / total[:, None]) / 2
    weight = np.exp(evidence - logsumexp(evidence, axis=1, keepdims=True))
    mean = linear / total[:, None] + coming
    sd = np.sqrt(1 / total + structure.cohort_sd**2 / 2)[:, None]
    log_below = log_ndtr((-margin - mean) / sd)
    return Forecast(
        below=np.exp(logsumexp(log_below, b=weight, axis=1)),
        fallen=weight[:, begins >= 0].sum(axis=1),
        deep=weight[:, coming < -margin].sum(axis=1),
    )


def _falls(n_cohorts: int, structure: Structure) -> tuple[Floats, Floats, Floats, Floats]:
    """Every possible fall, none first: its probability, the gap it adds in past and coming cohorts, and its beginning.

    Cohorts are numbered by age: 0 is the newest, -1 and -2 are the next two. A fall of which no earlier cohort was
    seen is no fall but a level. Without a fall the beginning is NaN.
    """
    import numpy as np

    ages = np.arange(n_cohorts - 2, -3, -1.0)
    steps = np.geomspace(structure.fall_slow, structure.fall_fast, 3)
    begins, step = (grid.ravel() for grid in np.meshgrid(ages, steps, indexing="ij"))

    def depth(age: Floats) -> Floats:
        deep = np.clip(begins[:, None] - age + 1, 0, structure.fall_cohorts)
        added: Floats = np.concatenate([np.zeros((1, len(age))), -step[:, None] * deep])
        return added

    each = np.full(len(begins), structure.fall_rate / len(steps))
    prior = np.concatenate([[1 - each.sum()], each])
    coming = depth(np.array([-1.0, -2.0])).mean(axis=1)
    return prior, depth(np.arange(n_cohorts, dtype=float)), coming, np.concatenate([[np.nan], begins])
