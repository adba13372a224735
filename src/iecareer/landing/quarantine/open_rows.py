"""The quarantine by delivery: which rows of a source still need a correction, and where they are.

Input: the manifest, and the quarantine files with places and reasons. Output: places and reasons. Values are not
stored, so a corrected row cannot be matched with its original line. Instead, rows of replays are counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from iecareer.clock import today
from iecareer.contracts import record_type
from iecareer.database import text_literal
from iecareer.lake.current_parts import current_parts
from iecareer.lake.manifest import Delivery, current_deliveries
from iecareer.landing.store.quarantine import quarantine_path

# These rows need no correction: totals, notes and examples are not records, and erased persons stay erased.
_NO_RECORD = ("totals_row", "note_row", "example_row", "erased")


@dataclass(frozen=True)
class Place:
    """Place and reasons of a quarantined row, never its values."""

    delivery_id: str
    record_type: str
    file: str
    sheet: str | None
    line: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Account:
    """Quarantined rows of one delivery: rows to correct, and rows of replays counted against them."""

    delivery: Delivery
    n_bad: int
    n_replayed: int
    is_replaced: bool

    @property
    def n_open(self) -> int:
        """Number of rows that still need a correction; 0 if newer files replaced the whole delivery."""
        return 0 if self.is_replaced else self.n_bad - self.n_replayed


def accounts(source_id: str) -> list[Account]:
    """Every delivery of a source with rows to correct, in landing order, without withdrawn deliveries.

    The rows of a replay are counted as corrections of the deliveries that it answers, the oldest first.
    """
    current = current_deliveries(today())[0]
    own = [d for d in current if d.source_id == source_id and d.decision != "withdraw"]
    n_open = {d.delivery_id: _n_bad(d) for d in own}
    for replay in own:
        n_rows = replay.n_in - replay.n_left_out - _n_no_record(replay)
        for answered in replay.amends or ():
            n_taken = min(n_rows, n_open.get(answered, 0))
            n_open[answered] = n_open.get(answered, 0) - n_taken
            n_rows -= n_taken
    replaced = _replaced(own)
    return [
        Account(d, _n_bad(d), _n_bad(d) - n_open[d.delivery_id], d.delivery_id in replaced)
        for d in own
        if _n_bad(d)
    ]


def set_aside(source_id: str) -> list[tuple[Delivery, dict[str, int]]]:
    """Deliveries of a source with rows that are no records, and how many they have by reason, in landing order."""
    current = current_deliveries(today())[0]
    own = [d for d in current if d.source_id == source_id and d.decision != "withdraw"]
    counted = [(d, {why: d.reasons[why] for why in _NO_RECORD if d.reasons.get(why)}) for d in own]
    return [(d, reasons) for d, reasons in counted if reasons]


def emptied_deliveries(source_id: str) -> list[Delivery]:
    """Deliveries of a source that count or may count and of which cells became empty, in landing order."""
    current = current_deliveries(today())[0]
    return [d for d in current if d.source_id == source_id and d.decision != "withdraw" and d.emptied]


def open_deliveries(source_id: str) -> list[Delivery]:
    """Deliveries of a source with rows that still need a correction, in landing order."""
    return [account.delivery for account in accounts(source_id) if account.n_open]


def answered_deliveries(
    source_id: str, record_type_name: str, answers: Collection[str] | None
) -> tuple[str, ...] | None:
    """Deliveries whose quarantined rows a replay answers: the open ones among `answers`, or all if it is empty."""
    if answers is None:
        return None
    open_ids = [d.delivery_id for d in open_deliveries(source_id) if d.record_type == record_type_name]
    return tuple(name for name in open_ids if name in answers or not answers)


def places(deliveries: Iterable[Delivery]) -> Iterator[Place]:
    """Places of the quarantined rows of these deliveries, delivery by delivery, by file, sheet and line."""
    for delivery in deliveries:
        path = quarantine_file(delivery)
        if path.exists():
            with duckdb.connect() as connection:
                cursor = connection.execute(
                    f"""select file, sheet, line, list_sort(list_distinct(flatten(list(reasons))))
                    from read_parquet({text_literal(path)}) group by file, sheet, line order by file, sheet, line"""
                )
                while rows := cursor.fetchmany(10_000):
                    for file, sheet, line, reasons in rows:
                        where = (file, sheet, line, tuple(reasons))
                        yield Place(delivery.delivery_id, delivery.record_type, *where)


def quarantine_file(delivery: Delivery) -> Path:
    """The file with the places of a delivery's quarantined rows; it exists only if there are any."""
    return quarantine_path(delivery.source_id, f"{delivery.delivery_id}.{delivery.version}")


def _n_bad(delivery: Delivery) -> int:
    return delivery.n_quarantined - _n_no_record(delivery)


def _n_no_record(delivery: Delivery) -> int:
    return sum(delivery.reasons.get(reason, 0) for reason in _NO_RECORD)


def _replaced(own: list[Delivery]) -> set[str]:
    """Deliveries that newer accepted deliveries replaced completely."""
    by_type: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in own:
        if delivery.is_accepted or delivery.verdict is None:
            by_type[delivery.record_type].append(delivery)
    in_force = {
        delivery.delivery_id
        for name, deliveries in by_type.items()
        for delivery, parts in current_parts(record_type(name), deliveries)
        if parts or not delivery.parts
    }
    return {d.delivery_id for deliveries in by_type.values() for d in deliveries} - in_force
