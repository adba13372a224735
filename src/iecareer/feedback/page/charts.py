"""Where the marks of charts stand, in percent of their width; templates draw them as SVG.

Positions in percent fit any width without scaling the text. No mark rests on a withheld number, and a line joins only
neighbouring single cohorts that are both published.
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
# Half the height of a number with the gap around it, and the highest place for its middle, in points of the scale.
_TEXT, _TOP = 6.0, 106.0


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
    below: str = ""

    @property
    def text_at(self) -> float:
        """Where the middle of the number stands: clear of the interval and of the peers' median, within the chart."""
        peers = self.peers if self.peers is not None else -_TOP
        above, below = self.high + _TEXT, self.low - _TEXT
        places = (above, below, max(self.high, peers) + _TEXT, min(self.low, peers) - _TEXT)
        clear = [at for at in places if abs(at - peers) > _TEXT - 1 and _TEXT <= at <= _TOP]
        return clear[0] if clear else above


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
        below = "" if panel.is_series else _cohorts(statement)
        if not statement.is_shown:
            found.append(Point(x, label))
            continue
        row = statement.shown
        value, low, high = (100 * row[name] for name in (statement.indicator.value, "ci_low", "ci_high"))
        peers = 100 * row["peer_median"] if statement.mark else None
        found.append(Point(x, label, value, low, high, peers, statement.value.zh, below))
    return found


def joined(panel: Panel) -> list[tuple[Point, Point]]:
    """Pairs of points that a line joins: neighbouring years, both published."""
    if not panel.is_series:
        return []
    drawn = zip(points(panel), (statement for _, statement in panel.points), strict=True)
    return [
        (one, other)
        for (one, before), (other, after) in pairwise(drawn)
        if before.is_shown and after.is_shown and _follows(before, after)
    ]


def _follows(before: Statement, after: Statement) -> bool:
    """Whether both are single cohorts, the second of the year after the first; blocks are never joined."""
    years = [(one.shown["cohort_from"], one.shown["cohort_to"]) for one in (before, after)]
    return all(first == last for first, last in years) and years[1][0] == years[0][0] + 1


def _cohorts(statement: Statement) -> str:
    """The cohorts of a shown statement: 2024, or 2024–2025."""
    if not statement.is_shown:
        return ""
    first, last = statement.shown["cohort_from"], statement.shown["cohort_to"]
    return str(last) if first == last else f"{first}–{last}"


def _at(value: float, scale: tuple[float, float]) -> float:
    return round(100 * (value - scale[0]) / (scale[1] - scale[0]), 2)
