"""Templates: a workbook of one record type that an office fills in and sends back. It lands without a contract.

The first sheet has a title, the mark, a row of required and optional marks, headers, an example row and empty rows. The
second sheet explains each column. The same record type and office give the same bytes.
"""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

from iecareer.contracts.loader import Column, RecordType
from iecareer.contracts.publication.cell_validation import entry_rule, number_format
from iecareer.contracts.publication.labels import MODES, choices, said
from iecareer.contracts.publication.template_mark import EXAMPLE, Mark
from iecareer.contracts.publication.template_notes import write_notes

_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
_FONT = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
_TEAL, _WASH, _SOFT, _RULE = "#0B6E6E", "#EAF2F1", "#5B6673", "#C9D3D6"
# Row numbers from 0.
_TITLE, _ABOUT, _MARK, _DUTY, _HEADERS, _EXAMPLE = range(6)
_LAST = 1_048_575
_MADE = datetime(2026, 1, 1)  # noqa: DTZ001 - a spreadsheet's times have no zone
_WIDTHS = {"person": 22, "credit_code": 22, "text": 22, "institution_code": 14, "occupation_code": 13}
_INSTITUTION_DIGITS = 10


def template(kind: RecordType, office: str = "") -> bytes:
    """The template of a record type, as the bytes of an ``.xlsx`` workbook.

    Parameters
    ----------
    kind : RecordType
        Record type of the template's rows.
    office : str
        Code of the office that fills it in, or "". With a code, its deliveries become a separate source.
    """
    import xlsxwriter

    mark = Mark(kind.name, office)
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, _OPTIONS)
    book.set_properties({"title": f"{kind.label_zh}报送模板", "keywords": str(mark), "created": _MADE})
    formats = {name: book.add_format(_FONT | more) for name, more in _STYLES.items()}
    sheet = book.add_worksheet(kind.label_zh)
    _write_head(sheet, formats, kind, mark)
    for place, column in enumerate(kind.columns):
        _write_column(book, sheet, formats, place, column, office)
    sheet.write_string(_EXAMPLE, 0, f"{EXAMPLE}（本行不入库，可删）", formats["example"])
    _lay_out(sheet, kind)
    write_notes(book, kind, mark)
    book.close()
    return stream.getvalue()


_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": _TEAL},
    "about": {"font_color": _SOFT},
    "mark": {"font_color": "#8A949E", "font_size": 8},
    "required": {"bold": True, "font_size": 9, "font_color": "#9A5B0B", "bg_color": "#FBF1DF", "align": "center"},
    "optional": {"font_size": 9, "font_color": _SOFT, "bg_color": "#F6F8F8", "align": "center"},
    "header": {
        "bold": True, "bg_color": _WASH, "font_color": _TEAL, "align": "center", "text_wrap": True,
        "top": 2, "top_color": _TEAL, "bottom": 1, "bottom_color": _TEAL, "left": 1, "left_color": _RULE,
    },
    "example": {"italic": True, "font_color": "#8A949E", "bg_color": "#FAFBFB", "bottom": 4, "bottom_color": _RULE},
}  # fmt: skip


def _write_head(sheet: Any, formats: dict[str, Any], kind: RecordType, mark: Mark) -> None:
    sheet.write_string(_TITLE, 0, f"{kind.label_zh}报送模板", formats["title"])
    whose = f"填报单位 {mark.office}。" if mark.office else ""
    about = f"{whose}{kind.description_zh}从示例行下面填起；{MODES[kind.mode][0]}"
    sheet.write_string(_ABOUT, 0, about, formats["about"])
    sheet.write_string(_MARK, 0, str(mark), formats["mark"])
    sheet.set_row(_TITLE, 28)
    sheet.set_row(_ABOUT, 20)
    sheet.set_row(_HEADERS, 30)
    sheet.set_row(_EXAMPLE, 20)


def _write_column(
    book: Any, sheet: Any, formats: dict[str, Any], place: int, column: Column, office: str
) -> None:
    cell = {"num_format": number_format(column)} | ({"indent": 1} if number_format(column) == "@" else {})
    body = book.add_format(_FONT | cell)
    sheet.set_column(place, place, _width(column, is_first=place == 0), body)
    duty = "required" if column.required else "optional"
    sheet.write_string(_DUTY, place, "必填" if column.required else "选填", formats[duty])
    sheet.write_string(_HEADERS, place, column.label_zh, formats["header"])
    sheet.data_validation(_EXAMPLE, place, _LAST, place, entry_rule(column))
    is_own = column.kind == "institution_code" and len(office) == _INSTITUTION_DIGITS and office.isdigit()
    example = book.add_format(_FONT | _STYLES["example"] | cell)
    _write_value(sheet, (_EXAMPLE, place), column, office if is_own else column.example, example)


def _write_value(sheet: Any, place: tuple[int, int], column: Column, value: str, style: Any) -> None:
    if column.kind in ("date", "month"):
        sheet.write_datetime(*place, date.fromisoformat(value), style)
    elif column.kind in ("integer", "number", "money", "year") and not choices(column):
        sheet.write_number(*place, float(value), style)
    else:
        sheet.write_string(*place, said(column, value), style)


def _width(column: Column, *, is_first: bool) -> float:
    """Column width for header and usual values, and in the first column for the text of the example row."""
    usual = 0 if choices(column) else _WIDTHS.get(column.kind, 12)
    longest = max((2 * len(word) + 5 for word in choices(column)), default=0)
    width = max(2 * len(column.label_zh) + 3, usual, longest)
    return max(width, 26) if is_first else min(width, 40)


def _lay_out(sheet: Any, kind: RecordType) -> None:
    """Freeze the header rows, and print on A4 landscape with headers on every page."""
    sheet.freeze_panes(_HEADERS + 1, 1)
    sheet.set_selection(_EXAMPLE + 1, 0, _EXAMPLE + 1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.repeat_rows(_DUTY, _HEADERS)
    sheet.set_footer(f"&L{kind.label_zh}&R第 &P 页，共 &N 页")
