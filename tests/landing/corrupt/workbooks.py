"""Corrupt workbooks, old and new."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import xlsxwriter
import xlwt

from tests.landing import open_documents as odf
from tests.landing.corrupt.cases import HEADERS, Case, Row, changed, corruption, people, table, without


def book(*sheets: tuple[str, Sequence[Sequence[Any]]], **options: Any) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, options) as made:
        for name, rows in sheets:
            sheet = made.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    sheet.write(number, column, cell)
    return stream.getvalue()


def xlsx(rows: Sequence[Sequence[Any]]) -> bytes:
    return book(("Sheet1", [HEADERS, *rows]))


def old_book(rows: Sequence[Sequence[Any]]) -> bytes:
    made, stream = xlwt.Workbook(), io.BytesIO()
    sheet = made.add_sheet("Sheet1")
    for number, row in enumerate([HEADERS, *rows]):
        for column, cell in enumerate(row):
            if isinstance(cell, str) and cell.startswith("#"):
                sheet.row(number).set_cell_error(column, {"#N/A": 42}.get(cell, cell))
            else:
                sheet.write(number, column, cell)
    made.save(stream)
    return stream.getvalue()


def repacked(data: bytes, edit: Callable[[str, bytes], bytes | None]) -> bytes:
    """The workbook with its parts edited; None takes a part out. Checksums fit again."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            part = edit(info.filename, old.read(info))
            if part is not None:
                new.writestr(info.filename, part)
    return stream.getvalue()


def in_sheet(data: bytes, edit: Callable[[bytes], bytes]) -> bytes:
    return repacked(data, lambda name, part: edit(part) if "worksheets/" in name else part)


def _case(content: bytes, **told: Any) -> Case:
    return Case(
        content, name=told.pop("name", "月报.xlsx"), file_format=told.pop("file_format", "xlsx"), **told
    )


@corruption
def xlsx_cut(rng: random.Random) -> Case:
    data = xlsx(people(rng))
    return _case(data[: rng.randint(30, len(data) - 30)], must="refuse")


@corruption
def xlsx_with_flipped_bytes(rng: random.Random) -> Case:
    rows = people(rng)
    data = bytearray(xlsx(rows))
    for _ in range(rng.choice([1, 5, 100])):
        data[rng.randrange(4, len(data))] ^= 1 << rng.randrange(8)
    return _case(bytes(data), good=rows, must="either")


@corruption
def xlsx_with_a_stale_dimension(rng: random.Random) -> Case:
    rows = people(rng)
    stale = rng.choice([b'ref="A1"', b'ref="A1:B2"', b'ref="A1:XFD1048576"', b'ref=""', b'ref="C9:A1"'])
    data = in_sheet(xlsx(rows), lambda part: re.sub(b'<dimension ref="[^"]*"', b"<dimension " + stale, part))
    return _case(data, good=rows, n_in=len(rows), must="either" if stale[5:6] in b'"C' else "load")


@corruption
def xlsx_with_calculated_cells(rng: random.Random) -> Case:
    rows = people(rng)
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as made:
        sheet = made.add_worksheet()
        for number, row in enumerate([HEADERS, *rows]):
            sheet.write_row(number, 0, row)
        for number, row in enumerate(rows, 1):
            sheet.write_formula(number, 3, f"=2*{float(row[3]) / 2}", None, float(row[3]))
            sheet.write_formula(number, 1, f'="{row[1]}"', None, row[1])
    return _case(stream.getvalue(), good=rows, n_in=len(rows))


@corruption
def xlsx_with_cells_never_calculated(rng: random.Random) -> Case:
    # A program wrote the formulas, and no Excel has opened the file since.
    rows, column = people(rng), rng.choice([0, 1, 2, 3, 4])
    at = rng.randrange(len(rows))
    cell = rng.choice([b"<f>B1</f>", b"<f>B1</f><v></v>", b"<f>B1</f><v/>", b'<f t="shared" si="0"/>'])
    place = f"{'ABCDE'[column]}{at + 2}".encode()
    pattern = b'<c r="' + place + b'"[^>]*>.*?</c>'
    data = in_sheet(
        xlsx(rows), lambda part: re.sub(pattern, b'<c r="' + place + b'">' + cell + b"</c>", part)
    )
    return _case(data, good=without(rows, at), n_in=len(rows))


@corruption
def xlsx_with_cells_in_error(rng: random.Random) -> Case:
    rows, column = people(rng), rng.choice([0, 1, 2, 3, 4])
    at = rng.randrange(len(rows))
    place = f"{'ABCDE'[column]}{at + 2}".encode()
    error = rng.choice([b"#N/A", b"#REF!", b"#VALUE!", b"#DIV/0!", b"#NAME?"])
    formula = rng.choice([b"", b"<f>VLOOKUP(1,A1:B2,2,0)</f>"])
    cell = b'<c r="' + place + b'" t="e">' + formula + b"<v>" + error + b"</v></c>"
    data = in_sheet(xlsx(rows), lambda part: re.sub(b'<c r="' + place + b'"[^>]*>.*?</c>', cell, part))
    return _case(data, good=without(rows, at), n_in=len(rows))


