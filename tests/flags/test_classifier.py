"""The estimator as scikit-learn demands it, and what it promises on top."""

import warnings

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.utils.estimator_checks import estimator_checks_generator, parametrize_with_checks

from iecareer.flags.classifier import CurriculumUpdateClassifier

# Checks of scikit-learn for a classifier with these tags; another number means that some were left out or added.
N_CHECKS = 62


@parametrize_with_checks([CurriculumUpdateClassifier()])
def test_every_check_of_scikit_learn_passes(estimator, check):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check(estimator)


def test_no_check_of_scikit_learn_is_left_out():
    assert len(list(estimator_checks_generator(CurriculumUpdateClassifier()))) == N_CHECKS


@pytest.fixture(scope="module")
def soft():
    """Features with holes, soft targets, and each unit twice."""
    rng = np.random.default_rng(3)
    features = rng.normal(size=(400, 3))
    target = 1 / (1 + np.exp(-(2 * features[:, 0] - 1)))
    features[rng.random((400, 3)) < 0.1] = np.nan
    return features, target


def fit(features, target, **parameters):
    weight = np.concatenate([target, 1 - target])
    outcome = np.repeat([1, 0], len(target))
    return CurriculumUpdateClassifier(**parameters).fit(np.concatenate([features, features]), outcome, weight)


def test_without_signs_and_values_to_shrink_to_it_is_the_ridge_regression_of_scikit_learn(soft):
    features, target = soft
    features = np.nan_to_num(features)
    fitted = fit(features, target, penalty=4.0)
    scaled = (features - features.mean(axis=0)) / features.std(axis=0)
    ridge = LogisticRegression(C=1 / 4.0, tol=1e-10, max_iter=1000)
    weight = np.concatenate([target, 1 - target])
    ridge.fit(np.concatenate([scaled, scaled]), np.repeat([1, 0], len(target)), weight)
    np.testing.assert_allclose(fitted.coef_, ridge.coef_[0], atol=1e-5)
    assert fitted.intercept_ == pytest.approx(ridge.intercept_[0], abs=1e-5)


def test_a_coefficient_of_the_wrong_sign_is_zero_and_the_others_are_refitted(soft):
    features, target = soft
    fitted = fit(features, target, signs=(-1, 0, 0))
    assert fitted.coef_[0] == 0
    assert fit(features, target, signs=(1, 0, 0)).coef_[0] > 1
    without = fit(features[:, 1:], target)
    np.testing.assert_allclose(fitted.coef_[1:], without.coef_, atol=1e-6)


def test_with_a_strong_penalty_coefficients_are_those_to_shrink_to(soft):
    features, target = soft
    fitted = fit(features, target, penalty=1e9, towards=(0.8, 0.0, -2.0))
    np.testing.assert_allclose(fitted.coef_ / fitted.scale_, [0.8, 0.0, -2.0], atol=1e-5)


def test_probabilities_are_calibrated_on_soft_targets(soft):
    features, target = soft
    probability = fit(features, target).predict_proba(features)[:, 1]
    assert abs(probability.mean() - target.mean()) < 1e-6
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


def test_signs_for_another_number_of_features_are_refused(soft):
    features, target = soft
    with pytest.raises(ValueError, match="3, not 2"):
        fit(features, target, signs=(1, 1))
