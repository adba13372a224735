"""Codes with the probability that they are right, from scores.

Input: scores of titles whose codes are known, each scored without its own fold. Output: for any scores the best code,
and for each level the probability that the code is right down to it: a logistic regression on smooth functions of the
scores, and of how near the nearest coded titles are and whether they have the code. Isotonic steps in the best score
alone were less sharp (docs/decisions/occupation-codes-of-job-titles.md).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from iecareer.occupations.classification import LEVELS, at_level

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[Any]

N_NEAREST = 5
_SMALLEST = 1e-6


@dataclass(frozen=True)
class Evidence:
    """What speaks for the best code of each title.

    Parameters
    ----------
    chosen : array of shape (n_titles,)
        Position of the best code.
    signs : array of shape (n_levels, n_titles, n_signs)
        Best score, its lead over the second, positive scores of the codes with the same beginning and their share in
        all, similarity to the nearest coded title, share of the nearest titles whose codes have the same beginning.
    """

    chosen: NDArray[np.intp]
    signs: Array


@dataclass(frozen=True)
class Calibration:
    """Titles whose codes are known: their signs, and whether the best code is right, per level (first axis)."""

    signs: Array = field(repr=False)
    is_right: Array = field(repr=False)

    def probabilities(self, signs: Array) -> Array:
        """Probability of each title (rows) that its code is right down to each level (columns).

        No level is surer than the one above it.
        """
        import numpy as np

        by_level = [
            one.predict_proba(own)[:, 1] if hasattr(one, "predict_proba") else np.full(len(own), one)
            for one, own in zip(self._fitted, signs, strict=True)
        ]
        return np.minimum.accumulate(np.column_stack(by_level), axis=1)

    @cached_property
    def _fitted(self) -> list[Any]:
        return [_logistic(signs, right) for signs, right in zip(self.signs, self.is_right, strict=True)]


def evidence(classes: Array, scores: Array, similar: Array, of_example: Array) -> Evidence:
    """The best code of each title and what speaks for it.

    Parameters
    ----------
    classes : array of str
        The codes, sorted: columns of `scores`.
    scores : array of shape (n_titles, n_codes)
        Scores.
    similar : array of shape (n_titles, n_examples)
        Similarity to the coded titles among the examples.
    of_example : array of shape (n_examples,)
        Position of each one's code in `classes`.
    """
    import numpy as np

    chosen, rows = scores.argmax(axis=1), np.arange(len(scores))
    positive = np.maximum(scores, 0.0)
    highest = np.partition(scores, -2, axis=1)[:, -2:]
    n_nearest = min(N_NEAREST, similar.shape[1])
    nearest = np.argpartition(similar, -n_nearest, axis=1)[:, -n_nearest:]
    signs = []
    for level in LEVELS:
        # codes are sorted, so those with one beginning are neighbours
        beginnings = [at_level(code, level) for code in classes]
        _, starts, group = np.unique(beginnings, return_index=True, return_inverse=True)
        like = np.add.reduceat(positive, starts, axis=1)[rows, group[chosen]]
        agree = (group[of_example][nearest] == group[chosen][:, None]).mean(axis=1)
        share = like / np.maximum(positive.sum(axis=1), _SMALLEST)
        near = similar.max(axis=1)
        signs.append(
            np.column_stack([highest[:, 1], highest[:, 1] - highest[:, 0], like, share, near, agree])
        )
    return Evidence(chosen, np.array(signs))


def calibrate(classes: Array, found: Evidence, codes: Sequence[str]) -> Calibration:
    """Learn from titles that were scored without their own fold, with the codes that people gave them."""
    import numpy as np

    given = classes[found.chosen]
    is_right = [
        [at_level(a, level) == at_level(b, level) for a, b in zip(given, codes, strict=True)]
        for level in LEVELS
    ]
    return Calibration(found.signs, np.array(is_right))


def _logistic(signs: Array, is_right: Array) -> Any:
    """A fitted regression; the share of right codes if all are right, or none."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import SplineTransformer, StandardScaler

    if is_right.all() or not is_right.any():
        return float(is_right.mean())
    regression = LogisticRegression(C=3.0, max_iter=2000)
    return make_pipeline(StandardScaler(), SplineTransformer(n_knots=4), regression).fit(signs, is_right)
