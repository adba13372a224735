"""What graduates earn at a time after graduation, by the register."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .cohorts import CELL
from .coverage import Coverage
from .retention import HORIZONS
from .starting_salary import FIRST_MONTHS, distribution, mean_pay


def wage(
    graduates: pd.DataFrame, owned: pd.DataFrame, region_year: pd.DataFrame, covered: Coverage
) -> pd.DataFrame:
    """`msr_wage` of the register; `owned` has the months of each graduate row."""
    paid = paid_rows(graduates, owned, region_year, covered).merge(graduates[["row", *CELL]], on="row")
    keys = [*CELL, "horizon_months"]
    return pd.DataFrame([
        dict(zip(keys, key, strict=True)) | {"measure": "register"} | distribution(people, has_limits=True)
        for key, people in paid.groupby(keys)
    ])  # fmt: skip


def paid_rows(
    graduates: pd.DataFrame, owned: pd.DataFrame, region_year: pd.DataFrame, covered: Coverage
) -> pd.DataFrame:
    """What each graduate row earns at a horizon, y in real CNY per month, where all its months are observed."""
    parts = []
    for horizon in HORIZONS:
        first = graduates["graduated"] + horizon
        parts.append(graduates.assign(horizon_months=horizon, first=first, last=first + FIRST_MONTHS - 1))
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[rows["last"] < rows["next_graduation"]]
    rows = rows[covered.each(rows, "is_whole", "first", "last").astype(bool)]
    paid = owned.merge(rows[["row", "horizon_months", "first", "last"]], on="row")
    paid = _best_paid(paid[paid["month"].between(paid["first"], paid["last"])])
    return mean_pay(paid, region_year, ("row", "horizon_months"))


def _best_paid(paid: pd.DataFrame) -> pd.DataFrame:
    """The rows of each month's best-paid employer (of two that tie the one with the smaller code)."""
    base = paid.groupby(["row", "month", "employer"])["contribution_base"].transform("sum")
    rows = paid.assign(order=-np.round(base, 2)).sort_values(["row", "month", "order", "employer"])
    best = rows.drop_duplicates(["row", "month"])[["row", "month", "employer"]]
    return rows.merge(best, on=["row", "month", "employer"]).drop(columns="order")
