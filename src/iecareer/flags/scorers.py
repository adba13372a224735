"""The model and its two baselines, fitted and applied in the same way.

Each scorer is one ``CurriculumUpdateClassifier``. The model gets all features, a baseline only its score. So all
three give calibrated probabilities, which can be compared.

- ``model``: all of ``features.FEATURES``.
- ``low_last_year``: the program was low last year, that is the posterior probability that the match of
  its newest cohort is below the peers' by more than the margin.
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
    "low_last_year": ("low_last_year",),
    "light_rule": ("light_reds",),
}
BASELINES = ("low_last_year", "light_rule")


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
    return CurriculumUpdateClassifier().fit(np.concatenate([features, features]), outcome, weight)


def ask(name: str, scorer: CurriculumUpdateClassifier, rows: pd.DataFrame) -> NDArray[np.float64]:
    """Calibrated probability of each row."""
    return scorer.predict_proba(rows[list(COLUMNS[name])].to_numpy(dtype=float))[:, 1]
