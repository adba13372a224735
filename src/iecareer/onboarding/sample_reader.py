"""Read samples with the readers of landing: each sheet, table, archive member or file separately.

Input: files from an office. Output: the temporary table `sample`, text columns only, with one part at a time.
Nothing is written to disk. Error messages contain headers at most.
"""

from __future__ import annotations

import fnmatch
import glob
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from iecareer.errors import IecareerError
from iecareer.landing.names import masked_name
from iecareer.landing.parse.note_rows import NOTES, SIGNATURES
from iecareer.landing.parse.rows_sql import TOTALS
from iecareer.landing.read import Content, Request, format_of, read
from iecareer.landing.read.header_row import is_word
from iecareer.landing.read.refused_formats import refused_by_name
from iecareer.landing.read.sheets import unpacks_to_too_much
from iecareer.landing.receive.zip_members import member_names
from iecareer.onboarding.unit_in_title import factor_above

ENOUGH_ROWS = 20_000
_PIECE = 4 << 20
_LONGEST_HEADER = 60
_FEW_DIGITS = 6
_SEARCHED_HEADERS = 400
_SEARCHED_BYTES = 1 << 20
_LONGEST_LETTER = 4
_MANY_MONTHS = 3
# A month with its year in a header, such as 2023年1月缴费基数, base_2023_01 or 基数202301.
MONTH_IN_HEADER = re.compile(r"(?<!\d)((?:19|20)\d\d[年./_ -]?(?:0?[1-9]|1[0-2])月?)(?![\d日])")
_MOSTLY = 0.6
_ASCII = bytes(range(128))


@dataclass(frozen=True)
class OnDisk:
    """Content of a file that has not been archived."""

    path: Path

    def chunks(self) -> Iterator[bytes]:
        """The bytes in order, in pieces of 4 MiB."""
        with self.path.open("rb") as stream:
            while piece := stream.read(_PIECE):
                yield piece

    def whole(self) -> bytes:
        """All bytes at once."""
        return self.path.read_bytes()


@dataclass(frozen=True)
class Dialect:
    """The given file format of a sample, and the headers of its contract if it has one. None means: detect it."""

    delimiter: str | None = None
    encoding: str | None = None
    header_row: int | None = None
    sheet: str | None = None
    headers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Sample:
    """One part of a sample. `columns` maps each header to its column in the temporary table `sample`.

    `factor` is the factor for amounts if a unit is named above the headers. `delimiter` is set for delimited text.
    """

    name: str
    format: str
    selector: str | None
    columns: dict[str, str]
    n_rows: int
    header_line: int
    encoding: str | None = None
    factor: str | None = None
    delimiter: str | None = None


_DETECT_ALL = Dialect()


@dataclass(frozen=True)
class Part:
    """A unit that is read separately: a sheet, a table, an archive member, or a whole file."""

    format: str
    selector: str | None = None
    belonging: Callable[[Sequence[str]], Sequence[str]] | None = None


def samples(
    connection: duckdb.DuckDBPyConnection, path: Path, dialect: Dialect = _DETECT_ALL
) -> Iterator[Sample]:
    """Load each part of the file in turn into the table `sample`, which the next part replaces.

    Raises
    ------
    IecareerError
        When the format is not known, or no part of the file can be read.
    """
    name, file_format = masked_name(path.name), format_of(path.name)
    if not path.is_file():
        raise IecareerError(f"There is no file {masked_name(str(path))}.", next_step="Check the path.")
    if file_format is None:
        raise refused_by_name(name)
    content, n_found, problem = OnDisk(path), 0, None
    for part in _parts(content, file_format, dialect.sheet):
        try:
            found = read_part(connection, content, name, part, dialect)
        except IecareerError as error:
            problem = error
            continue
        if found.n_rows:
            n_found += 1
            yield found
    if not n_found:
        raise problem or IecareerError(f"{name}: has no rows.", next_step="Use a sample with rows.")


def read_part(
    connection: duckdb.DuckDBPyConnection,
    content: Content,
    name: str,
    part: Part,
    dialect: Dialect = _DETECT_ALL,
) -> Sample:
    """Load one part of a sample into the table `sample`.

    Raises
    ------
    IecareerError
        When it cannot be read, has no rows, or its header row looks like a record.
    """
    connection.execute("drop table if exists sample")
    selector = part.selector
    place = f"{name}, {masked_name(selector)}" if selector else name
    encoding = dialect.encoding or (_western(content) if part.format == "csv" else None)
    request = Request(place, dialect.headers, selector, dialect.delimiter, encoding, dialect.header_row,
                      belonging=part.belonging)  # fmt: skip
    pieces = read(connection, content, part.format, request)
    n, first = 0, None
    for chunk in pieces:
        if first is None:
            first = chunk
            connection.execute(f"create temp table sample as from raw limit {ENOUGH_ROWS}")
        elif chunk == first:
            connection.execute(f"insert into sample from raw limit {ENOUGH_ROWS - n}")
        connection.execute("drop table raw")
        n = connection.execute("select count(*) from sample").fetchall()[0][0]
        if n >= ENOUGH_ROWS:
            break
    if first is None:
        raise IecareerError(f"{place}: has no rows.", next_step="Use a sample with rows.")
    _refuse_rows_as_headers(connection, first.columns, place)
    line = connection.execute("select min(_line) from sample").fetchall()[0][0] or 1
    n = _remove_notes(connection, first.columns)
    factor = factor_above(connection, content, part.format, request, line - 1)
    return Sample(name, part.format, selector, first.columns, n, line - 1, encoding, factor,
                  first.delimiter)  # fmt: skip


