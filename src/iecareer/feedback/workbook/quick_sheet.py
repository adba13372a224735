"""A worksheet that writes rows of numbers and texts quickly, with the same bytes. A workbook has 26,000 cells.

It reaches into XlsxWriter, which checks each cell and builds its XML attribute by attribute.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import CellNumberTuple, CellStringTuple, Worksheet

if TYPE_CHECKING:
    from collections.abc import Sequence

# A number or a text with its format.
Cell = tuple[float | str, Any]
_LETTERS = tuple(xl_col_to_name(at) for at in range(64))
# Texts up to this length are never cut.
_SHORT = 16_000


class QuickSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
    """A worksheet for `add_worksheet`."""

    def write_cells(self, row: int, cells: Sequence[Cell | None]) -> None:
        """Write a row from its first column on; None leaves a cell empty."""
        filled = [at for at, cell in enumerate(cells) if cell]
        if not filled or self._check_dimensions(row, filled[0]) or self._check_dimensions(row, filled[-1]):
            return
        texts, line = self.str_table, self.table[row]
        for at, cell in enumerate(cells):
            if cell is None:
                continue
            value, cell_format = cell
            if isinstance(value, str):
                if len(value) > _SHORT:
                    self.write_string(row, at, value, cell_format)
                else:
                    index = texts._get_shared_string_index(value)  # noqa: SLF001 the public way is slow
                    line[at] = CellStringTuple(index, cell_format)
            elif math.isfinite(value):
                line[at] = CellNumberTuple(value, cell_format)
            else:
                raise TypeError("A sheet has no infinite numbers.")

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        """Write the XML of a cell. Cells of other kinds, or without a format, are written as usual."""
        kind, cell_format = cell.__class__, cell.format
        is_plain = kind is CellNumberTuple or kind is CellStringTuple
        if not is_plain or not cell_format or col >= len(_LETTERS) or self.constant_memory:
            super()._write_cell(row, col, cell)
            return
        style = cell_format._get_xf_index()  # noqa: SLF001 the library asks so, too
        place = f'<c r="{_LETTERS[col]}{row + 1}" s="{style}"'
        if kind is CellNumberTuple:
            self.fh.write(f"{place}><v>{cell.number:.16G}</v></c>")
        else:
            self.fh.write(f'{place} t="s"><v>{cell.string}</v></c>')
