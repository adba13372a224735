"""What must not change an adjusted difference, and what must."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from planted_sample import Plan, counted, dense, graduates, planted

from iecareer.estimates.cells import sample_of
from iecareer.estimates.crossfit import cross_fit, folds
from iecareer.estimates.differential import Differential, adjusted_differential
from iecareer.estimates.sample import Sample

PLAN = Plan(institutions=24, graduates=40)


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return graduates(1, PLAN)


@pytest.fixture(scope="module")
def found(rows: pd.DataFrame) -> Differential:
    return adjusted_differential(sample_of(counted(rows)))


def assert_same(one: Differential, other: Differential) -> None:
    assert one.differences == pytest.approx(other.differences, rel=1e-9)
    assert one.trimmed == pytest.approx(other.trimmed, rel=1e-9)
    assert one.standard_error == pytest.approx(other.standard_error, rel=1e-9)
    assert one.quantile == pytest.approx(other.quantile, rel=1e-9)
    assert one.balance.largest_difference == pytest.approx(other.balance.largest_difference, rel=1e-9)
    assert one.balance.effective_comparison == pytest.approx(other.balance.effective_comparison, rel=1e-9)
    assert one.balance.extreme_share == pytest.approx(other.balance.extreme_share, abs=1e-12)


def test_cells_give_what_their_graduates_give(rows: pd.DataFrame) -> None:
    alike = rows.assign(age=21, is_local=1, entry_score=rows["entry_score"].round())
    single = alike.assign(n=1.0, sum_log=alike["log_pay"], sum_cny=np.exp(alike["log_pay"]), n_limits=0.0)

    assert len(counted(alike)) < 0.75 * len(single)
    assert_same(adjusted_differential(sample_of(single)), adjusted_differential(sample_of(counted(alike))))


def test_the_order_of_rows_changes_nothing(rows: pd.DataFrame, found: Differential) -> None:
    sample = sample_of(counted(rows))
    order = np.random.default_rng(0).permutation(len(sample.n))
    mixed = Sample(
        sample.covariates[order],
        sample.names,
        sample.is_treated[order],
        sample.n[order],
        sample.mean[order],
        sample.institution[order],
    )

    assert_same(adjusted_differential(mixed), found)


def test_every_graduate_twice_changes_no_difference_and_no_error(
    rows: pd.DataFrame, found: Differential
) -> None:
    twice = adjusted_differential(sample_of(counted(pd.concat([rows, rows]))))

    assert twice.differences == pytest.approx(found.differences, rel=1e-9)
    assert twice.standard_error == pytest.approx(found.standard_error, rel=1e-9)
    assert twice.balance.effective_comparison == pytest.approx(2 * found.balance.effective_comparison)


def test_pay_times_a_factor_shifts_what_it_must(rows: pd.DataFrame, found: Differential) -> None:
    more = adjusted_differential(sample_of(counted(rows.assign(log_pay=rows["log_pay"] + np.log(1.1)))))

    assert more.differences[0] == pytest.approx(found.differences[0], abs=1e-8)
    assert more.differences[1] == pytest.approx(1.1 * found.differences[1], rel=1e-6)
    assert more.standard_error == pytest.approx(found.standard_error, rel=1e-6)


def test_a_constant_on_the_cooperative_side_is_added_to_the_difference(
    rows: pd.DataFrame, found: Differential
) -> None:
    raised = rows.assign(log_pay=rows["log_pay"] + 0.2 * rows["is_cooperative"])

    assert adjusted_differential(sample_of(counted(raised))).differences[0] == pytest.approx(
        found.differences[0] + 0.2, abs=1e-9
    )


def test_units_of_a_covariate_change_nothing(rows: pd.DataFrame, found: Differential) -> None:
    sample = sample_of(counted(rows))

    assert_same(
        adjusted_differential(replace(sample, covariates=dense(sample).covariates * 7.0 + 3.0)), found
    )


def test_an_institution_is_never_judged_by_a_model_that_saw_it(rows: pd.DataFrame) -> None:
    sample = sample_of(counted(rows))
    one = sample.institution == sample.institution[~sample.is_treated][0]
    other_pay = replace(sample, mean=sample.mean + 10.0 * one[:, None])

    before, after = cross_fit(sample, 5, 1.0, 3), cross_fit(other_pay, 5, 1.0, 3)

    assert after.expected[one] == pytest.approx(before.expected[one], rel=1e-12)
    assert np.abs(after.expected - before.expected)[~one, 0].mean() > 0.01


def test_every_fold_has_both_sides_even_if_most_institutions_change_sides() -> None:
    institution = np.arange(24)
    is_treated = institution < 19
    # Institutions 0, 5, 10 and 15 come back on the other side: one fold must not take them all.
    institution = np.concatenate([institution[:20], [0, 5, 10, 15]])
    is_treated = np.concatenate([is_treated[:20], [False] * 4])
    sample = Sample(
        np.zeros((24, 1)), ("x",), is_treated, np.ones(24), np.zeros((24, 1)), institution.astype(np.intp)
    )

    for repeat in range(20):
        fold = folds(sample, 5, repeat)
        for side in (True, False):
            assert set(fold[is_treated == side]) == set(range(5))


def test_raw_differences_mislead_where_adjusted_ones_do_not() -> None:
    raw, adjusted = [], []
    for seed in range(12):
        sample = planted(100 + seed, Plan(institutions=60, graduates=60))
        sides = [
            np.average(sample.mean[sample.is_treated == side, 0], weights=sample.n[sample.is_treated == side])
            for side in (True, False)
        ]
        raw.append(sides[0] - sides[1])
        adjusted.append(adjusted_differential(sample).differences[0])

    assert np.mean(raw) - 0.06 > 0.015
    assert abs(np.mean(adjusted) - 0.06) < 0.015


@pytest.mark.parametrize("broken", ["outcome", "propensity"])
def test_one_right_model_is_enough(broken: str) -> None:
    """Pay depends on a squared score; the outcome model or the propensity model is kept from seeing it."""
    errors = []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        x = rng.normal(0, 1, 4000)
        is_treated = rng.random(4000) < 1 / (1 + np.exp(1 - x - (0.5 * x**2 if broken == "outcome" else 0)))
        y = x + (x**2 if broken == "outcome" else 0) + rng.normal(0, 1, 4000)
        hidden = np.column_stack([x, x**2]) if broken == "outcome" else np.column_stack([x])
        if broken == "propensity":
            # A tail the logistic line cannot follow.
            is_treated = rng.random(4000) < np.where(x > 0, 0.7, 0.15)
        sample = Sample(
            hidden,
            ("x", "x squared")[: hidden.shape[1]],
            is_treated,
            np.ones(4000),
            y[:, None],
            np.arange(4000),
        )
        errors.append(adjusted_differential(sample).differences[0])

    assert abs(np.mean(errors)) < 0.05
