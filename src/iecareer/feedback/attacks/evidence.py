"""What the tables say about each set of people: its published counts, by the states that they count."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from iecareer.feedback.attacks import intervals, rules, sums, windows
from iecareer.feedback.attacks.windows import BASE, Integers

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from iecareer.feedback.attacks.files import Tables
    from iecareer.feedback.attacks.rules import Range

_LARGEST_HIDDEN = 9


@dataclass
class Evidence:
    """The published numbers of the sets of one split.

    Parameters
    ----------
    split : Split
        States in their order.
    units : array
        The sets, by number of cell and months (`files.Tables`), ascending.
    counts : list of (range, array)
        Published counts of some states in a row, by set; nan where not published.
    bounds : array of shape (sets, nodes, nodes)
        What else is known (`windows.no_bounds`).
    wrong : list of DataFrame
        Totals that are not the sum of their program-cohorts.
    """

    split: rules.Split
    units: NDArray[np.int64]
    counts: list[tuple[Range, NDArray[np.float64]]] = field(default_factory=list)
    bounds: Integers = field(default_factory=lambda: windows.no_bounds(0, 1))
    wrong: list[pd.DataFrame] = field(default_factory=list)

    @property
    def n_nodes(self) -> int:
        """States and their beginning."""
        return len(self.split.states) + 1

    def add(self, places: Range, values: NDArray[np.float64], *, is_exact: bool) -> None:
        """A published count of the states between two nodes."""
        if is_exact:
            low, high = (
                np.where(np.isnan(values), 0, values),
                np.where(np.isnan(values), windows.FREE, values),
            )
            windows.limit(self.bounds, *places, low.astype(np.int32), high.astype(np.int32))
        else:
            self.counts.append((places, values))

    def hide(self, places: Range, is_hidden: NDArray[np.bool_]) -> None:
        """A count that is not given because it is rounded to less than 10."""
        high = np.where(is_hidden, _LARGEST_HIDDEN, windows.FREE).astype(np.int32)
        windows.limit(self.bounds, *places, 0, high)


def of_splits(tables: Tables) -> list[Evidence]:
    """Evidence of program-cohorts about every split of the seeds."""
    found = (_of_split(tables, split) for split in rules.splits())
    return [evidence for evidence in found if len(evidence.units)]


def _of_split(tables: Tables, split: rules.Split) -> Evidence:
    rows = [(quotient, *rows_of(tables, quotient)) for quotient in split.quotients]
    evidence = begin(split, [found for _, found, _ in rows])
    # a set without people has no row
    windows.limit(evidence.bounds, 0, evidence.n_nodes - 1, 1, windows.FREE)
    for quotient, found, totals in rows:
        if len(found):
            filled, wrong = sums.recovered(tables.cells, found, totals)
            evidence.wrong.append(wrong.assign(table=quotient.table))
            add_quotient(evidence, quotient, filled, are_exact(found))
            _true_minimum(evidence, quotient.total, found)
    return evidence


def begin(split: rules.Split, rows: Sequence[pd.DataFrame]) -> Evidence:
    """Evidence without a number about all sets that the rows name."""
    units = np.unique(np.concatenate([found["unit"].to_numpy(np.int64) for found in rows]))
    return Evidence(split, units, bounds=windows.no_bounds(len(units), len(split.states) + 1))


def add_quotient(
    evidence: Evidence, quotient: rules.Quotient, rows: pd.DataFrame, is_exact: tuple[bool, bool]
) -> None:
    """Numerator and denominator of a share. Where two tables tell them differently, both are evidence."""
    again = rows.duplicated("unit")
    if again.any():
        add_quotient(evidence, quotient, rows[again], is_exact)
        rows = rows[~again]
    # only rows of at least 5 people, rounded, are published
    n, k = aligned(evidence, rows, rows["n"].fillna(BASE)), aligned(evidence, rows, rows["k"])
    evidence.add(quotient.total, n, is_exact=is_exact[0])
    evidence.add(quotient.hits, k, is_exact=is_exact[1])
    _add_digits(evidence, quotient, intervals.told_by_digits(rows))


def _add_digits(evidence: Evidence, quotient: rules.Quotient, odd: pd.DataFrame) -> None:
    """Counts that rows with unexpected digits are made of (`intervals.told_by_digits`)."""
    if odd.empty:
        return
    for places, name in ((quotient.hits, "k"), (quotient.total, "n")):
        low, high = (aligned(evidence, odd, odd[f"{name}_{end}"]) for end in ("low", "high"))
        low, high = np.where(np.isnan(low), 0, low), np.where(np.isnan(high), windows.FREE, high)
        windows.limit(evidence.bounds, *places, low.astype(np.int32), high.astype(np.int32))


def _true_minimum(evidence: Evidence, places: Range, rows: pd.DataFrame) -> None:
    """A minimum that was judged by true counts shows when a count is withheld although it is rounded to 10."""
    is_few = (rows["status"] == "too_few") & rows["n"].notna()
    if not is_few.any():
        return
    is_enough = aligned(evidence, rows, rows["status"] == "ok") == 1
    low = np.where(is_enough, _LARGEST_HIDDEN + 1, 0).astype(np.int32)
    windows.limit(evidence.bounds, *places, low, windows.FREE)
    evidence.hide(places, aligned(evidence, rows, is_few) == 1)


def aligned(evidence: Evidence, rows: pd.DataFrame, values: ArrayLike) -> NDArray[np.float64]:
    """Values of `rows` for each set of the evidence; nan where there is no row."""
    found = np.full(len(evidence.units), np.nan)
    found[np.searchsorted(evidence.units, rows["unit"].to_numpy(np.int64))] = np.asarray(values, np.float64)
    return found


def rows_of(tables: Tables, quotient: rules.Quotient) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of a share by program-cohort, and of a program's or an institution's program-cohorts together."""
    found = tables.of(quotient.table)
    _, definition, fit = rules.COLUMNS[quotient.table]
    is_it = found["scope"].isin(("program", "institution"))
    if definition:
        is_it &= found[definition] == quotient.definition
    if fit:
        is_it &= found[fit] == quotient.fit
    if "weighting" in found:
        is_it &= found["weighting"] != "weighted"
    return divided(found[is_it])


def divided(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows by program-cohort, and of several of them together."""
    is_one = (rows["scope"] == "program") & (rows["cohort_from"] >= 0)
    return rows[is_one], rows[~is_one]


def are_exact(rows: pd.DataFrame) -> tuple[bool, bool]:
    """Whether n and k of some rows are not rounded: one value that is no multiple of the base shows it."""
    n, k = (bool((rows[column].dropna() % BASE != 0).any()) for column in ("n", "k"))
    return n, k
