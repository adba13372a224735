"""ZIP archives: a workbook, or other files read one by one from memory; nothing is unpacked to disk."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import duckdb

from iecareer.errors import IecareerError
from iecareer.landing.content import Content, InMemory, whole
from iecareer.landing.names import masked_name
from iecareer.landing.read import ods_file, xlsx_file
from iecareer.landing.read import read as read_content
from iecareer.landing.read.chunk import Chunk, Request
from iecareer.landing.read.file_format import format_of
from iecareer.landing.receive.zip_members import base_name, is_data

# Text shrinks to a fiftieth at most; a file of zeros shrinks to a thousandth.
UNPACKED_RATIO = 200
UNPACKED_FREE = 64 << 20
_PIECE = 4 << 20
_ENCRYPTED = 0x1
_OTHER_BOOKS = {"xl/workbook.bin": "a binary workbook (.xlsb)", "word/document.xml": "a Word document",
                "ppt/presentation.xml": "a presentation",
                "content.xml": "an OpenDocument file that is no spreadsheet"}  # fmt: skip


def read(connection: duckdb.DuckDBPyConnection, content: Content, request: Request) -> Iterator[Chunk]:
    """Read a workbook, or every member that belongs to the record type, in the order of their names."""
    data = whole(content, request.place)
    with _own_errors(request):
        archive = zipfile.ZipFile(io.BytesIO(data))
    names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        yield from xlsx_file.read(connection, InMemory(data), request)
        return
    with _own_errors(request):
        is_spreadsheet = ods_file.is_spreadsheet(archive)
    if is_spreadsheet:
        yield from ods_file.read(connection, InMemory(data), request)
        return
    other = next((what for part, what in _OTHER_BOOKS.items() if part in names), None)
    if other or request.is_packed or request.declared == "xlsx":
        is_what = other or (
            "a packed file within a packed file" if request.is_packed else "not an .xlsx workbook"
        )
        raise IecareerError(
            f"{request.place}: is {is_what}.",
            next_step="Open it in its own program and save it as .xlsx."
            if other
            else "Pack the files themselves.",
        )
    members = members_of(archive, request)
    _refuse_bomb(members, len(data), request)
    for member in members:
        yield from _read_member(connection, archive, member, request)


def members_of(archive: zipfile.ZipFile, request: Request) -> list[zipfile.ZipInfo]:
    """The members that hold data and belong to the record type, by name.

    Raises
    ------
    IecareerError
        When there is no such member, or one of them cannot be unpacked.
    """
    held = {base_name(info): info for info in archive.infolist() if is_data(info)}
    if len(held) < sum(map(is_data, archive.infolist())):
        raise IecareerError(
            f"{request.place}: several of its files have the same name.",
            next_step="Give each file its own name, or pack them into separate archives.",
        )
    wanted = request.belonging([*held]) if request.belonging else [*held]
    members = [held[name] for name in sorted(wanted)]
    if not members:
        raise IecareerError(
            f"{request.place}: none of the {len(held)} file(s) in it belongs to this record type.",
            next_step="Check physicalName in the contract against the names of the packed files.",
        )
    locked = sum(bool(info.flag_bits & _ENCRYPTED) for info in members)
    if locked:
        raise IecareerError(
            f"{request.place}: {locked} of its files are protected by a password.",
            next_step="Ask for it without a password, over an encrypted connection.",
        )
    return members


def _read_member(
    connection: duckdb.DuckDBPyConnection, archive: zipfile.ZipFile, member: zipfile.ZipInfo, request: Request
) -> Iterator[Chunk]:
    name = base_name(member)
    place = f"{request.place}, {masked_name(name)}"
    asked = replace(request, place=place, is_packed=True)
    declared = format_of(name) or (request.declared if request.declared != "zip" else None)
    for chunk in read_content(connection, _Member(archive, member, place), declared, asked):
        yield replace(chunk, sheet=f"{name}, {chunk.sheet}" if chunk.sheet else name)


@dataclass(frozen=True)
class _Member:
    archive: zipfile.ZipFile
    info: zipfile.ZipInfo
    place: str

    def chunks(self) -> Iterator[bytes]:
        with _own_errors(Request(self.place, frozenset())), self.archive.open(self.info) as stream:
            # A member is unpacked only to its declared size: if it is longer, its checksum fails.
            while piece := stream.read(_PIECE):
                yield piece

    def whole(self) -> bytes:
        return whole(self, self.place)


@contextmanager
def _own_errors(request: Request) -> Iterator[None]:
    """Replace the errors of libraries, which may quote a cell, by our own."""
    try:
        yield
    except NotImplementedError:
        raise IecareerError(
            f"{request.place}: is packed with an unsupported method.",
            next_step="Pack it again as an ordinary .zip.",
        ) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OSError):
        raise IecareerError(
            f"{request.place}: is not a complete ZIP archive, and so not an .xlsx workbook; it is cut off or damaged.",
            next_step="Check that the transfer was complete.",
        ) from None


def _refuse_bomb(members: list[zipfile.ZipInfo], packed: int, request: Request) -> None:
    size = sum(info.file_size for info in members)
    if size > max(UNPACKED_FREE, UNPACKED_RATIO * packed):
        raise IecareerError(
            f"{request.place}: {packed >> 10} KiB unpack to {size >> 20} MiB, more than {UNPACKED_RATIO} times.",
            next_step="Ask the office what it packed: real data do not compress that much.",
        )
