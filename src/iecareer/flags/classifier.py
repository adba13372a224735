"""The classifier: logistic regression whose coefficients have known signs and are shrunk towards given values."""

# scikit-learn calls the feature matrix X, and so must an estimator's arguments.
# ruff: noqa: N803

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import minimize  # type: ignore[import-untyped]
from scipy.special import expit  # type: ignore[import-untyped]
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


class CurriculumUpdateClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Ridge logistic regression with constrained signs, shrunk towards given coefficients.

    ``fit`` fits everything that a prediction needs: means, scales, coefficients. Probabilities are those of the
    regression; nothing corrects them afterwards.

    Parameters
    ----------
    penalty : float, default=6
        Strength of the shrinkage; the intercept is not shrunk.
    signs : sequence of int of length n_features, optional
        1 if a coefficient may not be negative, -1 if it may not be positive, 0 if it is free. By default all are free.
    towards : sequence of float of length n_features, optional
        Coefficients (log odds per unit of a feature) that a region without data would have. By default 0.

    Attributes
    ----------
    classes_ : array of shape (2,)
    mean_, scale_ : array of shape (n_features,)
        Weighted mean and standard deviation of the known values of each feature; scale 1 where they do not differ.
    coef_ : array of shape (n_features,)
        Coefficients of the scaled features.
    intercept_ : float
    n_iter_ : int
        Iterations of the optimiser.

    Notes
    -----
    Minimises Σ wᵢ log lossᵢ + penalty/2 Σ (βⱼ - towardsⱼ scaleⱼ)² over the allowed signs; the optimum is unique, and a
    row of weight 2 is equivalent to two equal rows. Missing values are filled with the mean of the feature.

    References
    ----------
    Byrd, R. H., Lu, P., Nocedal, J., Zhu, C. (1995). A limited memory algorithm for bound constrained optimization.
    SIAM Journal on Scientific Computing 16, 1190-1208.
    """

    def __init__(
        self,
        penalty: float = 6.0,
        signs: Sequence[int] | None = None,
        towards: Sequence[float] | None = None,
    ) -> None:
        self.penalty = penalty
        self.signs = signs
        self.towards = towards

    def __sklearn_tags__(self) -> Any:
        """Tags: two classes, missing values allowed."""
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.classifier_tags.multi_class = False
        return tags

    def fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> CurriculumUpdateClassifier:
        """Fit scales and coefficients.

        Parameters
        ----------
        X : array of shape (n_rows, n_features)
            Features; NaN if unknown.
        y : array of shape (n_rows,)
            Targets of two classes.
        sample_weight : array of shape (n_rows,), optional
            Non-negative weights; rows of weight 0 are ignored.

        Raises
        ------
        ValueError
            When there are not exactly two classes, or signs or towards have another length than the features.
        """
        rows, target = validate_data(self, X, y, ensure_all_finite="allow-nan")
        weight = _check_sample_weight(sample_weight, rows, ensure_non_negative=True)
        check_classification_targets(target)
        kept = weight > 0
        self.classes_, is_second = np.unique(np.asarray(target)[kept], return_inverse=True)
        if len(self.classes_) > 2:
            raise ValueError(
                f"Only binary classification is supported. The target has {len(self.classes_)} classes."
            )
        if len(self.classes_) == 1:
            raise ValueError("Classifier can't train when only one class is present: 1 class.")
        self.mean_, self.scale_ = _moments(rows[kept], weight[kept])
        return self._fit_coefficients(self._scaled(rows[kept]), is_second, weight[kept])

    def decision_function(self, X: ArrayLike) -> Floats:
        """Log odds of the second class, of shape (n_rows,)."""
        odds: Floats = self.contributions(X).sum(axis=1) + self.intercept_
        return odds

    def predict_proba(self, X: ArrayLike) -> Floats:
        """Probabilities of the two classes, of shape (n_rows, 2)."""
        second = expit(self.decision_function(X))
        return np.column_stack([1 - second, second])

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """The more probable class of each row."""
        second = self.decision_function(X) > 0
        predicted: NDArray[Any] = self.classes_[second.astype(int)]
        return predicted

    def contributions(self, X: ArrayLike) -> Floats:
        """Contribution of each feature to the log odds, relative to the average row, (n_rows, n_features)."""
        check_is_fitted(self)
        rows = validate_data(self, X, reset=False, ensure_all_finite="allow-nan")
        added: Floats = self._scaled(rows) * self.coef_
        return added

    def _scaled(self, X: Floats) -> Floats:
        """Features in units of their scale, 0 where unknown."""
        return np.where(np.isnan(X), 0.0, (X - self.mean_) / self.scale_)

    def _fit_coefficients(
        self, scaled: Floats, y: NDArray[np.intp], weight: Floats
    ) -> CurriculumUpdateClassifier:
        """Minimise the penalised log loss within the allowed signs."""
        n_features = scaled.shape[1]
        towards = self._each(self.towards, n_features) * self.scale_
        bounds = [
            (0.0 if sign > 0 else None, 0.0 if sign < 0 else None)
            for sign in self._each(self.signs, n_features)
        ]

        def loss(beta: Floats) -> tuple[float, Floats]:
            odds = beta[0] + scaled @ beta[1:]
            off = beta[1:] - towards
            error = weight * (expit(odds) - y)
            value = (weight * (np.logaddexp(0, odds) - y * odds)).sum() + self.penalty / 2 * (off**2).sum()
            slope = np.concatenate([[error.sum()], scaled.T @ error + self.penalty * off])
            return float(value), slope

        prior = np.log((weight * y).sum() / (weight * (1 - y)).sum())
        found = minimize(
            loss,
            np.concatenate([[prior], towards]),
            jac=True,
            method="L-BFGS-B",
            bounds=[(None, None), *bounds],
            options={"maxiter": 2000, "maxcor": 30, "ftol": 1e-15, "gtol": 1e-9},
        )
        self.intercept_, self.coef_, self.n_iter_ = float(found.x[0]), found.x[1:], int(found.nit)
        return self

    def _each(self, values: Sequence[float] | None, n_features: int) -> Floats:
        """One value per feature."""
        each = np.zeros(n_features) if values is None else np.asarray(values, dtype=float)
        if each.shape != (n_features,):
            raise ValueError(f"signs and towards need one value per feature: {n_features}, not {each.size}.")
        return each


def _moments(X: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Weighted mean and standard deviation of each feature's known values."""
    known = ~np.isnan(X)
    share = weight[:, None] * known
    total = np.maximum(share.sum(axis=0), np.finfo(float).tiny)
    filled = np.where(known, X, 0.0)
    mean = (share * filled).sum(axis=0) / total
    spread = np.sqrt((share * np.where(known, X - mean, 0.0) ** 2).sum(axis=0) / total)
    # Differences by rounding alone are none.
    differs = spread > 1e-12 * np.maximum(np.abs(mean), 1.0)
    return mean, np.where(differs, spread, 1.0)
