"""One chunk of delimited text in memory, as a table of its rows or as a view.

If every line is a row, DuckDB parses the whole text at once. If not, :mod:`iecareer.landing.read.csv_dialect` reads the
rows with quotation marks, which may span several lines. DuckDB then parses the other lines, grouped by their number of
cells, so that one unusual line does not change how the others are read.

The rows become the table `raw`, or the view `raw`, which parses the text again at every query. The rows of the view are
the lines of the text only if their numbers are equal.

A row with fewer cells than headers may lack its last cells, which are empty, or one in the middle. So its `_malformed`
is null, and parsing treats the row as malformed if it violates any rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb

from iecareer.landing.read.csv_dialect import LONGEST_LINE, Shape, quoted_rows
from iecareer.landing.read.memory_file import MemoryFile
from iecareer.landing.read.raw_table import load_rows

_LINE_END = ord("\n")
_SAMPLED = 4096
_BLOCK = 1 << 18
# Blank lines at the end, and the mark that ended a text under DOS.
_BEHIND = b"\n\x1a"
# DuckDB's reader keeps a block of memory for each column; rows with more cells are read one by one.
_WIDEST = 2_000


class Lines:
    """A piece of text in parts, with the number that its first line has in the file.

    `n` lines may hold rows; `n_all` counts blank lines at the end, too.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        memory: MemoryFile,
        body: list[bytes],
        shape: Shape,
        first: int,
    ) -> None:
        """Take the parts, the shape of the rows, and the number of the first line."""
        self._connection, self._memory, self._body, self._shape = connection, memory, body, shape
        self.first = first
        self.n_all = _n_lines(body)
        _cut_end(body)
        self.n = _n_lines(body)

    @property
    def is_plain(self) -> bool:
        """Whether the text has no NUL character, at which DuckDB would stop reading."""
        return any(self._body) and not any(b"\0" in part for part in self._body)

    def load(self) -> None:
        """Make the table `raw` of all rows."""
        if not self._is_loaded_fast():
            self._load_line_by_line(b"".join(self._body))

    def look(self) -> None:
        """Make the view `raw` of all rows; reading it fails if the text cannot be parsed."""
        self._connection.execute(f"create or replace temp view raw as {self._parsed(self._body)}")

    def n_rows(self) -> int:
        """How many rows the view has."""
        return int(self._connection.execute("select count(*) from raw").fetchall()[0][0])

    def load_sample(self) -> None:
        """Make the table `raw` of sample rows from the whole chunk, with meaningless line numbers.

        They are from the beginning of each part, and from the end: a month that begins in the last part is among them.
        """
        some = [part[:_SAMPLED] for part in [*self._body, self._body[-1][-_SAMPLED:]]]
        body = [part[part.find(b"\n") + 1 : part.rfind(b"\n") + 1] for part in some]
        sample = Lines(self._connection, self._memory, body, self._shape, 0)
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

    def _parsed(self, body: list[bytes], width: int | None = None) -> str:
        """SQL of the rows of these parts, numbered from the first line on."""
        columns = ", ".join(f"'c{position}': 'VARCHAR'" for position in range(width or self._shape.width))
        return f"""select row_number() over () + {self.first - 1} as _line, false as _malformed, *
            from read_csv('{self._memory.holding(body)}', columns = {{{columns}}}, auto_detect = false,
                header = false, delim = '{self._shape.delimiter}', quote = '"', escape = '"', strict_mode = true,
                null_padding = false, max_line_size = {LONGEST_LINE})"""

    def _load_line_by_line(self, text: bytes) -> None:
        import numpy as np

        begins, n_cells, is_plain = _measured(text, self._shape)
        if self._shape.width > _WIDEST:
            is_plain[:] = False
        lines: list[int] = []
        malformed: list[bool | None] = []
        columns: list[list[str | None]] = [[] for _ in range(self._shape.width)]
        for line, length, row in quoted_rows(text, begins, np.flatnonzero(~is_plain), self._shape):
            is_plain[line : line + length] = False
            if row is None or any(cell.strip() for cell in row):
                lines.append(self.first + line)
                malformed.append(self._shape.malformed(row))
                for position, column in enumerate(columns):
                    column.append(row[position] if row and position < len(row) else None)
        load_rows(self._connection, lines, malformed, columns)
        for number in map(int, np.unique(n_cells[is_plain])):
            self._append(text, is_plain & (n_cells == number), number)

    def _append(self, text: bytes, is_wanted: Any, n_cells: int) -> None:
        """Add the wanted lines to `raw`. Each must have `n_cells` cells and no quotation mark."""
        import numpy as np

        width = self._shape.width
        cells = ", ".join(f"c{at}" if at < n_cells else "null" for at in range(width))
        beyond = " or ".join(f"trim(c{at}) <> ''" for at in range(width, n_cells))
        short = "null" if n_cells < self._shape.needed else "false"
        filled = " or ".join(f"trim(c{at}) <> ''" for at in range(n_cells))
        parsed = self._parsed(list(_lines_of([text], np.append(is_wanted, False))), n_cells)
        numbers = np.flatnonzero(is_wanted) + self.first
        self._connection.register("plain_lines", {"number": numbers, "place": np.arange(1, len(numbers) + 1)})
        self._connection.execute(
            f"""insert into raw select number, {f"coalesce({beyond}, false)" if beyond else short}, {cells}
            from ({parsed}) as found join plain_lines on place = found._line - {self.first - 1} where {filled}"""
        )
        self._connection.unregister("plain_lines")


def _n_lines(body: list[bytes]) -> int:
    return n_line_ends(body) + (bool(body) and not body[-1].endswith(b"\n"))


def _cut_end(body: list[bytes]) -> None:
    """Take blank lines at the end from the parts."""
    while body == [b"\n"] or (body and body[-1].endswith((b"\n\n", b"\x1a", b"\x1a\n"))):
        body[-1] = body[-1].rstrip(_BEHIND)
        if body[-1] or len(body) == 1:
            break
        body.pop()


def _measured(text: bytes, shape: Shape) -> tuple[Any, Any, Any]:
    """Arrays over the lines: their places, their numbers of cells, whether only delimiters have a meaning in them."""
    import numpy as np

    if not text:
        return np.array([], int), np.array([], int), np.array([], bool)
    found = np.frombuffer(text, np.uint8)
    ends = np.flatnonzero(found == _LINE_END) + 1
    begins = np.concatenate([[0], ends[ends < len(text)]])
    lengths = np.diff(np.concatenate([begins, [len(text)]]))
    delimiter = shape.delimiter.encode()
    is_mark = (found == ord('"')) | (found == 0)
    # A delimiter of several bytes is left to the careful way.
    is_plain = (np.add.reduceat(is_mark, begins, dtype=np.int32) == 0) & (len(delimiter) == 1)
    n_cells = np.add.reduceat(found == delimiter[0], begins, dtype=np.int32) + 1
    # A line of one cell may be blank, which DuckDB would not count.
    is_plain &= (n_cells > 1) & (lengths < LONGEST_LINE)
    return begins, n_cells, is_plain


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
    """The text of the lines that are wanted (array of bool, one for each line and one more), part for part."""
    import numpy as np

    n_before = 0
    for part in body:
        text = np.frombuffer(part, np.uint8)
        ends = np.flatnonzero(text == _LINE_END)
        lengths = np.diff(np.concatenate([[-1], ends, [len(text) - 1]]))
        yield text[np.repeat(is_wanted[n_before : n_before + len(lengths)], lengths)].tobytes()
        n_before += len(ends)
