"""Policy numbers of the flags: the rows of the seed ``policy_flag`` in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iecareer.policy.in_force import read_numbers

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class FlagPolicy:
    """One number per row of the seed. The column ``description`` of the seed explains each number."""

    match_margin: float
    min_peers: float
    prior_strength_min: float
    prior_strength_max: float
    prior_strength_default: float
    months_until_match_known: float
    months_until_pay_known: float
    months_until_retention_known: float
    recent_cohorts: float
    trend_cohorts: float
    trend_prior_sd: float
    course_change_months: float
    light_rule_years: float
    min_training_units: float
    min_training_years: float
    false_discovery_rate: float
    review_budget: float
    least_probability: float
    bootstrap_draws: float
    interval_level: float
    size_band_medium_from: float
    size_band_large_from: float
    reason_min_n: float
    reason_min_n_pay: float

    def size_band(self, n_graduates: float) -> str:
        """Size band of a program by the graduates of its newest cohort."""
        if n_graduates < self.size_band_medium_from:
            return "small"
        return "medium" if n_graduates < self.size_band_large_from else "large"


def read_policy(connection: duckdb.DuckDBPyConnection) -> FlagPolicy:
    """The numbers in force on the day of the build.

    Raises
    ------
    IecareerError
        When the build has no policy, or a number is missing.
    """
    return read_numbers(connection, FlagPolicy, ["policy_flag"])
