"""The model and its three baselines, fitted and applied in the same way.

Each scorer is one ``CurriculumUpdateClassifier``. The model gets all features, a baseline only its score. So all
four give calibrated probabilities, which can be compared.

- ``model``: all of ``features.FEATURES``.
- ``low_recently``: posterior probability that the match of the last cohorts, pooled, is below the peers' by more
  than the margin.
- ``low_last_year``: the same for the newest cohort alone.
- ``light_rule``: in how many of the last cohorts the plain share was below the peers' by more than
  the margin (``light_rule_years`` of the policy); the count is its score.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.flags.features import FEATURES, UNIT

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from iecareer.flags.classifier import CurriculumUpdateClassifier

COLUMNS: dict[str, tuple[str, ...]] = {
    "model": FEATURES,
    "low_recently": ("low_recently",),
    "low_last_year": ("low_last_year",),
    "light_rule": ("light_reds",),
}
BASELINES = ("low_recently", "low_last_year", "light_rule")

# Per feature: the sign of its coefficient, and the coefficient without data (log odds per unit). A forecast or
# posterior in log odds would have 1; the others were measured on generated regions (docs/decisions).
PRIOR: dict[str, tuple[int, float]] = {
    "match_forecast": (1, 0.8),
    "hours_rewritten": (-1, -2.0),
    "hours_changed": (-1, 0.0),
    "course_age": (1, 0.0),
    "pay": (-1, -1.0),
    "pay_trend": (-1, 0.0),
    "retention": (-1, 0.0),
    "low_recently": (1, 0.8),
    "low_last_year": (1, 0.8),
    "light_reds": (1, 0.8),
}


def training_rows(units: pd.DataFrame, labels: pd.DataFrame, known_in: int) -> pd.DataFrame:
    """Units of earlier years whose target was complete on a day, with that day's ``target``."""
    complete = labels.loc[labels["known_in"] == known_in, [*UNIT, "target"]]
    return units.merge(complete, on=UNIT).sort_values(UNIT, ignore_index=True)


def fit_scorer(name: str, rows: pd.DataFrame) -> CurriculumUpdateClassifier:
    """Fit a scorer; every unit is used twice, as 1 with weight π and as 0 with weight 1 − π."""
    import numpy as np

    from iecareer.flags.classifier import CurriculumUpdateClassifier

    features = rows[list(COLUMNS[name])].to_numpy(dtype=float)
    target = rows["target"].to_numpy(dtype=float)
    outcome = np.repeat([1, 0], len(rows))
    weight = np.concatenate([target, 1 - target])
    signs, towards = zip(*(PRIOR[column] for column in COLUMNS[name]), strict=True)
    scorer = CurriculumUpdateClassifier(signs=signs, towards=towards)
    return scorer.fit(np.concatenate([features, features]), outcome, weight)


def ask(name: str, scorer: CurriculumUpdateClassifier, rows: pd.DataFrame) -> NDArray[np.float64]:
    """Calibrated probability of each row."""
    return scorer.predict_proba(rows[list(COLUMNS[name])].to_numpy(dtype=float))[:, 1]
