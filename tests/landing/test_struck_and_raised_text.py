"""Text that is struck out does not count, and a raised digit is no digit of the number before it."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.landing.open_documents import cell, ods, row, words
from tests.landing.test_pay import ADVERTS
from tests.landing.test_what_sheets_show import rows
from tests.people import credit_code, resident_id

# Pieces of a cell: plain, struck out (-), raised (^), lowered (_); then what the cell says.
CELLS: list[tuple[list[str], str]] = [
    (["8500", "^1"], "8500^1"),
    (["8500", "^1)"], "8500^1)"),
    (["10", "^4"], "10^4"),
    (["8500", "_2"], "8500^2"),
    (["面积 m", "^2"], "面积 m2"),
    (["H", "_2", "O 工"], "H2O 工"),
    (["-8000", " 8500"], "8500"),
    (["9000", "-8500"], "9000"),
    (["6", "-3", "8500"], "68500"),
    (["-8000", "-8500"], "~~80008500~~"),
    (["-330102", "330105", "^3"], "330105^3"),
]
STRUCK_CELLS = {
    "8500": "~~8500~~",
    "张三": "~~张三~~",
    "330102": "~~330102~~",
    "2024-05-06": "~~2024-05-06~~",
}
MARKS = {"-": "del", "^": "sup", "_": "sub"}


def xlsx(*, is_inline: bool = False) -> bytes:
    content = io.BytesIO()
    options = {"constant_memory": True} if is_inline else {}  # writes texts into the cells
    with xlsxwriter.Workbook(content, options) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, "abc")
        forms = {
            "-": book.add_format({"font_strikeout": True}),
            "^": book.add_format({"font_script": 1}),
            "_": book.add_format({"font_script": 2}),
        }
        for number, (pieces, _) in enumerate(CELLS, 1):
            parts: list[Any] = []
            for piece in pieces:
                parts += [forms[piece[0]], piece[1:]] if piece[0] in forms else [piece]
            sheet.write(number, 0, "x")
            sheet.write_rich_string(number, 1, *parts)
        for number, text in enumerate(STRUCK_CELLS, 1 + len(CELLS)):
            sheet.write(number, 0, "x")
            sheet.write(number, 1, int(text) if text.isdigit() else text, forms["-"])
    return content.getvalue()


def open_document() -> bytes:
    styles = "".join(
        f'<style:style style:name="{name}" style:family="{family}"><style:text-properties {told}/></style:style>'
        for name, family, told in (
            ("del", "text", 'style:text-line-through-style="solid"'),
            ("sup", "text", 'style:text-position="super 58%"'),
            ("sub", "text", 'style:text-position="-33% 58%"'),
            (
                "ce1",
                "table-cell",
                'style:text-line-through-style="solid" style:text-line-through-type="double"',
            ),
        )
    )
    lines = [words("a", "b", "c")]
    for pieces, _ in CELLS:
        told = "".join(
            f'<text:span text:style-name="{MARKS[piece[0]]}">{piece[1:]}</text:span>'
            if piece[0] in MARKS
            else piece
            for piece in pieces
        )
        lines.append(row(cell("x", "string"), cell(told, "string")))
    for text in STRUCK_CELLS:
        kind = "float" if text.isdigit() else "string"
        value = text if text.isdigit() else None
        lines.append(row(cell("x", "string"), cell(text, kind, value, style_name="ce1")))
    return ods("".join(lines), settings=styles)


@pytest.mark.parametrize(
    "book", [xlsx, lambda: xlsx(is_inline=True), open_document], ids=["xlsx", "xlsx, texts in cells", "ods"]
)
def test_what_is_struck_out_or_raised(book: Callable[[], bytes]) -> None:
    found, _ = rows(book())
    assert [text.strip() for _, _, text, _ in found] == [*(text for _, text in CELLS), *STRUCK_CELLS.values()]


NOTED = ("8500¹", "8500①", "8500⑴", "8500₁", "①8500", "¹8500", "8500⒈", "8500❶", "85⁰0")


def test_notes_beside_an_amount_make_no_other_amount(
    write_csv: Callable[..., Path],
    land_one: Callable[..., dict[str, Any]],
    landed: Callable[..., list[tuple[Any, ...]]],
) -> None:
    headers = ("person_id", "enterprise_code", "month", "contribution_base", "region_code")
    told = [*NOTED, "8500", "８５００"]
    rows_ = [(resident_id(at), credit_code(1), "2024-05", base, "330102") for at, base in enumerate(told)]
    receipt = land_one(write_csv("employment_month.csv", headers, rows_))
    assert receipt["reasons"] == {"not_a_number:contribution_base": len(NOTED)}
    assert landed("employment_month", "contribution_base") == [(8500.0,), (8500.0,)]


def test_a_row_that_is_struck_out_is_set_aside(
    tmp_path: Path,
    system: Callable[[str, str], None],
    land_one: Callable[..., dict[str, Any]],
    landed: Callable[..., list[tuple[Any, ...]]],
) -> None:
    contract = ADVERTS.replace("LOW", "value * 1").replace("HIGH", "null")
    system("adverts", contract.replace("*.csv", "*.xlsx").replace("format: csv", "format: xlsx"))
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet, out = book.add_worksheet(), book.add_format({"font_strikeout": True})
        sheet.write_row(0, 0, ("编号", "职位", "薪资"))
        for at in range(3):
            sheet.write_row(at + 1, 0, (f"A{at}", "会计", 8000 + at), out if at == 1 else None)
    receipt = land_one(path, source="adverts")
    assert (receipt["n_in"], receipt["n_loaded"], receipt["n_quarantined"]) == (3, 2, 1)
    assert receipt["reasons"]["damaged_text:posting_id"] == 1
    assert landed("job_posting", "posting_id, salary_low") == [("A0", 8000.0), ("A2", 8002.0)]
