"""The classifier: a calibrated probability that a program falls behind its peers."""

# scikit-learn calls the feature matrix X, and so must an estimator's arguments.
# ruff: noqa: N803, N806

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

LEAST_SLOPE = 0.05


class CurriculumUpdateClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Logistic regression on scaled features, with filled missing values and cross-fitted calibration.

    ``fit`` fits everything that a prediction needs: means, scales, fill values, coefficients, calibration.

    Parameters
    ----------
    regularization : float, default=0.05
        Inverse strength of the L2 penalty on scaled features.
    n_folds : int, default=5
        Folds of the cross-fitted calibration.

    Attributes
    ----------
    classes_ : array of shape (2,)
    pipeline_ : Pipeline
        Scale, fill, weigh; fitted on all rows.
    calibration_ : tuple of float
        Slope and intercept of the log odds.

    Notes ----- Missing values do not count in means and scales and are filled with the mean. So a row of weight 2 is
    equivalent to two equal rows. Rows with equal features always share a fold: a soft target (the same row once as 1
    and once as 0) is never in both the training and the held-out part.

    References
    ----------
    Platt, J. (1999). Probabilistic outputs for support vector machines. Advances in Large Margin
    Classifiers, 61-74.
    """

    def __init__(self, regularization: float = 0.05, n_folds: int = 5) -> None:
        self.regularization = regularization
        self.n_folds = n_folds

    def __sklearn_tags__(self) -> Any:
        """Tags: two classes, missing values allowed."""
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.classifier_tags.multi_class = False
        return tags

    def fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> CurriculumUpdateClassifier:
        """Fit weights and calibration.

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
            When there are not exactly two classes.
        """
        rows, target = validate_data(self, X, y, ensure_all_finite="allow-nan")
        return self._fit_checked(rows, target, sample_weight)

    def _fit_checked(
        self, X: NDArray[np.float64], y: NDArray[Any], sample_weight: ArrayLike | None
    ) -> CurriculumUpdateClassifier:
        """Fit on arrays that are already checked."""
        weight = _check_sample_weight(sample_weight, X, ensure_non_negative=True)
        check_classification_targets(y)
        kept = weight > 0
        X, weight = X[kept], weight[kept]
        self.classes_, is_second = np.unique(np.asarray(y)[kept], return_inverse=True)
        if len(self.classes_) > 2:
            raise ValueError(
                f"Only binary classification is supported. The target has {len(self.classes_)} classes."
            )
        if len(self.classes_) == 1:
            raise ValueError("Classifier can't train when only one class is present: 1 class.")
        self.pipeline_ = self._fitted_pipeline(X, is_second, weight)
        self.calibration_ = self._calibration(X, is_second, weight)
        return self

    def decision_function(self, X: ArrayLike) -> NDArray[np.float64]:
        """Calibrated log odds of the second class, of shape (n_rows,)."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, ensure_all_finite="allow-nan")
        slope, intercept = self.calibration_
        odds: NDArray[np.float64] = slope * self.pipeline_.decision_function(X) + intercept
        return odds

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:
        """Calibrated probabilities of the two classes, of shape (n_rows, 2)."""
        second = 1 / (1 + np.exp(-self.decision_function(X)))
        return np.column_stack([1 - second, second])

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """The more probable class of each row."""
        second = self.decision_function(X) > 0
        predicted: NDArray[Any] = self.classes_[second.astype(int)]
        return predicted

    def contributions(self, X: ArrayLike) -> NDArray[np.float64]:
        """Contribution of each feature to the log odds, relative to the average row, (n_rows, n_features)."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, ensure_all_finite="allow-nan")
        coefficients = self.pipeline_.named_steps["weigh"].coef_[0]
        added: NDArray[np.float64] = self.calibration_[0] * coefficients * self.pipeline_[:-1].transform(X)
        return added

    def _fitted_pipeline(
        self, X: NDArray[np.float64], y: NDArray[np.intp], weight: NDArray[np.float64]
    ) -> Pipeline:
        """Scaling, imputation and regression, fitted on the given rows."""
        pipeline = Pipeline(
            [
                ("scale", StandardScaler()),
                # The mean of a scaled feature is 0.
                ("fill", SimpleImputer(strategy="constant", fill_value=0.0, keep_empty_features=True)),
                ("weigh", LogisticRegression(C=self.regularization, tol=1e-8, max_iter=1000)),
            ]
        )
        # A feature without any value has no mean; as a constant it gets no weight.
        X = np.where(np.isnan(X).all(axis=0), 0.0, X)
        # By rounding the weighted variance of a constant may be slightly negative. Its scale is then NaN, # and the
        # filling step sets the feature to 0.
        with np.errstate(invalid="ignore"):
            return pipeline.fit(X, y, scale__sample_weight=weight, weigh__sample_weight=weight)

    def _calibration(
        self, X: NDArray[np.float64], y: NDArray[np.intp], weight: NDArray[np.float64]
    ) -> tuple[float, float]:
        """Slope and intercept that calibrate the log odds on held-out rows."""
        _, same_row = np.unique(self.pipeline_[:-1].transform(X).round(9), axis=0, return_inverse=True)
        fold = same_row.ravel() % self.n_folds
        unseen = np.full(len(y), np.nan)
        for k in range(self.n_folds):
            held = fold == k
            if held.any() and len(np.unique(y[~held])) == 2:
                pipeline = self._fitted_pipeline(X[~held], y[~held], weight[~held])
                unseen[held] = pipeline.decision_function(X[held])
        seen = np.isfinite(unseen)
        # If there are too few rows to hold out, or the score is uninformative, the regression's odds stay
        # uncalibrated.
        if len(np.unique(y[seen])) < 2 or np.ptp(unseen[seen]) == 0:
            return 1.0, 0.0
        platt = LogisticRegression(C=1e3, tol=1e-8, max_iter=1000)
        platt.fit(unseen[seen, None], y[seen], sample_weight=weight[seen])
        # On noise the slope may be 0 or negative; it would then lose or reverse the order of programs.
        return max(float(platt.coef_[0, 0]), LEAST_SLOPE), float(platt.intercept_[0])
