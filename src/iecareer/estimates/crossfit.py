"""The two models behind the adjusted method; each predicts only institutions that it was not fitted on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from iecareer.estimates.sample import Sample

# A propensity of 1 would be an infinite weight; the gate on overlap has refused long before.
LARGEST_PROPENSITY = 1 - 1e-6
RIDGE = 1e-6


@dataclass(frozen=True)
class Nuisance:
    """Predictions for cells whose institution no fit has seen.

    Parameters
    ----------
    propensity : ndarray of shape (n_cells,)
        Probability of being cooperative given the covariates, 0-1.
    expected : ndarray of shape (n_cells, n_outcomes)
        Mean outcome of comparison graduates with the same covariates.
    """

    propensity: NDArray[np.float64]
    expected: NDArray[np.float64]


def cross_fit(sample: Sample, n_folds: int, penalty: float, repeats: int) -> Nuisance:
    """Fit both models once per fold on all other folds, predict the fold, and average over several divisions.

    Parameters
    ----------
    sample : Sample
        At least `n_folds` institutions on each side.
    n_folds : int
        Parts into which institutions are divided, each with institutions of both sides.
    penalty : float
        Ridge penalty of the logistic regression, on covariates with standard deviation 1 and graduates
        weighted so that they add up to the number of institutions.
    repeats : int
        Divisions: with one, the estimate would hang on which institutions share a fold.
    """
    covariates = sample.scaled()
    propensity, expected = np.zeros(len(sample.n)), np.zeros_like(sample.mean)
    for repeat in range(repeats):
        fold = folds(sample, n_folds, repeat)
        for k in range(n_folds):
            held = fold == k
            propensity[held] += _propensity(sample, covariates, held, penalty) / repeats
            expected[held] += _expected(sample, covariates, held) / repeats
    return Nuisance(np.minimum(propensity, LARGEST_PROPENSITY), expected)


def _propensity(
    sample: Sample, covariates: NDArray[np.float64], held: NDArray[np.bool_], penalty: float
) -> NDArray[np.float64]:
    """Propensity of the cells held out."""
    from sklearn.linear_model import LogisticRegression

    # Institutions decide, so the fit counts institutions: a thousand graduates of one are not a thousand choices.
    votes = sample.n * len(np.unique(sample.institution)) / sample.n.sum()
    logistic = LogisticRegression(C=1 / penalty, solver="newton-cholesky", tol=1e-8, max_iter=200)
    logistic.fit(covariates[~held], sample.is_treated[~held], sample_weight=votes[~held])
    return np.asarray(logistic.predict_proba(covariates[held])[:, 1])


def _expected(
    sample: Sample, covariates: NDArray[np.float64], held: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Mean outcomes, among comparison graduates, of the cells held out."""
    from sklearn.linear_model import Ridge

    compared = ~held & ~sample.is_treated
    linear = Ridge(alpha=RIDGE * sample.n[compared].sum())
    linear.fit(covariates[compared], sample.mean[compared], sample_weight=sample.n[compared])
    return np.asarray(linear.predict(covariates[held])).reshape(-1, sample.mean.shape[1])


def folds(sample: Sample, n_folds: int, repeat: int = 0) -> NDArray[np.intp]:
    """The fold of each cell: whole institutions, dealt out so that every fold has both sides.

    Dealt are those on the treated side alone, those on both (in different cohorts) and the others, one after
    another: five of a side are then in five folds. Among each, institutions that resemble each other in what
    is fixed for an institution follow one another, so that no fold takes a whole region class with it. Those
    alike in that are shuffled, differently for each `repeat`.
    """
    institutions, position = np.unique(sample.institution, return_inverse=True)
    on_side = [np.isin(institutions, sample.institution[sample.is_treated == side]) for side in (True, False)]
    kind = 1 + on_side[1].astype(int) - on_side[0].astype(int)
    dealt = np.empty(len(institutions), dtype=np.intp)
    shuffle = np.random.default_rng(repeat).random(len(institutions))
    dealt[np.lexsort((shuffle, *_fixed(sample, position).T, kind))] = np.arange(len(institutions)) % n_folds
    return dealt[position]


def _fixed(sample: Sample, position: NDArray[np.intp]) -> NDArray[np.float64]:
    """Covariates that do not vary within any institution, one row per institution."""
    covariates = sample.scaled()
    first = np.unique(position, return_index=True)[1]
    is_fixed = (np.abs(covariates - covariates[first][position]) < 1e-9).all(axis=0)
    return covariates[first][:, is_fixed]
