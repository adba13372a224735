"""What the numbers of people of different sets of one cell say about each other.

All graduates of a program-cohort are the same set in several tables, and every other set is a part of them. A college
knows how many graduates it has; then so does the attacker.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from iecareer.feedback.attacks import windows
from iecareer.feedback.attacks.counts import Counts
from iecareer.feedback.attacks.files import CODES, MONTHS
from iecareer.feedback.attacks.rules import OF_ALL_GRADUATES, Split
from iecareer.feedback.attacks.sums import Linked, is_program_cohort, linked
from iecareer.feedback.attacks.windows import BASE, FREE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from iecareer.feedback.attacks.evidence import Evidence
    from iecareer.feedback.attacks.files import Tables

    Integers = NDArray[np.int64]

# Sets that are rounded on their own in every scope, so that their totals are windows of their own.
_ROUNDED_ALONE = ("retention", "starting_salary", "wage")
_SOLVED_BELOW = 8


@dataclass(frozen=True)
class Graduates:
    """The least and the largest number of graduates of each cell; 0 and `FREE` where nothing is known."""

    low: Integers
    high: Integers


def bounds_of_total(evidence: Evidence) -> tuple[Integers, Integers]:
    """The least and the largest number of people of each set."""
    last = evidence.n_nodes - 1
    low, high = -evidence.bounds[:, last, 0].astype(np.int64), evidence.bounds[:, 0, last].astype(np.int64)
    for places, values in evidence.counts:
        if places == (0, last):
            is_told = ~np.isnan(values)
            low = np.where(is_told, np.maximum(low, np.nan_to_num(values) - BASE + 1), low).astype(np.int64)
            high = np.where(is_told, np.minimum(high, np.nan_to_num(values) + BASE - 1), high).astype(
                np.int64
            )
    return low, high


def link_totals(found: Sequence[Evidence], tables: Tables, known: pd.DataFrame | None = None) -> Graduates:
    """Let every set know what the others say about the graduates of its cell.

    Parameters
    ----------
    found : sequence of Evidence
        Their bounds change.
    tables : Tables
        The release.
    known : DataFrame, optional
        Codes, cohorts and `n` of program-cohorts whose graduates the attacker has counted.
    """
    low, high = np.zeros(len(tables.cells), np.int64), np.full(len(tables.cells), FREE, np.int64)
    if known is not None:
        n = tables.cells.merge(known, on=list(CODES), how="left")["n"].to_numpy(np.float64)
        low, high = (
            np.where(np.isnan(n), low, n).astype(np.int64),
            np.where(np.isnan(n), high, n).astype(np.int64),
        )
    is_one = is_program_cohort(tables.cells)
    for evidence in found:
        cells, (least, most) = evidence.units // MONTHS, bounds_of_total(evidence)
        np.maximum.at(low, cells[is_one[cells]], least[is_one[cells]])
        is_all = is_one[cells] & _holds_all(evidence, tables)
        np.minimum.at(high, cells[is_all], most[is_all])
    for evidence in found:
        cells, last = evidence.units // MONTHS, evidence.n_nodes - 1
        least = np.where(is_one[cells] & _holds_all(evidence, tables), low[cells], 0)
        most = np.where(is_one[cells], high[cells], FREE)
        windows.limit(evidence.bounds, 0, last, least.astype(np.int32), most.astype(np.int32))
    return Graduates(low, high)


def _holds_all(evidence: Evidence, tables: Tables) -> NDArray[np.bool_]:
    """Sets that hold all graduates. The newest cohort may not have had the time for an output.

    Registrations hold all graduates, too, but are rounded by another number. The two totals together tell the number of
    graduates better; that is attacked as a number that somebody knows (`known`).
    """
    cohorts = tables.cells["cohort_from"].to_numpy()
    name = evidence.split.name
    is_old = cohorts[evidence.units // MONTHS] < cohorts.max()
    holds: NDArray[np.bool_] = (name in OF_ALL_GRADUATES) & (is_old | (name != "innovation"))
    return holds


def outside(found: Sequence[Evidence], graduates: Graduates, tables: Tables) -> Iterator[Counts]:
    """Graduates who are not in a set: the difference of two published numbers of people."""
    is_one = is_program_cohort(tables.cells)
    for evidence in found:
        cells = evidence.units // MONTHS
        holds_all = evidence.split.name.startswith("registration") | _holds_all(evidence, tables)
        keep = is_one[cells] & (graduates.high[cells] < FREE) & ~holds_all
        if keep.any():
            low, high = (end[keep] for end in bounds_of_total(evidence))
            cells = cells[keep]
            least = np.maximum(graduates.low[cells] - high, 0)[:, None].astype(np.int32)
            most = (graduates.high[cells] - low)[:, None].astype(np.int32)
            split = Split(f"graduates outside of {evidence.split.name}", ("graduates",), ())
            yield Counts(split, evidence.units[keep], [(0, 1)], least, most)


def people_in_parts(found: Sequence[Evidence], graduates: Graduates, tables: Tables) -> Iterator[Counts]:
    """People of program-cohorts by all cohorts, blocks of cohorts and institutions that contain them."""
    for evidence in found:
        if evidence.split.name.startswith(_ROUNDED_ALONE):
            for months in np.unique(evidence.units % MONTHS):
                yield _in_parts(evidence, int(months), graduates, tables)


def _in_parts(evidence: Evidence, months: int, graduates: Graduates, tables: Tables) -> Counts:
    of_months = evidence.units % MONTHS == months
    low, high = (end[of_months] for end in bounds_of_total(evidence))
    before, atoms = linked(tables, evidence.units[of_months] // MONTHS, low, high, graduates.high)
    before.tighten()
    is_aim = (before.high < _SOLVED_BELOW + before.low) & (before.low < 10) & (before.high > before.low)
    for part in np.flatnonzero(is_aim & _is_in_sum(before)):
        before.low[part], before.high[part] = before.solve(int(part))
    keep = np.isin(np.arange(len(atoms)), before.part)
    split = Split(f"{evidence.split.name}, taken from what contains it", ("people",), ())
    ends = before.low[keep, None].astype(np.int32), before.high[keep, None].astype(np.int32)
    return Counts(split, atoms[keep] * MONTHS + months, [(0, 1)], *ends)


def _is_in_sum(found: Linked) -> NDArray[np.bool_]:
    """Program-cohorts that a total with others contains."""
    is_sum = np.bincount(found.total) > 1
    is_in = np.zeros(len(found.low), bool)
    is_in[found.part[is_sum[found.total]]] = True
    return is_in
