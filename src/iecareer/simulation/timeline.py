"""Dates of the simulated region. They are fixed, so that the same seed gives the same bytes on any day.

Months and days are numbered from January 1970, like ``datetime64[M]`` and ``datetime64[D]``.
"""

from __future__ import annotations

import zlib
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Array = NDArray[Any]

COHORTS = tuple(range(2018, 2026))
OBSERVED_ON = date(2026, 11, 20)
PRICE_YEARS = tuple(range(2015, 2027))
PRICE_BASE_YEAR = PRICE_YEARS[-1]
NEWEST_MONTH = {"social_insurance_coastal": "2026-10", "social_insurance_inland": "2026-09"}


def month_number(text: str) -> int:
    """Months since January 1970 of a month written ``YYYY-MM``."""
    return int(np.datetime64(text, "M").astype(np.int64))


def year_of(months: Ints) -> Ints:
    """Calendar year of each month number."""
    return months // 12 + 1970


def months_of(days: Array) -> Ints:
    """Month number of each ``datetime64[D]``."""
    return days.astype("datetime64[M]").astype(np.int64)


def first_days(months: Ints) -> Array:
    """The first day of each month number, as ``datetime64[D]``."""
    return months.astype("datetime64[M]").astype("datetime64[D]")


def stream(seed: int, purpose: str) -> np.random.Generator:
    """A random generator per purpose, so that a change in one part of the region does not affect the others."""
    return np.random.default_rng([seed, zlib.crc32(purpose.encode())])
