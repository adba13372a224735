"""What python-calamine does not say about a sheet: its size, and cells for which it returns another text than is shown.

python-calamine returns errors (#N/A) and formulas without a stored result as empty cells, and codes under a number
format without their leading zeros. A sheet with one cell in its last corner makes it ask for more memory than there is.
This module finds these cases in the sheet's XML before python-calamine reads it.
"""

from __future__ import annotations

import ast
import operator
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from string import ascii_uppercase, digits
from typing import Any
from xml.parsers import expat

from iecareer.landing.cell_text import cell_text
from iecareer.landing.read.number_format import Shown, code_format

NOT_CALCULATED = "#N/A"
_PIECE = 1 << 20
_PLACE = re.compile(rb"""\sr=["']([A-Z]{0,3}[0-9]{1,7})["']""")
_LETTERS, _DIGITS = ascii_uppercase.encode(), digits.encode()
_SUSPECT = (b't="e"', b"t='e'", b"<f", b":f>", b":f ")
_TEXT = re.compile(r'=?"((?:[^"]|"")*)"')
_SUM = re.compile(r"=?[-+*/(). 0-9]{1,100}")
_OPERATIONS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip
_ENTITIES = b"<!DOCTYPE"
_OVERLAP = 64
Defects = dict[int, dict[int, str]]


@dataclass(frozen=True)
class BookRules:
    """What holds for all sheets of a workbook.

    `shown` gives for the number of a cell style how it shows a number as a code. `is_stale` says that results of
    formulas are to be calculated anew: a library that cannot calculate wrote them.
    """

    shown: dict[str, Shown]
    is_stale: bool
    counts_from_1904: bool


class UnsafeXmlError(ValueError):
    """The XML declares a document type, which no office program does."""


