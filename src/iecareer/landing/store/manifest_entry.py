"""Records a stored delivery in the manifest, where it exists from then on, and in the log of deliveries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict

from iecareer.clock import now
from iecareer.lake.manifest import Delivery, Part, lake_lock, record_delivery, versions
from iecareer.landing.code_lists import Contents
from iecareer.landing.parse.parser import ReadCounts
from iecareer.landing.received import Received
from iecareer.landing.store.header_drift import drift
from iecareer.landing.store.parquet_pieces import Stored
from iecareer.landing.versions import Version
from iecareer.ledger.deliveries import open_delivery_log


def record(
    version: Version,
    files: Sequence[Received],
    headers: Iterable[Collection[str]],
    read: ReadCounts,
    stored: Stored,
    quarantined: tuple[int, dict[str, int]],
    lists: Contents,
) -> Delivery:
    """Record the version as a delivery and log it, under the lock of the lake.

    Parameters
    ----------
    version, files
        The version, and the delivered files.
    headers
        The headers of each file.
    read, stored, quarantined
        Counts of the read rows; counts of the stored rows; number of quarantined records and the count of each
        reason.
    lists
        The lists in which names were looked up.

    Raises
    ------
    IecareerError
        When the log of deliveries is damaged; then nothing is recorded.
    """
    with lake_lock():
        log = open_delivery_log()
        delivery = _entry(version, files, headers, read, stored, quarantined, lists)
        record_delivery(delivery)
        # The delivery exists from here on. If it cannot be logged now, the next run does so.
        with suppress(OSError):
            log.add([delivery])
    return delivery


def _entry(
    version: Version,
    files: Sequence[Received],
    headers: Iterable[Collection[str]],
    read: ReadCounts,
    stored: Stored,
    quarantined: tuple[int, dict[str, int]],
    lists: Contents,
) -> Delivery:
    n_quarantined, reasons = quarantined
    system, table, known, moment = version.system, version.table, version.known, now()
    drifted = drift(table, headers, _before(version), is_declared=system.contract is not None)
    return Delivery(
        delivery_id=version.delivery_id,
        version=version.version,
        source_id=system.source_id,
        record_type=version.kind.name,
        mode=version.kind.mode,
        priority=system.priority,
        received_on=version.received_on,
        conformed_on=version.conformed_on,
        landed_at=known[0].landed_at if known else moment,
        conformed_at=moment,
        files=tuple(asdict(file) for file in files),
        parts=(*stored.parts, *_emptied(version, stored.parts)),
        n_in=read.n_in,
        n_loaded=read.n_in - stored.n_superseded - read.n_left_out - n_quarantined,
        n_unchanged=0,
        n_superseded=stored.n_superseded,
        n_quarantined=n_quarantined,
        reasons=reasons,
        emptied=dict(sorted(read.emptied.items())),
        columns=tuple(mapping.column for mapping in table.mappings),
        amends=known[0].amends if known else version.origin.amends,
        fetched=version.origin.fetched,
        headers=drifted.headers,
        new_columns=drifted.new,
        missing_columns=drifted.missing,
        n_rows=read.n_rows,
        n_left_out=read.n_left_out,
        n_conflicting=stored.n_conflicting,
        left_out=dict(read.left_out),
        same_key=table.rules.same_key.rule if table.rules.same_key else None,
        lists=lists,
    )


def _emptied(version: Version, parts: list[Part]) -> list[Part]:
    """Empty parts for periods of which a live source has no rows any more; they replace the earlier parts."""
    filled = {part.period for part in parts}
    emptied = version.origin.fetched.get("emptied", ())
    return [Part(period, "", 0) for period in emptied if period not in filled]


def _before(version: Version) -> Delivery | None:
    """The previous delivery of the source and record type, without replays, which have headers of older files."""
    source, kind, known = version.system.source_id, version.kind.name, version.known
    own = [d for d in versions() if (d.source_id, d.record_type) == (source, kind)]
    earlier = [d for d in own if not d.is_replay and (not known or d.landed_at < known[0].landed_at)]
    return earlier[-1] if earlier else None
