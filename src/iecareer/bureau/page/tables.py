"""Tables of the page: a caption, columns, and one row per unit whose cells hold words, a light or a strip."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from iecareer.bureau.explained import limits
from iecareer.bureau.names import code_of
from iecareer.bureau.values import points
from iecareer.bureau.words import of_value, say
from iecareer.feedback.wording import NOTHING, Text

if TYPE_CHECKING:
    from iecareer.bureau.report import Report

Row = dict[str, Any]
# Longer tables are not read; the workbook has all rows. Lists of institutions and of duties are longer.
LISTED, LISTED_LONG = 30, 150


@dataclass(frozen=True)
class Strip:
    """An index on a scale from 0 to 100: its limits and where the bands begin."""

    low: float
    width: float
    value: float
    bands: tuple[float, ...]


@dataclass(frozen=True)
class Cell:
    """One cell: a light, a number or words, a strip, and what stands below.

    Parameters
    ----------
    light : str
        red, yellow, green or not_judged; nothing for a cell without a light.
    value : Text
        Stands out.
    below : tuple of Text
        Smaller lines; empty ones are left out.
    """

    value: Text = NOTHING
    below: tuple[Text, ...] = ()
    light: str = ""
    strip: Strip | None = None

    @property
    def lines(self) -> list[Text]:
        """Lines below that say something."""
        return [line for line in self.below if line.zh]


@dataclass(frozen=True)
class Line:
    """One row: its name, its code, and its cells."""

    name: Text
    code: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """One table.

    Parameters
    ----------
    corner : Text
        Heading of the column of names.
    kind : str
        Sets the widths of columns.
    cut : Text
        Says that the table is cut, if it is.
    """

    caption: Text
    corner: Text
    columns: tuple[Text, ...]
    lines: tuple[Line, ...]
    kind: str = "words"
    cut: Text = NOTHING


@dataclass(frozen=True)
class Section:
    """One section of the page: what it is about, its tables, and what is said where there are none."""

    name: str
    about: tuple[Text, ...]
    tables: tuple[Table, ...] = ()
    said: tuple[Text, ...] = field(default=())

    @property
    def has_strips(self) -> bool:
        """Whether a legend is needed."""
        return any(cell.strip for table in self.tables for line in table.lines for cell in line.cells)


def proper(name: str) -> Text:
    """A name, which is the same in both languages."""
    return Text(name, name)


def columns(*names: str) -> tuple[Text, ...]:
    """Headings of columns."""
    return tuple(say(f"column_{name}") for name in names)


def unit_line(report: Report, row: Row, *cells: Cell) -> Line:
    """The line of a unit of a light."""
    return Line(proper(report.names.unit(row)), code_of(row), cells)


def light_cell(report: Report, light: Row) -> Cell:
    """The light with what makes it weigh more, and that of the year before."""
    consequences = say("is_consequential") if light["is_consequential"] else NOTHING
    before = report.before_of(light)
    year = report.year - 1
    earlier = (
        say("light_before", year=year, light=of_value("light", before["light"]))
        if before
        else say("no_light_before", year=year)
    )
    return Cell(of_value("light", light["light"]), (consequences, earlier), light["light"])


def index_cell(report: Report, light: Row) -> Cell:
    """The index with its limits, drawn and in words."""
    if light["index"] is None:
        return Cell()
    return Cell(
        proper(points(light["index"], report.policy)), (limits(report, light),), strip=strip(report, light)
    )


def strip(report: Report, light: Row) -> Strip:
    """The marks of an index."""
    low, high = max(0.0, light["index_low"]), min(100.0, light["index_high"])
    bands = tuple(report.policy.number(name) for name in ("yellow_from", "green_from"))
    return Strip(round(low, 2), round(high - low, 2), round(light["index"], 2), bands)


def table_of(
    caption: Text,
    names: Sequence[str],
    rows: Sequence[Row],
    line: Callable[[Row], Line],
    kind: str = "words",
    most: int = LISTED,
) -> Table:
    """The table of the first rows; `names` are those of its columns, that of the column of names first."""
    corner, *others = columns(*names)
    cut = say("first_of", shown=most, n=len(rows)) if len(rows) > most else NOTHING
    return Table(caption, corner, tuple(others), tuple(line(row) for row in rows[:most]), kind, cut)
