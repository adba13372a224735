"""Counts of program-cohorts from the totals that contain them.

Totals of shares add up rounded counts, so what is not shown can be taken from them, as it was rounded. Totals of
retention and pay are rounded on their own: each is a window of its own around the sum of its program-cohorts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from iecareer.feedback.attacks.windows import BASE, FREE

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import NDArray

    from iecareer.feedback.attacks.files import Tables

    Numbers = NDArray[np.float64]
    Integers = NDArray[np.int64]

# Program-cohorts that totals leave out.
_LEFT_OUT = ("not_comparable", "not_observed")
_ROUNDS = 3
_STEPS = 50


def recovered(
    cells: pd.DataFrame, rows: pd.DataFrame, totals: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of one share by program-cohort, with what their totals tell of counts that are not shown.

    Parameters
    ----------
    cells : DataFrame
        Codes and cohorts by number of cell.
    rows, totals : DataFrame
        Rows by program-cohort, and rows of a program's cohorts together, an institution's cohort or an institution.

    Returns
    -------
    rows : DataFrame
        The rows with more of n and k.
    wrong : DataFrame
        Totals that are not the sum of their program-cohorts.
    """
    is_counted = ~rows["status"].isin(_LEFT_OUT).to_numpy()
    kinds = [kind for kind in _kinds(cells, rows[is_counted], totals) if len(kind[0])]
    is_wrong, found = np.zeros(len(totals), bool), {}
    for column in ("n", "k"):
        counts = rows[column].to_numpy(np.float64).copy()
        is_open = np.isnan(counts) & rows["n"].notna().to_numpy()
        is_wrong_here = _filled(counts, is_counted, is_open, kinds, totals[column].to_numpy(np.float64))
        # totals of this kind that are no sums tell nothing about what is not shown
        found[column] = rows[column].to_numpy(np.float64) if is_wrong_here.any() else counts
        is_wrong |= is_wrong_here
    return rows.assign(**found), totals[is_wrong]


def _filled(
    counts: Numbers,
    is_counted: NDArray[np.bool_],
    is_open: NDArray[np.bool_],
    kinds: list[tuple[Integers, Integers]],
    told: Numbers,
) -> NDArray[np.bool_]:
    """Fill counts; those that are open are not small because they are not shown, so their totals tell nothing."""
    own, is_wrong = counts[is_counted], np.zeros(len(told), bool)
    for _ in range(_ROUNDS):
        for part, total in kinds:
            has_open = np.bincount(total, is_open[is_counted][part], len(told)) > 0
            is_wrong |= _fill(own, part, total, np.where(has_open, np.nan, told))
    counts[is_counted] = own
    return is_wrong


def _kinds(
    cells: pd.DataFrame, rows: pd.DataFrame, totals: pd.DataFrame
) -> Iterator[tuple[Integers, Integers]]:
    """Pairs of a program-cohort and a total that contains it, for each kind of total."""
    left = cells.loc[rows["cell"]].assign(months=rows["months"].to_numpy(), part=np.arange(len(rows)))
    right = cells.loc[totals["cell"]].assign(months=totals["months"].to_numpy(), total=np.arange(len(totals)))
    for keys in (("program_code",), ("cohort_from",), ()):
        is_kind = (right["program_code"] != "") == ("program_code" in keys)
        is_kind &= (right["cohort_from"] >= 0) == ("cohort_from" in keys)
        columns = ["institution_code", *keys, "months"]
        joined = left[[*columns, "part"]].merge(right.loc[is_kind, [*columns, "total"]], on=columns)
        yield joined["part"].to_numpy(), joined["total"].to_numpy()


def _fill(counts: Numbers, part: Integers, total: Integers, told: Numbers) -> NDArray[np.bool_]:
    """Fill the counts to which totals leave only one value; returns totals that no values agree with."""
    is_hidden = np.isnan(counts[part])
    rest = told - np.bincount(total, np.nan_to_num(counts[part]), len(told))
    n_hidden = np.bincount(total, is_hidden, len(told))
    is_total = np.bincount(total, minlength=len(told)) > 0
    is_sum = (rest >= 0) & (rest <= BASE * n_hidden) & (rest % BASE == 0)
    is_certain = is_sum & ((n_hidden == 1) | (rest == 0) | (rest == BASE * n_hidden))
    is_filled = is_hidden & is_certain[total]
    counts[part[is_filled]] = (rest / np.maximum(n_hidden, 1))[total[is_filled]]
    is_wrong: NDArray[np.bool_] = is_total & ~np.isnan(told) & ~is_sum
    return is_wrong


