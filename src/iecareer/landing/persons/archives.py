"""Archived files and one person: finding the files that speak of a person, and what stands in their place then."""

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
from iecareer.errors import IecareerError
from iecareer.landing.archive import Archived, archive_path
from iecareer.landing.persons.redaction import (
    Gone,
    Place,
    hits,
    is_redacted,
    redacted_folder,
    write_redacted,
    write_removed,
)
from iecareer.landing.persons.subject import Subject
from iecareer.landing.readers import Raw
from iecareer.landing.select import header_of
from iecareer.sources import Table, source_system
from iecareer.warehouse.build import text_literal
from iecareer.warehouse.manifest import Delivery, lake, versions

_OVERLAP = 256
# Rows of other record types can hold an identity as well; then one of these reasons says so.
_TELLING = {"identity_in_text", "malformed_row", "totals_row"}


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
        """Where its redacted text stands, or would stand."""
        return redacted_folder(self.sha256, self.source_id, self.record_type)

    @property
    def is_redacted(self) -> bool:
        """Whether it is read from there."""
        return is_redacted(self.sha256, self.source_id, self.record_type)


def readings() -> dict[str, list[Reading]]:
    """Hash → every way in which the archived file is read."""
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


def stage_archives(person: Subject, touched: frozenset[str], place: Place) -> int:
    """Stage what shall stand in place of archived files that speak of the person; returns how many files go.

    Parameters
    ----------
    person : Subject
        Whom to forget.
    touched : frozenset of str
        Deliveries of which conformed rows go: where their files do not show the person, nothing of them is kept.
    place : callable
        Where to write a file so that it stands at the given place after the switch.
    """
    known, n_gone = readings(), 0
    for sha256, ways in known.items():
        if not _speaks_of(person, sha256, ways) and not _is_hidden(person, ways, touched, known):
            continue
        for way in ways:
            _stage_way(person, way, touched, place)
        if archive_path(sha256).exists():
            place(archive_path(sha256)).touch()
        n_gone += 1
    return n_gone + _stage_orphans(set(known), place)


def _stage_orphans(known: set[str], place: Place) -> int:
    """Archived files that no delivery names were refused when they came; nobody can tell whom they speak of."""
    orphans = [path for path in (lake() / "raw").glob("*/*") if path.name not in known]
    for path in orphans:
        place(path).touch()
    return len(orphans)


def _stage_way(person: Subject, way: Reading, touched: frozenset[str], place: Place) -> None:
    try:
        n_found = _count(person, way)
        if n_found == 0 and way.delivery_ids & touched:
            write_removed(way.folder, place)
            return
        with opened(way) as (connection, pieces, table):
            write_redacted(connection, pieces, _speaking(person, connection, table), way.folder, place)
    except IecareerError:
        # Its contract is gone or reads it no more, so no one can conform it anew anyway.
        write_removed(way.folder, place)


def _speaks_of(person: Subject, sha256: str, ways: list[Reading]) -> bool:
    if archive_path(sha256).exists() and _in_bytes(person, Archived(sha256).chunks()):
        return True
    return any(_shows(person, way) for way in ways if way.may_tell)


def _shows(person: Subject, way: Reading) -> bool:
    try:
        return _count(person, way) > 0
    except IecareerError:
        return False


def _is_hidden(
    person: Subject, ways: list[Reading], touched: frozenset[str], known: dict[str, list[Reading]]
) -> bool:
    """Whether a delivery lost rows though none of its files shows the person, as after a transformation."""
    for way in ways:
        for delivery_id in way.delivery_ids & touched:
            siblings = [w for group in known.values() for w in group if delivery_id in w.delivery_ids]
            if not any(_shows(person, sibling) for sibling in siblings):
                return True
    return False


def _count(person: Subject, way: Reading) -> int:
    with opened(way) as (connection, pieces, table):
        return hits(connection, pieces, _speaking(person, connection, table))


@contextmanager
def opened(way: Reading) -> Iterator[tuple[duckdb.DuckDBPyConnection, Iterator[Raw], Table]]:
    """A connection of landing, the file's tables `raw`, and the contract's table.

    Raises
    ------
    IecareerError
        When the contract is gone, or the file cannot be read under it.
    """
    from iecareer.landing.conform import forget, open_landing, prepare
    from iecareer.landing.deliveries import Received, read_archived

    system = source_system(way.source_id)
    tables = {table.record_type: table for table in system.tables}
    if way.record_type not in tables:
        raise IecareerError(f"{way.source_id} delivers no {way.record_type} any more.")
    connection = open_landing()
    try:
        prepare(connection, record_type(way.record_type))
        pieces = read_archived(connection, system, tables[way.record_type], Received(**dict(way.file)))
        yield connection, pieces, tables[way.record_type]
    except duckdb.Error as error:
        raise IecareerError(
            f"An archived file of {way.source_id} cannot be read ({type(error).__name__})."
        ) from None
    finally:
        forget(connection)
        connection.close()


def _speaking(person: Subject, connection: duckdb.DuckDBPyConnection, table: Table) -> Gone:
    """Rows and headers that speak of the person."""
    needles = [needle.upper() for needle in person.needles]

    def condition(raw: Raw) -> str:
        described = connection.execute("describe raw").fetchall()
        cells = ", ".join(f'"{name}"' for name, kind, *_ in described if kind == "VARCHAR")
        if not cells:
            return "false"
        text = f"upper(translate(normal(concat_ws(chr(10), {cells})), ' -', ''))"
        told = [f"contains({text}, {text_literal(needle)})" for needle in needles]
        return f"coalesce({' or '.join([*told, *_in_cell(person, raw, table)])}, false)"

    return Gone(condition, lambda header: any(needle in _plain(header) for needle in needles))


def _plain(header: str) -> str:
    return unicodedata.normalize("NFKC", header).upper().translate({ord(" "): None, ord("-"): None})


def _in_cell(person: Subject, raw: Raw, table: Table) -> list[str]:
    """The person's own column, for identifiers that mean a person only there."""
    persons = {column.name for column in record_type(table.record_type).columns if column.is_person}
    headers = [header_of(mapping, raw) for mapping in table.mappings if mapping.column in persons]
    return [
        f"normal({raw.columns[header]}) = {text_literal(person.cell)}"
        for header in headers
        if header and person.cell is not None
    ]


def _in_bytes(person: Subject, chunks: Iterator[bytes]) -> bool:
    """Whether the bytes themselves hold the person, also where no table reads them, such as in a title."""
    wanted = {form for needle in person.needles for form in _forms(needle)}
    before = b""
    for chunk in chunks:
        window = before + chunk
        if any(form in window for form in wanted):
            return True
        before = window[-_OVERLAP:]
    return False


def _forms(needle: str) -> Iterator[bytes]:
    for text in (needle.lower(), needle.upper()):
        yield from (text.encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))


def _tells(delivery: Delivery) -> bool:
    return any(reason.split(":")[0] in _TELLING for reason in delivery.reasons)
