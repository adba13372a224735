"""Landing a delivery: receive every file, conform each record type, and make the delivery exist in one last step."""

from __future__ import annotations

import fnmatch
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from filelock import FileLock

from iecareer.contracts import RecordType, load_record_types, record_type
from iecareer.errors import IecareerError
from iecareer.landing.archive import file_hash, raw_bytes, receive
from iecareer.landing.conform import RULES_VERSION, Conformer, forget, prepare
from iecareer.landing.readers import Raw, Request, format_of, read
from iecareer.landing.readers.raw import normal_header
from iecareer.landing.store import masked_name, resolve_duplicates, store_quarantine, store_rows
from iecareer.settings import home
from iecareer.sources import SourceSystem, Table, source_system
from iecareer.sources.loader import EXCHANGE
from iecareer.warehouse.build import build_config
from iecareer.warehouse.manifest import Delivery, lake, lake_lock, now, record_delivery, today, versions


@dataclass(frozen=True)
class Receipt:
    """What became of one delivery: `n_in` = loaded + unchanged + superseded + quarantined, or `error` says why not."""

    source_id: str
    record_type: str
    delivery_id: str = ""
    n_files: int = 0
    n_in: int = 0
    n_loaded: int = 0
    n_unchanged: int = 0
    n_superseded: int = 0
    n_quarantined: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    error: str | None = None


@dataclass(frozen=True)
class _Received:
    name: str
    sha256: str
    size: int


def waiting(source_id: str) -> list[Path]:
    """Files in the inbox that this source has not delivered yet under its present contract.

    Where files replace each other as a whole (mode snapshot), one new file makes all of them wait.
    """
    system = source_system(source_id)
    files = system.waiting_files()
    hashes = {path: file_hash(path) for path in files}
    known = [d for d in versions() if d.source_id == source_id]
    found: list[Path] = []
    for table in system.tables:
        kind = record_type(table.record_type)
        version = _version(system, kind)
        seen = {
            f["sha256"] for d in known if d.record_type == kind.name and d.version == version for f in d.files
        }
        own = [path for path in files if _belongs(path.name, table, system)]
        new = [path for path in own if hashes[path] not in seen]
        found += own if new and kind.mode == "snapshot" else new
    return sorted(set(found))


def land(
    source_id: str, paths: Sequence[Path] | None = None, received_on: date | None = None
) -> list[dict[str, Any]]:
    """Receive and conform files of one source system; one delivery per record type among them.

    Parameters
    ----------
    source_id : str
        A source system, or `exchange`.
    paths : sequence of Path, optional
        Files, or folders of files. By default what waits in the inbox.
    received_on : date, optional
        Day of receipt; by default today.

    Returns
    -------
    list of dict
        One receipt per record type; a record type that fails carries its `error` and leaves the others alone.

    Raises
    ------
    IecareerError
        When there is no such source, a path does not exist, or no file belongs to any of its record types.
    """
    system, day = source_system(source_id), received_on or today()
    files = _files(paths) if paths is not None else waiting(source_id)
    if paths is None and not files:
        return []
    assigned = _assigned(files, system)
    received = {
        path: _Received(masked_name(path.name), *receive(path))
        for group in assigned.values()
        for path in group
    }
    receipts = []
    for name in sorted(assigned):
        table = next(table for table in system.tables if table.record_type == name)
        group = [received[path] for path in assigned[name]]
        receipts.append(asdict(_land_table(system, table, group, day)))
    return receipts


def reconform(source_id: str, on: date | None = None) -> list[dict[str, Any]]:
    """Conform every archived delivery of a source anew, under its present contract; one receipt per delivery.

    The result counts from `on` (default today); a run as of an earlier day still sees the earlier version.
    """
    system, day = source_system(source_id), on or today()
    tables = {table.record_type: table for table in system.tables}
    first: dict[str, Delivery] = {}
    for delivery in versions():
        if delivery.source_id == source_id and delivery.record_type in tables:
            first.setdefault(delivery.delivery_id, delivery)
    return [
        asdict(
            _land_table(system, tables[d.record_type], [_Received(**f) for f in d.files], d.received_on, day)
        )
        for d in first.values()
    ]


def _land_table(
    system: SourceSystem,
    table: Table,
    files: list[_Received],
    received_on: date,
    conformed_on: date | None = None,
) -> Receipt:
    kind = record_type(table.record_type)
    delivery_id = _hash(system.source_id, kind.name, *(file.sha256 for file in files))
    (lake() / "landing").mkdir(parents=True, exist_ok=True)
    with FileLock(lake() / "landing" / f".{delivery_id}.lock"):
        known = [delivery for delivery in versions() if delivery.delivery_id == delivery_id]
        version = _version(system, kind)
        if same := next((delivery for delivery in known if delivery.version == version), None):
            return Receipt(
                system.source_id,
                kind.name,
                delivery_id,
                n_files=len(files),
                n_in=same.n_in,
                n_unchanged=same.n_in - same.n_quarantined,
                n_quarantined=same.n_quarantined,
                reasons=same.reasons,
            )
        try:
            return _conform(
                system, table, kind, files, known, (received_on, conformed_on), (delivery_id, version)
            )
        except IecareerError as error:
            return Receipt(system.source_id, kind.name, delivery_id, n_files=len(files), error=str(error))


