"""Priors and posteriors of match shares."""

import numpy as np
import pytest
from scipy import integrate, stats

from iecareer.flags.posterior import (
    TwoGroups,
    log_predictive,
    posterior_below,
    prior_strength,
    single_prior,
    spread_moments,
    two_group_prior,
)

BOUNDS = (4.0, 20.0, 10.0)
GROUPS = TwoGroups(fallen_share=0.1, fallen_depth=0.2, fallen_strength=15.0, kept_strength=100.0)


def test_posterior_is_the_beta_distribution_of_scipy():
    rng = np.random.default_rng(0)
    n = rng.integers(1, 200, 500).astype(float)
    k = np.floor(rng.random(500) * (n + 1))
    mean, strength = rng.uniform(0.2, 0.95, 500), rng.uniform(4, 60, 500)
    expected = stats.beta.cdf(mean - 0.1, mean * strength + k, (1 - mean) * strength + n - k)
    found = posterior_below(n, k, single_prior(mean, strength), mean - 0.1)
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-14)


def test_posterior_of_two_groups_is_the_integral_over_both():
    for n, k, mean in ((12, 5, 0.7), (80, 40, 0.65), (30, 28, 0.9)):

        def density(share, n=n, k=k, mean=mean):
            kept = stats.beta.pdf(share, 100 * mean, 100 * (1 - mean))
            fallen = stats.beta.pdf(share, 15 * (mean - 0.2), 15 * (1.2 - mean))
            return (0.9 * kept + 0.1 * fallen) * stats.binom.pmf(k, n, share)

        below, whole = (integrate.quad(density, 0, end, limit=200)[0] for end in (mean - 0.1, 1))
        prior = two_group_prior(np.array([mean]), GROUPS)
        found = posterior_below(np.array([n]), np.array([k]), prior, np.array([mean - 0.1]))
        assert found == pytest.approx([below / whole], rel=1e-6)


def test_a_fallen_program_is_surer_and_a_small_one_without_a_fall_less_suspect_with_two_groups():
    mean = np.full(2, 0.66)
    n, k = np.array([40.0, 10.0]), np.array([17.0, 6.0])
    two = posterior_below(n, k, two_group_prior(mean, GROUPS), mean - 0.1)
    single = posterior_below(n, k, single_prior(mean, np.full(2, 60.0)), mean - 0.1)
    assert two[0] > single[0] + 0.1
    assert two[1] < posterior_below(n, k, single_prior(mean, np.full(2, 20.0)), mean - 0.1)[1]


def test_nothing_is_below_a_threshold_under_zero():
    one = np.ones(1)
    prior = single_prior(0.05 * one, 20 * one)
    assert posterior_below(10 * one, 0 * one, prior, -0.05 * one) == pytest.approx([0.0])


def test_the_next_cohort_is_predicted_by_the_beta_binomial():
    n, k, n_next, k_next = (np.array([x]) for x in (20.0, 9.0, 15.0, 11.0))
    mean, strength = np.array([0.7]), np.array([12.0])
    found = log_predictive(n, k, single_prior(mean, strength), n_next, k_next)
    binomial = stats.betabinom(15, 0.7 * 12 + 9, 0.3 * 12 + 11).logpmf(11)
    assert found == pytest.approx(binomial - np.log(1365), abs=1e-9)


@pytest.mark.parametrize("strength", [8.0, 15.0])
def test_moments_find_the_strength_that_was_planted(strength):
    rng = np.random.default_rng(1)
    n = rng.integers(5, 60, 4000).astype(float)
    k = rng.binomial(n.astype(int), rng.beta(0.6 * strength, 0.4 * strength, 4000)).astype(float)
    sums = [np.array([x]) for x in (4000.0, n.sum(), k.sum(), (n**2).sum(), (k**2 / n).sum())]
    assert prior_strength(*spread_moments(*sums), BOUNDS)[0] == pytest.approx(strength, rel=0.1)


def test_peers_that_agree_give_the_greatest_strength_and_too_few_the_default():
    agree = spread_moments(*(np.array([x]) for x in (10.0, 300.0, 180.0, 9000.0, 108.0)))
    assert prior_strength(*agree, BOUNDS)[0] == 20
    alone = spread_moments(*(np.array([x]) for x in (1.0, 30.0, 18.0, 900.0, 10.8)))
    assert prior_strength(*alone, BOUNDS)[0] == 10