@corruption
def xlsx_with_hidden_sheets(rng: random.Random) -> Case:
    rows, stream = people(rng), io.BytesIO()
    with xlsxwriter.Workbook(stream) as made:
        seen, hidden = made.add_worksheet("本月"), made.add_worksheet("旧")
        for sheet, shown in ((seen, rows), (hidden, people(rng))):
            for number, row in enumerate([HEADERS, *shown]):
                sheet.write_row(number, 0, row)
        rng.choice([hidden.hide, hidden.very_hidden])()
        if rng.random() < 0.5:
            seen.set_row(2, None, None, {"hidden": True})
    return _case(
        stream.getvalue(),
        good=rows,
        n_in=len(rows),
        selector=rng.choice(['"*"', "'sheet:*'", "'sheet:本月'"]),
    )


@corruption
def xlsx_without_the_sheet_of_the_contract(rng: random.Random) -> Case:
    data = book(("数据", [HEADERS, *people(rng)]))
    return _case(
        data, must="refuse", selector=rng.choice(["'sheet:本月'", "'sheet:2024*'"]), said="sheets is named"
    )


@corruption
def xlsx_with_two_sheets_alike(rng: random.Random) -> Case:
    data = book(("甲", [HEADERS, *people(rng)]), ("乙", [HEADERS, *people(rng)]))
    return _case(data, must="refuse", said="2 of its sheets")


@corruption
def xlsx_with_a_sheet_for_each_month(rng: random.Random) -> Case:
    rows = people(rng, 9)
    data = book(
        ("说明", [["填报说明"], ["证件号码", "十八位"]]),
        ("1月", [["某市"], HEADERS, *rows[:3]]),
        ("2月", [HEADERS, *rows[3:7]]),
        ("3月", [[], [], HEADERS, *rows[7:]]),
    )
    return _case(data, good=rows, n_in=9, selector="'sheet:*'")


@corruption
def xlsx_with_merged_headers(rng: random.Random) -> Case:
    rows, stream = people(rng), io.BytesIO()
    with xlsxwriter.Workbook(stream) as made:
        sheet = made.add_worksheet()
        sheet.merge_range(0, 0, 0, 4, "某市参保月报")
        for column in (0, 1, 4):
            sheet.merge_range(1, column, 2, column, HEADERS[column])
        sheet.merge_range(1, 2, 1, 3, "缴费信息")
        sheet.write_row(2, 2, HEADERS[2:4])
        for number, row in enumerate(rows, 3):
            sheet.write_row(number, 0, row)
        sheet.merge_range(len(rows) + 3, 0, len(rows) + 3, 2, "合计")
        sheet.write(len(rows) + 3, 3, 99999)
    return _case(stream.getvalue(), good=rows, n_in=len(rows) + 1, reasons={"totals_row": 1})


@corruption
def xlsx_without_its_strings(rng: random.Random) -> Case:
    data = repacked(xlsx(people(rng)), lambda name, part: None if "sharedStrings" in name else part)
    return _case(data, must="refuse")


@corruption
def xlsx_with_too_few_strings(rng: random.Random) -> Case:
    rows = people(rng, 8)

    def cut(name: str, part: bytes) -> bytes:
        if "sharedStrings" not in name:
            return part
        kept = part.split(b"<si>")[: rng.randint(8, 20)]
        return b"<si>".join(kept).removesuffix(b"</sst>") + b"</sst>"

    return _case(repacked(xlsx(rows), cut), must="refuse")


@corruption
def xlsx_with_a_billion_laughs(rng: random.Random) -> Case:
    bomb = (
        b'<!DOCTYPE x [<!ENTITY a "ha">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
        + b"]>"
    )
    where = rng.choice(["worksheets/", "sharedStrings", "xl/workbook.xml", "styles"])

    def laugh(name: str, part: bytes) -> bytes:
        head, mark, rest = part.partition(b"?>")
        return head + mark + bomb + rest.replace(b"<v>0</v>", b"<v>&j;</v>", 1) if where in name else part

    return _case(repacked(xlsx(people(rng)), laugh), must="refuse")


@corruption
def xlsx_protected_by_a_password(rng: random.Random) -> Case:
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + rng.randbytes(2048)
    data = (
        container + "EncryptionInfo".encode("utf-16-le") + b"\0" * 64 + "EncryptedPackage".encode("utf-16-le")
    )
    return _case(data + rng.randbytes(4096), must="refuse", said="password")


