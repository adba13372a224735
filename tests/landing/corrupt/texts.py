"""Corrupt delimited text."""

from __future__ import annotations

import random
from collections.abc import Sequence

from tests.landing.corrupt.cases import (
    HEADERS,
    Case,
    Row,
    changed,
    corruption,
    inserted,
    people,
    table,
    without,
)


def _lines(rows: Sequence[Sequence[str]]) -> list[str]:
    return table(rows).splitlines()


def _joined(lines: Sequence[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()


@corruption
def cut_at_any_byte(rng: random.Random) -> Case:
    # What stands before the cut is good; of the line that is cut, only what its text still says.
    rows = people(rng)
    data = table(rows).encode(rng.choice(["utf-8", "gb18030"]))
    cut = data[: rng.randint(len(data) // 3, len(data) - 1)]
    whole = cut.count(b"\n") - 1
    rest = cut.rpartition(b"\n")[2].decode("ascii").split(",")
    is_cell = len(rest) == 5 and rest[4] != ""
    good = [*rows[:whole], Row(*rest)] if is_cell else rows[:whole]
    return Case(cut, good, n_in=whole + (rest != [""]))


@corruption
def encoding_of_another_country(rng: random.Random) -> Case:
    encoding, renamed = rng.choice(
        [("big5", "證件號碼"), ("shift_jis", "身分番号"), ("euc_kr", "주민번호"), ("cp1251", "Номер")]
    )
    rest = ("a", "b", "c", "d")
    text = "\n".join([",".join((renamed, *rest)), *_lines(people(rng))[1:]])
    return Case(text.encode(encoding), must="refuse")


@corruption
def two_encodings_in_one_file(rng: random.Random) -> Case:
    rows = people(rng)
    lines = [f"{line},{'备注' if number == 0 else '按月缴纳'}" for number, line in enumerate(_lines(rows))]
    first, second = rng.choice([("utf-8", "gb18030"), ("gb18030", "utf-8")])
    other = rng.randint(1, len(lines) - 1)
    data = b"\n".join(line.encode(second if at == other else first) for at, line in enumerate(lines))
    return Case(data, must="refuse")


@corruption
def bytes_of_no_encoding(rng: random.Random) -> Case:
    data = bytearray(table(people(rng)).encode())
    at = rng.randint(60, len(data) - 2)
    data[at : at + 1] = rng.choice([b"\xff", b"\xff\xff", b"\x80\xff"])
    return Case(bytes(data), must="refuse", said="does not fit")


@corruption
def surrogates_written_as_utf8(rng: random.Random) -> Case:
    rows = people(rng)
    lines = [line.encode() for line in _lines(rows)]
    lines[rng.randint(1, len(rows))] += b",\xed\xa0\x80"
    return Case(b"\n".join(lines), must="refuse")


@corruption
def utf16_without_mark(rng: random.Random) -> Case:
    rows = people(rng)
    return Case(table(rows).encode(rng.choice(["utf-16-le", "utf-16-be"])), rows, n_in=len(rows))


@corruption
def utf16_cut_within_a_character(rng: random.Random) -> Case:
    data = table(people(rng)).encode("utf-16")
    return Case(data[: rng.randrange(101, len(data), 2)], must="refuse")


@corruption
def zero_bytes(rng: random.Random) -> Case:
    rows = people(rng)
    at, column = rng.randrange(len(rows)), rng.randrange(4)
    text = rows[at][column]
    place = rng.randint(1, len(text) - 1)
    broken = changed(rows, at, column, text[:place] + "\0" + text[place:])
    return Case(table(broken).encode(), without(rows, at), n_in=len(rows))


@corruption
def zero_bytes_at_the_end(rng: random.Random) -> Case:
    # A disk that was full, or a file allocated before it was written.
    rows = people(rng)
    return Case(table(rows).encode() + b"\0" * rng.choice([1, 512, 100_000]), rows, must="either")


@corruption
def mixed_line_ends(rng: random.Random) -> Case:
    rows = people(rng)
    text = "".join(line + rng.choice(["\n", "\r\n", "\r"]) for line in _lines(rows))
    return Case(text.encode(), rows, n_in=len(rows))


@corruption
def doubled_carriage_returns(rng: random.Random) -> Case:
    rows = people(rng)
    return Case(table(rows, newline="\r\r\n").encode(), rows, n_in=len(rows))


@corruption
def other_line_separators_within_cells(rng: random.Random) -> Case:
    # U+2028, U+0085 and form feeds end no line.
    rows = people(rng)
    lines = [
        f"{line},{'备注' if at == 0 else rng.choice(chr(0x2028) + chr(0x85) + chr(12))}"
        for at, line in enumerate(_lines(rows))
    ]
    return Case(_joined(lines), rows, n_in=len(rows))


@corruption
def a_used_header_twice(rng: random.Random) -> Case:
    twice = rng.choice(HEADERS)
    lines = [f"{line},{twice if at == 0 else '1'}" for at, line in enumerate(_lines(people(rng)))]
    return Case(_joined(lines), must="refuse", said="occurs twice")


@corruption
def an_unused_header_twice(rng: random.Random) -> Case:
    rows = people(rng)
    lines = [f"{line},{'备注,备注' if at == 0 else 'x,y'}" for at, line in enumerate(_lines(rows))]
    return Case(_joined(lines), rows, n_in=len(rows))


@corruption
def ten_thousand_columns(rng: random.Random) -> Case:
    rows = people(rng, 2)
    extra = [f"列{number}" for number in range(10_000)]
    lines = [
        f"{line},{','.join(extra if at == 0 else ['1'] * 10_000)}" for at, line in enumerate(_lines(rows))
    ]
    return Case(_joined(lines), rows, n_in=2)


@corruption
def header_only(rng: random.Random) -> Case:
    return Case((table([]) + rng.choice(["", "\n\n", ",,,,\n"])).encode(), [], n_in=0)


@corruption
def nothing_at_all(rng: random.Random) -> Case:
    return Case(
        rng.choice([b"", b"\n", b"\xef\xbb\xbf", b" \r\n\t\n", b"\xff\xfe", b"\0" * 5000]), must="refuse"
    )


@corruption
def one_huge_line(rng: random.Random) -> Case:
    rows = people(rng)
    huge = "x" * rng.choice([17 << 20, 20 << 20])
    lines = inserted(rng, _lines(rows), f'{huge},"{huge}')
    return Case(_joined(lines), rows, must="either", n_in=len(rows) + 1)


@corruption
def no_line_ends_at_all(rng: random.Random) -> Case:
    # All rows stand in the line of the headers: there is none below it, and no header of it may be told.
    return Case(table(people(rng), newline=",").encode(), [], n_in=0)


@corruption
def an_open_quote(rng: random.Random) -> Case:
    rows = people(rng)
    at = rng.randrange(len(rows))
    column = rng.randrange(5)
    return Case(
        table(changed(rows, at, column, f'"{rows[at][column]}')).encode(), without(rows, at), n_in=len(rows)
    )


@corruption
def two_open_quotes(rng: random.Random) -> Case:
    rows = people(rng, 8)
    first, second = sorted(rng.sample(range(8), 2))
    broken = changed(changed(rows, first, 1, f'"{rows[first][1]}'), second, 1, f'"{rows[second][1]}')
    return Case(table(broken).encode(), without(rows, first, second), n_in=8)


@corruption
def quotes_within_cells(rng: random.Random) -> Case:
    rows = people(rng)
    at = rng.randrange(len(rows))
    return Case(
        table(changed(rows, at, 1, rows[at][1][:9] + '"' + rows[at][1][9:])).encode(),
        without(rows, at),
        n_in=len(rows),
    )


@corruption
def line_breaks_within_quotes(rng: random.Random) -> Case:
    rows = people(rng)
    quoted = [tuple(f'"{cell}\n"' if rng.random() < 0.3 else cell for cell in row) for row in rows]
    return Case(table(quoted).encode(), rows, n_in=len(rows))


@corruption
def two_headers_swapped(rng: random.Random) -> Case:
    rows = people(rng)
    first, second = rng.choice([(0, 1), (0, 2), (1, 2), (2, 3), (0, 3), (1, 3)])
    headers = list(HEADERS)
    headers[first], headers[second] = headers[second], headers[first]
    return Case(_joined([",".join(headers), *_lines(rows)[1:]]), [], n_in=len(rows))


@corruption
def shifted_rows(rng: random.Random) -> Case:
    rows = people(rng, 8)
    shifted = rng.sample(range(8), 3)
    moved = [("", *row[:4]) if at in shifted else row for at, row in enumerate(rows)]
    return Case(table(moved).encode(), without(rows, *shifted), n_in=8)


@corruption
def more_cells_than_headers(rng: random.Random) -> Case:
    rows = people(rng, 8)
    wide = rng.sample(range(8), 2)
    ragged = [(*row, "1", "2")[: 5 + rng.randint(1, 2)] if at in wide else row for at, row in enumerate(rows)]
    return Case(table(ragged).encode(), without(rows, *wide), n_in=8)


@corruption
def fewer_cells_than_headers(rng: random.Random) -> Case:
    rows = people(rng, 8)
    short = rng.sample(range(8), 2)
    ragged = [row[: rng.randint(1, 4)] if at in short else row for at, row in enumerate(rows)]
    return Case(table(ragged).encode(), without(rows, *short), n_in=8)


@corruption
def another_delimiter_in_some_lines(rng: random.Random) -> Case:
    rows = people(rng, 8)
    at = rng.randrange(8)
    lines = _lines(rows)
    lines[at + 1] = lines[at + 1].replace(",", rng.choice(";\t|，"))
    return Case(_joined(lines), without(rows, at), n_in=8)


@corruption
def files_stuck_together(rng: random.Random) -> Case:
    # Mark and header of the second file stand in the middle of the first; the header is no record.
    first, second = people(rng, 3), people(random.Random(rng.random()), 3)
    second = [row for row in second if row[0] not in {r[0] for r in first}]
    data = table(first).encode("utf-8-sig") + table(second).encode("utf-8-sig")
    return Case(data, [*first, *second], n_in=len(first) + len(second) + 1)


@corruption
def header_rows_repeated(rng: random.Random) -> Case:
    rows = people(rng)
    lines = inserted(rng, inserted(rng, _lines(rows), ",".join(HEADERS)), ",".join(HEADERS))
    return Case(_joined(lines), rows, n_in=len(rows) + 2)


@corruption
def totals_in_the_middle(rng: random.Random) -> Case:
    rows = people(rng)
    lines = inserted(
        rng, _lines(rows), f"{rng.choice(['合计', '小计', '总计：', 'Total'])},,,{rng.randint(9, 99)}000,"
    )
    return Case(_joined(lines), rows, n_in=len(rows) + 1, reasons={"totals_row": 1})


@corruption
def rows_of_blanks(rng: random.Random) -> Case:
    rows = people(rng)
    lines = inserted(
        rng, _lines(rows), rng.choice(["", "   ", ",,,,", " ,\u3000,\t,\u00a0,", '"","","","",""'])
    )
    return Case(_joined(lines), rows, n_in=len(rows))


@corruption
def title_and_signature(rng: random.Random) -> Case:
    rows = people(rng)
    lines = [
        "某市社会保险经办机构,,,,",
        "二〇二四年七月,,,,",
        *_lines(rows),
        "制表人：,,审核人：,,",
        "* 以上数据以系统为准",
    ]
    return Case(_joined(lines), rows, n_in=len(rows) + 2, reasons={"note_row": 2})


@corruption
def tabs_within_cells(rng: random.Random) -> Case:
    rows = people(rng)
    padded = [tuple(f'"\t{cell} \t"' for cell in row) for row in rows]
    return Case(table(padded).encode(), rows, n_in=len(rows))


@corruption
def very_long_cells(rng: random.Random) -> Case:
    rows = people(rng)
    at = rng.randrange(len(rows))
    long = "长" * 1_500_000
    lines = [f"{line},{'备注' if n == 0 else long if n == 1 else ''}" for n, line in enumerate(_lines(rows))]
    broken = changed(rows, at, rng.choice([0, 1, 2, 3]), long)
    return rng.choice(
        [
            Case(_joined(lines), rows, n_in=len(rows)),
            Case(table(broken).encode(), without(rows, at), n_in=len(rows)),
        ]
    )


@corruption
def emoji_and_marks_of_direction(rng: random.Random) -> Case:
    rows = people(rng)
    note = rng.choice(["\U0001f600", "\u202e\u202b", "\u0e01\u0301\u0301\u0301", "\U000e0041", "\ufdfa"])
    lines = [f"{line},{note}" for line in _lines(rows)]
    return Case(_joined(lines), rows, n_in=len(rows))


@corruption
def invisible_marks_within_numbers(rng: random.Random) -> Case:
    rows = people(rng)
    at, column = rng.randrange(len(rows)), rng.choice([0, 1, 2, 3])
    text, mark = rows[at][column], rng.choice("\u200b\u200d\u202c\u2060\u00ad\u0301")
    broken = changed(rows, at, column, text[:2] + mark + text[2:])
    # An accent is seen, and no number has one; the other marks are taken off.
    return Case(table(broken).encode(), without(rows, at) if mark == "\u0301" else rows, n_in=len(rows))


def _one_bad_cell(rng: random.Random, column: int, texts: Sequence[str]) -> Case:
    rows = people(rng)
    at = rng.randrange(len(rows))
    text = rng.choice(texts)
    quoted = '"' + text.replace('"', '""') + '"'
    return Case(table(changed(rows, at, column, quoted)).encode(), without(rows, at), n_in=len(rows))


@corruption
def absurd_dates(rng: random.Random) -> Case:
    texts = [
        "2024-13-01",
        "2024-02-30",
        "0001-01-01",
        "9999-12-31",
        "2024-00-00",
        "20241301",
        "24-07",
        "2024",
        "7月",
        "2024.1",
        "99999",
        "1e5",
        "2024-07-01-02",
        "昨天",
        "1900-1-0",
        "294247-01-10",
        "-2024-07-01",
        "2024-07-01abc",
        "infinity",
        "epoch",
    ]
    return _one_bad_cell(rng, 2, texts)


@corruption
def absurd_amounts(rng: random.Random) -> Case:
    texts = [
        "-1",
        "0",
        "-0.0",
        "1e308万",
        "1e999",
        "inf",
        "-inf",
        "nan",
        "NaN",
        "Infinity",
        "五千",
        "5,0",
        "5 000,00x",
        "--5",
        "5000-6000",
        "(5000)",
        "=1+1",
        "#N/A",
        "#REF!",
        "0x10",
        "1_000",
        "５千千",
        "5..0",
        "∞",
        "½",
        "null",
        "None",
        "约5000",
    ]
    return _one_bad_cell(rng, 3, texts)


@corruption
def numbers_of_persons_that_are_none(rng: random.Random) -> Case:
    good = people(rng, 1)[0][0]
    wrong = good[:17] + ("1" if good[17] != "1" else "2")
    texts = [
        wrong,
        good[:17],
        good + "0",
        "3.30102E+17",
        "330102199001010000.0",
        "x" * 18,
        "0" * 18,
        good[:6] + "19001301" + good[14:],
        good[:5] + " " + good[6:],
        "护照E12345678",
        "1" * 15,
        good[::-1],
        "#N/A",
        "无",
    ]
    return _one_bad_cell(rng, 0, texts)


@corruption
def codes_of_firms_that_are_none(rng: random.Random) -> Case:
    texts = ["91330102", "0" * 17 + "1", "某某有限公司", "#REF!", "91330102MA27XXXX1I", "-", "1" * 18]
    return _one_bad_cell(rng, 1, texts)


@corruption
def errors_of_a_workbook_as_text(rng: random.Random) -> Case:
    # Also in a column of codes, where any other text would do.
    return _one_bad_cell(
        rng, rng.choice([1, 2, 3, 4]), ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"]
    )


@corruption
def a_file_of_another_record_type(rng: random.Random) -> Case:
    text = "学校代码,专业代码,课程代码,课程名称,学时\n4133010001,510101,C01,电工基础,64\n"
    return Case(text.encode(), must="refuse", said="none of the contract's headers")


@corruption
def a_required_header_missing(rng: random.Random) -> Case:
    gone = rng.choice(HEADERS)
    return Case(table(people(rng)).replace(gone, "某" + gone[:1]).encode(), must="refuse", said="is missing")


@corruption
def an_old_control_character_at_the_end(rng: random.Random) -> Case:
    rows = people(rng)
    return Case(table(rows).encode() + b"\x1a", rows, n_in=len(rows))


@corruption
def the_wrong_year_of_headers_twice(rng: random.Random) -> Case:
    # Old and new name of the same column side by side: the contract's first one counts, the other is not read.
    rows = people(rng)
    lines = [f"{line},{'身份证号' if at == 0 else rows[at - 1][0]}" for at, line in enumerate(_lines(rows))]
    return Case(_joined(lines), rows, n_in=len(rows))


@corruption
def the_same_rows_twice(rng: random.Random) -> Case:
    rows = people(rng)
    again: list[Row] = rng.sample(rows, 2)
    return Case(table([*rows, *again]).encode(), rows, n_in=len(rows) + 2)
