"""Make clean tables look like real deliveries: add unusual spellings, repeated rows and wrong rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Edit = Callable[[str], str]
Style = Callable[[pa.ChunkedArray, np.random.Generator], pa.ChunkedArray]

_FULL_WIDTH = {ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789"}
_CHINESE = str.maketrans("0123456789", "〇一二三四五六七八九")
_TENS = ("", "十", "二十", "三十")


@dataclass(frozen=True)
class Malformed:
    """One kind of wrong row: the cell of `column` is replaced, and landing must find `reason`.

    It must quarantine the row, or, if `is_optional`, empty the cell, so that the row gives way to the good one.
    """

    reason: str
    column: str
    edit: Edit
    is_optional: bool = False


@dataclass
class Count:
    """Number of rows in a delivery of one record type: `rows` = good + superseded + quarantined.

    `emptied` counts cells of superseded rows.
    """

    files: int = 0
    rows: int = 0
    good: int = 0
    superseded: int = 0
    quarantined: Counter[str] = field(default_factory=Counter)
    emptied: Counter[str] = field(default_factory=Counter)


def constant(text: str) -> Edit:
    """An edit that replaces the cell by a fixed text."""
    return lambda _: text


def wrong_check(code: str) -> str:
    """The code with a different last character, so that the checksum is wrong."""
    return code[:-1] + ("1" if code[-1] == "0" else "0")


def add_faults(
    table: pa.Table,
    malformed: list[Malformed],
    n_duplicates: int,
    outdated: str | None,
    count: Count,
    rng: np.random.Generator,
) -> pa.Table:
    """Add repeated and wrong rows to the table, and count them in `count`.

    Parameters
    ----------
    table : pyarrow.Table
        Clean rows, all text.
    malformed : list of Malformed
        For each, one copy of a good row with one wrong cell is appended.
    n_duplicates : int
        Number of good rows repeated unchanged at the end.
    outdated : str, optional
        A column outside the key. Two rows are repeated before the good ones with another row's cell in this column.
    count : Count
    rng : numpy.random.Generator
    """
    repeated = table.take(rng.integers(0, table.num_rows, min(n_duplicates, table.num_rows)))
    bad = [wrong for fault in malformed if (wrong := _wrong_row(table, fault, count, rng)) is not None]
    old = table.slice(0, 0)
    if outdated and repeated.num_rows:
        old = table.take(rng.integers(0, table.num_rows, 2))
        others = table[outdated].take(rng.integers(0, table.num_rows, 2))
        old = old.set_column(table.column_names.index(outdated), outdated, others)
    dirty = pa.concat_tables([old, table, repeated, *bad])
    count.good += table.num_rows
    count.superseded += repeated.num_rows + old.num_rows
    count.rows += dirty.num_rows
    return dirty


def _wrong_row(table: pa.Table, fault: Malformed, count: Count, rng: np.random.Generator) -> pa.Table | None:
    able = np.flatnonzero(np.asarray(table[fault.column].is_valid()))
    if not len(able):
        return None
    row = table.slice(int(rng.choice(able)), 1)
    cell = pa.chunked_array([pa.array([fault.edit(row[fault.column][0].as_py()) or None], pa.string())])
    if fault.is_optional:
        count.emptied[fault.reason] += 1
        count.superseded += 1
    else:
        count.quarantined[fault.reason] += 1
    return row.set_column(table.column_names.index(fault.column), fault.column, cell)


def some(share: float, edit: Edit, limit: int = 2_000) -> Style:
    """A style that edits a share of the cells, at most `limit` in a file."""

    def apply(values: pa.ChunkedArray, rng: np.random.Generator) -> pa.ChunkedArray:
        able = np.flatnonzero(np.asarray(values.is_valid()))
        n = min(int(np.ceil(len(able) * share)), limit)
        if not n:
            return values
        at = np.sort(rng.choice(able, n, replace=False))
        mask = np.zeros(len(values), bool)
        mask[at] = True
        edited = pa.array([edit(text) for text in values.take(at).to_pylist()], pa.string())
        return pa.chunked_array([pc.replace_with_mask(values.combine_chunks(), pa.array(mask), edited)])

    return apply


def every(pattern: str, replacement: str) -> Style:
    """A style that rewrites each cell which matches the pattern; others, such as impossible dates, stay."""
    return lambda values, _: pc.replace_substring_regex(values, pattern, replacement)


def several(*styles: Style) -> Style:
    """A style that applies several styles in order."""

    def apply(values: pa.ChunkedArray, rng: np.random.Generator) -> pa.ChunkedArray:
        for style in styles:
            values = style(values, rng)
        return values

    return apply


def full_width(text: str) -> str:
    """The text with full-width digits."""
    return text.translate(_FULL_WIDTH)


def padded(text: str) -> str:
    """The text with a blank before and a full-width blank after it."""
    return f" {text}\u3000"


def lower_x(text: str) -> str:
    """The text with a lower-case check character x."""
    return text.lower() if text.endswith("X") else text


def yuan(text: str) -> str:
    """An amount with currency sign and thousands separator."""
    return f"￥{int(text):,}" if text.isdigit() else text


def decimals(text: str) -> str:
    """An amount with separator and cents."""
    return f"{int(text):,}.00" if text.isdigit() else text


def with_unit(text: str) -> str:
    """An amount followed by its unit."""
    return f"{text}元" if text.isdigit() else text


def ten_thousands(text: str) -> str:
    """An amount in units of ten thousand, exactly."""
    return f"{int(text) / 10_000:.4f}".rstrip("0").rstrip(".") + "万" if text.isdigit() else text


def thousands(text: str) -> str:
    """An amount in units of a thousand, exactly."""
    return f"{int(text) / 1000:.3f}".rstrip("0").rstrip(".") + "千" if text.isdigit() else text


def serial(text: str) -> str:
    """A date as a spreadsheet's serial number; other text is unchanged."""
    try:
        return str((date.fromisoformat(text) - date(1899, 12, 30)).days)
    except ValueError:
        return text