@corruption
def xlsx_that_unpacks_to_gigabytes(rng: random.Random) -> Case:
    data, stream = xlsx(people(rng)), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if "worksheets/" not in info.filename:
                new.writestr(info.filename, old.read(info))
                continue
            with new.open(info.filename, "w", force_zip64=True) as part:
                for _ in range(1100):
                    part.write(b" " * (1 << 20))
    return _case(stream.getvalue(), must="refuse", said="unpacks to")


@corruption
def xlsx_with_a_cell_in_the_last_corner(rng: random.Random) -> Case:
    rows = people(rng)
    corner = rng.choice([b"XFD1048576", b"ZZZ900000", b"AAA1048576"])
    row = b'<row r="1048576"><c r="' + corner + b'"><v>1</v></c></row></sheetData>'
    return _case(
        in_sheet(xlsx(rows), lambda part: part.replace(b"</sheetData>", row)),
        must="refuse",
        said="million cells",
    )


@corruption
def xlsx_with_numbers_of_persons_as_numbers(rng: random.Random) -> Case:
    # Excel keeps 15 digits: the last three are gone, whatever the cell shows.
    rows = people(rng, 8)
    lost = [at for at, row in enumerate(rows) if row[0].isdigit()][:4]
    cells = [[float(row[0]) if at in lost else row[0], *row[1:]] for at, row in enumerate(rows)]
    return _case(xlsx(cells), good=without(rows, *lost), n_in=8)


@corruption
def xlsx_with_dates_since_1904(rng: random.Random) -> Case:
    rows, stream = people(rng), io.BytesIO()
    with xlsxwriter.Workbook(stream, {"date_1904": rng.random() < 0.5}) as made:
        sheet, day = (
            made.add_worksheet(),
            made.add_format({"num_format": rng.choice(["yyyy-mm-dd", "yyyy年m月", "m/d/yy"])}),
        )
        for number, row in enumerate([HEADERS, *rows]):
            sheet.write_row(number, 0, row)
        for number, row in enumerate(rows, 1):
            sheet.write_datetime(number, 2, date.fromisoformat(row[2]), day)
    return _case(stream.getvalue(), good=rows, n_in=len(rows))


@corruption
def xlsx_with_october_that_lost_its_zero(rng: random.Random) -> Case:
    # 2023.10 typed into a cell is the number 2023.1: October or January, nobody knows.
    rows = people(rng, 6)
    at = rng.randrange(6)
    cells = [[*row[:2], 2023.1 if n == at else row[2], *row[3:]] for n, row in enumerate(rows)]
    return _case(xlsx(cells), good=without(rows, at), n_in=6)


@corruption
def xlsx_with_a_date_where_an_amount_is_due(rng: random.Random) -> Case:
    rows = people(rng, 6)
    at = rng.randrange(6)
    cells = [[*row[:3], date(2024, 7, 1) if n == at else float(row[3]), row[4]] for n, row in enumerate(rows)]
    return _case(
        book(("数据", [HEADERS, *cells]), default_date_format="yyyy-mm-dd"), good=without(rows, at), n_in=6
    )


