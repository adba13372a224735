"""One delivery of one record type: read, conformed, stored, and made to exist in one last step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import duckdb
from filelock import FileLock

from iecareer.clock import now, today
from iecareer.contracts import RecordType, record_type
from iecareer.database import cause_of
from iecareer.errors import IecareerError
from iecareer.lake.manifest import Delivery, Part, lake_lock, record_delivery, record_heard, versions
from iecareer.landing.erasure.redaction import is_redacted, redacted, redacted_folder
from iecareer.landing.names import masked_name, normal_header
from iecareer.landing.parse.connection import forget, open_landing, prepare
from iecareer.landing.parse.parser import Conformer
from iecareer.landing.read import format_of, read
from iecareer.landing.read.chunk import Raw, Request
from iecareer.landing.receipts import Origin, Receipt, Received, receipt_of
from iecareer.landing.receive.archive import Archived
from iecareer.landing.receive.assignment import belonging
from iecareer.landing.store.header_drift import drift
from iecareer.landing.store.parquet_pieces import Store, store_quarantine
from iecareer.landing.versions import is_of, short_hash, version_of
from iecareer.persons import vault
from iecareer.settings import lake
from iecareer.sources import SourceSystem, Table


def land_table(
    system: SourceSystem,
    table: Table,
    files: list[Received],
    received_on: date,
    conformed_on: date | None = None,
    *,
    origin: Origin,
) -> Receipt:
    """Conform the archived files of one record type; what was conformed before under the same rules stays as it is."""
    kind = record_type(table.record_type)
    delivery_id = short_hash(system.source_id, kind.name, *(file.sha256 for file in files), *origin.identity)
    (lake() / "landing").mkdir(parents=True, exist_ok=True)
    with FileLock(lake() / "landing" / f".{delivery_id}.lock"):
        known = versions(delivery_id)
        version = version_of(system, kind)
        same = known[-1] if known and is_of(known[-1], version) else None
        if same and (conformed_on is None or same.conformed_on <= conformed_on):
            if conformed_on is None:
                record_heard(system.source_id, received_on)
            n_unchanged = same.n_in - same.n_quarantined
            return receipt_of(replace(same, n_loaded=0, n_superseded=0, n_unchanged=n_unchanged))
        # A contract that is as it was before comes after the versions between: it is a version of its own.
        n_before = sum(is_of(delivery, version) for delivery in known)
        names = (delivery_id, f"{version}-{n_before + 1}" if n_before else version)
        try:
            return _conform(system, table, kind, files, known, (received_on, conformed_on), names, origin)
        except (IecareerError, duckdb.Error, OSError) as error:
            told = str(error) if isinstance(error, IecareerError) else _failure(error, system, kind)
            return Receipt(system.source_id, kind.name, delivery_id, n_files=len(files), error=told)


def _failure(error: Exception, system: SourceSystem, kind: RecordType) -> str:
    """What a library or the machine could not do; never its own words, which may quote a row."""
    said = error.strerror if isinstance(error, OSError) else cause_of(str(error))
    return (
        f"{system.source_id}: {kind.name} could not be conformed ({said or type(error).__name__}); nothing of it was "
        "loaded. Check memory, free space and permissions of the home, then land it again."
    )


def _conform(
    system: SourceSystem,
    table: Table,
    kind: RecordType,
    files: list[Received],
    known: list[Delivery],
    days: tuple[date, date | None],
    names: tuple[str, str],
    origin: Origin,
) -> Receipt:
    received_on = known[0].received_on if known else days[0]
    name = ".".join(names)
    connection = open_landing()
    try:
        prepare(connection, kind)
        store = Store(connection, kind, name)
        conformer = Conformer(connection, system, table, kind, received_on, store)
        headers: dict[str, set[str]] = {}
        for position, file in enumerate(files):
            for raw in read_archived(connection, system, table, file, is_lazy=True):
                headers.setdefault(file.sha256, set()).update(raw.columns)
                conformer.take(raw, file.name, position)
        conformer.flush()
        n_in = conformer.n_in
        vault.keep(connection, name)
        parts, n_superseded = store.finish()
        n_quarantined, reasons = store_quarantine(connection, system.source_id, name)
    finally:
        forget(connection)
        connection.close()
    with lake_lock():
        moment = now()
        before = _before(system.source_id, kind, known)
        drifted = drift(table, headers.values(), before, is_declared=system.contract is not None)
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
            parts=(*parts, *_emptied(origin, parts)),
            n_in=n_in,
            n_loaded=n_in - n_superseded - n_quarantined,
            n_unchanged=0,
            n_superseded=n_superseded,
            n_quarantined=n_quarantined,
            reasons=reasons,
            columns=tuple(mapping.column for mapping in table.mappings),
            amends=known[0].amends if known else origin.amends,
            fetched=origin.fetched,
            headers=drifted.headers,
            new_columns=drifted.new,
            missing_columns=drifted.missing,
        )
        record_delivery(delivery)
    return receipt_of(delivery)


def _emptied(origin: Origin, parts: list[Part]) -> list[Part]:
    """Periods of which a live source has no row any more: parts without rows, which replace those before."""
    filled = {part.period for part in parts}
    return [Part(period, "", 0) for period in origin.fetched.get("emptied", ()) if period not in filled]


def _before(source_id: str, kind: RecordType, known: list[Delivery]) -> Delivery | None:
    """The delivery of that source and record type before this one; replays have the headers of older files."""
    own = [d for d in versions() if (d.source_id, d.record_type) == (source_id, kind.name)]
    earlier = [d for d in own if not d.is_replay and (not known or d.landed_at < known[0].landed_at)]
    return earlier[-1] if earlier else None


def read_archived(
    connection: duckdb.DuckDBPyConnection,
    system: SourceSystem,
    table: Table,
    file: Received,
    *,
    is_lazy: bool = False,
) -> Iterator[Raw]:
    """Read an archived file, or what of it was kept when a person was erased; lazily as :class:`Request` says."""
    label = f"{system.source_id}, {file.name}"
    key = (file.sha256, system.source_id, table.record_type)
    if is_redacted(*key):
        return redacted(connection, redacted_folder(*key), label)
    headers = {normal_header(header) for mapping in table.mappings for header in mapping.headers}
    request = Request(
        label,
        frozenset(headers),
        None if system.server else table.selector,
        system.delimiter,
        system.encoding,
        system.header_row,
        belonging=lambda names: belonging(names, Path(file.name).name, table, system),
        is_lazy=is_lazy,
    )
    found = read(connection, Archived(file.sha256), system.format or format_of(file.name), request)
    return _masked_sheets(found)


def _masked_sheets(pieces: Iterator[Raw]) -> Iterator[Raw]:
    """The same under names of sheets that may be kept; two that are one when masked are told apart by number."""
    names: dict[str | None, str | None] = {None: None}
    for raw in pieces:
        if raw.sheet not in names:
            masked = masked_name(raw.sheet or "")
            names[raw.sheet] = f"{masked} ({len(names)})" if masked in names.values() else masked
        yield replace(raw, sheet=names[raw.sheet])
