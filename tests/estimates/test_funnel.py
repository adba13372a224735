"""Funnel limits: equal false alarms at every size, over-dispersion found, and published p-values."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy.stats import betabinom, binom, kstest

from iecareer.estimates.funnel import (
    LEVELS,
    adjusted,
    judge_mean,
    judge_share,
    mean_target,
    over_dispersion,
    share_target,
)

SIZES = (10, 30, 100, 300)
# Benjamini and Hochberg (1995), section 3.3: thrombolysis in myocardial infarction.
P_VALUES = np.array(
    [.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528,
     .7590, 1]
)  # fmt: skip


def test_fifteen_p_values() -> None:
    """Four rejections at .05, where Bonferroni's rule has three."""
    assert (adjusted(P_VALUES) <= 0.05).sum() == 4
    assert (P_VALUES <= 0.05 / 15).sum() == 3
    assert adjusted(np.array([])).tolist() == []


@cache
def alarms(correlation: float, is_blind: bool = False) -> dict[int, float]:
    """Share of programs beyond the 95 % limits by size, ten groups of a dozen peers, forty times.

    True shares differ around .8 with an intra-class correlation; `is_blind` limits know chance alone.
    """
    rng = np.random.default_rng(round(1000 * correlation))
    found: dict[int, list[bool]] = {size: [] for size in SIZES}
    for _ in range(40):
        n = rng.choice(np.array(SIZES, dtype=float), 120)
        strength = (1 - correlation) / correlation if correlation else np.inf
        true = rng.beta(0.8 * strength, 0.2 * strength, 120) if correlation else np.full(120, 0.8)
        seen = rng.binomial(n.astype(int), true) / n
        group = np.arange(120) // 12
        others = [(group == group[i]) & (np.arange(120) != i) for i in range(120)]
        targets = [share_target(seen[other], n[other]) for other in others]
        between = 0.0 if is_blind else over_dispersion(seen, n, targets, is_share=True)
        for value, size, target in zip(seen, n, targets, strict=True):
            found[int(size)].append(judge_share(value, size, target, between).p_value <= 0.05)
    return {size: float(np.mean(each)) for size, each in found.items()}


@pytest.mark.parametrize("correlation", [0.0, 0.02, 0.08])
def test_false_alarms_are_as_many_at_every_size(correlation: float) -> None:
    """Small programs have few possible shares, so theirs stay somewhat below 5 %."""
    found = alarms(correlation)

    assert max(found.values()) <= 0.07
    assert min(found.values()) >= 0.015
    assert max(found.values()) - min(found.values()) <= 0.04


def test_limits_that_know_chance_alone_accuse_large_programs() -> None:
    found = alarms(0.02, is_blind=True)

    assert found[300] > 0.3
    assert found[300] > 3 * found[10]


def test_the_naive_rule_accuses_small_programs() -> None:
    """True rate .80, flagged below .70: 12.1 % at n = 10, 6.1 % at 30, 0.6 % at 100."""
    naive = [binom.cdf(np.ceil(0.7 * n) - 1, n, 0.8) for n in (10, 30, 100)]
    assert naive == pytest.approx([0.121, 0.061, 0.006], abs=5e-4)

    ours = alarms(0.0)
    assert abs(ours[10] - ours[100]) < 0.04 < naive[0] - naive[2]


@pytest.mark.parametrize("correlation", [0.01, 0.05])
def test_planted_over_dispersion_is_found_whatever_a_few_outliers_do(correlation: float) -> None:
    rng = np.random.default_rng(5)
    strength = (1 - correlation) / correlation
    plain, spoilt = [], []
    for _ in range(60):
        n = rng.choice([20.0, 60, 200], 80)
        seen = rng.binomial(n.astype(int), rng.beta(0.6 * strength, 0.4 * strength, 80)) / n
        targets = [share_target(np.full(10, 0.6), np.full(10, 1e4))] * 80
        plain.append(over_dispersion(seen, n, targets, is_share=True))
        spoilt.append(over_dispersion(np.where(np.arange(80) < 4, 0.1, seen), n, targets, is_share=True))

    assert np.mean(plain) == pytest.approx(correlation, rel=0.15)
    assert np.mean(spoilt) < 1.6 * np.mean(plain)


def test_over_dispersion_of_means_is_a_variance_in_their_own_unit() -> None:
    rng = np.random.default_rng(6)
    n = rng.choice([20.0, 60, 200], 400)
    seen = rng.normal(8.6, np.sqrt(0.003 + 0.06 / n))
    targets = [mean_target(np.full(9, 8.6), np.full(9, 1e5), np.full(9, 0.06 * (1e5 - 1)))] * 400

    assert over_dispersion(seen, n, targets, is_share=False) == pytest.approx(0.003, rel=0.2)


def test_p_values_of_means_are_uniform_with_targets_as_uncertain_as_they_are() -> None:
    rng = np.random.default_rng(70)
    p_values = []
    for _ in range(2000):
        n = rng.choice([15.0, 40, 120], 7)
        seen = rng.normal(8.6, np.sqrt(0.002 + 0.06 / n))
        squares = 0.06 * rng.chisquare(n - 1)
        target = mean_target(seen[1:], n[1:], squares[1:])
        p_values.append(judge_mean(seen[0], n[0], target, 0.002).p_value)

    assert kstest(p_values, "uniform").pvalue > 0.01


def test_a_share_is_beyond_its_limits_when_its_p_value_says_so() -> None:
    target = share_target(np.array([0.5, 0.7, 0.6, 0.8, 0.65]), np.array([40.0, 30, 90, 20, 60]))
    for n in (1, 7, 25, 400):
        for x in range(0, n + 1, max(1, n // 25)):
            judged = judge_share(x / n, n, target, 0.01)
            for level, (low, high) in zip(LEVELS, judged.limits, strict=True):
                is_beyond = not low - 1e-9 <= x / n <= high + 1e-9
                assert is_beyond == (judged.p_value < 1 - level - 1e-9)


def test_the_beta_binomial_is_that_of_scipy() -> None:
    target = share_target(np.full(5, 0.8), np.full(5, 1e6))
    correlation = 0.03 + 1 / target.n + 0.03 * (target.concentration - 1 / target.n)
    a, b = (share * (1 - correlation) / correlation for share in (0.8, 0.2))
    below = betabinom.cdf(11, 20, a, b) + betabinom.pmf(12, 20, a, b) / 2

    assert judge_share(0.6, 20, target, 0.03).p_value == pytest.approx(2 * below, rel=1e-9)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_peers_all_at_an_end_are_half_a_person_away_from_it(share: float) -> None:
    target = share_target(np.full(6, share), np.full(6, 20.0))

    assert abs(target.mean - share) == pytest.approx(0.5 / 120)
    assert judge_share(share, 30, target, 0.0).p_value > 0.5
    assert judge_share(1 - share, 30, target, 0.0).p_value < 1e-3
