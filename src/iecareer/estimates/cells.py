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
    from scipy.sparse import csr_array  # type: ignore[import-untyped]

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
    n = cells["n"].to_numpy(dtype=float)
    return Sample(
        covariates,
        names,
        cells["is_cooperative"].to_numpy(dtype=bool),
        n,
        cells[["sum_log", "sum_cny"]].to_numpy() / n[:, None],
        _coded(cells["institution_code"])[0],
    )


def _covariates(cells: pd.DataFrame) -> tuple[csr_array, tuple[str, ...]]:
    """The covariates: numbers, the square of the score, and one 0/1 column per category except the first."""
    from scipy.sparse import csr_array, hstack

    numbers = cells[["entry_score", "is_score_unknown", "age", "is_local"]].assign(
        entry_score_squared=cells["entry_score"] ** 2
    )
    blocks, names = [csr_array(numbers.to_numpy(dtype=float))], [*numbers.columns]
    for column in CATEGORIES:
        codes, words = _coded(cells[column])
        rows = np.flatnonzero(codes)
        shape = (len(cells), max(len(words) - 1, 0))
        blocks.append(csr_array((np.ones(len(rows)), (rows, codes[rows] - 1)), shape=shape))
        names += [f"{column} {word}" for word in words[1:]]
    return hstack(blocks, format="csr"), tuple(names)


def _coded(column: pd.Series) -> tuple[NDArray[np.intp], list[str]]:
    """The number of each row's word among the sorted words, and the words; a missing value is a word of its own."""
    codes, values = column.factorize(use_na_sentinel=False)
    words = [str(value) for value in values]
    order = np.argsort(words)
    place = np.empty(len(words), dtype=np.intp)
    place[order] = np.arange(len(words))
    return place[codes], [words[at] for at in order]