def _remove_notes(connection: duckdb.DuckDBPyConnection, headers: dict[str, str]) -> int:
    """Remove totals rows, and rows of notes alone, which are no records; the number of rows that are left."""
    if len(headers) <= _SEARCHED_HEADERS:
        cells = ", ".join(f"normal({column})" for column in headers.values())
        connection.execute(
            f"""delete from sample where rowid in (
                select rowid from (
                    select rowid, list_filter([{cells}], lambda cell: cell is not null) as filled from sample
                ) where len(list_filter(filled, lambda cell: not regexp_matches(cell, '{NOTES}'))) = 0
                or (2 * len(filled) <= {len(headers)} and regexp_matches(filled[1], '{SIGNATURES}'))
                or (len(filled) < {len(headers)} and regexp_matches(filled[1], '{TOTALS}')))"""
        )
    return int(connection.execute("select count(*) from sample").fetchall()[0][0])


def _western(content: Content) -> str | None:
    """cp1252 if most non-ASCII bytes stand alone, as in Western European text; in Chinese text they come in pairs."""
    head = next(iter(content.chunks()), b"")[:_SEARCHED_BYTES]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or _is_utf8(head):
        return None
    alone, high = (
        len(re.findall(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])", head)),
        len(head.translate(None, _ASCII)),
    )
    return "cp1252" if high and alone > _MOSTLY * high else None


def _is_utf8(head: bytes) -> bool:
    """Whether the bytes are UTF-8, ignoring a character cut off at the end."""
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(head) - _LONGEST_LETTER
    return True


def _refuse_rows_as_headers(
    connection: duckdb.DuckDBPyConnection, headers: dict[str, str], place: str
) -> None:
    """Refuse a file without a header row, because its first record would appear in the contract as headers.

    Raises
    ------
    IecareerError
        When many headers are not words and one may be personal data, or several headers recur in their columns.
    """
    # Headers of months, such as 202301, are no words; a record has one month or two.
    named = [header for header in headers if not MONTH_IN_HEADER.search(header)]
    if len(headers) - len(named) < _MANY_MONTHS:
        named = list(headers)
    n_no_words = sum(not is_word(header) or len(header) > _LONGEST_HEADER for header in named)
    is_record = n_no_words * 3 > len(named) and any(map(is_personal, named))
    # If all headers recur, the header row is repeated, for example on every printed page.
    if is_record or 1 < _n_repeated(connection, headers) < len(headers):
        raise IecareerError(
            f"{place}: no header row was found; the first row looks like a record.",
            next_step="Ask the office for a file with a header row, or add one.",
        )


def _n_repeated(connection: duckdb.DuckDBPyConnection, headers: dict[str, str]) -> int:
    """The number of columns whose header also occurs as a value."""
    listed = list(headers.items())[:_SEARCHED_HEADERS]
    tests = ", ".join(f"count(*) filter (normal({column}) = ?) > 0" for _, column in listed)
    row = connection.execute(f"select {tests} from sample", [header for header, _ in listed]).fetchall()[0]
    return sum(row)


def is_personal(header: str) -> bool:
    """Whether a header may be personal data and must not be shown: it is long or contains many digits."""
    return len(header) > _LONGEST_HEADER or sum(map(str.isdigit, header)) >= _FEW_DIGITS


def _parts(content: OnDisk, file_format: str, sheet: str | None) -> list[Part]:
    if sheet:
        _refuse_unknown_sheet(content, sheet)
        return [Part(file_format, f"sheet:{sheet}")]
    match file_format:
        case "xlsx" | "xls" | "ods":
            found = [Part(file_format, f"sheet:{name}") for name in _sheets(content)]
        case "sqlite":
            found = [Part(file_format, f"table:{name}") for name in _tables(content)]
        case "zip":
            found = [_member(name) for name in sorted(member_names(content.path) or [])]
        case _:
            found = []
    return found if len(found) > 1 else [Part(file_format)]


def _refuse_unknown_sheet(content: OnDisk, sheet: str) -> None:
    names = _sheets(content)
    if names and not any(sheet == name or fnmatch.fnmatchcase(name, sheet) for name in names):
        raise IecareerError(
            f"{masked_name(content.path.name)}: has no sheet '{sheet}'.",
            next_step=f"Its sheets are {', '.join(map(masked_name, names))}.",
        )


def _member(name: str) -> Part:
    return Part("zip", glob.escape(name), lambda names: [other for other in names if other == name])


def _sheets(content: Content) -> list[str]:
    """Names of visible sheets; empty if the file cannot be opened, which its reader reports later."""
    import zipfile

    import python_calamine

    data = content.whole()
    try:
        is_packed = zipfile.is_zipfile(io.BytesIO(data))
        if is_packed and unpacks_to_too_much(zipfile.ZipFile(io.BytesIO(data))):
            return []
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except (python_calamine.CalamineError, OSError, ValueError):
        return []
    visible = python_calamine.SheetVisibleEnum.Visible
    return [sheet.name for sheet in book.sheets_metadata if sheet.visible == visible]


def _tables(content: Content) -> list[str]:
    """Names of the tables of a SQLite database; empty if it cannot be opened, which its reader reports later."""
    import sqlite3

    try:
        with sqlite3.connect(":memory:") as opened:
            opened.deserialize(content.whole())
            rows = opened.execute(
                "select name from sqlite_master where type = 'table' order by rowid"
            ).fetchall()
    except sqlite3.DatabaseError:
        return []
    return [name for (name,) in rows if not name.startswith("sqlite_")]
