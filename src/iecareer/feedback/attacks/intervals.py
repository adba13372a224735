"""Shares and intervals as the models make them from published counts, and what others give away.

The formulas are those of the macros ``published_share``, ``rounded_interval`` and ``outwards``. A share or an interval
that is not made of the counts beside it is made of other counts: the true ones, if the rules were broken.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from iecareer.feedback.attacks.windows import BASE

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import NDArray

    from iecareer.feedback.attacks.files import Tables

    Numbers = NDArray[np.float64]
    Facts = NDArray[np.bool_]

# 97.5 % point of the normal distribution, and the variance that rounding adds to a numerator.
Z = 1.959963984540054
VARIANCE = 4.0
FINE_FROM = 100
# Engines compute ends of intervals a little differently.
_NUDGE = 1e-7
_SAME = 1e-9


def _steps(n: Numbers) -> Numbers:
    """Steps of a published share of n people: whole percents, or tenths from 100 people on."""
    return np.where(n < FINE_FROM, 100.0, 1000.0)


def is_share(told: Numbers, k: Numbers, n: Numbers) -> Facts:
    """Whether a share is k / n as it is published, rounded half up."""
    steps = _steps(n)
    return np.abs(np.floor(np.round(k / n * steps, 9) + 0.5) / steps - told) < _SAME


def is_interval(low: Numbers, high: Numbers, k: Numbers, n: Numbers, v: float = VARIANCE) -> Facts:
    """Whether an interval is that of k / n as it is published, rounded outwards."""
    least, largest = _interval(k, n, v)
    return _is_end(low, least, _steps(n), np.floor) & _is_end(high, largest, _steps(n), np.ceil)


def _interval(k: Numbers, n: Numbers, v: float) -> tuple[Numbers, Numbers]:
    """All p with (k - n p)² <= z² (n p (1 - p) + v)."""
    z2 = Z * Z
    middle, scale = 2 * k * n + z2 * n, 2 * (n * n + z2 * n)
    width = np.sqrt(np.maximum(middle**2 - 2 * scale * (k * k - z2 * v), 0))
    return (middle - width) / scale, (middle + width) / scale


def _is_end(told: Numbers, end: Numbers, steps: Numbers, outwards: np.ufunc) -> Facts:
    near = [np.clip(outwards(end * steps + nudge) / steps, 0, 1) for nudge in (-_NUDGE, _NUDGE)]
    is_end: Facts = np.min([np.abs(end - told) for end in near], axis=0) < _SAME
    return is_end


def numbers(rows: pd.DataFrame, *columns: str) -> list[Numbers]:
    """Columns as arrays; nan where nothing is told."""
    return [rows[column].to_numpy(np.float64) for column in columns]


def is_wider(rows: pd.DataFrame) -> Facts:
    """Rows of one set whose interval is wider than its counts make it.

    The variance only grows if somebody had the event and somebody had not.
    """
    n, k, low, high = numbers(rows, "n", "k", "ci_low", "ci_high")
    with np.errstate(invalid="ignore"):
        least, largest = _interval(k, n, VARIANCE)
        steps = _steps(n)
        return (low * steps < np.floor(least * steps - _NUDGE) - _NUDGE) & (low > 0) | (
            high * steps > np.ceil(largest * steps + _NUDGE) + _NUDGE
        )


def told_by_digits(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of program-cohorts whose share or interval is not that of k and n, with the counts that it can be made of.

    Returns
    -------
    DataFrame
        The odd rows with k_low, k_high, n_low, n_high; nan where no counts near the published ones make these digits.
    """
    n, k, told, low, high = numbers(rows, "n", "k", "value", "ci_low", "ci_high")
    with np.errstate(invalid="ignore", divide="ignore"):
        is_other_share = ~np.isnan(told * k * n) & ~is_share(told, k, n)
        is_other_interval = ~np.isnan(low * high * k * n) & ~is_interval(low, high, k, n)
    odd = is_other_share | is_other_interval
    if not odd.any():
        return rows[:0]
    ends = np.full((4, int(odd.sum())), np.nan)
    told, low, high = told[odd], low[odd], high[odd]
    for more_k, more_n in product(range(1 - BASE, BASE), repeat=2):
        true_k, true_n = k[odd] + more_k, n[odd] + more_n
        makes = (true_k >= 0) & (true_k <= true_n)
        makes &= ~is_other_share[odd] | is_share(told, true_k, true_n)
        of_true = is_interval(low, high, true_k, true_n) | is_interval(low, high, true_k, true_n, 0.0)
        makes &= ~is_other_interval[odd] | of_true
        for at, (end, true) in enumerate(
            zip((np.fmin, np.fmax) * 2, (true_k, true_k, true_n, true_n), strict=True)
        ):
            ends[at] = np.where(makes, end(ends[at], true), ends[at])
    return rows[odd].assign(**dict(zip(("k_low", "k_high", "n_low", "n_high"), ends, strict=True)))


def odd_rows(tables: Tables) -> Iterator[tuple[str, pd.DataFrame]]:
    """Rows of all tables of shares, in any scope, whose share is not k / n, by table."""
    for table, rows in tables.rows.items():
        n, k, told = numbers(rows, "n", "k", "value")
        with np.errstate(invalid="ignore", divide="ignore"):
            odd = ~np.isnan(told * k * n) & ~is_share(told, k, n)
        if odd.any():
            yield table, rows[odd]
