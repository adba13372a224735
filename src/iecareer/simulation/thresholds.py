"""Areas at the red lines and enterprises at the thresholds of the policy papers: what is planted, by count.

The counts replace what was drawn for the last years before the observation; everything else stays as drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import ceil

import numpy as np

from iecareer.simulation.cooperation import MODES, Cooperation
from iecareer.simulation.enterprises import Enterprises
from iecareer.simulation.institutions import Institutions
from iecareer.simulation.timeline import Flags, Ints

YEARS = (2023, 2024, 2025)
PARTICIPATION_LINE = 0.30
INTERNS_ABOVE = 100
RESEARCH_ABOVE = 0.05
FALLING = {2021: 0.9, 2022: 0.75, 2023: 0.6, 2024: 0.5, 2025: 0.4}
# Positions in the statuses of equipment.
_DELIVERED, _FAILED = 1, 2
_KEY_ITEMS = 5
_RESEARCH = {"aaa": 0.06, "one_intern_short": 0.06, "research_at_the_line": RESEARCH_ABOVE}


@dataclass(frozen=True)
class Thresholds:
    """Planted areas (positions of provinces) and enterprises (positions, by what they are planted for)."""

    cooperation: Cooperation
    institutions: Institutions
    enterprises: Enterprises

    @cached_property
    def province(self) -> Ints:
        """Province of each agreement's institution."""
        return self.institutions.province[self.cooperation.institution]

    @cached_property
    def begun(self) -> Ints:
        """Year in which each agreement begins."""
        return np.array([int(text[:4]) for text in self.cooperation.starts_on])

    @cached_property
    def areas(self) -> Mapping[str, int]:
        """The areas with most agreements, by what is planted there."""
        counts = np.bincount(self.province[self.begun < YEARS[0]], minlength=int(self.province.max()) + 1)
        order = np.argsort(-counts, kind="stable")
        names = ("few_participate", "many_failures", "participation_at_the_line", "failures_at_the_line",
                 "participation_falls")  # fmt: skip
        return {name: int(at) for name, at in zip(names, order, strict=False) if counts[at] > 0}

    @cached_property
    def chosen(self) -> Mapping[str, int]:
        """Enterprises with a single agreement, none of them merged, in areas that are not planted."""
        agreed, counts = np.unique(self.cooperation.enterprise, return_counts=True)
        merged = {*np.flatnonzero(self.enterprises.successor >= 0), *self.enterprises.successor.tolist()}
        single = {int(e) for e, n in zip(agreed, counts, strict=True) if n == 1} - {int(e) for e in merged}
        free = [
            int(self.cooperation.enterprise[at])
            for at in range(len(self.begun))
            if int(self.cooperation.enterprise[at]) in single
            and self.begun[at] < YEARS[0]
            and self.province[at] not in self.areas.values()
            and MODES[self.cooperation.mode[at]] != "research"
        ]
        names = ("aaa", "one_intern_short", "research_at_the_line", "on_paper")
        return dict(zip(names, free, strict=False))

    @property
    def research(self) -> dict[int, float]:
        """Planted share of research in revenue, by enterprise."""
        return {at: _RESEARCH[name] for name, at in self.chosen.items() if name in _RESEARCH}

    def interns(self, at: Ints, year: Ints, drawn: Ints) -> Ints:
        """Interns hosted by agreement and year: one more than the threshold, or exactly it in the middle year."""
        hosted, enterprise = drawn.copy(), self.cooperation.enterprise[at]
        for name in _RESEARCH.keys() & self.chosen.keys():
            own = (enterprise == self.chosen[name]) & np.isin(year, YEARS)
            hosted[own] = INTERNS_ABOVE + 1
            if name == "one_intern_short":
                hosted[own & (year == YEARS[1])] = INTERNS_ABOVE
        return hosted

    def participating(self, at: Ints, year: Ints, drawn: Flags) -> Flags:
        """Whether the enterprise of each agreement took part in the year."""
        took_part, province = drawn.copy(), self.province[at]
        for name, area in self.areas.items():
            for value in FALLING:
                own = np.flatnonzero((province == area) & (year == value))
                n = _n_participating(name, value, len(own))
                if n is not None:
                    took_part[own] = np.arange(len(own)) < n
        on_paper = self.cooperation.enterprise[at] == self.chosen.get("on_paper", -1)
        took_part[on_paper & np.isin(year, YEARS[1:])] = False
        return took_part

    def equipment(self, agreement: Ints, due_year: Ints, is_key: Flags, status: Ints) -> tuple[Flags, Ints]:
        """Which items are key equipment, and their status: of 5 key items due lately 3 or 2 have failed."""
        keys, statuses = is_key.copy(), status.copy()
        for name, n_failed in (("many_failures", 3), ("failures_at_the_line", 2)):
            own = np.flatnonzero(
                (self.province[agreement] == self.areas.get(name, -1)) & np.isin(due_year, YEARS)
            )
            if len(own) >= _KEY_ITEMS:
                keys[own] = np.arange(len(own)) < _KEY_ITEMS
                statuses[own[:_KEY_ITEMS]] = np.where(np.arange(_KEY_ITEMS) < n_failed, _FAILED, _DELIVERED)
        return keys, statuses


def _n_participating(area: str, year: int, n_agreements: int) -> int | None:
    """Agreements of a planted area whose enterprise took part in the year; None if it is as drawn."""
    at_the_line = ceil(round(PARTICIPATION_LINE * n_agreements, 9))
    if area == "participation_falls":
        return round(FALLING[year] * n_agreements)
    if year not in YEARS:
        return None
    return {"few_participate": at_the_line - 1, "participation_at_the_line": at_the_line}.get(area)
