"""What python-calamine does not tell about a sheet: its extent, and cells with an error or without a value.

It returns errors (#N/A) and uncalculated formulas as empty cells. A sheet with a single cell in its last corner makes
it ask for too much memory. Both are found in the sheet's XML before calamine reads it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from string import ascii_uppercase, digits
from typing import Any
from xml.parsers import expat

NOT_CALCULATED = "#N/A"
_PIECE = 1 << 20
_PLACE = re.compile(rb"""\sr=["']([A-Z]{0,3}[0-9]{1,7})["']""")
_LETTERS, _DIGITS = ascii_uppercase.encode(), digits.encode()
_SUSPECT = (b't="e"', b"t='e'", b"<f", b":f>", b":f ")
_ENTITIES = b"<!DOCTYPE"
_OVERLAP = 64
Defects = dict[int, dict[int, str]]


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


def reach(archive: zipfile.ZipFile, part: str) -> tuple[int, int, bool]:
    """Last row and last column of any cell of the sheet, and whether the sheet may have errors or formulas."""
    last, columns, tail, is_suspect = 0, {""}, b"", False
    for piece in pieces(archive, part):
        window = tail + piece
        places = b" ".join(_PLACE.findall(window))
        last = max(last, *map(int, places.translate(None, _LETTERS).split()), 0)
        columns |= {column.decode() for column in {*places.translate(None, _DIGITS).split()}}
        is_suspect = is_suspect or any(mark in window for mark in _SUSPECT)
        tail = window[-_OVERLAP:]
    return last, max(map(column_number, columns)), is_suspect


def column_number(letters: str) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def defects(archive: zipfile.ZipFile, part: str) -> Defects:
    """Row → column (both from 0) → content, for every cell with an error or without a calculated value."""
    found: Defects = {}
    cells = _Cells(found)
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

    def __init__(self, found: Defects) -> None:
        self._found, self._row, self._column = found, -1, -1
        self._kind, self._value, self._is_formula, self._is_inside = "", "", False, False

    def start(self, tag: str, attributes: dict[str, Any]) -> None:
        match tag.rpartition(":")[2]:
            case "row":
                self._row = int(attributes["r"]) - 1 if "r" in attributes else self._row + 1
                self._column = -1
            case "c":
                letters = attributes.get("r", "").rstrip("0123456789")
                self._column = column_number(letters) - 1 if letters else self._column + 1
                self._kind, self._value, self._is_formula = attributes.get("t", ""), "", False
            case "f":
                self._is_formula = True
            case "v" | "is":
                self._is_inside = True

    def text(self, data: str) -> None:
        if self._is_inside:
            self._value += data

    def end(self, tag: str) -> None:
        match tag.rpartition(":")[2]:
            case "v" | "is":
                self._is_inside = False
            case "c" if self._kind == "e":
                self._tell(self._value.strip() or "#N/A")
            case "c" if self._is_formula and not self._value.strip() and self._kind != "str":
                self._tell(NOT_CALCULATED)

    def _tell(self, what: str) -> None:
        self._found.setdefault(self._row, {})[self._column] = what


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

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    for piece in pieces(archive, part):
        parser.Parse(piece, False)
    parser.Parse(b"", True)
    return found
