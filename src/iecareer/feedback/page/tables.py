"""Tables of statements: their caption, their columns, and one row per program, cohort or category."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iecareer.feedback.statements import state, state_row
from iecareer.feedback.wording import NOTHING, Text, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iecareer.feedback.indicators import Indicator
    from iecareer.feedback.published import College, Edition
    from iecareer.feedback.statements import Statement


@dataclass(frozen=True)
class Line:
    """One row: its heading, what stands under it, and its statements."""

    heading: Text
    below: str | Text
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class Table:
    """One table of statements.

    Parameters
    ----------
    corner : Text
        Heading of the column of headings.
    scale : tuple of float
        Values at the left and right end of the strips.
    kind : str
        ``cohorts``: a chart above shows the numbers, and lines name the cohort. ``workplace``: columns name the cohort,
        and only differences outside the interval are marked. ``hires``: the caption names the cohorts, and lines the
        number of people.
    """

    caption: Text
    corner: Text
    columns: tuple[Text, ...]
    lines: tuple[Line, ...]
    scale: tuple[float, float] = (0.0, 1.0)
    kind: str = ""

    @property
    def ends(self) -> tuple[str, str]:
        """The ends of the scale as text."""
        low, high = self.scale
        return ("0%", "100%") if high == 1 else (f"{low:,.0f}", f"{high:,.0f}")


def by_program(
    caption: Text,
    indicators: Sequence[Indicator],
    college: College,
    edition: Edition,
    programs: Sequence[tuple[str, str]],
) -> Table:
    """The newest published numbers of the whole institution and of every program."""
    lines = [
        Line(say("whole_institution"), NOTHING, tuple(state(one, college, edition) for one in indicators))
    ]
    for code, name in programs:
        statements = tuple(state(one, college, edition, code) for one in indicators)
        lines.append(Line(Text(name, name), Text(code, code) if code != name else NOTHING, statements))
    return Table(caption, say("program"), _labels(indicators), tuple(lines), scale_of(_all(lines)))


def by_cohort(caption: Text, indicators: Sequence[Indicator], college: College, edition: Edition) -> Table:
    """The institution's numbers of every cohort, the newest first."""
    rows = [{row["cohort_to"]: row for row in one.rows(college)} for one in indicators]
    lines = []
    for cohort in sorted({cohort for found in rows for cohort in found}, reverse=True):
        statements = tuple(
            state_row(one, found.get(cohort), college, edition)
            for one, found in zip(indicators, rows, strict=True)
        )
        lines.append(Line(say("cohort", year=cohort), NOTHING, statements))
    return Table(caption, say("cohort_column"), _labels(indicators), tuple(lines), kind="cohorts")


def _all(lines: Sequence[Line]) -> list[Statement]:
    return [one for line in lines for one in line.statements]


def _labels(indicators: Sequence[Indicator]) -> tuple[Text, ...]:
    return tuple(one.label.capital for one in indicators)


def scale_of(statements: Sequence[Statement]) -> tuple[float, float]:
    """Shares: 0 to 1. Pay: from the lowest to the highest amount shown, to the next CNY 500."""
    shown = [one for one in statements if one.is_shown and one.indicator.is_pay]
    amounts = [
        amount
        for one in shown
        for amount in (one.shown[name] for name in ("p25", "p50", "p75", "ci_low", "ci_high", "peer_median"))
        if amount is not None
    ]
    if not amounts:
        return (0.0, 1.0)
    low = min(amounts) // 500 * 500
    return low, max(low + 500, -(-max(amounts) // 500) * 500)
