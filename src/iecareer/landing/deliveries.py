"""Landing a delivery: receive every file, conform each record type, and make the delivery exist in one last step."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from filelock import FileLock

from iecareer.contracts import RecordType, record_type
from iecareer.errors import IecareerError
from iecareer.landing.archive import Archived, file_hash, receive
from iecareer.landing.assignment import assigned_files, belonging, files_at, holds, in_order, place_names
from iecareer.landing.conform import RULES_VERSION, Conformer, forget, open_landing, prepare
from iecareer.landing.connections import fetch, live_lock
from iecareer.landing.drift import drift
from iecareer.landing.persons import vault
from iecareer.landing.persons.redaction import is_redacted, redacted, redacted_folder
from iecareer.landing.persons.settling import settled_archives
from iecareer.landing.quarantine import open_deliveries
from iecareer.landing.readers import Raw, Request, format_of, read
from iecareer.landing.readers.raw import normal_header
from iecareer.landing.store import Store, store_quarantine
from iecareer.landing.templates import refuse_replacing
from iecareer.sources import SourceSystem, Table, source_system
from iecareer.warehouse.keys import remember_key
from iecareer.warehouse.manifest import (
    Delivery,
    Part,
    lake,
    lake_lock,
    now,
    record_delivery,
    record_heard,
    today,
    versions,
)


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
    new_columns: tuple[str, ...] = ()
    missing_columns: tuple[str, ...] = ()
    error: str | None = None


@dataclass(frozen=True)
class Received:
    """One archived file of a delivery."""

    name: str
    sha256: str
    size: int


def waiting(source_id: str) -> list[Path]:
    """Files in the inbox that this source has not delivered yet under its present contract.

    Where files replace each other as a whole (mode snapshot), one new file makes all of them wait.
    """
    found = _waiting(source_system(source_id))
    return sorted({path for group in found.values() for path in group})


def _waiting(system: SourceSystem) -> dict[str, list[Path]]:
    """Files that wait, by record type: a file that waits for one may long be delivered for another."""
    files = system.waiting_files()
    hashes = {path: file_hash(path) for path in files}
    known = {d.delivery_id: d for d in versions() if d.source_id == system.source_id}.values()
    found: dict[str, list[Path]] = {}
    for table in system.tables:
        kind = record_type(table.record_type)
        version = _version(system, kind)
        seen = {
            f["sha256"] for d in known if d.record_type == kind.name and _is_of(d, version) for f in d.files
        }
        # What came as a correction must not come again as a delivery that replaces the whole.
        replayed = {f["sha256"] for d in known if d.is_replay for f in d.files}
        own = [p for p in files if holds(p, table, system) and hashes[p] not in replayed]
        new = [path for path in own if hashes[path] not in seen]
        if new:
            found[kind.name] = in_order(own if kind.mode == "snapshot" else new)
    return found


@dataclass(frozen=True)
class _Origin:
    """How a delivery came: as a replay of others' quarantined rows, or from a live source."""

    amends: tuple[str, ...] | None = None
    fetched: dict[str, Any] = field(default_factory=dict)

    @property
    def identity(self) -> tuple[str, ...]:
        """What tells it from a delivery of the same bytes that came another way."""
        replay = () if self.amends is None else ("replay",)
        return (*replay, "fetched after", self.fetched["after"]) if self.fetched else replay


@settled_archives()
def land(
    source_id: str,
    paths: Sequence[Path] | None = None,
    received_on: date | None = None,
    *,
    answers: Collection[str] | None = None,
) -> list[dict[str, Any]]:
    """Receive and conform files of one source system; one delivery per record type among them.

    Parameters
    ----------
    source_id : str
        A source system, or `exchange`.
    paths : sequence of Path, optional
        Files, or folders of files. By default what waits in the inbox, or what is new at a live source.
    received_on : date, optional
        Day of receipt; by default today.
    answers : collection of str, optional
        Makes it a replay: corrected rows are laid over the current ones by key and replace nothing else. Ids of
        the deliveries whose quarantined rows they answer; empty means every one that has such rows.

    Returns
    -------
    list of dict
        One receipt per record type; a record type that fails carries its `error` and leaves the others alone.

    Raises
    ------
    IecareerError
        When there is no such source, a path does not exist, no file belongs to any of its record types, or the key
        of the home is missing or another one.
    """
    system, day = source_system(source_id), received_on or today()
    if paths is None and system.server:
        return [asdict(receipt) for receipt in _land_live(system, day)]
    planned = [(system, _waiting(system))] if paths is None else assigned_files(files_at(paths), system)
    if any(assigned for _, assigned in planned):
        remember_key()
    return [
        asdict(receipt)
        for owner, assigned in planned
        for receipt in _land_files(owner, assigned, day, answers)
    ]


def _land_live(system: SourceSystem, day: date) -> list[Receipt]:
    """Fetch what is new of each record type of a live source and conform it; a receipt for each that has any."""
    remember_key()
    receipts = []
    with live_lock(system.source_id):
        for table in sorted(system.tables, key=lambda table: table.record_type):
            try:
                fetched = fetch(system, table, record_type(table.record_type), day)
            except IecareerError as error:
                receipts.append(Receipt(system.source_id, table.record_type, error=str(error)))
                continue
            if fetched:
                files = [Received(**asdict(piece)) for piece in fetched.slices]
                origin = _Origin(fetched=fetched.told)
                receipts.append(_land_table(system, table, files, day, origin=origin))
    return receipts


