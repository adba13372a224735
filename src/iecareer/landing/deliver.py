"""Landing in one line: receive → read → parse → store.

Receiving archives raw bytes, reading gives chunks of text, parsing gives good rows or reasons, and storing writes
both. A delivery exists once its manifest entry is recorded, which is the last step.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
from filelock import FileLock

from iecareer.clock import today
from iecareer.contracts import record_type
from iecareer.database import cause_of
from iecareer.errors import IecareerError
from iecareer.lake.manifest import Delivery, record_heard, versions
from iecareer.landing.erasure.settling import settled_archives
from iecareer.landing.parse.connection import open_landing
from iecareer.landing.parse.parser import Parser
from iecareer.landing.parse.periods import parse_periods
from iecareer.landing.quarantine.open_rows import answered_deliveries
from iecareer.landing.read.archived import read_archived
from iecareer.landing.receipts import Receipt, receipt_of
from iecareer.landing.receive.assignment import assigned_files
from iecareer.landing.receive.files import files_at, receive_files
from iecareer.landing.receive.inbox import waiting_files
from iecareer.landing.receive.live import fetch, live_lock
from iecareer.landing.received import Origin, Received
from iecareer.landing.store.manifest_entry import record
from iecareer.landing.store.parquet_pieces import PieceWriter
from iecareer.landing.store.quarantine import store_quarantine
from iecareer.landing.versions import Version, next_version, short_hash
from iecareer.persons import vault
from iecareer.persons.keys import remember_key
from iecareer.settings import lake
from iecareer.sources import SourceSystem, Table, refuse_draft, source_system


@settled_archives()
def land(
    source_id: str,
    paths: Sequence[Path] | None = None,
    received_on: date | None = None,
    *,
    answers: Collection[str] | None = None,
    drafts: bool = False,
) -> list[dict[str, Any]]:
    """Receive, read, parse and store files of one source system; each record type becomes one delivery.

    Parameters
    ----------
    source_id : str
        A source system, or `exchange`.
    paths : sequence of Path, optional
        Files, or folders of files. Default: the waiting files of the inbox, or the new rows of a live source.
    received_on : date, optional
        Day of receipt; by default today.
    answers : collection of str, optional
        Makes it a replay: corrected rows replace current rows with the same key and nothing else. Ids of the
        deliveries whose quarantined rows they correct; empty means every delivery that has such rows.
    drafts : bool
        Whether a source whose contract is a draft is landed, as a rehearsal in a home of its own does.

    Returns
    -------
    list of dict
        One receipt per record type. A record type that fails has an `error` and does not affect the others.

    Raises
    ------
    IecareerError
        When there is no such source, its contract is a draft, a path does not exist, no file belongs to a record type
        of the source, or the key of the home is missing or wrong.
    """
    system, day = source_system(source_id), received_on or today()
    if not drafts:
        refuse_draft(system)
    if paths is None and system.server:
        return [asdict(receipt) for receipt in _land_live(system, day)]
    planned = [(system, waiting_files(system))] if paths is None else assigned_files(files_at(paths), system)
    if any(assigned for _, assigned in planned):
        remember_key()
    return [
        asdict(_land_files(owner, name, files, day, answers))
        for owner, assigned in planned
        for name, files in sorted(assigned.items())
    ]


@settled_archives()
def reconform(source_id: str, on: date | None = None) -> list[dict[str, Any]]:
    """Parse every archived delivery of a source again, under its current contract; returns one receipt per delivery.

    The new version applies from the day `on` (default today). A run as of an earlier day still reads the earlier
    version.
    """
    system, day = source_system(source_id), on or today()
    refuse_draft(system)
    tables = {table.record_type: table for table in system.tables}
    first: dict[str, Delivery] = {}
    for delivery in versions():
        if delivery.source_id == source_id and delivery.record_type in tables:
            first.setdefault(delivery.delivery_id, delivery)
    return [
        asdict(
            _deliver(system, tables[d.record_type], files, d.received_on, day, Origin(d.amends, d.fetched))
        )
        for d in first.values()
        for files in [[Received(**file) for file in d.files]]
    ]


def _land_files(
    system: SourceSystem, name: str, paths: list[Path], day: date, answers: Collection[str] | None
) -> Receipt:
    try:
        files = receive_files(system, name, paths, is_replay=answers is not None)
    except IecareerError as error:
        return Receipt(system.source_id, name, n_files=len(paths), error=str(error))
    table = next(table for table in system.tables if table.record_type == name)
    origin = Origin(answered_deliveries(system.source_id, name, answers))
    return _deliver(system, table, files, day, None, origin)


def _land_live(system: SourceSystem, day: date) -> list[Receipt]:
    """Fetch and land the new rows of each record type of a live source; one receipt per record type with new rows."""
    remember_key()
    receipts = []
    with live_lock(system.source_id):
        for table in sorted(system.tables, key=lambda table: table.record_type):
            try:
                parse_table_periods = partial(parse_periods, system, table, day)
                fetched = fetch(system, table, record_type(table.record_type), parse_table_periods)
            except IecareerError as error:
                receipts.append(Receipt(system.source_id, table.record_type, error=str(error)))
                continue
            if fetched:
                origin = Origin(fetched=fetched.record)
                receipts.append(_deliver(system, table, list(fetched.files), day, None, origin))
    return receipts


def _deliver(
    system: SourceSystem,
    table: Table,
    files: list[Received],
    day: date,
    again_on: date | None,
    origin: Origin,
) -> Receipt:
    """Read, parse and store received files, unless they are already landed under the same contract and rules.

    `day` is the day of receipt, `again_on` the day from which a new version of a delivery applies.
    """
    delivery_id = short_hash(
        system.source_id, table.record_type, *(file.sha256 for file in files), *origin.identity
    )
    with _lock(delivery_id):
        version = next_version(system, table, delivery_id, (day, again_on), origin)
        if isinstance(version, Delivery):
            if again_on is None:
                record_heard(system.source_id, day)
            n_unchanged = version.n_loaded + version.n_superseded
            return receipt_of(
                replace(version, n_loaded=0, n_superseded=0, n_conflicting=0, n_unchanged=n_unchanged)
            )
        try:
            return receipt_of(_parse_and_store(version, files))
        except (IecareerError, duckdb.Error, OSError) as error:
            problem = str(error) if isinstance(error, IecareerError) else _failure(error, version)
            return Receipt(
                system.source_id, table.record_type, delivery_id, n_files=len(files), error=problem
            )


def _parse_and_store(version: Version, files: list[Received]) -> Delivery:
    system, table, kind = version.system, version.table, version.kind
    headers: dict[str, set[str]] = {}
    with open_landing() as connection:
        parser = Parser(connection, system, table, kind, version.received_on)
        pieces = PieceWriter(connection, kind, version.name, table.rules)
        for position, file in enumerate(files):
            for chunk in read_archived(connection, system, table, file, is_lazy=True):
                headers.setdefault(file.sha256, set()).update(chunk.columns)
                for rows in parser.parse(chunk, file.name, position):
                    pieces.write(rows)
        for rows in parser.finish():
            pieces.write(rows)
        vault.keep(connection, version.name)
        stored = pieces.finish(parser.file_names)
        quarantined = store_quarantine(connection, system.source_id, version.name)
    return record(version, files, headers.values(), parser.counts, stored, quarantined)


@contextmanager
def _lock(delivery_id: str) -> Iterator[None]:
    folder = lake() / "landing"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / f".{delivery_id}.lock"):
        yield


def _failure(error: Exception, version: Version) -> str:
    """The error of a library or the machine in our own words, because the library's text may quote a row."""
    cause = error.strerror if isinstance(error, OSError) else cause_of(str(error))
    return (
        f"{version.system.source_id}: {version.kind.name} could not be conformed ({cause or type(error).__name__}); "
        "no row of it was loaded. Check memory, free disk space and permissions of the home, then land it again."
    )
