"""What a reader is asked for, and the chunks that it gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iecareer.landing.read.csv_lines import Lines


@dataclass(frozen=True)
class Request:
    """What to read: `headers` are all normalised headers the contract knows; `place` names source and file.

    Without headers there is no contract yet: header row and delimiter are guessed from the content.
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
    """One chunk of text in the table `raw`: normalised header → column, and the sheet, table or member it is from.

    With `lines` there is no table yet; the caller loads them, or reads them through a view. `delimiter` is that of
    delimited text.
    """

    columns: dict[str, str]
    sheet: str | None = None
    lines: Lines | None = field(default=None, compare=False, repr=False)
    delimiter: str | None = None
