"""What every reader is asked and what it answers, and the search for the header row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from iecareer.errors import IecareerError
from iecareer.landing.readers.guess import likely_header, normal_header

if TYPE_CHECKING:
    from iecareer.landing.readers.lines import Lines

SEARCHED_ROWS = 30
_EXACT = 1e15
_NAMED = 20
WHOLE_LIMIT = 1 << 30
__all__ = [
    "SEARCHED_ROWS", "Content", "InMemory", "Raw", "Request", "exact_number", "find_header", "looked_for",
    "named_columns", "normal_header", "whole",
]  # fmt: skip


class Content(Protocol):
    """The bytes of one delivered file, in pieces or as a whole."""

    @property
    def is_ascii(self) -> bool:
        """Whether every byte is known beforehand to be ASCII."""

    def chunks(self) -> Iterator[bytes]:
        """The bytes in order, in pieces of any size."""

    def whole(self) -> bytes:
        """All bytes at once."""


@dataclass(frozen=True)
class InMemory:
    """Content that is in memory already, such as a member of a packed file."""

    data: bytes
    is_ascii: bool = False

    def chunks(self) -> Iterator[bytes]:
        """The bytes in one piece."""
        yield self.data

    def whole(self) -> bytes:
        """All bytes."""
        return self.data


@dataclass(frozen=True)
class Request:
    """What to read: `headers` are all normalised headers the contract knows; `place` names source and file.

    Without any header there is no contract yet: a sample is read, and header row and delimiter are guessed.
    `told` is the format that contract or name tell, `belonging` says which members of a packed file are asked
    for, of their names, `is_packed` that the content comes out of a packed file itself, and `is_lazy` that who asks
    will load lines.
    """

    place: str
    headers: frozenset[str]
    selector: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    header_row: int | None = None
    told: str | None = None
    belonging: Callable[[Sequence[str]], Sequence[str]] | None = None
    is_packed: bool = False
    is_lazy: bool = False


@dataclass(frozen=True)
class Raw:
    """What the table `raw` holds: normalised header → its column, and the sheet, table or member it came from.

    With `lines` there is no table yet: it is for who asked to load them, or to look at them without a table. Of a
    delimited text `delimiter` is the one found.
    """

    columns: dict[str, str]
    sheet: str | None = None
    lines: Lines | None = field(default=None, compare=False, repr=False)
    delimiter: str | None = None


def find_header(rows: Sequence[Sequence[object]], request: Request) -> int:
    """Index of the row that holds the headers: the one in which most of the contract's headers stand.

    Raises
    ------
    IecareerError
        When no row among the first ones holds any.
    """
    if request.header_row:
        if request.header_row > len(rows):
            raise IecareerError(f"{request.place}: there is no line {request.header_row} for the headers.")
        return request.header_row - 1
    if not request.headers:
        return likely_header(rows[:SEARCHED_ROWS])
    matches = [len({normal_header(cell) for cell in row} & request.headers) for row in rows[:SEARCHED_ROWS]]
    best = max(matches, default=0)
    if best == 0:
        raise IecareerError(
            f"{request.place}: none of the contract's headers stands in the first {SEARCHED_ROWS} lines. "
            f"Looked for: {looked_for(request)}.",
            next_step="Check file, sheet and delimiter; other years' headers go into 'synonyms', and "
            "'iecareer source check' tells which may be theirs.",
        )
    return matches.index(best)


def looked_for(request: Request) -> str:
    """Some of the headers that the contract knows; never a cell of the file."""
    told = sorted(request.headers)
    more = f" and {len(told) - _NAMED} more" if len(told) > _NAMED else ""
    return ", ".join(told[:_NAMED]) + more


def named_columns(cells: Sequence[object], request: Request) -> dict[str, str]:
    """Header → column name of `raw`.

    Raises
    ------
    IecareerError
        When a header the contract uses stands there twice.
    """
    columns: dict[str, str] = {}
    for position, cell in enumerate(cells):
        header = normal_header(cell)
        if header in columns and header in request.headers:
            raise IecareerError(
                f"{request.place}: a header the contract uses stands twice, in columns "
                f"{int(columns[header][1:]) + 1} and {position + 1}.",
                next_step="Ask the office which of the two it means, and rename the other.",
            )
        columns.setdefault(header, f"c{position}")
    columns.pop("", None)
    return columns


def exact_number(number: float) -> str:
    """A floating-point number as text: whole ones without a point, unless they have more digits than it can hold.

    An identity number stored as a number has lost its last digits; made up again it may be another person's.
    """
    is_exact = number.is_integer() and abs(number) < _EXACT
    return str(int(number)) if is_exact else f"{number:e}" if abs(number) >= _EXACT else repr(number)


def whole(content: Content, request: Request, limit: int = WHOLE_LIMIT) -> bytes:
    """All bytes of a file of a form that can only be read as a whole.

    Raises
    ------
    IecareerError
        When they are more than `limit`, which is told in MiB.
    """
    pieces, size = [], 0
    for piece in content.chunks():
        size += len(piece)
        if size > limit:
            raise IecareerError(
                f"{request.place}: has more than {limit >> 20} MiB; this form is read as a whole, up to that size.",
                next_step="Ask for it in several files, or as CSV, which is read piece by piece.",
            )
        pieces.append(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
