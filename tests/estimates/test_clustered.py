"""Standard errors of institutions: equal to deleting each, and too small when institutions are ignored."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t

from iecareer.estimates import clustered


def weighted(seed: int, institutions: int, sd: float = 1.0) -> tuple[np.ndarray, ...]:
    """Values, weights of either side and institutions; the first two institutions are on both sides."""
    rng = np.random.default_rng(seed)
    institution = np.repeat(np.arange(institutions), 10)
    is_treated = (institution % 2 == 0) ^ ((institution < 2) & (np.arange(len(institution)) % 2 == 0))
    values = rng.normal(0, sd, institutions)[institution] + rng.normal(0, 1, len(institution))
    weights = rng.uniform(0.5, 2, len(institution))
    return values, np.where(is_treated, weights, 0), np.where(is_treated, 0, weights), institution


def test_the_error_is_that_of_leaving_out_each_institution() -> None:
    values, one, other, institution = weighted(0, 12)
    sides = [clustered.side(values, weights, institution) for weights in (one, other)]

    left = []
    for each in range(12):
        stays = institution != each
        means = [np.average(values[stays], weights=weights[stays]) for weights in (one, other)]
        left.append(means[0] - means[1])

    assert clustered.standard_error(*sides) == pytest.approx(
        np.sqrt(11 / 12 * np.sum((np.array(left) - np.mean(left)) ** 2)), rel=1e-12
    )


def test_alike_institutions_have_an_error_of_zero() -> None:
    values, one, other, institution = weighted(0, 12)
    sides = [clustered.side(np.ones_like(values), weights, institution) for weights in (one, other)]

    assert clustered.standard_error(*sides) == pytest.approx(0, abs=1e-12)
    assert np.isfinite(clustered.quantile(*sides))


def test_many_institutions_take_students_t_and_few_the_bootstrap() -> None:
    many = weighted(1, 80)
    sides = [clustered.side(many[0], weights, many[3]) for weights in many[1:3]]
    assert clustered.quantile(*sides) == pytest.approx(t.ppf(0.975, 40))

    few = weighted(1, 12)
    sides = [clustered.side(few[0], weights, few[3]) for weights in few[1:3]]
    drawn = clustered.quantile(*sides)
    assert 1.6 < drawn < 4
    assert drawn != pytest.approx(t.ppf(0.975, 6))
    assert drawn == clustered.quantile(*sides)


@pytest.mark.parametrize("institutions", [12, 24])
def test_few_institutions_keep_their_level(institutions: int) -> None:
    """Without a difference, 95 % intervals of two means of few institutions cover 0 in 92 to 98 of 100."""
    covers = []
    for seed in range(400):
        values, one, other, institution = weighted(seed, institutions)
        sides = [clustered.side(values, weights, institution) for weights in (one, other)]
        difference = np.average(values, weights=one) - np.average(values, weights=other)
        covers.append(abs(difference) <= clustered.quantile(*sides) * clustered.standard_error(*sides))

    assert 0.92 <= np.mean(covers) <= 0.98
