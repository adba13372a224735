"""Reads cells of graduates into the samples that the estimators use.

Input: the model ``int_salary_cell``, one row per measure, institution, program, cohort, side and combination of
covariates. Output: samples. No row of a person is read here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from iecareer.estimates.sample import Sample

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    from numpy.typing import NDArray

CATEGORIES = ("sex", "program_group_code", "region_class", "cohort_year")


def read_cells(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Cells of all graduates on either side, in a fixed order.

    Columns of text are categories, so that a region with a cell for nearly every graduate fits into memory.

    Parameters
    ----------
    connection : DuckDBPyConnection
        A build with its intermediate layer.
    """
    import pyarrow as pa

    table = connection.sql("from intermediate.int_salary_cell order by all").to_arrow_table()
    for at, column in enumerate(table.schema):
        if pa.types.is_string(column.type):
            encoded = table.column(at).dictionary_encode().unify_dictionaries()
            table = table.set_column(at, column.name, encoded)
    cells: pd.DataFrame = table.to_pandas()
    return cells


def sample_of(cells: pd.DataFrame) -> Sample:
    """Cells in the format of the estimator; outcomes are log pay and pay in CNY per month."""
    covariates, names = _covariates(cells)
    n = cells["n"].to_numpy()
    return Sample(
        covariates,
        names,
        cells["is_cooperative"].to_numpy(dtype=bool),
        n,
        cells[["sum_log", "sum_cny"]].to_numpy() / n[:, None],
        np.unique(cells["institution_code"].astype(str), return_inverse=True)[1].astype(np.intp),
    )


def _covariates(cells: pd.DataFrame) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """The covariates: numbers, the square of the score, and one 0/1 column per category except the first."""
    import pandas as pd

    numbers = cells[["entry_score", "is_score_unknown", "age", "is_local"]].assign(
        entry_score_squared=cells["entry_score"] ** 2
    )
    listed = cells[list(CATEGORIES)].astype(str)
    frame = pd.concat([numbers, pd.get_dummies(listed, prefix_sep=" ", drop_first=True)], axis=1)
    return frame.to_numpy(dtype=float), tuple(frame.columns)
