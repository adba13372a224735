"""The analyses of salary differentials that can be adjusted, each with the cells of its two sides.

Analyses of a single institution or program are left out, because one cooperative institution is too few to estimate
the probability of cooperating.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from iecareer.estimates.cells import read_cells

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
COMPARED = """
select institution_code, program_code, cohort_year
from intermediate.int_differential_counterpart
where analysis_key = $analysis_key and measure = $measure
"""
PROGRAM_COHORT = ["institution_code", "program_code", "cohort_year"]


def read_analyses(
    connection: duckdb.DuckDBPyConnection,
) -> Iterator[tuple[dict[str, Any], pd.DataFrame]]:
    """Each analysis with the cells of its cooperative program-cohorts and of those they are compared with.

    Parameters
    ----------
    connection : DuckDBPyConnection
        A build with its intermediate layer.
    """
    cells = read_cells(connection)
    number = np.asarray(cells.groupby(PROGRAM_COHORT, observed=True).ngroup(), dtype=np.int64)
    numbered = cells[PROGRAM_COHORT].assign(number=number).drop_duplicates().astype(object)
    for analysis in connection.sql(ANALYSES).to_arrow_table().to_pylist():
        of_measure = {name: analysis[name] for name in ("analysis_key", "measure")}
        compared = (
            connection.execute(COMPARED, of_measure).df().astype(object).merge(numbered, on=PROGRAM_COHORT)
        )
        is_of_measure = (cells["measure"] == analysis["measure"]).to_numpy()
        is_compared = np.isin(number, compared["number"].to_numpy(dtype=np.int64))
        yield analysis, cells[is_of_measure & is_compared].reset_index(drop=True)
