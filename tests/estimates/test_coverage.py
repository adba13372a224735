"""How often the intervals keep what they promise, over draws of planted regions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from planted_sample import Plan, planted

from iecareer.estimates.differential import adjusted_differential

DRAWS = 200
# Seeds from here on were looked at once, when everything was settled.
FRESH, FRESH_NULL = 9000, 12000


def covered(seeds: range, plan: Plan) -> tuple[float, float, float]:
    """Share of intervals that hold the planted difference: ours, and those that ignore institutions.

    The third number is how many times larger our error is, on average.
    """
    ours, theirs, ratio = [], [], []
    for seed in seeds:
        sample = planted(seed, plan)
        found = adjusted_differential(sample)
        single = adjusted_differential(replace(sample, institution=np.arange(len(sample.n))))
        for held, differential in ((ours, found), (theirs, single)):
            low, high = differential.interval
            held.append(low <= plan.difference <= high)
        ratio.append(found.standard_error / single.standard_error)
    return float(np.mean(ours)), float(np.mean(theirs)), float(np.mean(ratio))


def test_intervals_cover_the_planted_difference_and_ignoring_institutions_does_not() -> None:
    ours, theirs, ratio = covered(range(1000, 1025), Plan())

    assert ours >= 0.84
    assert theirs <= 0.68
    assert ratio > 2


@pytest.mark.slow
def test_two_hundred_draws_cover_in_92_to_98_of_100() -> None:
    ours, theirs, _ = covered(range(FRESH, FRESH + DRAWS), Plan())

    print(f"covered: clustered {ours:.3f}, institutions ignored {theirs:.3f}")  # noqa: T201 - the measurement
    assert 0.92 <= ours <= 0.98
    assert theirs < 0.7


@pytest.mark.slow
def test_without_a_difference_at_most_5_of_100_reject() -> None:
    plan = Plan(difference=0.0)
    rejected = 0
    for seed in range(FRESH_NULL, FRESH_NULL + 3 * DRAWS):
        low, high = adjusted_differential(planted(seed, plan)).interval
        rejected += not low <= 0 <= high

    print(f"rejected: {rejected / (3 * DRAWS):.4f}")  # noqa: T201 - the measurement
    assert rejected / (3 * DRAWS) <= 0.065