def _conform(
    system: SourceSystem,
    table: Table,
    kind: RecordType,
    files: list[_Received],
    known: list[Delivery],
    days: tuple[date, date | None],
    names: tuple[str, str],
) -> Receipt:
    received_on = known[0].received_on if known else days[0]
    name = ".".join(names)
    connection = duckdb.connect(config=build_config() | {"enable_external_file_cache": "false"})
    try:
        prepare(connection, kind)
        conformer = Conformer(connection, system, table, kind, received_on)
        for file in files:
            conformer.take(_read(connection, system, table, file), file.name)
        conformer.flush()
        n_in = conformer.n_in
        n_superseded = resolve_duplicates(connection, kind)
        parts = store_rows(connection, kind, name)
        n_quarantined, reasons = store_quarantine(connection, system.source_id, name)
    finally:
        forget(connection)
        connection.close()
    with lake_lock():
        moment = now()
        delivery = Delivery(
            delivery_id=names[0],
            version=names[1],
            source_id=system.source_id,
            record_type=kind.name,
            mode=kind.mode,
            priority=system.priority,
            received_on=received_on,
            conformed_on=(days[1] or today()) if known else received_on,
            landed_at=known[0].landed_at if known else moment,
            conformed_at=moment,
            files=tuple(asdict(file) for file in files),
            parts=tuple(parts),
            n_in=n_in,
            n_loaded=n_in - n_superseded - n_quarantined,
            n_unchanged=0,
            n_superseded=n_superseded,
            n_quarantined=n_quarantined,
            reasons=reasons,
            columns=tuple(mapping.column for mapping in table.mappings),
        )
        record_delivery(delivery)
    return Receipt(
        system.source_id,
        kind.name,
        names[0],
        n_files=len(files),
        n_in=n_in,
        n_loaded=delivery.n_loaded,
        n_superseded=n_superseded,
        n_quarantined=n_quarantined,
        reasons=reasons,
    )


def _read(connection: duckdb.DuckDBPyConnection, system: SourceSystem, table: Table, file: _Received) -> Raw:
    label = f"{system.source_id}, {file.name}"
    headers = {normal_header(header) for mapping in table.mappings for header in mapping.headers}
    request = Request(
        label, frozenset(headers), table.selector, system.delimiter, system.encoding, system.header_row
    )
    file_format = system.format or format_of(file.name)
    if file_format is None:
        raise IecareerError(f"{label}: the file name's ending tells no known format.")
    return read(connection, raw_bytes(file.sha256), file_format, request)


def _files(paths: Iterable[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if not path.exists():
            raise IecareerError(f"There is no file or folder {path}.", next_step="Check the path.")
        inside = path.rglob("*") if path.is_dir() else [path]
        files += [file for file in inside if file.is_file() and not file.name.startswith(".")]
    return sorted(set(files), key=lambda file: (file.name, str(file)))


def _assigned(files: list[Path], system: SourceSystem) -> dict[str, list[Path]]:
    """Which files belong to which record type."""
    groups: dict[str, list[Path]] = {}
    for path in files:
        for table in system.tables:
            if _belongs(path.name, table, system):
                groups.setdefault(table.record_type, []).append(path)
    if not groups:
        raise IecareerError(
            f"{system.source_id}: none of the {len(files)} file(s) belongs to a record type of this source.",
            next_step="See 'iecareer source show' for the names it expects.",
        )
    return groups


def _belongs(name: str, table: Table, system: SourceSystem) -> bool:
    if system.source_id == EXCHANGE:
        return _exchange_type(name) == table.record_type
    if table.selector and ":" not in table.selector:
        return fnmatch.fnmatch(name, table.selector)
    return True


def _exchange_type(name: str) -> str | None:
    """The longest record type that the file name starts with, alone or before an underscore."""
    stem, _, suffix = name.rpartition(".")
    if suffix.lower() not in ("csv", "parquet"):
        return None
    fitting = [kind for kind in load_record_types() if stem == kind or stem.startswith(f"{kind}_")]
    return max(fitting, key=len, default=None)


def _version(system: SourceSystem, kind: RecordType) -> str:
    return _hash(system.digest, repr(kind), RULES_VERSION)[:12]


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def quarantine_files(source_id: str) -> list[Path]:
    """Quarantine files of one source system, oldest name first."""
    return sorted((home() / "quarantine" / source_id).glob("*.parquet"))
