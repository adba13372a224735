"""Where the marks of charts stand, in percent of their width; templates draw them as SVG.

Positions in percent fit any width without scaling the text. No mark rests on a withheld number, and a line joins only
neighbouring years that are both published.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iecareer.feedback.page.sections import Panel
    from iecareer.feedback.statements import Statement

# Left edge of the first point; the labels of the axis stand before it.
_LEFT = 9.0


@dataclass(frozen=True)
class Strip:
    """One number on a horizontal scale: its interval, the number, the median of its peers."""

    low: float
    width: float
    value: float
    peers: float | None


@dataclass(frozen=True)
class Point:
    """One number over the cohorts; heights are measured from the bottom of the chart."""

    x: float
    label: str
    value: float | None = None
    low: float = 0.0
    high: float = 0.0
    peers: float | None = None
    text: str = ""

    @property
    def has_room_above(self) -> bool:
        """Whether the number may stand above the interval: within the chart and clear of the peers' median."""
        is_clear = self.peers is None or not self.high - 3 < self.peers < self.high + 13
        return self.high < 95 and is_clear


def strip(statement: Statement, scale: tuple[float, float]) -> Strip | None:
    """The marks of a shown statement; of pay the middle half stands in place of the interval."""
    row, indicator = statement.shown, statement.indicator
    low, high = ("p25", "p75") if indicator.is_pay else ("ci_low", "ci_high")
    if row[low] is None or row[high] is None:
        return None
    first, last = (_at(row[name], scale) for name in (low, high))
    is_comparable = statement.mark and not statement.is_adjusted
    peers = _at(row["peer_median"], scale) if is_comparable else None
    return Strip(first, round(last - first, 2), _at(row[indicator.value], scale), peers)


def points(panel: Panel) -> list[Point]:
    """The points of a chart of shares, from left to right; without a value where nothing is published."""
    step = (100 - _LEFT) / max(len(panel.points), 1)
    found = []
    for at, (label, statement) in enumerate(panel.points):
        x = round(_LEFT + (at + 0.5) * step, 2)
        if not statement.is_shown:
            found.append(Point(x, label))
            continue
        row = statement.shown
        value, low, high = (100 * row[name] for name in (statement.indicator.value, "ci_low", "ci_high"))
        peers = 100 * row["peer_median"] if statement.mark else None
        found.append(Point(x, label, value, low, high, peers, statement.value.zh))
    return found


def joined(panel: Panel) -> list[tuple[Point, Point]]:
    """Pairs of points that a line joins: neighbouring years, both published."""
    if not panel.is_series:
        return []
    found = points(panel)
    return [
        (one, other)
        for one, other in pairwise(found)
        if one.value is not None and other.value is not None and int(other.label) == int(one.label) + 1
    ]


def _at(value: float, scale: tuple[float, float]) -> float:
    return round(100 * (value - scale[0]) / (scale[1] - scale[0]), 2)