def _land_files(
    system: SourceSystem, assigned: dict[str, list[Path]], day: date, answers: Collection[str] | None
) -> list[Receipt]:
    received = {
        name: _received(system, name, group, is_replay=answers is not None)
        for name, group in sorted(assigned.items())
    }
    tables = {table.record_type: table for table in system.tables}
    return [
        Receipt(system.source_id, name, n_files=len(assigned[name]), error=str(group))
        if isinstance(group, IecareerError)
        else _land_table(
            system, tables[name], group, day, origin=_Origin(_answered(system.source_id, name, answers))
        )
        for name, group in received.items()
    ]


def _answered(
    source_id: str, record_type_name: str, answers: Collection[str] | None
) -> tuple[str, ...] | None:
    """Deliveries whose quarantined rows a replay that comes now answers: those named, else all open ones."""
    if answers is None:
        return None
    waiting_ids = [d.delivery_id for d in open_deliveries(source_id) if d.record_type == record_type_name]
    return tuple(name for name in waiting_ids if name in answers or not answers)


def _received(
    system: SourceSystem, name: str, paths: list[Path], *, is_replay: bool
) -> list[Received] | IecareerError:
    try:
        if not is_replay:
            refuse_replacing(system, name, paths)
        named = zip(place_names(paths), paths, strict=True)
        return [Received(place, *receive(path)) for place, path in named]
    except IecareerError as error:
        return error


@settled_archives()
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
            _land_table(
                system,
                tables[d.record_type],
                [Received(**f) for f in d.files],
                d.received_on,
                day,
                origin=_Origin(d.amends, d.fetched),
            )
        )
        for d in first.values()
    ]


def _land_table(
    system: SourceSystem,
    table: Table,
    files: list[Received],
    received_on: date,
    conformed_on: date | None = None,
    *,
    origin: _Origin,
) -> Receipt:
    kind = record_type(table.record_type)
    delivery_id = _hash(system.source_id, kind.name, *(file.sha256 for file in files), *origin.identity)
    (lake() / "landing").mkdir(parents=True, exist_ok=True)
    with FileLock(lake() / "landing" / f".{delivery_id}.lock"):
        known = versions(delivery_id)
        version = _version(system, kind)
        same = known[-1] if known and _is_of(known[-1], version) else None
        if same and (conformed_on is None or same.conformed_on <= conformed_on):
            if conformed_on is None:
                record_heard(system.source_id, received_on)
            n_unchanged = same.n_in - same.n_quarantined
            return _receipt(replace(same, n_loaded=0, n_superseded=0, n_unchanged=n_unchanged))
        # A contract that is as it was before comes after the versions between: it is a version of its own.
        n_before = sum(_is_of(delivery, version) for delivery in known)
        names = (delivery_id, f"{version}-{n_before + 1}" if n_before else version)
        try:
            return _conform(system, table, kind, files, known, (received_on, conformed_on), names, origin)
        except (IecareerError, duckdb.Error, OSError) as error:
            told = str(error) if isinstance(error, IecareerError) else _failure(error, system, kind)
            return Receipt(system.source_id, kind.name, delivery_id, n_files=len(files), error=told)


def _failure(error: Exception, system: SourceSystem, kind: RecordType) -> str:
    """What a library or the machine could not do; never its own words, which may quote a row."""
    what = (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
    return (
        f"{system.source_id}: {kind.name} could not be conformed ({what}); nothing of it was loaded. "
        "Check free space and permissions of the home, then land it again."
    )


def _conform(
    system: SourceSystem,
    table: Table,
    kind: RecordType,
    files: list[Received],
    known: list[Delivery],
    days: tuple[date, date | None],
    names: tuple[str, str],
    origin: _Origin,
) -> Receipt:
    received_on = known[0].received_on if known else days[0]
    name = ".".join(names)
    connection = open_landing()
    try:
        prepare(connection, kind)
        store = Store(connection, kind, name)
        conformer = Conformer(connection, system, table, kind, received_on, store.keep)
        headers: dict[str, set[str]] = {}
        for file in files:
            for raw in read_archived(connection, system, table, file):
                headers.setdefault(file.sha256, set()).update(raw.columns)
                conformer.take(raw, file.name)
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
    return _receipt(delivery)


def _emptied(origin: _Origin, parts: list[Part]) -> list[Part]:
    """Periods of which a live source has no row any more: parts without rows, which replace those before."""
    filled = {part.period for part in parts}
    return [Part(period, "", 0) for period in origin.fetched.get("emptied", ()) if period not in filled]


def _receipt(d: Delivery) -> Receipt:
    counts = (d.n_in, d.n_loaded, d.n_unchanged, d.n_superseded, d.n_quarantined)
    told = (d.reasons, d.new_columns, d.missing_columns)
    return Receipt(d.source_id, d.record_type, d.delivery_id, len(d.files), *counts, *told)


def _before(source_id: str, kind: RecordType, known: list[Delivery]) -> Delivery | None:
    """The delivery of that source and record type before this one; replays have the headers of older files."""
    own = [d for d in versions() if (d.source_id, d.record_type) == (source_id, kind.name)]
    earlier = [d for d in own if not d.is_replay and (not known or d.landed_at < known[0].landed_at)]
    return earlier[-1] if earlier else None


def read_archived(
    connection: duckdb.DuckDBPyConnection, system: SourceSystem, table: Table, file: Received
) -> Iterator[Raw]:
    """Read an archived file, or what of it was kept when a person was erased."""
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
    )
    return read(connection, Archived(file.sha256), system.format or format_of(file.name), request)


def _version(system: SourceSystem, kind: RecordType) -> str:
    return _hash(system.digest, repr(kind), RULES_VERSION)[:12]


def _is_of(delivery: Delivery, version: str) -> bool:
    """Whether the delivery was conformed under that version of contract and rules."""
    return delivery.version.split("-")[0] == version


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
