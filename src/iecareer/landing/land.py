"""Landing: receive what came, by file or from a live source, and conform each record type among it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from iecareer.clock import today
from iecareer.contracts import record_type
from iecareer.errors import IecareerError
from iecareer.lake.manifest import Delivery, versions
from iecareer.landing.deliver import land_table
from iecareer.landing.erasure.settling import settled_archives
from iecareer.landing.quarantine.open_rows import open_deliveries
from iecareer.landing.receipts import Origin, Receipt, Received
from iecareer.landing.receive.archive import receive
from iecareer.landing.receive.assignment import assigned_files
from iecareer.landing.receive.files import files_at, place_names
from iecareer.landing.receive.inbox import waiting_files
from iecareer.landing.receive.live import fetch, live_lock
from iecareer.landing.receive.templates import refuse_replacing
from iecareer.persons.keys import remember_key
from iecareer.sources import SourceSystem, source_system


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
    planned = [(system, waiting_files(system))] if paths is None else assigned_files(files_at(paths), system)
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
                origin = Origin(fetched=fetched.told)
                receipts.append(land_table(system, table, files, day, origin=origin))
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
        else land_table(
            system, tables[name], group, day, origin=Origin(_answered(system.source_id, name, answers))
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
            land_table(
                system,
                tables[d.record_type],
                [Received(**f) for f in d.files],
                d.received_on,
                day,
                origin=Origin(d.amends, d.fetched),
            )
        )
        for d in first.values()
    ]
