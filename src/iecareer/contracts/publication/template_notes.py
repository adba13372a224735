"""The second sheet of a template: instructions, and each column's meaning, format and values."""

from __future__ import annotations

from typing import Any

from iecareer.contracts.loader import Column, RecordType
from iecareer.contracts.publication.labels import MODES, choices, format_of, said, unit
from iecareer.contracts.publication.template_mark import Mark

_FONT = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top", "text_wrap": True}
_TEAL, _WASH, _SOFT, _RULE = "#0B6E6E", "#EAF2F1", "#5B6673", "#E4E7EB"
_HEADINGS = ("栏目", "英文名", "必填", "含义", "格式", "单位", "可选值", "示例")
_WIDTHS = (20, 24, 7, 46, 26, 10, 46, 24)
_LINE, _LATIN = 15, 0x2E7F
NAME = "填写说明"


def write_notes(book: Any, kind: RecordType, mark: Mark) -> None:
    """Add the notes sheet to a template's workbook."""
    formats = {
        "title": book.add_format(
            _FONT | {"bold": True, "font_size": 16, "font_color": _TEAL, "text_wrap": False}
        ),
        "line": book.add_format(_FONT | {"text_wrap": False}),
        "heading": book.add_format(
            _FONT | {"bold": True, "font_color": _TEAL, "bg_color": _WASH, "top": 2, "top_color": _TEAL}
        ),
        "strong": book.add_format(_FONT | {"bold": True, "bottom": 1, "bottom_color": _RULE}),
        "soft": book.add_format(_FONT | {"font_color": _SOFT, "bottom": 1, "bottom_color": _RULE}),
        "plain": book.add_format(_FONT | {"bottom": 1, "bottom_color": _RULE}),
    }
    sheet = book.add_worksheet(NAME)
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width)
    sheet.write_string(0, 0, f"{kind.label_zh}：填写说明", formats["title"])
    sheet.set_row(0, 28)
    for row, line in enumerate(_lines(kind, mark), start=1):
        sheet.write_string(row, 0, line, formats["line"])
    first = len(_lines(kind, mark)) + 2
    for place, heading in enumerate(_HEADINGS):
        sheet.write_string(first, place, heading, formats["heading"])
    for row, column in enumerate(kind.columns, start=first + 1):
        cells = _column_cells(column)
        n_lines = max(_n_lines(text, width) for (text, _), width in zip(cells, _WIDTHS, strict=True))
        sheet.set_row(row, _LINE * n_lines + _LINE / 2)
        for place, (text, style) in enumerate(cells):
            sheet.write_string(row, place, text, formats[style])
    _lay_out(sheet, first)


def _lines(kind: RecordType, mark: Mark) -> list[str]:
    key = "、".join(column.label_zh for column in kind.columns if column.stored_name in kind.key)
    rules = [f"{number}. {rule.description_zh}" for number, rule in enumerate(kind.rules, start=6)]
    return [
        f"1. {kind.description_zh}主键：{key}；主键相同的行视为同一条记录。",
        f"2. {MODES[kind.mode][0]}",
        "3. 不要改动表头文字；列可以移动，不用的选填列可以删除，文件和工作表可以改名。",
        "4. 示例行从不入库，可以留着，也可以删除；请勿把数据填在示例字样所在的行。",
        "5. 号码和代码按文本填写，不要让程序改成数字；日期用日期格式。粘贴数据时请“只粘贴数值”，以保留下拉列表。",
        *rules,
        f"模板标识 {mark}",
    ]


def _column_cells(column: Column) -> list[tuple[str, str]]:
    return [
        (column.label_zh, "strong"),
        (column.name, "soft"),
        ("是" if column.required else "", "plain"),
        (column.description_zh, "plain"),
        (format_of(column)[0], "plain"),
        (unit(column)[0], "plain"),
        ("、".join(choices(column)), "plain"),
        (said(column, column.example), "soft"),
    ]


def _n_lines(text: str, width: int) -> int:
    """Number of lines that a text needs in a column; a Chinese character is as wide as two others."""
    taken = sum(2 if ord(character) > _LATIN else 1 for character in text)
    return -(-taken // (width - 2)) or 1


def _lay_out(sheet: Any, first: int) -> None:
    sheet.hide_gridlines(2)
    sheet.freeze_panes(first + 1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&R第 &P 页，共 &N 页")
