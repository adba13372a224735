"""Prior, posterior and shrinkage of match shares."""

import numpy as np
import pytest
from scipy import stats

from iecareer.flags.posterior import posterior_below, prior_strength, shrunk_gap, spread_moments

BOUNDS = (4.0, 60.0, 20.0)


def test_posterior_is_the_beta_distribution_of_scipy():
    rng = np.random.default_rng(0)
    n = rng.integers(1, 200, 500).astype(float)
    k = np.floor(rng.random(500) * (n + 1))
    mean, strength = rng.uniform(0.2, 0.95, 500), rng.uniform(4, 60, 500)
    expected = stats.beta.cdf(mean - 0.1, mean * strength + k, (1 - mean) * strength + n - k)
    np.testing.assert_allclose(posterior_below(n, k, mean, strength, 0.1), expected, rtol=1e-10, atol=1e-14)


def test_nothing_is_below_a_threshold_under_zero():
    one = np.ones(1)
    assert posterior_below(10 * one, 0 * one, 0.05 * one, 20 * one, 0.1) == pytest.approx([0.0])


@pytest.mark.parametrize("strength", [8.0, 25.0])
def test_moments_find_the_strength_that_was_planted(strength):
    rng = np.random.default_rng(1)
    n = rng.integers(5, 60, 4000).astype(float)
    k = rng.binomial(n.astype(int), rng.beta(0.6 * strength, 0.4 * strength, 4000)).astype(float)
    sums = [np.array([x]) for x in (4000.0, n.sum(), k.sum(), (n**2).sum(), (k**2 / n).sum())]
    assert prior_strength(*spread_moments(*sums), BOUNDS)[0] == pytest.approx(strength, rel=0.1)


def test_peers_that_agree_give_the_greatest_strength_and_too_few_the_default():
    agree = spread_moments(*(np.array([x]) for x in (10.0, 300.0, 180.0, 9000.0, 108.0)))
    assert prior_strength(*agree, BOUNDS)[0] == 60
    alone = spread_moments(*(np.array([x]) for x in (1.0, 30.0, 18.0, 900.0, 10.8)))
    assert prior_strength(*alone, BOUNDS)[0] == 20


def test_the_gap_shrinks_with_fewer_answers():
    n = np.array([4.0, 40.0, 4000.0])
    gap = shrunk_gap(n, 0.4 * n, np.full(3, 0.6), np.full(3, 20.0))
    np.testing.assert_allclose(gap, -0.2 * n / (n + 20))
