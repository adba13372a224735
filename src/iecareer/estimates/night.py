"""All estimates of a run, one after another, on its private build."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iecareer.estimates.analyses import read_analyses
from iecareer.estimates.curriculum_change import estimate_changes
from iecareer.estimates.policy import read_policy
from iecareer.estimates.program_estimates import estimate_programs
from iecareer.estimates.program_values import read_values
from iecareer.estimates.salary_decomposition import estimate_decompositions
from iecareer.estimates.salary_differential import estimate_differentials

if TYPE_CHECKING:
    import duckdb

# The models that the estimates are made of.
READ = (
    "int_curriculum_change",
    "int_differential_analysis",
    "int_differential_counterpart",
    "int_salary_cell",
    "msr_program_value",
    "msr_salary_differential",
    "stg_policy_number",
)


def build_estimates(run_id: str) -> dict[str, Any]:
    """Write schema ``estimates`` of a run's build, unless it has the estimates of the same rows from an earlier night.

    Parameters
    ----------
    run_id : str
        A pinned run whose marts are built.

    Returns
    -------
    dict
        Numbers of rows estimated, by kind.
    """
    from iecareer.runs.build import open_build
    from iecareer.runs.kept_build import is_rebuilt

    with open_build(run_id) as connection:
        return estimate(connection) if is_rebuilt(connection, READ) else {}


def estimate(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Write schema ``estimates`` on an open build.

    Raises
    ------
    IecareerError
        When a policy number is missing.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    policy = read_policy(connection)
    # Small matrices are slower with several threads, up to ten times on a busy machine.
    with threadpool_limits(limits=1):
        values = read_values(connection)
        # Analyses are read twice: all of them at once would hold the comparison cells a hundred times.
        return (
            estimate_differentials(connection, read_analyses(connection), policy)
            | estimate_decompositions(connection, read_analyses(connection), policy)
            | estimate_programs(connection, values, policy)
            | estimate_changes(connection, values, policy)
        )
