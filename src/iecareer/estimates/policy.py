"""Policy numbers of the estimates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iecareer.policy.in_force import read_numbers

if TYPE_CHECKING:
    import duckdb

# Marts and releases share some of the numbers; these are in their seeds.
SEEDS = ("policy_estimate", "policy_indicator", "policy_disclosure")


@dataclass(frozen=True)
class EstimatePolicy:
    """One number per row of a seed. The column ``description`` of the seed explains each number."""

    folds: float
    repeats: float
    penalty: float
    propensity_limit: float
    extreme_share_max: float
    imbalance_max: float
    effective_min: float
    effective_share_min: float
    trim: float
    range_warn: float
    comparison_share_warn: float
    differential_min_institutions: float
    limit_share_max: float
    funnel_false_discovery: float
    event_window: float
    min_peers: float


def read_policy(connection: duckdb.DuckDBPyConnection) -> EstimatePolicy:
    """The numbers in force on the day of the build.

    Raises
    ------
    IecareerError
        When the build has no policy, or a number is missing.
    """
    return read_numbers(connection, EstimatePolicy, SEEDS)
