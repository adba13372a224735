"""What a reader gets (the request), and what it gives (chunks)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iecareer.landing.read.csv_lines import Lines


@dataclass(frozen=True)
class Request:
    """What to read: `headers` are all normalised headers of the contract; `place` names source and file.

    Without headers there is no contract yet: header row and delimiter are guessed from the content. `declared` is the
    format by contract or file name. `belonging` selects members of a packed file by name. `is_packed` means that the
    content comes from a packed file, `is_lazy` that the caller loads the lines.
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
    """One chunk of text in the table `raw`: normalised header → column, and the chunk's sheet, table or member.

    If `lines` is set, the table does not exist yet: the caller loads the lines, or reads them through a view.
    `delimiter` is that of delimited text. `counts_from_1904` says that serial numbers of days are those of the 1904
    date system.
    """

    columns: dict[str, str]
    sheet: str | None = None
    lines: Lines | None = field(default=None, compare=False, repr=False)
    delimiter: str | None = None
    counts_from_1904: bool = False