def chinese_date(text: str) -> str:
    """A date in Chinese numerals; other text is unchanged."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{str(day.year).translate(_CHINESE)}年{_chinese_number(day.month)}月{_chinese_number(day.day)}日"


def _chinese_number(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("十" if tens == 1 else _TENS[tens]) + (str(ones).translate(_CHINESE) if ones else "")


ISO = r"^(\d{4})-0?(\d{1,2})-0?(\d{1,2})$"
YEAR_MONTH_DAY = every(ISO, r"\1年\2月\3日")
SLASHES = every(ISO, r"\1/\2/\3")
DOTS = every(r"^(\d{4})-(\d{2})-(\d{2})$", r"\1.\2.\3")
COMPACT = every(r"^(\d{4})-(\d{2})-(\d{2})$", r"\1\2\3")
MONTH_COMPACT = every(r"^(\d{4})-(\d{2})-01$", r"\1\2")
MONTH_CHINESE = every(r"^(\d{4})-0?(\d{1,2})-01$", r"\1年\2月")
MONTH_DOTS = every(r"^(\d{4})-(\d{2})-01$", r"\1.\2")
MONTH_DASH = every(r"^(\d{4})-(\d{2})-01$", r"\1-\2")
YES_NO = several(every("^true$", "是"), every("^false$", "否"))
IDENTITY = several(some(0.03, lower_x), some(0.003, full_width), some(0.003, padded))
AMOUNT = several(some(0.02, yuan), some(0.01, decimals), some(0.01, with_unit), some(0.005, full_width))
REPORTED_AMOUNT = several(
    some(0.08, yuan),
    some(0.08, ten_thousands),
    some(0.05, thousands),
    some(0.03, with_unit),
    some(0.02, full_width),
)
