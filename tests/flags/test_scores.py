"""Scores against soft targets."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import log_loss

from iecareer.flags import scores


def test_log_loss_is_that_of_scikit_learn():
    rng = np.random.default_rng(5)
    target, probability = rng.random(200), rng.uniform(0.01, 0.99, 200)
    outcome = np.repeat([1, 0], 200)
    expected = log_loss(outcome, np.tile(probability, 2), sample_weight=np.concatenate([target, 1 - target]))
    assert scores.log_losses(target, probability).mean() == pytest.approx(expected, abs=1e-12)


def test_area_counts_a_soft_target_by_its_share():
    assert scores.average_precision(np.array([1.0, 0.0]), np.array([0.9, 0.1])) == 1
    assert scores.average_precision(np.array([0.0, 1.0]), np.array([0.9, 0.1])) == 0.5
    assert scores.average_precision(np.array([0.5, 0.25]), np.array([0.9, 0.1])) == pytest.approx(
        2 / 3 * 0.5 + 1 / 3 * 0.375
    )


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


def test_recall_counts_programs_by_how_early_they_were_flagged():
    years = [2020, 2021, 2022, 2023]
    programs = {
        "early": ([0.1, 0.9, 0.9, 0.9], [True, False, False, False]),
        "late": ([0.1, 0.9, 0.9, 0.9], [False, False, True, False]),
        "never": ([0.1, 0.9, 0.9, 0.9], [False, False, False, False]),
        "low from the start": ([0.9, 0.9, 0.9, 0.9], [True, True, True, True]),
        "falls in the last year": ([0.1, 0.1, 0.1, 0.9], [False, False, False, True]),
    }
    rows = pd.DataFrame(
        [
            {"institution_code": "A", "program_code": name, "year": year, "target": target, "flag": flag}
            for name, (targets, flags) in programs.items()
            for year, target, flag in zip(years, targets, flags, strict=True)
        ]
    )
    assert scores.recall_by_lead(rows, rows["flag"]) == pytest.approx({2: 2 / 4, 1: 2 / 3, 0: 2 / 3})


def test_clusters_are_drawn_whole():
    cluster = np.array([0, 0, 1, 2, 2, 2])
    drawn = scores.draw_clusters(cluster, 50, seed=1)
    assert (drawn[:, 0] == drawn[:, 1]).all()
    assert (drawn[:, [0, 2, 3]].sum(axis=1) == 3).all()
