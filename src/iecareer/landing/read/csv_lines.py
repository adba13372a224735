"""One chunk of delimited text in memory, as a table of its rows or as a view.

If every line is one row, DuckDB parses the text; if lines are broken or ragged, Python does. The chunk becomes the
table `raw`, or the view `raw`, which is parsed again by every query. The rows of the view are the lines of the text
if their numbers are equal.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import duckdb

from iecareer.landing.read.memory_file import MemoryFile
from iecareer.landing.read.raw_table import load_rows

_LINE_END = ord("\n")
_SAMPLED = 4096
_BLOCK = 1 << 18
csv.field_size_limit(16 << 20)


class Lines:
    """A piece of text in parts, with the number of its first line in the file."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        memory: MemoryFile,
        body: list[bytes],
        shape: tuple[int, str],
        first: int,
    ) -> None:
        """Take the parts, the number of cells in a row, the delimiter, and the number of the first line."""
        self._connection, self._memory, self._body = connection, memory, body
        self._width, self._delimiter = shape
        self.first = first
        self.n = n_line_ends(body) + (not body[-1].endswith(b"\n"))

    @property
    def is_plain(self) -> bool:
        """Whether the text has no NUL character, at which DuckDB would stop reading."""
        return any(self._body) and not any(b"\0" in part for part in self._body)

    def load(self) -> None:
        """Make the table `raw` of all rows."""
        if not self._is_loaded_fast():
            self._load_slowly(b"".join(self._body))

    def look(self) -> None:
        """Make the view `raw` of all rows; reading it fails if the text cannot be parsed."""
        self._connection.execute(f"create or replace temp view raw as {self._parsed(self._body)}")

    def n_rows(self) -> int:
        """How many rows the view has."""
        return int(self._connection.execute("select count(*) from raw").fetchall()[0][0])

    def load_sample(self) -> None:
        """Make the table `raw` of sample rows from the whole chunk, with meaningless line numbers."""
        some = [part[:_SAMPLED] for part in self._body]
        body = [part[part.find(b"\n") + 1 : part.rfind(b"\n") + 1] for part in some]
        sample = Lines(self._connection, self._memory, body, (self._width, self._delimiter), 0)
        sample.load()

    def load_only(self, wanted: Any) -> None:
        """Make the table `raw` from the lines with these numbers (sorted array); each line is a row."""
        import numpy as np

        is_wanted = np.zeros(self.n + 1, bool)
        is_wanted[wanted - self.first] = True
        parsed = self._parsed(list(_lines_of(self._body, is_wanted)))
        self._connection.register("wanted_lines", {"number": wanted, "place": np.arange(1, len(wanted) + 1)})
        self._connection.execute(
            f"""create temp table raw as select number as _line, found.* exclude (_line)
            from ({parsed}) as found join wanted_lines on place = found._line - {self.first - 1}"""
        )
        self._connection.unregister("wanted_lines")

    def _is_loaded_fast(self) -> bool:
        if not self.is_plain:
            return False
        try:
            self._connection.execute(f"create temp table raw as {self._parsed(self._body)}")
        except duckdb.Error:
            return False
        if self.n_rows() == self.n:
            return True
        self._connection.execute("drop table raw")
        return False

    def _parsed(self, body: list[bytes]) -> str:
        """SQL of the rows of these parts, numbered from the first line on."""
        columns = ", ".join(f"'c{position}': 'VARCHAR'" for position in range(self._width))
        return f"""select row_number() over () + {self.first - 1} as _line, false as _malformed, *
            from read_csv('{self._memory.holding(body)}', columns = {{{columns}}}, auto_detect = false,
                header = false, delim = '{self._delimiter}', quote = '"', escape = '"', strict_mode = true,
                null_padding = false, max_line_size = 16000000)"""

    def _load_slowly(self, body: bytes) -> None:
        lines: list[int] = []
        malformed: list[bool] = []
        columns: list[list[str | None]] = [[] for _ in range(self._width)]
        for line, row in _rows(body.decode("utf-8"), self._delimiter, self._width):
            if row is not None and not any(cell.strip() for cell in row):
                continue
            lines.append(self.first + line)
            malformed.append(row is None or len(row) != self._width)
            for position, column in enumerate(columns):
                column.append(row[position] if row and position < len(row) else None)
        load_rows(self._connection, lines, malformed, columns)


def n_line_ends(text: list[bytes]) -> int:
    """How many line ends there are in all parts."""
    import numpy as np

    # Block by block into the same array, so that no array as long as a part is allocated.
    n_ends, is_end = 0, np.empty(_BLOCK, bool)
    for part in text:
        for at in range(0, len(part), _BLOCK):
            block = np.frombuffer(part, np.uint8, min(_BLOCK, len(part) - at), at)
            n_ends += int(np.count_nonzero(np.equal(block, _LINE_END, out=is_end[: len(block)])))
    return n_ends


def _lines_of(body: list[bytes], is_wanted: Any) -> Iterator[bytes]:
    """The text of the lines that are wanted (array of bool, one for each line), part for part."""
    import numpy as np

    n_before = 0
    for part in body:
        text = np.frombuffer(part, np.uint8)
        ends = np.flatnonzero(text == _LINE_END)
        lengths = np.diff(np.concatenate([[-1], ends, [len(text) - 1]]))
        yield text[np.repeat(is_wanted[n_before : n_before + len(lengths)], lengths)].tobytes()
        n_before += len(ends)


def _rows(text: str, delimiter: str, width: int) -> Iterator[tuple[int, list[str] | None]]:
    """Each row with the number of its first line, from 0; the row is None if it cannot be parsed.

    A stray quote would merge all lines up to the next quote. So if several lines do not form exactly one row of the
    header's width, the first line becomes a row alone, and the search continues at the next line.
    """
    lines = io.StringIO(text, newline="\n").readlines()
    at = 0
    while at < len(lines):
        begun = at
        reader = csv.reader(
            map(lines.__getitem__, range(begun, len(lines))), delimiter=delimiter, strict=True
        )
        while at < len(lines):
            try:
                row: list[str] | None = next(reader)
            except csv.Error:
                row = None
            n_lines = begun + reader.line_num - at
            if row is None or (n_lines > 1 and len(row) != width):
                yield at, _alone(lines[at], delimiter)
                at += 1
                break
            yield at, row
            at += n_lines


def _alone(line: str, delimiter: str) -> list[str] | None:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
