"""The estimator as scikit-learn demands it, and what it promises on top."""

import warnings

import numpy as np
import pytest
from sklearn.utils.estimator_checks import check_estimator

from iecareer.flags.classifier import CurriculumUpdateClassifier


@pytest.fixture(scope="module")
def soft():
    """Features with holes, soft targets, and each unit twice."""
    rng = np.random.default_rng(3)
    features = rng.normal(size=(400, 3))
    target = 1 / (1 + np.exp(-(2 * features[:, 0] - 1)))
    features[rng.random((400, 3)) < 0.1] = np.nan
    return features, target


def fit(features, target):
    weight = np.concatenate([target, 1 - target])
    outcome = np.repeat([1, 0], len(target))
    return CurriculumUpdateClassifier().fit(np.concatenate([features, features]), outcome, weight)


def test_every_check_of_scikit_learn_passes():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(CurriculumUpdateClassifier(), on_fail=None)
    by_status = {}
    for result in results:
        by_status.setdefault(result["status"], []).append(result["check_name"])
    assert by_status.get("failed", []) == []
    assert by_status.get("skipped", []) in ([], ["check_array_api_input"])
    assert len(by_status["passed"]) >= 50


def test_probabilities_are_calibrated_on_soft_targets(soft):
    features, target = soft
    probability = fit(features, target).predict_proba(features)[:, 1]
    assert abs(probability.mean() - target.mean()) < 0.01
    lowest = np.argsort(probability)[:100]
    assert abs(probability[lowest].mean() - target[lowest].mean()) < 0.05


def test_a_batch_changes_nothing_about_a_row(soft):
    features, target = soft
    fitted = fit(features, target)
    alone = [fitted.predict_proba(row[None])[0, 1] for row in features[:20]]
    np.testing.assert_allclose(fitted.predict_proba(features)[:20, 1], alone, rtol=1e-12)


def test_contributions_add_up_to_the_log_odds(soft):
    features, target = soft
    fitted = fit(features, target)
    base = fitted.decision_function(np.full((1, 3), np.nan))
    np.testing.assert_allclose(
        fitted.contributions(features).sum(axis=1) + base, fitted.decision_function(features), atol=1e-12
    )


def test_a_feature_nobody_has_and_a_constant_one_do_no_harm(soft):
    features, target = soft
    dull = np.column_stack([features, np.full(400, np.nan), np.full(400, 3.7)])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        probability = fit(dull, target).predict_proba(dull)
    np.testing.assert_allclose(probability, fit(features, target).predict_proba(features), atol=1e-6)
