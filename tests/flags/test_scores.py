"""Scores against soft targets."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from iecareer.flags import scores


def test_area_is_that_of_scikit_learn_with_ties_and_weights():
    rng = np.random.default_rng(5)
    target, score = rng.random(200), rng.integers(0, 15, 200) / 15
    drawn = rng.integers(0, 4, (3, 200)).astype(float)
    areas = scores.average_precision(target, score, drawn)
    for area, times in zip(areas, drawn, strict=True):
        weight = np.concatenate([times * target, times * (1 - target)])
        outcome = np.repeat([1, 0], 200)
        expected = average_precision_score(outcome, np.concatenate([score, score]), sample_weight=weight)
        assert area == pytest.approx(expected, abs=1e-12)


def test_areas_of_many_draws_are_those_of_each_draw(monkeypatch: pytest.MonkeyPatch):
    rng = np.random.default_rng(6)
    target, score, drawn = rng.random(90), rng.random(90), rng.integers(0, 4, (40, 90)).astype(np.uint8)
    alone = [scores.average_precision(target, score, row[None].astype(float))[0] for row in drawn]
    for n_weights in (1, 90, 300, 10_000):
        monkeypatch.setattr(scores, "_BLOCK", n_weights)
        assert scores.average_precision(target, score, drawn) == pytest.approx(alone, abs=1e-12)


def test_precision_shares_the_last_places_among_equals():
    target = np.array([1.0, 0.0, 1.0, 0.5, 0.0])
    score = np.array([0.9, 0.5, 0.5, 0.5, 0.1])
    years = np.zeros(5, dtype=int)
    assert scores.precision_at_budget(target, score, years, 0.4) == pytest.approx((1 + 0.5) / 2)


def test_brier_of_a_sure_and_of_an_undecided_probability():
    assert scores.brier(np.array([1.0, 0.0]), np.array([1.0, 0.0])) == 0
    assert scores.brier(np.array([0.5]), np.array([0.5])) == 0.25


def test_slope_of_a_calibrated_probability_is_one():
    probability = np.linspace(0.02, 0.98, 300)
    assert scores.calibration_slope(probability, probability) == pytest.approx(1, abs=1e-3)
    assert np.isnan(scores.calibration_slope(probability, np.full(300, 0.5)))


def test_clusters_are_drawn_whole():
    cluster = np.array([0, 0, 1, 2, 2, 2])
    drawn = scores.draw_clusters(cluster, 50, seed=1)
    assert (drawn[:, 0] == drawn[:, 1]).all()
    assert (drawn[:, [0, 2, 3]].sum(axis=1) == 3).all()
