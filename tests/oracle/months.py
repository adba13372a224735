"""Months as whole numbers (year * 12 + month - 1) and the dates of survey waves."""

from __future__ import annotations

import numpy as np
import pandas as pd

WAVES = (6, 12, 24, 36, 48, 60)
NEVER = 10**6  # a month after all months


def month_of(dates: pd.Series) -> pd.Series:
    """The month number of each date; `NEVER` where there is none."""
    numbers = dates.dt.year * 12 + dates.dt.month - 1
    return numbers.fillna(NEVER).astype("int64")


def wave_date(dates: pd.Series, months: int) -> pd.Series:
    """Each date so many months on, the day cut to the end of its month."""
    return dates + pd.DateOffset(months=months)


def year_of(months: pd.Series | np.ndarray) -> pd.Series | np.ndarray:
    """The calendar year of month numbers."""
    return months // 12
