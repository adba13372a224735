"""What every reader is asked and what it answers, and the search for the header row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iecareer.landing.read.csv_lines import Lines


@dataclass(frozen=True)
class Request:
    """What to read: `headers` are all normalised headers the contract knows; `place` names source and file.

    Without any header there is no contract yet: a sample is read, and header row and delimiter are guessed.
    `declared` is the format that the contract or the name says, `belonging` chooses members of a packed file by their
    names, `is_packed` means that the content comes out of a packed file, and `is_lazy` that the caller loads lines.
    """

    place: str
    headers: frozenset[str]
    selector: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    header_row: int | None = None
    declared: str | None = None
    belonging: Callable[[Sequence[str]], Sequence[str]] | None = None
    is_packed: bool = False
    is_lazy: bool = False


@dataclass(frozen=True)
class Chunk:
    """What the table `raw` holds: normalised header → its column, and the sheet, table or member it came from.

    With `lines` there is no table yet: it is for who asked to load them, or to look at them without a table. Of a
    delimited text `delimiter` is the one found.
    """

    columns: dict[str, str]
    sheet: str | None = None
    lines: Lines | None = field(default=None, compare=False, repr=False)
    delimiter: str | None = None
