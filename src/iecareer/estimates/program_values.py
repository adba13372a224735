"""The program values that are compared with peers, one row per indicator, program and cohort.

Input: the model ``msr_program_value``. Output: a data frame without rows of persons.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

SHARES = ("retention", "job_match")


def read_values(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """One row per indicator, institution, program and cohort, in a fixed order.

    Parameters
    ----------
    connection : DuckDBPyConnection
        A build with its marts.

    Returns
    -------
    DataFrame
        ``value`` is a share 0-1, or for ``starting_pay`` the mean log of real CNY per month; ``n_effective`` is the
        effective number of people, ``squares`` the sum of squared differences from the value. ``is_limited`` means
        that too many people are at a limit of the contribution base.
    """
    return connection.execute("from indicators.msr_program_value order by all").df()
