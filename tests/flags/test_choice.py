"""The choice of programs to review."""

import numpy as np

from iecareer.flags.choice import choose

P = np.array([0.2, 0.9, 0.5, 0.7, 0.6])
NAMES = list("abcde")


def test_q_value_is_the_running_mean_of_what_will_not_come_true():
    q_value, is_flagged = choose(P, NAMES, 0.32, 1.0)
    np.testing.assert_allclose(q_value, [0.42, 0.1, 0.325, 0.2, 0.8 / 3], atol=1e-12)
    assert is_flagged.tolist() == [False, True, False, True, True]


def test_the_rate_itself_still_flags():
    assert choose(P, NAMES, 0.325, 1.0)[1].sum() == 4


def test_the_budget_cuts_the_list():
    assert choose(P, NAMES, 1.0, 0.4)[1].tolist() == [False, True, False, True, False]
    assert choose(P, NAMES, 1.0, 0.39)[1].sum() == 1


def test_an_unlikely_program_is_not_carried_by_sure_ones():
    sure = np.array([0.95, 0.95, 0.9, 0.2])
    assert choose(sure, NAMES[:4], 0.4, 1.0)[1].all()
    assert choose(sure, NAMES[:4], 0.4, 1.0, 0.5)[1].tolist() == [True, True, True, False]


def test_equal_probabilities_are_ordered_by_name():
    q_value, is_flagged = choose(np.full(4, 0.8), ["d", "b", "c", "a"], 0.4, 0.5)
    assert is_flagged.tolist() == [False, True, False, True]
    np.testing.assert_allclose(q_value, 0.2)


def test_no_programs_no_flags():
    q_value, is_flagged = choose(np.empty(0), [], 0.4, 0.2)
    assert len(q_value) == len(is_flagged) == 0
