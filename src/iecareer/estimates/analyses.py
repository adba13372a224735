"""The analyses of salary differentials that can be adjusted, each with the cells of its two sides.

Analyses of a single institution or program are left out, because one cooperative institution is too few to estimate
the probability of cooperating.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from iecareer.estimates.cells import read_cells, with_counterpart

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb
    import pandas as pd
    from numpy.typing import NDArray

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
    import pandas as pd

    cells = read_cells(connection)
    program_cohort = np.asarray(cells.groupby(PROGRAM_COHORT, observed=True).ngroup(), dtype=np.int64)
    treated = _treated(connection, cells, program_cohort)
    for analysis in connection.sql(ANALYSES).to_arrow_table().to_pylist():
        is_of_measure = (cells["measure"] == analysis["measure"]).to_numpy()
        is_cooperative = cells["is_cooperative"].to_numpy(dtype=bool)
        is_treated = np.isin(program_cohort, treated.get(analysis["analysis_key"], []))
        cooperative = cells[is_of_measure & is_cooperative & is_treated]
        comparison = cells[is_of_measure & ~is_cooperative]
        yield analysis, with_counterpart(pd.concat([cooperative, comparison], ignore_index=True))


def _treated(
    connection: duckdb.DuckDBPyConnection, cells: pd.DataFrame, program_cohort: NDArray[np.int64]
) -> dict[str, NDArray[np.int64]]:
    """Numbers of the cooperative program-cohorts of each analysis."""
    numbered = cells[PROGRAM_COHORT].assign(number=program_cohort).drop_duplicates().astype(object)
    treated = connection.execute(TREATED).df().astype(object).merge(numbered, on=PROGRAM_COHORT)
    return {str(key): own.to_numpy(dtype=np.int64) for key, own in treated.groupby("analysis_key")["number"]}
