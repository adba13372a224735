"""Landing in one line: receive → read → parse → store.

Receiving archives raw bytes, reading gives chunks of text, parsing gives good rows or reasons, and storing writes
both. A delivery exists once its manifest entry is recorded, which is the last step.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
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
from iecareer.lake.manifest import Delivery, current_deliveries, record_heard, versions
from iecareer.landing.code_lists import LISTS, CodeLists, is_looked_up_in, is_outdated
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
from iecareer.ledger.deliveries import complete_log, is_logged
from iecareer.persons import vault
from iecareer.persons.keys import remember_key
from iecareer.persons.publication_numbers import with_numbers
from iecareer.settings import lake
from iecareer.sources import SourceSystem, Table, refuse_draft, source_system

# Whether the rows of a delivery may stay as they are, given the deliveries of a day.
Stay = Callable[[Delivery, Sequence[Delivery]], bool]


@settled_archives()
def land(
    source_id: str,
    paths: Sequence[Path] | None = None,
    received_on: date | None = None,
    *,
    answers: Collection[str] | None = None,
    drafts: bool = False,
    beside: Mapping[str, Any] | None = None,
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
    beside : mapping, optional
        Lists in which names are looked up where this home has none, by record type: see :class:`CodeLists`.

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
        asdict(_land_files(owner, name, files, day, answers, beside or {}))
        for owner, assigned in planned
        for name, files in sorted(assigned.items(), key=lambda item: _lists_first(item[0]))
    ]


@settled_archives()
def reconform(source_id: str, on: date | None = None) -> list[dict[str, Any]]:
    """Parse every archived delivery of a source again, under its current contract; returns one receipt per delivery.

    The new version applies from the day `on` (default today). A run as of an earlier day still reads the earlier
    version.
    """
    system, day = source_system(source_id), on or today()
    refuse_draft(system)
    kinds = {table.record_type for table in system.tables}
    first: dict[str, Delivery] = {}
    for delivery in versions():
        if delivery.source_id == source_id and delivery.record_type in kinds:
            first.setdefault(delivery.delivery_id, delivery)
    own = sorted(first.values(), key=lambda delivery: delivery.record_type not in LISTS)
    return [asdict(_again(system, delivery, day, is_looked_up_in)) for delivery in own]


@settled_archives()
def look_up_again(on: date) -> list[dict[str, Any]]:
    """Conform anew, from the day `on`, every delivery with names to look up again in the lists that count on that day.

    A delivery is left alone if a later version of it exists or its source has no contract to land it by. Returns one
    receipt per delivery; one that fails has an `error` and is tried again by the next call.
    """
    current = current_deliveries(on)[0]
    outdated = [d for d in current if d.decision != "withdraw" and is_outdated(d, current)]
    newest = {d.delivery_id: d.version for d in versions()} if outdated else {}
    receipts = []
    for delivery in outdated:
        system = _system_of(delivery)
        if system and newest[delivery.delivery_id] == delivery.version:
            receipts.append(asdict(_again(system, delivery, on, _may_stay)))
    return receipts


def _system_of(delivery: Delivery) -> SourceSystem | None:
    """The source of a delivery, if its contract can be landed and still has the record type."""
    try:
        system = source_system(delivery.source_id)
    except IecareerError:
        return None
    has_table = delivery.record_type in {table.record_type for table in system.tables}
    return system if has_table and not system.is_draft else None


def _again(system: SourceSystem, delivery: Delivery, day: date, may_stay: Stay) -> Receipt:
    """Conform the archived files of a delivery again, unless its rows `may_stay`."""
    table = next(table for table in system.tables if table.record_type == delivery.record_type)
    files = [Received(**file) for file in delivery.files]
    origin = Origin(delivery.amends, delivery.fetched)
    return _deliver(system, table, files, delivery.received_on, day, origin, may_stay)


def _may_stay(delivery: Delivery, current: Sequence[Delivery]) -> bool:
    return not is_outdated(delivery, current)


def _lists_first(record_type_name: str) -> tuple[bool, str]:
    """By which the record types of one call are ordered: names of the others may be looked up in its lists."""
    return record_type_name not in LISTS, record_type_name


def _land_files(
    system: SourceSystem,
    name: str,
    paths: list[Path],
    day: date,
    answers: Collection[str] | None,
    beside: Mapping[str, Any],
) -> Receipt:
    try:
        files = receive_files(system, name, paths, is_replay=answers is not None)
    except IecareerError as error:
        return Receipt(system.source_id, name, n_files=len(paths), error=str(error))
    table = next(table for table in system.tables if table.record_type == name)
    origin = Origin(answered_deliveries(system.source_id, name, answers))
    return _deliver(system, table, files, day, None, origin, beside=beside)


def _land_live(system: SourceSystem, day: date) -> list[Receipt]:
    """Fetch and land the new rows of each record type of a live source; one receipt per record type with new rows."""
    remember_key()
    receipts = []
    with live_lock(system.source_id):
        for table in sorted(system.tables, key=lambda table: _lists_first(table.record_type)):
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
    may_stay: Stay = _may_stay,
    beside: Mapping[str, Any] | None = None,
) -> Receipt:
    """Read, parse and store received files, unless they are already landed under the same contract and rules.

    `day` is the day of receipt, `again_on` the day from which a new version of a delivery applies. `may_stay` says
    whether the codes of an existing delivery's names stay, given the deliveries of that day.
    """

    def is_of_lists(delivery: Delivery, on: date) -> bool:
        return not delivery.lists or may_stay(delivery, current_deliveries(on)[0])

    delivery_id = short_hash(
        system.source_id, table.record_type, *(file.sha256 for file in files), *origin.identity
    )
    with _lock(delivery_id):
        version = next_version(system, table, delivery_id, (day, again_on), origin, is_of_lists)
        if isinstance(version, Delivery):
            if again_on is None:
                record_heard(system.source_id, day)
            # A landing killed at its end recorded the delivery, but did not log it.
            if not is_logged(version):
                with suppress(IecareerError, OSError):
                    complete_log()
            n_unchanged = version.n_loaded + version.n_superseded
            return receipt_of(
                replace(version, n_loaded=0, n_superseded=0, n_conflicting=0, n_unchanged=n_unchanged)
            )
        try:
            return receipt_of(_parse_and_store(version, files, beside or {}))
        except (IecareerError, duckdb.Error, OSError) as error:
            problem = str(error) if isinstance(error, IecareerError) else _failure(error, version)
            return Receipt(
                system.source_id, table.record_type, delivery_id, n_files=len(files), error=problem
            )


def _parse_and_store(version: Version, files: list[Received], beside: Mapping[str, Any]) -> Delivery:
    system, table, kind = version.system, version.table, version.kind
    headers: dict[str, set[str]] = {}
    lists = CodeLists(version.conformed_on, without=kind.name, beside=beside)
    with open_landing(lists) as connection:
        parser = Parser(connection, system, table, kind, version.received_on)
        pieces = PieceWriter(connection, kind, version.name, table.rules)
        for position, file in enumerate(files):
            for chunk in read_archived(connection, system, table, file, is_lazy=True):
                headers.setdefault(file.sha256, set()).update(chunk.columns)
                for rows in parser.parse(chunk, file.name, position):
                    pieces.write(with_numbers(kind.name, rows))
        for rows in parser.finish():
            pieces.write(with_numbers(kind.name, rows))
        vault.keep(connection, version.name)
        stored = pieces.finish(parser.file_names)
        quarantined = store_quarantine(connection, system.source_id, version.name)
    return record(version, files, headers.values(), parser.counts, stored, quarantined, lists.looked_up)


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
