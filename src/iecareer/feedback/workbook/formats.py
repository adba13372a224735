"""Cell formats and page settings that all sheets of a workbook share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from iecareer.feedback.published import Row

FONT = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top"}
_NUMBERS = {
    "percent": "0.0%",
    "percent_whole": "0%",
    "money": "#,##0",
    "count": "#,##0",
    "plain": "0",
    "plain_decimal": "0.####",
    "decimal": "0.0",
    "decimal4": "0.0000",
}
TEAL, WASH, SOFT, ALERT = "#0B6464", "#EAF2F1", "#515C68", "#7D4A06"
_A4 = 9
# Shares of so many persons are published with one decimal.
_FINE = 100


class Formats:
    """The cell formats of a workbook."""

    def __init__(self, book: Any) -> None:
        def add(**more: Any) -> Any:
            return book.add_format(FONT | more)

        self.title = add(bold=True, font_size=16, font_color=TEAL)
        self.heading = add(bold=True, font_size=12, font_color=TEAL)
        self.strong = add(bold=True)
        self.wrapped = add(text_wrap=True)
        self.alert = add(text_wrap=True, bold=True, font_color=ALERT)
        self.indented = add(text_wrap=True, indent=1)
        self.soft = add(font_color=SOFT)
        self.note = add(text_wrap=True, font_color=SOFT)
        self.plain = add()
        self.link = add(font_color=TEAL, underline=1)
        self.head = add(bold=True, bg_color=WASH, text_wrap=True, top=2, top_color=TEAL)
        self.head_below = add(font_color=SOFT, bg_color=WASH, text_wrap=True, bottom=1, bottom_color=TEAL)
        self.text = add(indent=1, align="left")
        self.right = add(align="right")
        self.numbers = {name: add(num_format=code) for name, code in _NUMBERS.items()}

    def of_value(self, name: str, row: Row) -> Any:
        """The number format of a value: pay as money, shares as published, without decimals below 100 persons."""
        if name == "p50":
            return self.numbers["money"]
        n = row.get("n")
        return self.numbers["percent" if n is None or n >= _FINE else "percent_whole"]


def prepare(sheet: Any, widths: tuple[float, ...], title: str) -> None:
    """A sheet without grid lines; A4 landscape, one page wide, with its title and page numbers."""
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.set_footer(f"&L{title.replace('&', '&&')}&R&P / &N")
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width)


def paragraph(
    sheet: Any, cell_format: Any, row: int, text: str, widths: tuple[float, ...], first: int = 0
) -> int:
    """Write wrapped text over the rest of the row, which gets the height that the text needs; returns the next row."""
    last = len(widths) - 1
    sheet.merge_range(row, first, row, last, "", cell_format)
    sheet.write_string(row, first, text, cell_format)
    sheet.set_row(row, 16 * lines_of(text, sum(widths[first:])) + 2)
    return row + 1


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes in a column of this width."""
    wide = sum(1.0 if ord(letter) < 0x2E80 else 1.9 for letter in text)
    return int(wide // (width * 0.95)) + 1
