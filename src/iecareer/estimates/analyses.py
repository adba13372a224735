"""The analyses of salary differentials that can be adjusted, each with the cells of its two sides.

Analyses of a single institution or program are left out, because one cooperative institution is too few to estimate
the probability of cooperating.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iecareer.estimates.cells import read_cells, with_counterpart

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb
    import pandas as pd

ANALYSES = """
select analysis_key, measure, scope, mode, cohort_year, n_treated
from intermediate.int_differential_analysis
where not is_single_treated
order by all
"""
TREATED = """
select
    analysis_key, treated_institution_code as institution_code, treated_program_code as program_code,
    treated_cohort_year as cohort_year
from intermediate.int_differential_scope
where not is_single_treated
"""
PROGRAM_COHORT = ["institution_code", "program_code", "cohort_year"]


def read_analyses(
    connection: duckdb.DuckDBPyConnection,
) -> Iterator[tuple[dict[str, Any], pd.DataFrame]]:
    """Each analysis with the cells of its cooperative program-cohorts and of all comparison institutions.

    Parameters
    ----------
    connection : DuckDBPyConnection
        A build with its intermediate layer.
    """
    cells = read_cells(connection)
    treated = connection.execute(TREATED).df()
    for analysis in connection.sql(ANALYSES).to_arrow_table().to_pylist():
        scoped = treated.loc[treated["analysis_key"] == analysis["analysis_key"], PROGRAM_COHORT]
        yield analysis, _both_sides(cells[cells["measure"] == analysis["measure"]], scoped)


def _both_sides(cells: pd.DataFrame, scoped: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    cooperative = cells[cells["is_cooperative"]].merge(scoped, on=PROGRAM_COHORT)
    return with_counterpart(pd.concat([cooperative, cells[~cells["is_cooperative"]]], ignore_index=True))
