"""Archived files and one person: which files contain the person, and what replaces them."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from iecareer.contracts import record_type
from iecareer.database import text_literal
from iecareer.errors import IecareerError
from iecareer.lake.manifest import Delivery, versions
from iecareer.landing.erasure.redaction import Gone, Place, hits, write_redacted, write_removed
from iecareer.landing.parse.connection import open_landing
from iecareer.landing.parse.rows_sql import header_of
from iecareer.landing.read.archived import read_archived
from iecareer.landing.read.chunk import Chunk
from iecareer.landing.read.redacted_file import is_redacted, is_removed, read_redacted, redacted_folder
from iecareer.landing.receive.archive import Archived, archive_path
from iecareer.landing.received import Received
from iecareer.persons.subject import Subject
from iecareer.settings import lake
from iecareer.sources import Table, source_system

_OVERLAP = 256
_TO_WIDE = 0xFEE0
# First bytes of binary formats: ZIP and XLSX, gzip, Parquet, SQLite, XLS.
_PACKED = (b"PK", b"\x1f\x8b", b"PAR1", b"SQLite format 3", b"\xd0\xcf\x11\xe0")
# Rows of other record types may also contain an identity. Their delivery then has one of these quarantine reasons.
_TELLING = {"identity_in_text", "malformed_row", "totals_row", "note_row"}


@dataclass(frozen=True)
class Reading:
    """An archived file as one source reads it for one record type, in one delivery or several."""

    file: tuple[tuple[str, Any], ...]
    source_id: str
    record_type: str
    delivery_ids: frozenset[str]
    may_tell: bool

    @property
    def sha256(self) -> str:
        """Hash of the archived bytes."""
        return str(dict(self.file)["sha256"])

    @property
    def folder(self) -> Path:
        """The folder of the file's redacted text; it may not exist."""
        return redacted_folder(self.sha256, self.source_id, self.record_type)

    @property
    def is_redacted(self) -> bool:
        """Whether the file is read from its redacted text."""
        return is_redacted(self.sha256, self.source_id, self.record_type)

    @property
    def is_removed(self) -> bool:
        """Whether no text of the file was kept."""
        return is_removed(self.sha256, self.source_id, self.record_type)


def readings() -> dict[str, list[Reading]]:
    """Hash of an archived file → all its readings."""
    of: dict[tuple[str, str, str], list[Delivery]] = defaultdict(list)
    files: dict[tuple[str, str, str], dict[str, Any]] = {}
    for delivery in versions():
        for file in delivery.files:
            key = (file["sha256"], delivery.source_id, delivery.record_type)
            of[key].append(delivery)
            files.setdefault(key, file)
    found: dict[str, list[Reading]] = defaultdict(list)
    for key, deliveries in of.items():
        has_persons = any(column.is_person for column in record_type(key[2]).columns)
        may_tell = has_persons or any(_tells(delivery) for delivery in deliveries)
        ids = frozenset(delivery.delivery_id for delivery in deliveries)
        found[key[0]].append(Reading(tuple(files[key].items()), key[1], key[2], ids, may_tell))
    return found


def stage_archives(
    person: Subject, touched: frozenset[str], place: Place, *, discard_unreadable: bool
) -> None:
    """Stage the replacements of archived files that contain the person.

    Parameters
    ----------
    person : Subject
        The person to erase.
    touched : frozenset of str
        Deliveries that lose conformed rows. If none of a delivery's files shows the person, no text of its files is
        kept.
    place : callable
        Maps the path of a file to the path at which its replacement is staged.
    discard_unreadable : bool
        Whether to delete files that cannot be read any more because their contract was changed or removed.

    Raises
    ------
    IecareerError
        When there are such files and `discard_unreadable` is false.
    """
    known = readings()
    speaking = {sha for sha, ways in known.items() if _speaks_of(person, sha, ways, discard_unreadable)}
    # Text files are searched as bytes first; reading them as rows may find more.
    for sha256 in _hidden(known, touched, speaking):
        if any(_shows(person, way, discard_unreadable) for way in known[sha256] if not way.is_removed):
            speaking.add(sha256)
    hidden = _hidden(known, touched, speaking)
    for sha256 in speaking | hidden:
        for way in known[sha256]:
            if sha256 in hidden or way.is_removed:
                write_removed(way.folder, place)
            else:
                _stage_way(person, way, place, discard_unreadable)
        if archive_path(sha256).exists():
            place(archive_path(sha256)).touch()
    _stage_orphans(set(known), place)


def _hidden(known: dict[str, list[Reading]], touched: frozenset[str], speaking: set[str]) -> set[str]:
    """Files of deliveries that lost rows although no file shows the person, for example because of a transformation."""
    files: dict[str, set[str]] = defaultdict(set)
    for sha256, ways in known.items():
        for delivery_id in frozenset().union(*(way.delivery_ids for way in ways)) & touched:
            files[delivery_id].add(sha256)
    return {sha256 for of in files.values() if of.isdisjoint(speaking) for sha256 in of}


def _stage_orphans(known: set[str], place: Place) -> None:
    """Remove archived files without a delivery. Landing refused them, so it is unknown whom they contain."""
    for path in (lake() / "raw").glob("*/*"):
        if path.name not in known:
            place(path).touch()


