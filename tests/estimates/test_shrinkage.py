"""Shrinkage: eighteen batters, equal and unequal variances, and whether intervals hold the true values."""

from __future__ import annotations

import numpy as np
import pytest

from iecareer.estimates.shrinkage import shrink, shrink_shares

# Hits in the first 45 at bats of 1970, and the average over the rest of the season.
HITS = np.array([18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7])
REST = np.array(
    [.346, .298, .276, .222, .273, .270, .263, .210, .269, .230, .264, .256, .303, .264, .226, .285, .316, .200]
)  # fmt: skip


def test_eighteen_batters() -> None:
    """Efron and Morris: factor .2117, squared error .0753 before and .0213 after."""
    first = HITS / 45
    found = shrink_shares(first, np.full(18, 45.0))

    assert 1 - found.shrinkage == pytest.approx(0.2117, abs=5e-5)
    assert ((first - REST) ** 2).sum() == pytest.approx(0.0753, abs=5e-5)
    assert ((found.value - REST) ** 2).sum() == pytest.approx(0.0213, abs=5e-5)


def test_equal_variances_give_the_estimator_of_james_and_stein() -> None:
    values = np.random.default_rng(0).normal(3, 2, 12)
    about = ((values - values.mean()) ** 2).sum()
    found = shrink(values, np.full(12, 0.7))

    assert found.mean == pytest.approx(values.mean(), rel=1e-9)
    assert found.shrinkage == pytest.approx(9 * 0.7 / about, rel=1e-9)
    assert found.value == pytest.approx(values + found.shrinkage * (values.mean() - values), rel=1e-9)


def test_intervals_know_that_mean_and_variance_were_learnt() -> None:
    """For equal variances V(1 − (k − 1)/k · B) + 2/(k − 3) · B²(y − ȳ)²: Morris (1983), formula 1.11."""
    values = np.random.default_rng(1).normal(3, 2, 9)
    found = shrink(values, np.full(9, 0.8))
    weight = 6 * 0.8 / ((values - values.mean()) ** 2).sum()
    variance = 0.8 * (1 - 8 / 9 * weight) + 2 / 6 * weight**2 * (values - values.mean()) ** 2

    assert (found.high - found.low) / 2 == pytest.approx(1.959963984540054 * np.sqrt(variance), rel=1e-9)


def test_the_less_is_known_the_further_a_value_moves() -> None:
    n = np.array([10.0, 30, 100, 300, 1000, 3000])
    found = shrink_shares(np.array([0.5, 0.9, 0.6, 0.8, 0.55, 0.75]), n)

    assert (np.diff(found.shrinkage) < 0).all()
    assert (np.diff(found.high - found.low) < 0).all()


def test_values_no_further_apart_than_chance_move_almost_to_the_mean() -> None:
    found = shrink_shares(np.full(8, 0.7), np.full(8, 30.0))

    assert found.between == 0
    assert found.shrinkage == pytest.approx(5 / 7)
    assert found.value == pytest.approx(0.7)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_shares_all_at_an_end_have_intervals_that_end_there(share: float) -> None:
    found = shrink_shares(np.full(6, share), np.array([3.0, 9, 20, 20, 50, 400]))

    assert found.value == pytest.approx(share)
    assert (found.high > found.low).all()
    assert ((found.low >= 0) & (found.high <= 1)).all()


def test_three_values_tell_nothing_of_a_fourth() -> None:
    with pytest.raises(ValueError, match="fewer than 4"):
        shrink(np.ones(3), np.ones(3))


def planted(rng: np.random.Generator, n_units: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """True shares, people and shares seen of programs of very different size."""
    n = rng.choice([12.0, 30, 80, 250], n_units)
    true = rng.beta(0.7 * 19, 0.3 * 19, n_units)
    return true, n, rng.binomial(n.astype(int), true) / n


@pytest.mark.parametrize("n_units", [6, 12, 30])
def test_intervals_hold_the_true_values_and_errors_shrink(n_units: int) -> None:
    rng = np.random.default_rng(n_units)
    covered, before, after = [], 0.0, 0.0
    for _ in range(200):
        true, n, seen = planted(rng, n_units)
        found = shrink_shares(seen, n)
        covered.append(((found.low <= true) & (true <= found.high)).mean())
        before += ((seen - true) ** 2).sum()
        after += ((found.value - true) ** 2).sum()

    assert 0.92 <= np.mean(covered) <= 0.98
    assert after < 0.85 * before
