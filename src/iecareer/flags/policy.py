"""Policy numbers of the flags: the rows of the seed ``policy_flag`` in force."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from iecareer.flags.forecast import Structure
from iecareer.flags.posterior import TwoGroups
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
    prior_fallen_share: float
    prior_fallen_depth: float
    prior_fallen_strength: float
    prior_kept_strength: float
    min_answers: float
    months_until_match_known: float
    months_until_pay_known: float
    months_until_retention_known: float
    recent_cohorts: float
    trend_cohorts: float
    forecast_cohorts: float
    level_sd: float
    cohort_sd: float
    fall_rate: float
    fall_slow: float
    fall_fast: float
    fall_cohorts: float
    code_level_sd: float
    code_cohort_sd: float
    code_min_answers: float
    code_min_codes: float
    code_alarm_probability: float
    course_change_months: float
    light_rule_years: float
    min_training_units: float
    min_training_years: float
    false_discovery_rate: float
    review_budget: float
    least_probability: float
    bootstrap_draws: float
    interval_level: float
    choice_level: float
    drift_limit: float
    drift_missing_limit: float
    size_band_medium_from: float
    size_band_large_from: float
    reason_min_n: float
    reason_min_n_pay: float

    @property
    def two_groups(self) -> TwoGroups:
        """The two-group prior of a program's match."""
        return TwoGroups(
            self.prior_fallen_share,
            self.prior_fallen_depth,
            self.prior_fallen_strength,
            self.prior_kept_strength,
        )

    @property
    def structure(self) -> Structure:
        """What the structural forecast assumes."""
        return Structure(
            self.level_sd,
            self.cohort_sd,
            self.fall_rate,
            self.fall_slow,
            self.fall_fast,
            self.fall_cohorts,
        )

    @property
    def structure_of_codes(self) -> Structure:
        """The same for whole program codes, whose levels differ more."""
        return replace(self.structure, level_sd=self.code_level_sd, cohort_sd=self.code_cohort_sd)

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