def pieces(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """A part of the workbook, unpacked piece by piece to its end, so that its checksum is verified.

    Raises
    ------
    UnsafeXmlError
        When the part declares entities.
    """
    with archive.open(part) as stream:
        is_first = True
        while piece := stream.read(_PIECE):
            if is_first and _ENTITIES in piece[:4096]:
                raise UnsafeXmlError(part)
            is_first = False
            yield piece


def book_rules(archive: zipfile.ZipFile) -> BookRules:
    """What the workbook and its styles say of all cells."""
    book = "xl/workbook.xml"
    calculation = _elements(archive, book, "calcPr")
    return BookRules(
        _shown_styles(archive) if "xl/styles.xml" in archive.namelist() else {},
        any(_is_on(e.get("fullCalcOnLoad")) or e.get("calcCompleted") in ("0", "false") for e in calculation),
        any(_is_on(element.get("date1904")) for element in _elements(archive, book, "workbookPr")),
    )


def _is_on(value: str | None) -> bool:
    return value in ("1", "true")


def _shown_styles(archive: zipfile.ZipFile) -> dict[str, Shown]:
    formats: dict[str, str] = {}
    styles: list[str] = []
    is_inside = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal is_inside
        match tag.rpartition(":")[2]:
            case "numFmt":
                formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
            case "cellXfs":
                is_inside = True
            case "xf" if is_inside:
                styles.append(attributes.get("numFmtId", ""))

    def end(tag: str) -> None:
        nonlocal is_inside
        is_inside = is_inside and tag.rpartition(":")[2] != "cellXfs"

    _parse(archive, "xl/styles.xml", start, end)
    shown = ((str(number), code_format(formats.get(style, ""))) for number, style in enumerate(styles))
    return {number: code for number, code in shown if code}


def reach(archive: zipfile.ZipFile, part: str, rules: BookRules) -> tuple[int, int, bool]:
    """Last row and last column that any cell of the sheet names, and whether some cells may need a second look."""
    last, columns, tail, is_suspect = 0, {""}, b"", False
    styles = "|".join(rules.shown).encode()
    is_code = re.compile(rb"""\ss=["'](?:""" + styles + rb""")["']""") if styles else None
    for piece in pieces(archive, part):
        window = tail + piece
        places = b" ".join(_PLACE.findall(window))
        last = max(last, *map(int, places.translate(None, _LETTERS).split()), 0)
        columns |= {column.decode() for column in {*places.translate(None, _DIGITS).split()}}
        is_suspect = is_suspect or any(mark in window for mark in _SUSPECT)
        is_suspect = is_suspect or bool(is_code and is_code.search(window))
        tail = window[-_OVERLAP:]
    return last, max(map(column_number, columns)), is_suspect


def column_number(letters: str) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def defects(archive: zipfile.ZipFile, part: str, rules: BookRules) -> Defects:
    """Row → column (both from 0) → what the sheet shows there, for every cell where that is not its stored value."""
    found: Defects = {}
    cells = _Cells(found, rules)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = cells.start, cells.end
    parser.CharacterDataHandler = cells.text
    for piece in pieces(archive, part):
        parser.Parse(piece, False)
    parser.Parse(b"", True)
    return found


class _Cells:
    """Follows the cells of a sheet. A cell without a place comes directly after the previous cell."""

    def __init__(self, found: Defects, rules: BookRules) -> None:
        self._found, self._rules, self._row, self._column = found, rules, -1, -1
        self._kind, self._style, self._value, self._is_inside = "", "", "", False
        self._formula: str | None = None
        self._is_in_formula = False

    def start(self, tag: str, attributes: dict[str, Any]) -> None:
        match tag.rpartition(":")[2]:
            case "row":
                self._row = int(attributes["r"]) - 1 if "r" in attributes else self._row + 1
                self._column = -1
            case "c":
                letters = attributes.get("r", "").rstrip("0123456789")
                self._column = column_number(letters) - 1 if letters else self._column + 1
                self._kind, self._style = attributes.get("t", ""), attributes.get("s", "")
                self._value, self._formula = "", None
            case "f":
                self._formula, self._is_in_formula = "", True
            case "v" | "is":
                self._is_inside = True

    def text(self, data: str) -> None:
        if self._is_inside:
            self._value += data
        elif self._is_in_formula:
            self._formula = f"{self._formula or ''}{data}"

    def end(self, tag: str) -> None:
        match tag.rpartition(":")[2]:
            case "v" | "is":
                self._is_inside = False
            case "f":
                self._is_in_formula = False
            case "c" if shown := self._shown():
                self._tell(shown)

    def _shown(self) -> str | None:
        """What the sheet shows in the cell that ends, None if that is its value."""
        value = self._value.strip()
        if self._formula is not None and (
            self._rules.is_stale or (not value and self._kind not in ("str", "e"))
        ):
            return constant(self._formula) or NOT_CALCULATED
        if self._kind == "e":
            return value or NOT_CALCULATED
        code = self._rules.shown.get(self._style) if self._kind in ("", "n") and value else None
        return code(float(value)) if code else None

    def _tell(self, what: str) -> None:
        self._found.setdefault(self._row, {})[self._column] = what


def constant(formula: str) -> str | None:
    """The value of a formula that refers to nothing: a text, or numbers that are added, multiplied and so on."""
    if text := _TEXT.fullmatch(formula.strip()):
        return text[1].replace('""', '"')
    if not _SUM.fullmatch(formula) or "**" in formula or "//" in formula:
        return None
    try:
        return cell_text(float(_calculated(ast.parse(formula.strip().lstrip("="), mode="eval").body)))
    except (SyntaxError, ValueError, ArithmeticError):
        return None


def _calculated(part: ast.expr) -> float:
    match part:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.UnaryOp(op=sign, operand=operand):
            return -_calculated(operand) if isinstance(sign, ast.USub) else _calculated(operand)
        case ast.BinOp(left=left, op=operation, right=right) if type(operation) in _OPERATIONS:
            return float(_OPERATIONS[type(operation)](_calculated(left), _calculated(right)))
        case _:
            raise ValueError


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Name of each sheet → the part of the workbook that holds it."""
    sheets = _elements(archive, "xl/workbook.xml", "sheet")
    targets = {
        element.get("Id"): element.get("Target", "")
        for element in _elements(archive, "xl/_rels/workbook.xml.rels", "Relationship")
    }
    parts: dict[str, str] = {}
    for sheet in sheets:
        link = next((value for key, value in sheet.items() if key.rpartition(":")[2] == "id"), None)
        target = targets.get(link, "")
        parts[sheet.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return parts


def _elements(archive: zipfile.ZipFile, part: str, wanted: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == wanted:
            found.append(attributes)

    _parse(archive, part, start, lambda _: None)
    return found


def _parse(archive: zipfile.ZipFile, part: str, start: Any, end: Any) -> None:
    """Give each element of a part that begins and ends to these functions."""
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    for piece in pieces(archive, part):
        parser.Parse(piece, False)
    parser.Parse(b"", True)
