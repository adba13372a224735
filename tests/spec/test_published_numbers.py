"""The macros behind published numbers: rounding is right on average, and intervals hold as often as they say."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest
from scipy.stats import binom

from tests.models import macro

Z = "1.959963984540054"
# u within each fifth: where a count changes by rounding, it changes at a fifth.
FIFTHS = np.arange(0.1, 1, 0.2)
LARGEST = 119


def intervals() -> dict[str, np.ndarray]:
    """Ends of the published interval, by numerator and denominator in fifths."""
    ends = ", ".join(
        macro(f"outwards(rounded_interval('k', 'n', '4.0', '{Z}', '{side}'), 'n', 100, '{side}')")
        + f" as {name}"
        for side, name in (("-", "low"), ("+", "high"))
    )
    counts = """select 5::double * k as k, 5::double * n as n
        from range(0, 26) as k(k), range(1, 26) as n(n) where k <= n"""
    found = duckdb.execute(f"select k, n, {ends} from ({counts})").fetchnumpy()
    tables = {name: np.full((26, 26), np.nan) for name in ("low", "high")}
    for name, table in tables.items():
        table[(found["k"] / 5).astype(int), (found["n"] / 5).astype(int)] = found[name]
    return tables


def rounded(counts: np.ndarray, u: float) -> np.ndarray:
    """Counts as the macro rounds them, with the number u of their set."""
    sql = macro(f"rounded_count('c', '{int(u * 2**32)}', 5)")
    listed = ", ".join(f"({place}, {count!r}::double)" for place, count in enumerate(counts.tolist()))
    return duckdb.execute(
        f"select {sql} as r from (values {listed}) as t(place, c) order by place"
    ).fetchnumpy()["r"]


def test_rounded_counts_are_right_on_average_and_off_by_less_than_five() -> None:
    counts = np.arange(0, 200)
    each = np.array([rounded(counts, u) for u in FIFTHS])
    assert (each % 5 == 0).all()
    assert (abs(each - counts) < 5).all()
    assert each.mean(axis=0) == pytest.approx(counts)


@pytest.mark.parametrize(("u", "expected"), [(0.0, [0, 0, 5, 5, 10]), (1 - 2**-32, [0, 5, 5, 10, 10])])
def test_multiples_of_the_base_stay(u: float, expected: list[int]) -> None:
    assert rounded(np.array([0, 4, 5, 9, 10]), u).tolist() == expected


def test_an_estimate_just_below_a_whole_number_counts_as_that_number() -> None:
    assert rounded(np.array([5 - 1e-12, 5 - 1e-6]), 0.0).tolist() == [5, 0]


def test_published_intervals_hold_the_true_share_as_often_as_they_say() -> None:
    """Chance and rounding together, by adding up all cases: mean coverage by band of n, and the least of all."""
    shares, ends = np.arange(0.05, 0.96, 0.05), intervals()
    found: dict[int, np.ndarray] = {}
    for n in range(14, LARGEST + 1):
        k = np.arange(n + 1)
        held = np.zeros(len(shares))
        for u in FIFTHS:
            fifths, of_n = np.floor(k / 5 + u).astype(int), int(np.floor(n / 5 + u))
            low, high = ends["low"][fifths, of_n, None], ends["high"][fifths, of_n, None]
            covers = (low <= shares + 1e-12) & (shares - 1e-12 <= high)
            held += (binom.pmf(k[:, None], n, shares) * covers).sum(axis=0) / len(FIFTHS)
        found[n] = held
    means = {
        band: np.mean([found[n] for n in range(*band)]) for band in ((14, 20), (20, 40), (40, LARGEST + 1))
    }
    assert list(means.values()) == pytest.approx([0.98, 0.975, 0.97], abs=0.003)
    assert min(held.min() for held in found.values()) > 0.87
