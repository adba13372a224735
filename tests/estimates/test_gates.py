"""Each gate refuses what it is there for, at its edge, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from iecareer.estimates.differential import Differential, adjusted_differential
from iecareer.estimates.gates import refuse_limits, refuse_to_estimate, refuse_to_show, warn
from iecareer.estimates.policy import EstimatePolicy
from iecareer.estimates.sample import Sample


def people(treated: np.ndarray, comparison: np.ndarray) -> Sample:
    """One covariate, one person per institution."""
    x = np.concatenate([treated, comparison])
    n = len(x)
    y = np.random.default_rng(0).normal(0, 1, (n, 1))
    return Sample(x[:, None], ("x",), np.arange(n) < len(treated), np.ones(n), y, np.arange(n))


@pytest.fixture
def alike() -> Sample:
    x = np.random.default_rng(1).normal(0, 1, 800)
    return people(x[:400], x[400:])


def reason(sample: Sample, policy: EstimatePolicy, penalty: float = 1.0) -> str:
    return refuse_to_show(sample, adjusted_differential(sample, penalty=penalty), policy) or ""


def test_alike_sides_pass(alike: Sample, policy: EstimatePolicy) -> None:
    assert refuse_to_estimate(alike, policy) is None
    assert reason(alike, policy) == ""
    assert warn(alike, adjusted_differential(alike), policy) is None


def test_treated_that_nobody_is_like_are_refused_from_two_percent_on(policy: EstimatePolicy) -> None:
    rare, frequent = (
        people(np.arange(2000) < count, np.zeros(2000)).covariates.astype(float) for count in (30, 60)
    )
    for covariates, is_refused in ((rare, False), (frequent, True)):
        sample = replace(people(np.zeros(2000), np.zeros(2000)), covariates=covariates)
        assert ("have no comparable graduates" in reason(sample, policy, penalty=1e-3)) is is_refused


@pytest.mark.parametrize(("treated", "comparison"), [(80, 80), (2000, 300)])
def test_a_comparison_of_few_is_refused(policy: EstimatePolicy, treated: int, comparison: int) -> None:
    rng = np.random.default_rng(2)
    sample = people(rng.normal(0, 1, treated), rng.normal(0, 1, comparison))
    least = max(100, 0.2 * treated)

    assert f"graduates, fewer than {least:.0f}" in reason(sample, policy)


def test_limits_are_refused_above_a_tenth(policy: EstimatePolicy) -> None:
    assert refuse_limits(10, 100, policy) is None
    assert "11.0%" in (refuse_limits(11, 100, policy) or "")


def test_a_difference_without_error_is_refused(alike: Sample, policy: EstimatePolicy) -> None:
    found = replace(adjusted_differential(alike), standard_error=float("nan"))

    assert refuse_to_show(alike, found, policy) == "there is no standard error"


def moved(found: Differential, by: float) -> Differential:
    return replace(found, trimmed=found.differences + by * found.standard_error)


def test_trimming_that_moves_the_difference_is_warned_of(alike: Sample, policy: EstimatePolicy) -> None:
    found = adjusted_differential(alike)

    assert warn(alike, moved(found, 0.4), policy) is None
    assert "changes much" in (warn(alike, moved(found, 0.6), policy) or "")
    assert "changes much" in (warn(alike, moved(found, float("nan")), policy) or "")
