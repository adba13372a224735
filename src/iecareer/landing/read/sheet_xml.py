"""What python-calamine does not say about a sheet: its size, and cells for which it returns another text than is shown.

python-calamine returns errors (#N/A) and formulas without a stored result as empty cells, codes under a number
format without their leading zeros, and text without saying which part of it is struck out or raised. A sheet with one
cell in its last corner makes it ask for more memory than there is. This module finds these cases in the sheet's XML
before python-calamine reads it.
"""

from __future__ import annotations

import ast
import operator
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from string import ascii_uppercase, digits
from typing import Any
from xml.parsers import expat

from iecareer.landing.cell_text import cell_text
from iecareer.landing.read.number_format import Shown, code_format
from iecareer.landing.read.text_runs import Run, said, struck

NOT_CALCULATED = "#N/A"
_PIECE = 1 << 20
_PLACE = re.compile(rb"""\sr=["']([A-Z]{0,3}[0-9]{1,7})["']""")
_LETTERS, _DIGITS = ascii_uppercase.encode(), digits.encode()
_MARKS = (b"strike", b"vertAlign")
_SUSPECT = (b't="e"', b"t='e'", b"<f", b":f>", b":f ", *_MARKS)
_STRINGS = "xl/sharedStrings.xml"
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
    formulas are to be calculated anew: a library that cannot calculate wrote them. `struck` has the cell styles that
    strike out. `strings` has the runs of the texts that cells share by number, if a style or a run of them matters.
    """

    shown: dict[str, Shown]
    is_stale: bool
    counts_from_1904: bool
    struck: frozenset[str] = frozenset()
    strings: dict[int, list[Run]] = field(default_factory=dict)


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
    shown, struck_styles = _styles(archive) if "xl/styles.xml" in archive.namelist() else ({}, frozenset())
    return BookRules(
        shown,
        any(_is_on(e.get("fullCalcOnLoad")) or e.get("calcCompleted") in ("0", "false") for e in calculation),
        any(_is_on(element.get("date1904")) for element in _elements(archive, book, "workbookPr")),
        struck_styles,
        _strings(archive, keeps_all=bool(struck_styles)) if _STRINGS in archive.namelist() else {},
    )


def _is_on(value: str | None) -> bool:
    return value in ("1", "true")


def _strings(archive: zipfile.ZipFile, *, keeps_all: bool) -> dict[int, list[Run]]:
    """The runs of the shared texts that have a struck or raised one, by number; reads the part to its end."""
    tail, has_marks = b"", False
    for piece in pieces(archive, _STRINGS):
        window = tail + piece
        has_marks = has_marks or any(mark in window for mark in _MARKS)
        tail = window[-_OVERLAP:]
    if not has_marks and not keeps_all:
        return {}
    found: dict[int, list[Run]] = {}
    runs, number = _Runs(), 0

    def end(tag: str) -> None:
        nonlocal number
        runs.end(tag)
        if tag.rpartition(":")[2] == "si":
            told = runs.take()
            if keeps_all or _has_marks(told):
                found[number] = told
            number += 1

    _parse(archive, _STRINGS, runs.start, end, runs.text)
    return found


def _has_marks(runs: list[Run]) -> bool:
    return any(run.is_struck or run.is_raised for run in runs)


class _Runs:
    """Collects the runs of one text; the pronunciation of a word is none of them."""

    def __init__(self) -> None:
        self._runs: list[Run] = []
        self._text, self._is_inside, self._n_beside = "", False, 0
        self._is_struck = self._is_raised = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        match tag.rpartition(":")[2]:
            case "r":
                self._is_struck = self._is_raised = False
            case "strike" | "dstrike":
                self._is_struck = _is_on(attributes.get("val", "1"))
            case "vertAlign":
                self._is_raised = attributes.get("val") in ("superscript", "subscript")
            case "rPh":
                self._n_beside += 1
            case "t":
                self._text, self._is_inside = "", not self._n_beside

    def text(self, data: str) -> None:
        if self._is_inside:
            self._text += data

    def end(self, tag: str) -> None:
        match tag.rpartition(":")[2]:
            case "t" if self._is_inside:
                self._runs.append(Run(self._text, self._is_struck, self._is_raised))
                self._is_inside = False
            case "rPh":
                self._n_beside -= 1

    def take(self) -> list[Run]:
        """The runs so far; the next text begins."""
        taken, self._runs = self._runs, []
        self._is_struck = self._is_raised = False
        return taken


def _styles(archive: zipfile.ZipFile) -> tuple[dict[str, Shown], frozenset[str]]:
    """How cell styles show a number as a code, by their number, and the numbers of the styles that strike out."""
    formats: dict[str, str] = {}
    styles: list[tuple[str, str]] = []
    fonts: list[bool] = []
    is_inside = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal is_inside
        match tag.rpartition(":")[2]:
            case "font":
                fonts.append(False)
            case "strike" if fonts and not styles:
                fonts[-1] = _is_on(attributes.get("val", "1"))
            case "numFmt":
                formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
            case "cellXfs":
                is_inside = True
            case "xf" if is_inside:
                styles.append((attributes.get("numFmtId", ""), attributes.get("fontId", "")))

    def end(tag: str) -> None:
        nonlocal is_inside
        is_inside = is_inside and tag.rpartition(":")[2] != "cellXfs"

    _parse(archive, "xl/styles.xml", start, end)
    shown = ((str(number), code_format(formats.get(form, ""))) for number, (form, _) in enumerate(styles))
    out = {str(number) for number, is_struck in enumerate(fonts) if is_struck}
    return (
        {number: code for number, code in shown if code},
        frozenset(str(number) for number, (_, font) in enumerate(styles) if font in out),
    )


def reach(archive: zipfile.ZipFile, part: str, rules: BookRules) -> tuple[int, int, bool]:
    """Last row and last column that any cell of the sheet names, and whether some cells may need a second look."""
    last, columns, tail = 0, {""}, b""
    is_suspect = any(map(_has_marks, rules.strings.values()))
    styles = "|".join([*rules.shown, *rules.struck]).encode()
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
        self._runs = _Runs()

    def start(self, tag: str, attributes: dict[str, Any]) -> None:
        self._runs.start(tag, attributes)
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
        self._runs.text(data)
        if self._is_inside:
            self._value += data
        elif self._is_in_formula:
            self._formula = f"{self._formula or ''}{data}"

    def end(self, tag: str) -> None:
        self._runs.end(tag)
        match tag.rpartition(":")[2]:
            case "v" | "is":
                self._is_inside = False
            case "f":
                self._is_in_formula = False
            case "c":
                runs = self._runs.take()
                if shown := self._marked(runs) or self._shown():
                    self._tell(shown)

    def _marked(self, own: list[Run]) -> str | None:
        """What the cell that ends says if it, or a part of its text, is struck out or raised; else None."""
        value, is_struck = self._value.strip(), self._style in self._rules.struck
        runs = self._rules.strings.get(int(value), []) if self._kind == "s" and value.isdigit() else own
        if not is_struck:
            return said(runs) if _has_marks(runs) else None
        if self._kind in ("", "n") and value:
            return struck([Run(cell_text(float(value)) or "")])
        return struck(runs or [Run(value)]) or None

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


def _parse(archive: zipfile.ZipFile, part: str, start: Any, end: Any, text: Any = None) -> None:
    """Give each element of a part that begins and ends, and the text, to these functions."""
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = text
    for piece in pieces(archive, part):
        parser.Parse(piece, False)
    parser.Parse(b"", True)
