"""Numbers this project did not write: a job-training experiment, and a published simulation design.

References
----------
LaLonde (1986); Dehejia and Wahba (1999), Dehejia-Wahba sample and CPS controls.
Belloni, Chernozhukov, Fernández-Val and Hansen (2017), design of the interactive regression model.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.linalg import toeplitz

from iecareer.estimates.differential import adjusted_differential
from iecareer.estimates.gates import refuse_to_show, warn
from iecareer.estimates.policy import EstimatePolicy
from iecareer.estimates.sample import Sample


def people(frame: pd.DataFrame) -> Sample:
    """Every person stands alone; covariates of Dehejia and Wahba."""
    # As delivered, an age is one byte: its square would overflow.
    frame = frame.drop(columns="data_id").astype(float)
    plain = frame[["age", "educ", "black", "hisp", "marr", "nodegree", "re74", "re75"]]
    covariates = plain.assign(
        u74=frame["re74"] == 0,
        u75=frame["re75"] == 0,
        age_squared=frame["age"] ** 2,
        age_cubed=frame["age"] ** 3,
        educ_squared=frame["educ"] ** 2,
        educ_re74=frame["educ"] * frame["re74"],
    )
    return Sample(
        covariates.to_numpy(dtype=float),
        tuple(covariates.columns),
        frame["treat"].to_numpy() == 1,
        np.ones(len(frame)),
        frame[["re78"]].to_numpy(dtype=float),
        np.arange(len(frame)),
    )


@pytest.fixture(scope="module")
def experiment() -> pd.DataFrame:
    causaldata = pytest.importorskip("causaldata")
    return causaldata.nsw_mixtape.load_pandas().data.reset_index(drop=True)


@pytest.fixture(scope="module")
def with_cps_controls(experiment: pd.DataFrame) -> pd.DataFrame:
    causaldata = pytest.importorskip("causaldata")
    controls = causaldata.cps_mixtape.load_pandas().data
    return pd.concat([experiment[experiment["treat"] == 1], controls], ignore_index=True)


def test_the_experiment_is_found_again(experiment: pd.DataFrame, policy: EstimatePolicy) -> None:
    sample = people(experiment)
    found = adjusted_differential(sample)
    means = experiment.groupby("treat")["re78"].mean()

    assert means[1] - means[0] == pytest.approx(1794.34, abs=0.005)
    assert found.differences[0] == pytest.approx(1794.34, abs=200)
    assert 600 < found.standard_error < 800
    assert refuse_to_show(sample, found, policy) is None
    assert warn(sample, found, policy) is None


def test_other_controls_are_weighed_to_the_experiment_and_warned_of(
    with_cps_controls: pd.DataFrame, policy: EstimatePolicy
) -> None:
    sample = people(with_cps_controls)
    found = adjusted_differential(sample)
    means = with_cps_controls.groupby("treat")["re78"].mean()

    assert means[1] - means[0] == pytest.approx(-8497.52, abs=0.005)
    low, high = found.interval
    assert low < 1794.34 < high
    assert found.differences[0] < found.trimmed[0]
    assert 180 < found.balance.effective_comparison < 300
    warning = warn(sample, found, policy) or ""
    assert "the 15992 comparison graduates are worth" in warning
    assert "the difference is another" in warning


def test_a_propensity_held_back_less_gives_the_published_range(with_cps_controls: pd.DataFrame) -> None:
    """About 1536 untrimmed and 2097 trimmed, by a logistic regression without penalty."""
    found = adjusted_differential(people(with_cps_controls), penalty=0.1)

    assert found.differences[0] == pytest.approx(1536, abs=100)
    assert found.trimmed[0] == pytest.approx(2097, abs=150)


def test_a_comparison_worth_less_than_a_hundred_people_is_refused(
    with_cps_controls: pd.DataFrame, policy: EstimatePolicy
) -> None:
    sample = people(with_cps_controls)
    found = adjusted_differential(sample, penalty=1e-3)

    assert "fewer than 100" in (refuse_to_show(sample, found, policy) or "")


def test_controls_as_they_come_are_refused_for_their_imbalance(
    with_cps_controls: pd.DataFrame, policy: EstimatePolicy
) -> None:
    """Without weighting hardly any covariate is alike: an infinite penalty weighs nobody."""
    sample = people(with_cps_controls)
    found = adjusted_differential(sample, penalty=1e9)

    assert found.balance.largest_difference > 1
    assert "standard deviations after weighting" in (refuse_to_show(sample, found, policy) or "")


def interactive(n: int, seed: int, theta: float = 0.5, columns: int = 20) -> tuple[np.ndarray, ...]:
    """Covariates, treatment, outcome of the interactive regression model, and x'b of the outcome."""
    rng = np.random.default_rng(seed)
    covariance = toeplitz(0.5 ** np.arange(columns))
    x = rng.multivariate_normal(np.zeros(columns), covariance, n, method="cholesky")
    beta = 1 / np.arange(1, columns + 1) ** 2
    strength = beta @ covariance @ beta
    in_outcome = x @ beta * np.sqrt(0.5 / (0.5 * strength))
    in_treatment = x @ beta * np.sqrt(np.pi**2 / 3 * 0.5 / (0.5 * strength))
    is_treated = rng.random(n) < 1 / (1 + np.exp(-in_treatment))
    outcome = is_treated * (theta + in_outcome) + rng.normal(0, 1, n)
    return x, is_treated, outcome, in_outcome


@pytest.mark.slow
def test_intervals_of_the_interactive_model_cover() -> None:
    _, is_treated, _, in_outcome = interactive(1_000_000, 0)
    # The design plants theta for everybody on average; among the treated it is more.
    truth = 0.5 + in_outcome[is_treated].mean()
    held = []
    for seed in range(1, 201):
        x, is_treated, outcome, _ = interactive(500, seed)
        sample = Sample(
            x, tuple(map(str, range(20))), is_treated, np.ones(500), outcome[:, None], np.arange(500)
        )
        low, high = adjusted_differential(sample).interval
        held.append(low <= truth <= high)

    print(f"covered: {np.mean(held):.3f}")  # noqa: T201 - the measurement
    assert 0.92 <= np.mean(held) <= 0.98


def test_the_policy_is_that_of_the_seeds(policy: EstimatePolicy) -> None:
    assert (policy.imbalance_max, policy.effective_min, policy.effective_share_min) == (0.25, 100, 0.2)
    assert (policy.propensity_limit, policy.extreme_share_max, policy.folds) == (0.98, 0.02, 5)
