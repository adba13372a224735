"""What the tables say about sets whose states only the models hold: retention, promotion, pay and workplaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from iecareer.feedback.attacks import intervals, windows
from iecareer.feedback.attacks.evidence import Evidence, aligned, are_exact, begin, divided
from iecareer.feedback.attacks.files import HIRES, MONTHS
from iecareer.feedback.attacks.rules import Split
from iecareer.feedback.attacks.sums import recovered

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import NDArray

    from iecareer.feedback.attacks.files import Tables

    Numbers = NDArray[np.float64]

_OTHER = "other"
_NAMED_FROM = 3
_PERCENT = 100


def of_other_sets(tables: Tables) -> Iterator[Evidence]:
    """Evidence about leavers, promoted people, limits of the contribution base and workplaces."""
    yield from _of_time("retention", tables.of("retention"), is_left=True)
    rows, totals = divided(tables.of("promotion"))
    filled, wrong = recovered(tables.cells, rows, totals)
    for evidence in _of_time("promotion", filled, is_left=False):
        evidence.wrong.append(wrong.assign(table="promotion"))
        yield evidence
    for table in ("starting_salary", "wage"):
        yield from _of_pay(table, tables.of(table))
    yield from _of_workplaces(tables)


def of_hires(tables: Tables) -> Iterator[Evidence]:
    """Evidence about who left an employer by each horizon."""
    rows = tables.of(HIRES)
    yield from _of_time(HIRES, rows[~_is_told_twice(rows)], is_left=True)


def told_twice(tables: Tables) -> pd.DataFrame:
    """Rows of employers of which two folders tell different numbers."""
    rows = tables.of(HIRES)
    return rows[_is_told_twice(rows)]


def _is_told_twice(rows: pd.DataFrame) -> pd.Series[bool]:
    return rows.duplicated(["scope", "unit"])


def _of_time(name: str, found: pd.DataFrame, *, is_left: bool) -> Iterator[Evidence]:
    """People with an event by each horizon: the set is the same at all horizons, so months are states here.

    Published is how many stay (`is_left`), or how many had the event.
    """
    if found.empty:
        return
    horizons = sorted(found["months"].unique())
    split = Split(name, (*(f"by month {horizon}" for horizon in horizons), "not by then"), ())
    found = found.assign(unit=found["cell"] * MONTHS)
    evidence, last, exact = begin(split, [found]), len(horizons) + 1, are_exact(found)
    windows.limit(evidence.bounds, 0, last, 1, windows.FREE)
    for place, horizon in enumerate(horizons, 1):
        rows = found[found["months"] == horizon]
        n, k = (aligned(evidence, rows, rows[column]) for column in ("n", "k"))
        evidence.add((0, last), n, is_exact=exact[0])
        evidence.add((0, place), n - k if is_left else k, is_exact=exact[1])
        evidence.hide((0, last), aligned(evidence, rows, rows["n"].isna()) == 1)
        some = aligned(evidence, rows, intervals.is_wider(rows)) == 1
        for places in ((0, place), (place, last)):
            windows.limit(evidence.bounds, *places, some.astype(np.int32), windows.FREE)
    yield evidence


def _of_pay(table: str, rows: pd.DataFrame) -> Iterator[Evidence]:
    """People at the floor and at the cap of the contribution base, by measure."""
    for measure in sorted(set(rows["measure"])) if len(rows) else ():
        split = Split(f"{table} ({measure})", ("floor", "between", "cap"), ())
        found = rows[rows["measure"] == measure]
        evidence = begin(split, [found])
        windows.limit(evidence.bounds, 0, 3, 1, windows.FREE)
        n = aligned(evidence, found, found["n"])
        evidence.add((0, 3), n, is_exact=are_exact(found)[0])
        evidence.hide((0, 3), np.isnan(n))
        for column, places in (("share_floor", (0, 1)), ("share_cap", (2, 3))):
            low, high = _of_share(aligned(evidence, found, found[column]), n)
            evidence.add(places, np.where(low == high, low, np.nan), is_exact=False)
        yield evidence


def _of_share(share: Numbers, n: Numbers) -> tuple[Numbers, Numbers]:
    """Least and largest multiple of 5 whose share of `n` is given in whole percent."""
    percent = np.round(share * _PERCENT)
    low = np.ceil(np.round((percent - 0.5) * n / _PERCENT / windows.BASE, 6))
    above = np.ceil(np.round((percent + 0.5) * n / _PERCENT / windows.BASE, 6))
    return windows.BASE * np.maximum(low, 0), windows.BASE * (above - 1)


def _of_workplaces(tables: Tables) -> Iterator[Evidence]:
    """Categories of workplaces: the named ones and the rest."""
    rows, totals = divided(tables.of("workplace"))
    for dimension in sorted(set(rows["dimension"])) if len(rows) else ():
        of_totals = totals[totals["dimension"] == dimension].drop_duplicates("unit").assign(k=np.nan)
        yield _of_dimension(dimension, rows[rows["dimension"] == dimension], of_totals, tables.cells)


def _of_dimension(dimension: str, rows: pd.DataFrame, totals: pd.DataFrame, cells: pd.DataFrame) -> Evidence:
    """Sets of one dimension; a category is named where three employers stand behind it.

    States without a name are the categories before, between and after those that some row names.
    """
    named = sorted(set(rows["category"]) - {_OTHER})
    states = ["", *(state for category in named for state in (category, ""))]
    split = Split(f"workplace by {dimension}", tuple(states), ())
    evidence, exact = begin(split, [rows]), are_exact(rows)
    each_set = rows.drop_duplicates("unit")
    all_people, wrong = recovered(cells, each_set, totals)
    evidence.wrong.append(wrong.assign(table="workplace"))
    n = aligned(evidence, all_people, all_people["n"])
    windows.limit(evidence.bounds, 0, len(states), 1, windows.FREE)
    evidence.add((0, len(states)), n, is_exact=exact[0])
    evidence.hide((0, len(states)), np.isnan(n))
    by_category = dict(iter(rows.groupby("category")))
    other = by_category.get(_OTHER, rows[:0])
    is_shown = ~np.isnan(aligned(evidence, each_set, each_set["n"]))
    is_nothing = is_shown & (np.nan_to_num(aligned(evidence, other, other["k"])) == 0)
    for place, category in enumerate(states):
        own = by_category.get(category, rows[:0])
        k = aligned(evidence, own, own["k"])
        # where the rest is rounded to 0, so is every category that is not named; else they are told only together
        evidence.add((place, place + 1), np.where(np.isnan(k) & is_nothing, 0, k), is_exact=exact[1])
        least = np.where(aligned(evidence, own, own["unit"] >= 0) == 1, _NAMED_FROM, 0)
        windows.limit(evidence.bounds, place, place + 1, least.astype(np.int32), windows.FREE)
    return evidence
