"""The definition of each feedback table: its mart, keys, counts, values and the minimum count behind a value.

A column of a mart that is not named here is not published.
"""

from __future__ import annotations

from dataclasses import dataclass

CELL = ("institution_code", "program_code", "cohort_year")


@dataclass(frozen=True)
class TableRule:
    """One feedback table.

    Parameters
    ----------
    name, mart : str
        Table in schema ``feedback`` and its mart in schema ``marts``.
    keys : tuple of str
        Key columns after institution, program and cohort.
    counts : tuple of str
        Columns that count graduates; a count below the rate minimum is withheld on its own.
    values : tuple of str
        Columns that are null unless the status is ``ok``.
    main : str
        The value that is compared with peers.
    guard : str
        The count that is compared with `minimum`.
    minimum : str
        Name of the policy row.
    money : tuple of str, optional
        Values rounded as wages.
    optional : tuple of str, optional
        Columns a mart may lack.
    rows : str, optional
        SQL condition for the rows of the mart that may be published; default: all.
    """

    name: str
    mart: str
    keys: tuple[str, ...]
    counts: tuple[str, ...]
    values: tuple[str, ...]
    main: str
    guard: str
    minimum: str
    money: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    rows: str = "true"

    @property
    def grain(self) -> tuple[str, ...]:
        """All key columns."""
        return (*CELL, *self.keys)


INTERVAL = ("ci_low", "ci_high")
RESPONSE = TableRule(
    "response",
    "msr_response",
    ("wave_months",),
    ("n",),
    ("n_respondents", "response_rate", *INTERVAL),
    main="response_rate",
    guard="n",
    minimum="min_n_rate",
)
# A placement rate rests on the destination register (wave 0). No survey stands in for it, such as moe_2024, which
# counts everybody who did not answer as not placed.
EMPLOYMENT = TableRule(
    "employment",
    "msr_employment",
    ("wave_months", "definition", "weighting"),
    ("n",),
    ("share", *INTERVAL),
    main="share",
    guard="n",
    minimum="min_n_rate",
    rows="wave_months = 0 or definition in ('known_only', 'employment_only', 'register', 'not_captured')",
)
JOB_MATCH = TableRule(
    "job_match",
    "msr_job_match",
    ("wave_months", "definition", "fit", "weighting"),
    ("n",),
    ("share", *INTERVAL),
    main="share",
    guard="n",
    minimum="min_n_rate",
)
RETENTION = TableRule(
    "retention",
    "msr_retention",
    ("horizon_months",),
    ("n", "n_at_risk"),
    ("n_events", "retention", *INTERVAL, "rmst_60"),
    main="retention",
    guard="n_at_risk",
    minimum="min_n_at_risk",
)
# Events by month are left out, because a step of the curve may reveal when one graduate left.
RETENTION_CURVE = TableRule(
    "retention_curve",
    "msr_retention_curve",
    ("months",),
    ("n_at_risk",),
    ("retention", *INTERVAL),
    main="retention",
    guard="n_at_risk",
    minimum="min_n_at_risk",
)
STARTING_SALARY = TableRule(
    "starting_salary",
    "msr_starting_salary",
    ("measure",),
    ("n",),
    ("p25", "p50", "p75", "mean", "share_floor", "share_cap"),
    main="p50",
    guard="n",
    minimum="min_n_wage",
    money=("p25", "p50", "p75", "mean"),
    optional=("share_floor", "share_cap"),
)
RATES = (RESPONSE, EMPLOYMENT, JOB_MATCH, RETENTION, RETENTION_CURVE)