@dataclass
class Linked:
    """Whole counts of program-cohorts and the windows of their sums.

    Parameters
    ----------
    low, high : arrays
        Of each program-cohort.
    part, total : arrays
        Pairs of a program-cohort and a total that contains it.
    total_low, total_high : arrays
        Of each total.
    """

    low: Integers
    high: Integers
    part: Integers
    total: Integers
    total_low: Integers
    total_high: Integers

    def tighten(self) -> None:
        """Take from every window what the others exclude, until nothing changes."""
        for _ in range(_STEPS):
            before = self.low.sum() - self.high.sum() + self.total_low.sum() - self.total_high.sum()
            least, most = self._sum(self.low), self._sum(self.high)
            self.total_low = np.maximum(self.total_low, least)
            self.total_high = np.minimum(self.total_high, most)
            others_least = least[self.total] - self.low[self.part]
            others_most = most[self.total] - self.high[self.part]
            np.minimum.at(self.high, self.part, self.total_high[self.total] - others_least)
            np.maximum.at(self.low, self.part, self.total_low[self.total] - others_most)
            after = self.low.sum() - self.high.sum() + self.total_low.sum() - self.total_high.sum()
            if after == before:
                return

    def _sum(self, ends: Integers) -> Integers:
        return np.bincount(self.total, ends[self.part], len(self.total_low)).astype(np.int64)

    def solve(self, part: int) -> tuple[int, int]:
        """The least and the largest value of one program-cohort by integer programs over all windows."""
        from scipy.optimize import Bounds, LinearConstraint, milp  # type: ignore[import-untyped]
        from scipy.sparse import coo_array  # type: ignore[import-untyped]

        parts = np.unique(self.part[np.isin(self.total, self.total[self.part == part])])
        inside = np.isin(self.part, parts)
        whole = np.unique(self.total[inside])
        whole = whole[[bool(np.isin(self.part[self.total == total], parts).all()) for total in whole]]
        inside &= np.isin(self.total, whole)
        places = np.searchsorted(whole, self.total[inside]), np.searchsorted(parts, self.part[inside])
        matrix = coo_array((np.ones(int(inside.sum())), places), shape=(len(whole), len(parts)))
        windows = LinearConstraint(matrix, self.total_low[whole], self.total_high[whole])
        found = []
        for sign in (1, -1):
            aim = np.where(parts == part, sign, 0)
            bounds = Bounds(self.low[parts], self.high[parts])
            result = milp(aim, integrality=np.ones(len(parts)), bounds=bounds, constraints=windows)
            end = self.low if sign > 0 else self.high
            found.append(sign * round(result.fun) if result.success else end[part])
        return int(found[0]), int(found[1])


def linked(
    tables: Tables, units: Integers, low: Integers, high: Integers, most: Integers
) -> tuple[Linked, Integers]:
    """Program-cohorts within the windows of sets of any scope (`units`: numbers of cells); returns also their cells.

    Parameters
    ----------
    tables : Tables
        The release.
    units, low, high : arrays
        Cells whose number of people lies between low and high. A program-cohort without any row, of up to 4 people, can
        be part of each of them, so low holds only for cells of one program-cohort.
    most : array
        The largest number of people of each cell by what else is known.
    """
    cells = tables.cells
    atoms = np.flatnonzero(is_program_cohort(cells))
    part, total = [], []
    own = cells.loc[atoms].assign(part=np.arange(len(atoms)))
    wide = cells.loc[units].assign(total=np.arange(len(units)))
    for keys in (["institution_code", "program_code"], ["institution_code"]):
        some = wide[(wide["program_code"] != "") == (len(keys) > 1)]
        joined = own.merge(some, on=keys, suffixes=("", "_of"))
        is_in = joined["cohort_from"].between(joined["cohort_from_of"], joined["cohort_to_of"])
        is_in |= joined["cohort_from_of"] < 0
        part.append(joined["part"].to_numpy()[is_in])
        total.append(joined["total"].to_numpy()[is_in])
    return (
        Linked(
            np.zeros(len(atoms), np.int64),
            np.minimum(most[atoms], FREE).astype(np.int64),
            np.concatenate(part),
            np.concatenate(total),
            np.where(is_program_cohort(wide), low, 0).astype(np.int64),
            high.astype(np.int64),
        ),
        atoms,
    )


def is_program_cohort(cells: pd.DataFrame) -> NDArray[np.bool_]:
    """Cells of one program and one cohort."""
    is_one = (cells["program_code"] != "") & (cells["cohort_from"] >= 0)
    is_one &= cells["cohort_from"] == cells["cohort_to"]
    return is_one.to_numpy()
