"""Graduates counted in cells: one query, and after it no row of a person.

In come ``int_salary_outcome`` and ``int_graduate`` of the private build; out goes a frame with one row per
measure, institution, program, cohort, side and combination of covariates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from iecareer.estimates.sample import Sample

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    from numpy.typing import NDArray

# Entry scores have mean 0 and standard deviation 1; beyond this many the band is open.
SCORE_LIMIT = 2.5
YOUNGEST, OLDEST = 19, 27
CATEGORIES = ("sex", "program_group_code", "region_class", "cohort_year")

CELLS = """
with graduate as (
    select
        outcome.measure, outcome.institution_code, outcome.program_code, outcome.cohort_year,
        outcome.is_cooperative, outcome.sex, outcome.region_class, graduate.program_group_code,
        substr(graduate.origin_region_code, 1, 2) = substr(graduate.province_code, 1, 2) as is_local,
        greatest($youngest, least($oldest, outcome.cohort_year - graduate.birth_year)) as age,
        case
            when isfinite(graduate.entry_score)
                then greatest(-$score, least($score, round(graduate.entry_score / $band) * $band))
        end as entry_score,
        outcome.log_salary, outcome.real_salary_month_cny, outcome.n_limits
    from intermediate.int_salary_outcome as outcome
    inner join intermediate.int_graduate as graduate on outcome.graduate_id = graduate.graduate_id
    where outcome.region_class is not null
)
select
    measure, institution_code, program_code, cohort_year, is_cooperative, sex, region_class,
    program_group_code, coalesce(is_local, false)::int as is_local, age,
    coalesce(entry_score, 0.0) as entry_score, (entry_score is null)::int as is_score_unknown,
    count(*)::double as n, sum(log_salary) as sum_log, sum(real_salary_month_cny) as sum_cny,
    sum(n_limits)::double as n_limits
from graduate
group by all
order by all
"""


def read_cells(connection: duckdb.DuckDBPyConnection, score_band: float) -> pd.DataFrame:
    """Cells of all graduates on either side, in an order that does not depend on that of the rows.

    Parameters
    ----------
    connection : DuckDBPyConnection
        A build with its intermediate layer.
    score_band : float
        Width of the bands entry scores are rounded to, in standard deviations.
    """
    return connection.execute(
        CELLS, {"youngest": YOUNGEST, "oldest": OLDEST, "score": SCORE_LIMIT, "band": score_band}
    ).df()


def with_counterpart(cells: pd.DataFrame) -> pd.DataFrame:
    """The cells of program groups and cohorts in which both sides have somebody."""
    place = [cells["program_group_code"], cells["cohort_year"]]
    has_both = cells["is_cooperative"].groupby(place).transform("nunique") == 2
    return cells[has_both]


def sample_of(cells: pd.DataFrame) -> Sample:
    """Cells as the estimator wants them; outcomes are log pay and pay in CNY per month."""
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
    """Numbers as they are, the score also squared; one 0/1 column per category but the first."""
    import pandas as pd

    numbers = cells[["entry_score", "is_score_unknown", "age", "is_local"]].assign(
        entry_score_squared=cells["entry_score"] ** 2
    )
    listed = cells[list(CATEGORIES)].astype(str)
    frame = pd.concat([numbers, pd.get_dummies(listed, prefix_sep=" ", drop_first=True)], axis=1)
    return frame.to_numpy(dtype=float), tuple(frame.columns)
