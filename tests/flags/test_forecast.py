"""The structural forecast of a program's gap to its peers."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from iecareer.flags.forecast import Structure, forecast

STRUCTURE = Structure(
    level_sd=0.05, cohort_sd=0.02, fall_rate=0.03, fall_slow=0.05, fall_fast=0.10, fall_cohorts=5.0
)
MARGIN = 0.10


def drawn(rng, n, n_cohorts, sd):
    """Gaps of programs that are what the structure assumes, newest first, and their next two cohorts' mean."""
    begins = rng.choice(
        [*range(-2, n_cohorts - 1), 99], n, p=[0.03] * (n_cohorts + 1) + [1 - 0.03 * (n_cohorts + 1)]
    )
    step = rng.choice(np.geomspace(0.05, 0.10, 3), n)
    age = np.arange(-2, n_cohorts)
    depth = np.where(begins == 99, 0, 1)[:, None] * np.clip(begins[:, None] - age + 1, 0, 5)
    true = rng.normal(0, 0.05, n)[:, None] - step[:, None] * depth + rng.normal(0, 0.02, (n, n_cohorts + 2))
    return (
        true[:, 2:] + rng.normal(0, sd, (n, n_cohorts)),
        true[:, :2].mean(axis=1),
        (begins >= 0) & (begins < 99),
    )


def test_probabilities_come_true_as_often_as_they_say():
    rng = np.random.default_rng(0)
    gap, coming, has_fallen = drawn(rng, 40_000, 6, 0.08)
    made = forecast(gap, np.full(gap.shape, 0.08**2), MARGIN, STRUCTURE)
    for said, came in ((made.below, coming < -MARGIN), (made.fallen, has_fallen)):
        for low, high in ((0, 0.05), (0.05, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 1)):
            inside = (said >= low) & (said < high)
            error = 4 * np.sqrt(said[inside].mean() * (1 - said[inside].mean()) / inside.sum())
            assert abs(said[inside].mean() - came[inside].mean()) < error + 1e-3


def test_without_answers_only_the_assumptions_speak():
    steady = replace(STRUCTURE, fall_rate=1e-12)
    nothing = (np.zeros((1, 5)), np.full((1, 5), np.inf), MARGIN)
    sd = np.hypot(0.05, 0.02 / np.sqrt(2))
    assert forecast(*nothing, steady).below == pytest.approx(stats.norm.cdf(-MARGIN / sd), rel=1e-9)
    assert forecast(*nothing, STRUCTURE).fallen == pytest.approx(4 * 0.03, rel=1e-9)


def test_an_unknown_cohort_says_nothing_whatever_stands_there():
    variance = np.array([[0.002, np.inf, 0.002, 0.002]])
    some = forecast(np.array([[-0.2, 0.0, 0.0, 0.0]]), variance, MARGIN, STRUCTURE)
    other = forecast(np.array([[-0.2, 9.0, 0.0, 0.0]]), variance, MARGIN, STRUCTURE)
    assert some.below == other.below


def test_a_recent_fall_tells_more_than_the_same_gap_of_old():
    variance = np.full((1, 6), 0.001)
    falling = forecast(np.array([[-0.14, -0.07, 0, 0, 0, 0]]), variance, MARGIN, STRUCTURE)
    low = forecast(np.full((1, 6), -0.035), variance, MARGIN, STRUCTURE)
    assert falling.below > low.below + 0.3
    assert falling.fallen > 0.8 > low.fallen
