"""Which months each institution's graduates are observed in: beginnings, ends and open months of the sources."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from .months import NEVER

IN_A_ROW = 6  # months with rows that begin a source
AROUND = 6  # months before and after that an open month is compared with
OPEN_SHARE = 10  # a month is open below one in ten of its surroundings
LEAST_SHARE = 100  # a source below one in a hundred of an institution's months costs it nothing
FIRST_MONTHS = 24
GAP = 1  # spell_gap_months


@dataclass
class Window:
    """What an institution observes: the first and last month, and the months in between that are open."""

    since: int
    through: int
    open_months: frozenset[int] = frozenset()

    def n_open(self, first: int, last: int) -> int:
        """How many of the months from `first` to `last` are open."""
        return sum(first <= month <= last for month in self.open_months)

    def open_after(self, month: int) -> int:
        """How many open months follow a month directly."""
        ahead = 0
        while month + ahead + 1 in self.open_months:
            ahead += 1
        return ahead

    def last_judged(self, w: int) -> int:
        """The latest month after which enough months that are not open follow up to `w`."""
        month, seen = w + 1, 0
        while seen < GAP + 1:
            month -= 1
            seen += month not in self.open_months
        return month - 1

    def is_whole(self, first: int, last: int) -> bool:
        """Whether all months from `first` to `last` are observed and none is open."""
        return first >= self.since and last <= self.through and not self.n_open(first, last)

    def is_judged(self, graduated: int) -> bool:
        """Whether it can be seen if a job began before graduation."""
        before = graduated - GAP - 1
        return before >= self.since and before not in self.open_months


@dataclass
class Coverage:
    """The windows by institution; `through` is the end for all, None without a source in service."""

    through: int | None
    windows: dict[str, Window] = field(default_factory=dict)

    def of(self, institution: str) -> Window:
        """The window of an institution; nothing is observed without a source in service."""
        return self.windows.get(institution, Window(NEVER, -1))

    def each(self, rows: pd.DataFrame, compute: str, *columns: str) -> np.ndarray:
        """A window's method for each row of `institution_code` and columns; distinct rows are computed once."""
        numbers = (rows[column].astype("int64") for column in columns)
        keys = list(zip(rows["institution_code"], *numbers, strict=True))
        values = {key: getattr(self.of(key[0]), compute)(*key[1:]) for key in set(keys)}
        return np.array([values[key] for key in keys], dtype=int)


def coverage(
    graduates: pd.DataFrame, sources: dict[str, pd.DataFrame], retired: dict[str, str | None]
) -> Coverage:
    """The windows of all institutions from each source's own rows (person_id, month)."""
    groups: dict[str, list[pd.DataFrame]] = {}
    for source, rows in sources.items():
        if len(rows):
            groups.setdefault(successor(source, retired), []).append(rows)
    whole = {name: pd.concat(parts, ignore_index=True) for name, parts in groups.items()}
    newest = {name: int(rows["month"].max()) for name, rows in whole.items()}
    in_service = [name for name in whole if name not in retired]
    if not in_service:
        return Coverage(None)
    through = min(newest[name] for name in in_service)
    begun, holes = {}, {}
    for name, rows in whole.items():
        counts = rows["month"].value_counts().to_dict()
        begun[name] = beginning(counts)
        holes[name] = open_months(counts, begun[name])
    held = _held(graduates, whole, through)
    windows = {}
    for institution in graduates["institution_code"].unique():
        of = held.get(institution, {})
        total = sum(of.values())
        counted = [name for name, n in of.items() if n * LEAST_SHARE >= total] if total else in_service
        last = min([through, *(newest[name] for name in counted if name in retired)])
        all_open = frozenset().union(*(holes[name] for name in counted))
        windows[institution] = Window(
            max(begun[name] for name in counted),
            last,
            frozenset(month for month in all_open if month <= last),  # later months wait
        )
    return Coverage(through, windows)


def successor(source: str, retired: dict[str, str | None]) -> str:
    """The source that a source counts as: its last successor."""
    while (after := retired.get(source)) is not None:
        source = after
    return source


def beginning(counts: dict[int, int]) -> int:
    """The first of the first six months in a row with rows, else the first month."""
    months = sorted(counts)
    for month in months:
        if all(month + ahead in counts for ahead in range(IN_A_ROW)):
            return month
    return months[0]


def open_months(counts: dict[int, int], first: int) -> frozenset[int]:
    """Months from the beginning to the newest without rows, or with far fewer than before and after."""
    newest = max(counts)
    n = np.array([counts.get(month, 0) for month in range(first, newest + 1)])
    is_open = n == 0
    for at in np.flatnonzero(n):
        sides = [side for side in (n[max(0, at - AROUND) : at], n[at + 1 : at + 1 + AROUND]) if len(side)]
        largest = [side.max() for side in sides if side.any()]  # a side without a row says nothing
        is_alone = bool(sides) and not largest
        is_open[at] = is_alone or (bool(largest) and OPEN_SHARE * n[at] < min(largest))
    for at in range(len(n) - 1, 0, -1):  # open months at the end decide nothing either
        if n[at] and OPEN_SHARE * n[at] >= n[max(0, at - AROUND) : at].max():
            break
        is_open[at] = True
    return frozenset((first + np.flatnonzero(is_open)).tolist())


def _held(graduates: pd.DataFrame, whole: dict[str, pd.DataFrame], through: int) -> dict[str, dict[str, int]]:
    """Rows of each institution's graduations in their first two years, by source."""
    columns = ["institution_code", "person", "graduated", "next_graduation"]
    out: dict[str, dict[str, int]] = {}
    for name, rows in whole.items():
        of = rows.rename(columns={"person_id": "person"})[["person", "month"]]
        of = of[of["month"] <= through].merge(graduates[columns], on="person")
        last = np.minimum(of["graduated"] + FIRST_MONTHS, of["next_graduation"]) - 1
        of = of[(of["month"] >= of["graduated"]) & (of["month"] <= last)]
        for institution, n in of["institution_code"].value_counts().items():
            out.setdefault(institution, {})[name] = int(n)
    return out
