"""The two models behind the adjusted method; each predicts only institutions that it was not fitted on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import solve  # type: ignore[import-untyped]

from iecareer.estimates.moments import moments
from iecareer.estimates.sample import dense

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from iecareer.estimates.moments import Moments
    from iecareer.estimates.sample import Sample

# Avoids infinite weights at a propensity of 1; the gate on overlap refuses such analyses anyway.
LARGEST_PROPENSITY = 1 - 1e-6
RIDGE = 1e-6


@dataclass(frozen=True)
class Nuisance:
    """Predictions for cells by models that were fitted without their institution.

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
        Number of random divisions into folds. With only one the estimate would depend on the division.
    """
    propensity, expected = np.zeros(len(sample.n)), np.zeros_like(sample.mean)
    compared = moments(sample, np.flatnonzero(~sample.is_treated))
    for repeat in range(repeats):
        fold = folds(sample, n_folds, repeat)
        for k in range(n_folds):
            held = fold == k
            propensity[held] += _propensity(sample, held, penalty) / repeats
            expected[held] += _expected(sample, compared, held) / repeats
    return Nuisance(np.minimum(propensity, LARGEST_PROPENSITY), expected)


def _propensity(sample: Sample, held: NDArray[np.bool_], penalty: float) -> NDArray[np.float64]:
    """Propensity of the held-out cells."""
    from sklearn.linear_model import LogisticRegression

    # Institutions decide on cooperation, so the fit gives all institutions the same weight.
    votes = sample.n * len(np.unique(sample.institution)) / sample.n.sum()
    logistic = LogisticRegression(C=1 / penalty, solver="newton-cholesky", tol=1e-8, max_iter=200)
    logistic.fit(sample.scaled[~held], sample.is_treated[~held], sample_weight=votes[~held])
    return np.asarray(logistic.predict_proba(sample.scaled[held])[:, 1])


def _expected(sample: Sample, compared: Moments, held: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Expected outcomes of the held-out cells, by ridge regression on the other comparison graduates."""
    fitted = compared - moments(sample, np.flatnonzero(held & ~sample.is_treated))
    squares, products = fitted.within
    squares[np.diag_indices_from(squares)] += RIDGE * fitted.n
    slopes = solve(squares, products, assume_a="pos")
    constant = (fitted.y - fitted.x @ slopes) / fitted.n
    return np.asarray(sample.scaled[held] @ slopes + constant)


def folds(sample: Sample, n_folds: int, repeat: int = 0) -> NDArray[np.intp]:
    """The fold of each cell. Institutions stay whole, and every fold has institutions of both sides.

    Institutions are distributed to folds in turn: first those on the treated side only, then those on both sides (in
    different cohorts), then the others. Within each group, institutions are ordered by covariates that are constant
    for an institution, such as the region class. So each fold gets institutions of all kinds. Institutions with equal
    covariates are shuffled, differently for each `repeat`.
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
    covariates = sample.scaled
    first = np.unique(position, return_index=True)[1]
    largest = dense(abs(covariates - covariates[first][position]).max(axis=0)).ravel()
    return dense(covariates[first])[:, largest < 1e-9]