def _stage_way(person: Subject, way: Reading, place: Place, discard_unreadable: bool) -> None:
    try:
        with opened(way) as (connection, pieces, table):
            write_redacted(connection, pieces, _speaking(person, connection, table), way.folder, place)
    except IecareerError as error:
        if not discard_unreadable:
            raise _unreadable(way, error) from None
        write_removed(way.folder, place)


def _speaks_of(person: Subject, sha256: str, ways: list[Reading], discard_unreadable: bool) -> bool:
    archived = Archived(sha256)
    is_there = archive_path(sha256).exists()
    if is_there and _in_bytes(person, archived.chunks()):
        return True
    is_text = is_there and not next(archived.chunks(), b"").startswith(_PACKED)
    return any(
        _shows(person, way, discard_unreadable)
        for way in ways
        if way.may_tell and not way.is_removed and not (is_text and _is_said(person, way))
    )


def _shows(person: Subject, way: Reading, discard_unreadable: bool) -> bool:
    try:
        with opened(way) as (connection, pieces, table):
            return hits(connection, pieces, _speaking(person, connection, table)) > 0
    except IecareerError as error:
        if not discard_unreadable:
            raise _unreadable(way, error) from None
        return True


def _unreadable(way: Reading, error: IecareerError) -> IecareerError:
    return IecareerError(
        f"An archived file of {way.source_id} cannot be read now and may contain the person, "
        f"so nothing was erased. {error.message}",
        next_step="Correct the contract (see IECAREER_SOURCES), or delete such files with --discard-unreadable.",
    )


def _is_said(person: Subject, way: Reading) -> bool:
    """Whether searching the bytes of a text file is enough to find this person."""
    return person.cell is None or person.source_id != way.source_id


@contextmanager
def opened(way: Reading) -> Iterator[tuple[duckdb.DuckDBPyConnection, Iterator[Chunk], Table | None]]:
    """A connection of landing, the chunks of the file, and the contract's table (None if the contract lost it).

    Raises
    ------
    IecareerError
        When the archived file cannot be read under its contract. Redacted files need no contract.
    """
    try:
        with open_landing() as connection:
            yield connection, *_pieces(connection, way)
    except duckdb.Error as error:
        raise IecareerError(
            f"An archived file of {way.source_id} cannot be read ({type(error).__name__})."
        ) from None


def _pieces(connection: duckdb.DuckDBPyConnection, way: Reading) -> tuple[Iterator[Chunk], Table | None]:

    try:
        system = source_system(way.source_id)
        table = {table.record_type: table for table in system.tables}[way.record_type]
    except (IecareerError, KeyError) as error:
        if way.is_redacted:
            return read_redacted(connection, way.folder, way.source_id), None
        if isinstance(error, IecareerError):
            raise
        raise IecareerError(f"{way.source_id} no longer delivers {way.record_type}.") from None
    return read_archived(connection, system, table, Received(**dict(way.file))), table


def _speaking(person: Subject, connection: duckdb.DuckDBPyConnection, table: Table | None) -> Gone:
    """Rows and headers that contain the person."""
    needles = [needle.upper() for needle in person.needles]

    def condition(chunk: Chunk) -> str:
        described = connection.execute("describe raw").fetchall()
        cells = ", ".join(f'"{name}"' for name, kind, *_ in described if kind == "VARCHAR")
        if not cells:
            return "false"
        text = f"upper(replace(replace(replace(normal(concat_ws(chr(10), {cells})), ' ', ''), '-', ''), chr(0), ''))"
        # One search for all texts, because building the cell text is expensive. They contain only hexadecimal digits.
        matches = f"regexp_matches({text}, '{'|'.join(needles)}')"
        return (
            f"coalesce({' or '.join([matches, *(_in_cell(person, chunk, table) if table else [])])}, false)"
        )

    return Gone(condition, lambda header: any(needle in _plain(header) for needle in needles))


def _plain(header: str) -> str:
    return unicodedata.normalize("NFKC", header).upper().translate({ord(" "): None, ord("-"): None})


def _in_cell(person: Subject, chunk: Chunk, table: Table) -> list[str]:
    """SQL condition on the person's column, for identifiers that mean a person only in that column."""
    persons = {column.name for column in record_type(table.record_type).columns if column.is_person}
    headers = [header_of(mapping, chunk) for mapping in table.mappings if mapping.column in persons]
    return [
        f"replace(normal({chunk.columns[header]}), chr(0), '') = {text_literal(person.cell)}"
        for header in headers
        if header and person.cell is not None
    ]


def _in_bytes(person: Subject, chunks: Iterator[bytes]) -> bool:
    """Whether the bytes contain the person anywhere, also outside the table, such as in a title."""
    wanted = {form for needle in person.needles for form in _forms(needle)}
    before = b""
    for chunk in chunks:
        window = before + chunk
        if any(form in window for form in wanted):
            return True
        before = window[-_OVERLAP:]
    return False


def _forms(needle: str) -> Iterator[bytes]:
    wide = "".join(chr(ord(character) + _TO_WIDE) for character in needle.upper())
    for text in {needle.lower(), needle.upper(), wide}:
        yield from (text.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"))


def _tells(delivery: Delivery) -> bool:
    return any(reason.split(":")[0] in _TELLING for reason in delivery.reasons)
