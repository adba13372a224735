"""A workbook for the office: its quarantined rows by file, sheet, line and reason, without values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from iecareer.clock import today
from iecareer.errors import IecareerError
from iecareer.lake.manifest import Delivery
from iecareer.landing.quarantine.open_rows import Place, open_deliveries, places
from iecareer.landing.quarantine.reasons import Advisor, vocabulary
from iecareer.sources import source_system

LIMIT = 100_000
_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "constant_memory": True,
}
_FONT = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top"}
_LINES = (
    ("文件\nFile", 30), ("工作表\nSheet", 12), ("行\nLine", 8), ("列\nColumn", 18),
    ("问题", 36), ("怎么改", 44), ("What is wrong", 44), ("What to do", 44),
)  # fmt: skip
_COUNTS = (
    ("文件\nFile", 34), ("报送日期\nReceived", 14), ("类别\nRecord type", 20), ("问题\nProblem", 48),
    ("列\nColumn", 20), ("行数\nRows", 10),
)  # fmt: skip
_WIDTHS = tuple(width for _, width in _LINES[3:])
_LATIN, _LINE_HEIGHT = 0x2000, 15.0
_NOTES = (
    "更正后，请只报送改好的行（表头与原文件相同），或报送整份改好的文件。行号按原文件计算。",
    "Send back only the corrected rows, with the same headers, or the whole file. Lines refer to the original file.",
    "本表只有位置和原因，不含任何个人信息。",
    "This workbook only has places and reasons, no data of persons.",
)


def export_quarantine(source_id: str, path: Path) -> dict[str, Any]:
    """Write the workbook of a source's rows that need a correction.

    Returns
    -------
    dict
        `path`, `n_rows` (rows that need a correction) and `n_listed` (how many of them the workbook lists).

    Raises
    ------
    IecareerError
        When no row needs a correction, there is no such source, or the file cannot be written.
    """
    from xlsxwriter.exceptions import FileCreateError

    deliveries = open_deliveries(source_id)
    if not deliveries:
        source_system(source_id)
        raise IecareerError(f"No row of {source_id} needs a correction.")
    try:
        n_rows, n_listed = _write(source_id, deliveries, path)
    except (OSError, FileCreateError):
        raise IecareerError(
            f"{path} cannot be written.",
            next_step="Close the file if it is open, or name another file with --out.",
        ) from None
    return {"path": str(path), "n_rows": n_rows, "n_listed": n_listed}


def _write(source_id: str, deliveries: Sequence[Delivery], path: Path) -> tuple[int, int]:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), _OPTIONS)
    formats = _formats(book)
    cover, lines = book.add_worksheet("封面 Cover"), book.add_worksheet("需更正的行 Rows")
    advisor, counts = Advisor(source_id), Counter[tuple[str, str, str]]()
    _head(lines, _LINES, formats, row=0)
    n_rows = n_listed = at = 0
    for place in places(deliveries):
        reasons = [reason for reason in place.reasons if reason.partition(":")[0] in vocabulary()]
        counts.update((place.delivery_id, place.file, reason) for reason in reasons)
        n_rows += bool(reasons)
        if n_rows <= LIMIT:
            n_listed += bool(reasons)
            for reason in reasons:
                at += 1
                _write_line(lines, at, place, reason, (advisor, formats))
    lines.autofilter(0, 0, max(at, 1), len(_LINES) - 1)
    _write_cover(cover, source_id, (deliveries, counts), (n_rows, n_listed), (advisor, formats))
    book.close()
    return n_rows, n_listed


def _formats(book: Any) -> dict[str, Any]:
    head = {"bold": True, "bg_color": "#EAF2F1", "text_wrap": True, "bottom": 1}
    return {
        "title": book.add_format(_FONT | {"bold": True, "font_size": 16, "font_color": "#0B6E6E"}),
        "head": book.add_format(_FONT | head),
        "text": book.add_format(_FONT | {"text_wrap": True}),
        "plain": book.add_format(_FONT),
        "number": book.add_format(_FONT | {"num_format": "0", "align": "left"}),
    }


def _head(sheet: Any, columns: Sequence[tuple[str, int]], formats: dict[str, Any], row: int) -> None:
    sheet.set_row(row, 30)
    for at, (heading, width) in enumerate(columns):
        sheet.set_column(at, at, width)
        sheet.write_string(row, at, heading, formats["head"])
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    if row == 0:
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)


def _write_line(
    sheet: Any, at: int, place: Place, reason: str, words: tuple[Advisor, dict[str, Any]]
) -> None:
    advisor, formats = words
    advice = advisor.advice(place.record_type, reason)
    sheet.write_string(at, 0, place.file, formats["text"])
    sheet.write_string(at, 1, place.sheet or "", formats["text"])
    sheet.write_number(at, 2, place.line, formats["number"])
    texts = (advice.column, advice.wrong_zh, advice.todo_zh, advice.wrong_en, advice.todo_en)
    sheet.set_row(at, _height(zip((place.file, *texts), (_LINES[0][1], *_WIDTHS), strict=True)))
    for column, text in enumerate(texts, start=3):
        sheet.write_string(at, column, text, formats["text"])


def _height(cells: Iterable[tuple[str, int]]) -> float:
    """Height of a row whose cells wrap: a Chinese character is about as wide as two Latin ones."""
    n_lines = [
        sum(
            1 + sum(2 if ord(letter) > _LATIN else 1 for letter in part) // width for part in text.split("\n")
        )
        for text, width in cells
    ]
    return _LINE_HEIGHT * max(n_lines)


def _write_cover(
    sheet: Any,
    source_id: str,
    bad: tuple[Sequence[Delivery], Counter[tuple[str, str, str]]],
    numbers: tuple[int, int],
    words: tuple[Advisor, dict[str, Any]],
) -> None:
    (deliveries, counts), (advisor, formats) = bad, words
    n_rows, n_listed = numbers
    sheet.set_row(0, 26)
    sheet.write_string(0, 0, "需更正的数据 Rows to correct", formats["title"])
    sheet.write_string(1, 0, f"{source_id} · {today()} · {n_rows} 行 rows", formats["plain"])
    notes = list(_NOTES)
    if n_listed < n_rows:
        notes.append(f"只列出前 {n_listed} 行。 Only the first {n_listed} rows are listed.")
    for row, note in enumerate(notes, start=3):
        sheet.write_string(row, 0, note, formats["plain"])
    first = len(notes) + 4
    _head(sheet, _COUNTS, formats, row=first)
    by_id = {delivery.delivery_id: delivery for delivery in deliveries}
    for row, ((delivery_id, file, reason), n) in enumerate(sorted(counts.items()), start=first + 1):
        delivery = by_id[delivery_id]
        advice = advisor.advice(delivery.record_type, reason)
        problem = f"{advice.wrong_zh}\n{advice.wrong_en}"
        texts = (file, str(delivery.received_on), delivery.record_type, problem, advice.column)
        sheet.set_row(row, _height([(problem, _COUNTS[3][1])]))
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text, formats["text"])
        sheet.write_number(row, len(texts), n, formats["number"])
    sheet.activate()
