"""Filled-in templates: record type and office come from the mark inside the file, not from its name."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from iecareer.contracts import load_record_types, record_type
from iecareer.contracts.publication import OFFICE, Mark, marks_in
from iecareer.errors import IecareerError
from iecareer.lake.manifest import current_deliveries
from iecareer.landing.names import masked_name
from iecareer.landing.receive.archive import file_hash
from iecareer.sources import EXCHANGE, SourceSystem, office_source

_SUFFIXES = (".xlsx", ".xls")
_PIECE = 1 << 20
_SEARCHED = 64 << 20
_OVERLAP = 200


def template_mark(path: Path) -> Mark | None:
    """The mark of a filled-in template; None for other files.

    Raises
    ------
    IecareerError
        When the file has marks of several templates, or a mark with an unknown record type.
    """
    if path.suffix.lower() not in _SUFFIXES:
        return None
    try:
        marks = sorted({mark for piece in _pieces(path) for mark in marks_in(piece)})
    except (OSError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error):
        # A damaged workbook is reported by the reader of its format, if it belongs to a record type.
        return None
    if len(marks) > 1:
        raise IecareerError(
            f"{masked_name(path.name)}: contains {len(marks)} templates: {', '.join(map(str, marks))}.",
            next_step="Deliver one workbook per template.",
        )
    return _known(marks[0], path) if marks else None


def holds_templates(path: Path) -> bool:
    """Whether a ZIP archive contains filled-in templates, which must be landed as separate workbooks."""
    if path.suffix.lower() != ".zip":
        return False
    try:
        with zipfile.ZipFile(path) as packed:
            books = [name for name in packed.namelist() if name.lower().endswith(_SUFFIXES[0])]
            return any(_is_template(packed, name) for name in books)
    except (OSError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error):
        return False


def _is_template(packed: zipfile.ZipFile, name: str) -> bool:
    with packed.open(name) as stream:
        book = io.BytesIO(stream.read(_SEARCHED))
    return zipfile.is_zipfile(book) and any(marks_in(piece) for piece in _parts(book))


def source_of(mark: Mark | None, system: SourceSystem, path: Path) -> str:
    """The source for which a file counts, if it was landed for a source of the exchange format.

    Raises
    ------
    IecareerError
        When a template of one office is landed for another office.
    """
    own = office_source(mark.office) if mark and mark.office else system.source_id
    if system.source_id not in (own, EXCHANGE):
        raise IecareerError(
            f"{masked_name(path.name)}: this template was made for {own}, not for {system.source_id}.",
            next_step=f"Land it with 'iecareer land {EXCHANGE}', or as {own}.",
        )
    return own


def refuse_replacing(system: SourceSystem, name: str, paths: list[Path]) -> None:
    """Refuse a template without an office if it would replace a delivery that may be from another office.

    Raises
    ------
    IecareerError
        When the record type's deliveries replace each other and the exchange already has one.
    """
    kind = record_type(name)
    templates = [path for path in paths if path.suffix.lower() in _SUFFIXES]
    if system.source_id != EXCHANGE or kind.mode == "upsert" or not templates:
        return
    hashes = {file_hash(path) for path in paths}
    for earlier in current_deliveries(date.max)[0]:
        is_other = {file["sha256"] for file in earlier.files} != hashes and earlier.decision != "withdraw"
        if is_other and (earlier.source_id, earlier.record_type) == (EXCHANGE, name):
            raise IecareerError(
                f"{masked_name(templates[0].name)}: names no office, and a delivery of {name} replaces the earlier "
                f"one of its source; {earlier.delivery_id} of {earlier.received_on} would be lost.",
                next_step=f"Land it as its office's own: 'iecareer land {office_source('OFFICE')} …'; if it corrects "
                f"that delivery, withdraw that first: 'iecareer delivery withdraw {earlier.delivery_id}'.",
            )


def _pieces(path: Path) -> Iterator[bytes]:
    """Texts that may contain a mark: the parts of an .xlsx, or the first bytes of another file, up to a limit."""
    if zipfile.is_zipfile(path):
        yield from _parts(path)
        return
    with path.open("rb") as stream:
        yield stream.read(_SEARCHED)


def _parts(workbook: Path | io.BytesIO) -> Iterator[bytes]:
    left = _SEARCHED
    with zipfile.ZipFile(workbook) as book:
        # Properties and shared texts come first: they are small and contain the mark, unless a program moved it.
        parts = sorted(book.namelist(), key=lambda name: ("worksheets/" in name, name))
        for part in parts:
            if not part.endswith(".xml"):
                continue
            with book.open(part) as stream:
                before = b""
                while left > 0 and (piece := stream.read(min(_PIECE, left))):
                    left -= len(piece)
                    yield before + piece
                    before = piece[-_OVERLAP:]


def _known(mark: Mark, path: Path) -> Mark:
    if mark.record_type not in load_record_types() or (mark.office and not OFFICE.fullmatch(mark.office)):
        raise IecareerError(
            f"{masked_name(path.name)}: its template mark '{mark}' names no known record type.",
            next_step="Copy the rows into a new template: 'iecareer contract template RECORD_TYPE'.",
        )
    return mark