@corruption
def xlsx_whose_sheet_breaks_off(rng: random.Random) -> Case:
    data = in_sheet(
        xlsx(people(rng)), lambda part: part[: rng.randint(len(part) // 2, part.index(b"</sheetData>"))]
    )
    return _case(data, must="refuse")


@corruption
def xlsx_without_a_part(rng: random.Random) -> Case:
    gone = rng.choice(["xl/workbook.xml", "worksheets/", "xl/_rels/"])
    return _case(
        repacked(xlsx(people(rng)), lambda name, part: None if gone in name else part), must="refuse"
    )


@corruption
def xlsx_written_by_other_programs(rng: random.Random) -> Case:
    # Cells without places, and a prefix before every element.
    rows = people(rng)
    if rng.random() < 0.5:
        data = in_sheet(xlsx(rows), lambda part: re.sub(rb'(<(?:c|row))( r="\w+")', rb"\1", part))
    else:
        cells = "".join(
            f'<x:row r="{n}">'
            + "".join(
                f'<x:c r="{c}{n}" t="inlineStr"><x:is><x:t>{v}</x:t></x:is></x:c>'
                for c, v in zip("ABCDE", row, strict=True)
            )
            + "</x:row>"
            for n, row in enumerate([HEADERS, *rows], 1)
        )
        sheet = f'<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>{cells}</x:sheetData></x:worksheet>'
        data = in_sheet(xlsx(rows), lambda _: sheet.encode())
    return _case(data, good=rows, n_in=len(rows))


@corruption
def xlsx_with_rows_far_below(rng: random.Random) -> Case:
    rows = people(rng)
    far = book(("数据", [HEADERS, *rows[:2], *[[]] * 5000, *rows[2:]]))
    return _case(far, good=rows, n_in=len(rows))


@corruption
def names_that_lie(rng: random.Random) -> Case:
    rows = people(rng)
    page = (
        "<tr><td>"
        + "</td></tr><tr><td>".join("</td><td>".join(row) for row in (HEADERS, *rows))
        + "</td></tr>"
    )
    contents = [
        xlsx(rows),
        old_book(rows),
        table(rows, "\t").encode("gb18030"),
        table(rows, "\t").encode("utf-16"),
        f"<html><head><meta charset=gb2312></head><body><table>{page}</table></body></html>".encode(
            "gb18030"
        ),
    ]
    name = rng.choice(["月报.xls", "月报.csv", "月报.xlsx", "月报", "月报.dat"])
    return _case(
        rng.choice(contents),
        good=rows,
        n_in=len(rows),
        name=name,
        file_format=rng.choice(["csv", "xlsx", "xls"]),
    )


@corruption
def documents_of_other_programs(rng: random.Random) -> Case:
    content = rng.choice(
        [
            b"%PDF-1.7 ...",
            b"Rar!\x1a\x07\x01\0....",
            b"7z\xbc\xaf\x27\x1c....",
            b"{\\rtf1 ...}",
            b"\x89PNG....",
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            b"MIME-Version: 1.0\r\n...",
            b"<html><body><p>Session expired, please log in</p></body></html>",
            b"<table><tr><td>",
            b'{"code": 401, "msg": "denied"}',
        ]
    )
    return _case(content, must="refuse")


@corruption
def xls_cut(rng: random.Random) -> Case:
    rows = people(rng)
    data = old_book(rows)
    return _case(data[: rng.randint(600, len(data) - 600)], must="refuse", name="月报.xls", file_format="xls")


@corruption
def xls_with_flipped_bytes(rng: random.Random) -> Case:
    data = bytearray(old_book(people(rng)))
    for _ in range(rng.choice([3, 20, 200])):
        data[rng.randrange(8, len(data))] ^= 1 << rng.randrange(8)
    return _case(bytes(data), must="survive", name="月报.xls", file_format="xls")


@corruption
def xls_with_cells_in_error(rng: random.Random) -> Case:
    rows, column = people(rng), rng.choice([0, 1, 2, 3, 4])
    at = rng.randrange(len(rows))
    broken: list[Row] = changed(rows, at, column, rng.choice(["#N/A", "#REF!", "#VALUE!"]))
    return _case(old_book(broken), good=without(rows, at), n_in=len(rows), name="月报.xls", file_format="xls")


@corruption
def xls_with_numbers_and_dates(rng: random.Random) -> Case:
    rows = people(rng)
    made, stream = xlwt.Workbook(), io.BytesIO()
    made.dates_1904 = rng.random() < 0.5
    sheet, day = made.add_sheet("a"), xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for column, header in enumerate(HEADERS):
        sheet.write(0, column, header)
    for number, row in enumerate(rows, 1):
        sheet.write(number, 0, row[0])
        sheet.write(number, 1, row[1])
        sheet.write(number, 2, date.fromisoformat(row[2]), day)
        sheet.write(number, 3, float(row[3]))
        sheet.write(number, 4, float(row[4]))
    made.save(stream)
    return _case(stream.getvalue(), good=rows, n_in=len(rows), name="月报.xls", file_format="xls")


@corruption
def ods_damaged(rng: random.Random) -> Case:
    rows = people(rng)
    data = bytearray(odf.ods("".join(odf.words(*row) for row in (HEADERS, *rows))))
    if rng.random() < 0.5:
        del data[rng.randint(30, len(data) - 30) :]
        return _case(bytes(data), must="refuse", name="月报.ods", file_format="ods")
    for _ in range(rng.choice([1, 5, 100])):
        data[rng.randrange(4, len(data))] ^= 1 << rng.randrange(8)
    return _case(bytes(data), good=rows, must="either", name="月报.ods", file_format="ods")


@corruption
def ods_with_cells_in_error(rng: random.Random) -> Case:
    rows, column = people(rng), rng.choice([0, 1, 2, 3, 4])
    at = rng.randrange(len(rows))
    error = rng.choice(["#N/A", "#REF!", "Err:502", "#DIV/0!"])
    broken = rng.choice(
        [
            odf.cell(error, "string", "", formula="of:=[.A1]"),
            odf.cell(error, "float", "0", formula="of:=[.A1]"),
            odf.cell(None, None, formula="of:=[.A1]"),
        ]
    )
    cells = [[odf.cell(text, "string") for text in told] for told in rows]
    cells[at][column] = broken
    data = odf.ods(odf.words(*HEADERS) + "".join(odf.row(*told) for told in cells))
    return _case(data, good=without(rows, at), n_in=len(rows), name="月报.ods", file_format="ods")
