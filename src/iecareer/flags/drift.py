"""Whether today's programs still look like those that the scorers were trained on.

Input: training rows and today's units. Output: the rows of ``flags.drift``. A drift changes nothing by itself: it says
that probabilities rest on programs unlike those of today.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.flags.features import FEATURES

if TYPE_CHECKING:
    import pandas as pd

    from iecareer.flags.policy import FlagPolicy

# What the model looks at, and what changes whose answers it sees.
WATCHED = (*FEATURES, "response", "n_newest")


def compare_with_training(training: pd.DataFrame, today: pd.DataFrame, policy: FlagPolicy) -> pd.DataFrame:
    """One row per watched column: means, their difference in standard deviations of training, and shares missing."""
    import pandas as pd

    names = list(WATCHED)
    before, now = training[names].astype(float), today[names].astype(float)
    # Where training rows do not differ, any difference is without measure.
    spread = before.std().where(before.std() > 0)
    drift = pd.DataFrame(
        {
            "n_training": len(before),
            "n_today": len(now),
            "mean_training": before.mean(),
            "mean_today": now.mean(),
            "standardized_difference": (now.mean() - before.mean()) / spread,
            "missing_training": before.isna().mean(),
            "missing_today": now.isna().mean(),
        }
    )
    drift["is_drifted"] = (drift["standardized_difference"].abs() > policy.drift_limit) | (
        (drift["missing_today"] - drift["missing_training"]).abs() > policy.drift_missing_limit
    )
    return drift.rename_axis("measure").reset_index()
