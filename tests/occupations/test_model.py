"""What the model learns, how sure it is, and that its shortcuts change nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from iecareer.occupations.classification import coded_titles, occupations
from iecareer.occupations.confidence import Calibration, calibrate, evidence
from iecareer.occupations.examples import Examples, examples_of
from iecareer.occupations.learner import RIDGE, Likeness, fit
from iecareer.occupations.model import model_version, train, trained
from iecareer.occupations.wording import core_of, key_of


@pytest.fixture(scope="module")
def few() -> Examples:
    every = examples_of(coded_titles())
    return Examples(every.keys[:120] + every.keys[-60:], every.codes[:120] + every.codes[-60:], 120)


def test_scores_without_a_fold_are_those_of_a_regression_without_it(few: Examples) -> None:
    likeness = Likeness.of(few.keys)
    fitted = fit(few, likeness, n_folds=3)

    similar = likeness.among_examples().astype(float)
    out = np.flatnonzero(np.random.default_rng(0).permutation(120) % 3 == 1)
    rest = np.setdiff1d(np.arange(180), out)
    target = (np.array(few.codes)[:, None] == fitted.classes).astype(float)
    penalty = np.diag(RIDGE / np.array(few.weights)[rest])
    again = np.linalg.solve(similar[np.ix_(rest, rest)] + penalty, target[rest])
    assert fitted.unseen[out] == pytest.approx(similar[np.ix_(out, rest)] @ again, abs=1e-4)


def test_a_kept_model_gives_the_same_codes(few: Examples, tmp_path: Path) -> None:
    titles = ["电商客服专员", "机械设计", "x"]
    first, again = (trained(few, tmp_path).code(titles) for _ in range(2))

    assert first[0].tolist() == again[0].tolist()
    assert first[1] == pytest.approx(again[1])
    assert [path.name for path in tmp_path.iterdir()] == [f"model-{model_version(few)}.npz"]


def test_a_damaged_file_is_trained_again(few: Examples, tmp_path: Path) -> None:
    first = trained(few, tmp_path).code(["电工"])
    (path,) = tmp_path.glob("model-*.npz")
    path.write_bytes(b"")
    again = trained(few, tmp_path).code(["电工"])
    assert (first[0] == again[0]).all()
    assert path.stat().st_size > 0


def test_another_title_makes_another_version(few: Examples) -> None:
    other = Examples((*few.keys[:-1], "别的"), few.codes, few.n_titles)
    assert model_version(other) != model_version(few)


def test_the_model_of_another_version_is_deleted(few: Examples, tmp_path: Path) -> None:
    other = Examples(few.keys[:100], few.codes[:100], 100)
    for examples in (few, other):
        trained(examples, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [f"model-{model_version(other)}.npz"]


CLASSES = np.array(["1-01-01-01", "1-01-01-02", "1-02-01-01", "2-01-01-01"])


def test_a_level_counts_the_scores_of_all_codes_that_share_its_beginning() -> None:
    similar = np.array([[0.9, 0.5, 0.1, 0.0]])
    found = evidence(CLASSES, np.array([[0.2, 0.1, -0.5, 0.15]]), similar, np.array([0, 1, 2, 3]))

    assert found.chosen.tolist() == [0]
    best, lead, like, share, near, agree = np.moveaxis(found.signs[:, 0], 1, 0)
    assert (best.tolist(), near.tolist()) == ([0.2] * 4, [0.9] * 4)
    assert lead == pytest.approx([0.05] * 4)
    assert like == pytest.approx([0.3, 0.3, 0.3, 0.2])
    assert share == pytest.approx([0.3 / 0.45, 0.3 / 0.45, 0.3 / 0.45, 0.2 / 0.45])
    assert agree == pytest.approx([0.75, 0.5, 0.5, 0.25])


def test_a_code_is_right_down_to_the_level_at_which_it_differs() -> None:
    signs = evidence(CLASSES, np.eye(4)[[0, 0, 0]], np.ones((3, 4)), np.arange(4))
    calibration = calibrate(CLASSES, signs, ["1-01-01-01", "1-01-01-02", "1-02-01-01"])

    assert calibration.is_right.tolist() == [[1, 1, 1], [1, 1, 0], [1, 1, 0], [1, 0, 0]]


def test_surer_signs_have_a_higher_probability_and_no_level_is_surer_than_the_one_above() -> None:
    strength = np.linspace(0.0, 1.0, 400)
    signs = np.repeat(strength[None, :, None], 6, axis=2).repeat(4, axis=0)
    is_right = np.random.default_rng(0).random((4, 400)) < np.array([[0.5], [0.9], [0.8], [0.7]]) * strength
    found = Calibration(signs, is_right).probabilities(signs[:, [50, 350]])

    assert (np.diff(found, axis=1) <= 0).all()
    assert (found[1] > found[0] + 0.2).all()
    assert found[1, 0] == pytest.approx(0.5 * strength[350], abs=0.1)


@pytest.mark.parametrize(
    ("title", "core"),
    [
        ("Java开发工程师(急聘)", "java开发工程师"),
        ("销售代表8000-12000元/月 包吃住", "销售代表"),
        ("五险一金", "五险一金"),
        ("C++ 工程师", "c++ 工程师"),
    ],
)
def test_the_core_of_a_title_has_no_pay_and_no_benefits(title: str, core: str) -> None:
    assert core_of(key_of(title)) == core


def test_every_coded_title_has_a_code_of_the_classification() -> None:
    assert {title.code for title in coded_titles()} <= occupations().keys()
    assert (len(occupations()), len(coded_titles())) == (2047, 3524)


@pytest.mark.slow
def test_new_titles_are_coded_as_well_as_acceptance_asks() -> None:
    from benchmarks.occupations import cross_validated, numbers

    told, given, sure = cross_validated(5, 0)
    found = numbers(told, given, sure)
    least = {"level 1": 0.80, "level 2": 0.72, "level 3": 0.66, "level 4": 0.62, "exact": 0.60}
    assert {name: found[name] for name in least if found[name] < least[name]} == {}
    assert max(found[f"calibration error {level}"] for level in (1, 2, 3, 4)) <= 0.05
    # of the titles that people coded down to level 4
    whole = ~np.char.endswith(told, "-00")
    of_whole = numbers(told[whole], given[whole], sure[whole])
    assert of_whole["right if sure"] >= 0.83
    assert of_whole["share sure"] >= 0.45


def test_training_is_the_same_every_time(few: Examples) -> None:
    first, again = (train(few).code(["物流专员"])[1].tolist() for _ in range(2))
    assert first == again
