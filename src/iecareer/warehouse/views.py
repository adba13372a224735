"""One typed relation per record type in the schema `landing`: what staging reads, on either engine.

Comes in: the accepted deliveries a run pinned. Goes out: one row per natural key, with `source_id` and
`received_on`; empty where nothing was delivered. A view wherever rows need no comparing, else a table.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable

import duckdb

from iecareer.contracts import RecordType, load_record_types
from iecareer.warehouse.build import text_literal
from iecareer.warehouse.manifest import Delivery, Part, Pin, lake
from iecareer.warehouse.parts import part_rows

Layer = tuple[Delivery, list[Part]]


def register(connection: duckdb.DuckDBPyConnection, pin: Pin) -> dict[str, int]:
    """Create `landing.<record type>` for every record type and `landing.source_system`.

    Returns
    -------
    dict
        Delivery id → rows that gave way to another source of the same record type.
    """
    accepted = [delivery for delivery in pin.deliveries if delivery.is_accepted]
    overlapped: dict[str, int] = {}
    _drop(connection, load_record_types())
    for kind in load_record_types().values():
        own = [delivery for delivery in accepted if delivery.record_type == kind.name]
        overlapped |= _register_kind(connection, kind, own)
    _register_sources(connection, accepted, pin.retired)
    return overlapped


def _register_kind(
    connection: duckdb.DuckDBPyConnection, kind: RecordType, own: list[Delivery]
) -> dict[str, int]:
    name, stored = f"landing.{kind.name}", ", ".join(column.stored_name for column in kind.columns)
    by_source: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in sorted(own, key=lambda d: d.landed_at):
        by_source[delivery.source_id].append(delivery)
    # A source stands where its newest delivery says: its priority may have been changed since the older ones.
    ranked = sorted(
        by_source.values(), key=lambda deliveries: (deliveries[-1].priority, deliveries[-1].source_id)
    )
    arms = [_source_rows(kind, deliveries) for deliveries in ranked]
    if not arms:
        told = "null::varchar as source_id, null::date as received_on"
        connection.execute(f"create view {name} as select {_nothing(kind)}, {told} where false")
        return {}
    if len(arms) == 1 and not _needs_comparing(kind, own):
        connection.execute(f"create view {name} as select {stored}, source_id, received_on from ({arms[0]})")
        return {}
    return _register_compared(connection, kind, arms, stored)


def _register_compared(
    connection: duckdb.DuckDBPyConnection, kind: RecordType, arms: list[str], stored: str
) -> dict[str, int]:
    """Several sources: a key counts once, from the first arm that has it; the others' rows are counted."""
    keys, name = ", ".join(kind.key), f"landing.{kind.name}"
    united = " union all by name ".join(
        f"select *, {rank} as _arm from ({arm})" for rank, arm in enumerate(arms)
    )
    if len(arms) == 1:
        connection.execute(f"create table {name} as select {stored}, source_id, received_on from ({united})")
        return {}
    connection.execute(
        f"""create temp table ranked as
        select *, row_number() over (partition by {keys} order by _arm) as _rank from ({united})"""
    )
    connection.execute(
        f"create table {name} as select {stored}, source_id, received_on from ranked where _rank = 1"
    )
    counted = connection.execute(
        "select _delivery_id, count(*) from ranked where _rank > 1 group by 1 order by 1"
    ).fetchall()
    connection.execute("drop table ranked")
    return dict(counted)


def _needs_comparing(kind: RecordType, own: list[Delivery]) -> bool:
    """Whether one source's rows meet by key; in mode period they do in amended months only, not worth a table."""
    has_replay = any(delivery.is_replay for delivery in own)
    return len(own) > 1 and (kind.mode == "upsert" or (kind.mode == "snapshot" and has_replay))


def _source_rows(kind: RecordType, deliveries: list[Delivery]) -> str:
    """SQL of one source's current rows, by the record type's delivery mode; replays lie over what was there."""
    in_force = layers(kind, deliveries)
    counted = Counter(period for _, parts in in_force for period in {part.period for part in parts})
    alone = _only(in_force, {period for period, n in counted.items() if n == 1})
    meeting = _only(in_force, {period for period, n in counted.items() if n > 1})
    arms = [_select(kind, parts, delivery) for delivery, parts in alone]
    if meeting:
        arms.append(_newest_of_each_key(kind, meeting))
    return _union(arms) or _select(kind, [], deliveries[-1])


def layers(kind: RecordType, deliveries: list[Delivery]) -> list[Layer]:
    """Deliveries with those of their parts that no later one has replaced as a whole, oldest first."""
    whole = [position for position, delivery in enumerate(deliveries) if not delivery.is_replay]
    if kind.mode == "snapshot":
        return [(delivery, list(delivery.parts)) for delivery in deliveries[max(whole, default=0) :]]
    if kind.mode == "upsert":
        return [(delivery, list(delivery.parts)) for delivery in deliveries]
    newest = {part.period: position for position in whole for part in deliveries[position].parts}
    return [
        (delivery, [part for part in delivery.parts if position >= newest.get(part.period, 0)])
        for position, delivery in enumerate(deliveries)
    ]


def _only(layers: list[Layer], periods: set[str | None]) -> list[Layer]:
    kept = [(delivery, [part for part in parts if part.period in periods]) for delivery, parts in layers]
    return [(delivery, parts) for delivery, parts in kept if parts]


def _newest_of_each_key(kind: RecordType, layers: list[Layer]) -> str:
    ordered = _union(
        f"select *, {position} as _position from ({_select(kind, parts, delivery)})"
        for position, (delivery, parts) in enumerate(layers)
    )
    keys = ", ".join(kind.key)
    return (
        f"select * exclude (_position) from ({ordered}) "
        f"qualify row_number() over (partition by {keys} order by _position desc) = 1"
    )


def _select(kind: RecordType, parts: list[Part], delivery: Delivery) -> str:
    stored = ", ".join(
        f"{column.stored_name}::{column.sql_type} as {column.stored_name}" for column in kind.columns
    )
    told = (
        f"{text_literal(delivery.source_id)} as source_id, date '{delivery.received_on}' as received_on, "
        f"'{delivery.delivery_id}' as _delivery_id"
    )
    rows = part_rows(lake(), kind, parts)
    return (
        f"select {stored}, {told} from ({rows})" if rows else f"select {_nothing(kind)}, {told} where false"
    )


def _nothing(kind: RecordType) -> str:
    return ", ".join(f"null::{column.sql_type} as {column.stored_name}" for column in kind.columns)


def _union(selects: Iterable[str]) -> str:
    return " union all ".join(selects)


def _register_sources(
    connection: duckdb.DuckDBPyConnection, accepted: list[Delivery], retired: Iterable[str]
) -> None:
    """`landing.source_system`: what each source delivers, how far it has come, whether it is in service."""
    connection.execute(
        """create or replace table landing.source_system (
            source_id varchar, record_type varchar, priority integer,
            newest_period date, is_in_service boolean)"""
    )
    for source_id, record_type in sorted({(d.source_id, d.record_type) for d in accepted}):
        own = [d for d in accepted if (d.source_id, d.record_type) == (source_id, record_type)]
        periods = [part.period for d in own for part in d.parts if part.period]
        newest = f"{max(periods)}-01" if periods else None
        connection.execute(
            "insert into landing.source_system values (?, ?, ?, ?, ?)",
            [source_id, record_type, own[-1].priority, newest, source_id not in set(retired)],
        )


def _drop(connection: duckdb.DuckDBPyConnection, names: Collection[str]) -> None:
    """Drop what an earlier attempt left: a record type may be a view now and a table then."""
    found = connection.execute(
        "select table_name, table_type from information_schema.tables where table_schema = 'landing'"
    ).fetchall()
    for name, what in found:
        if name in names:
            connection.execute(f"drop {'view' if what == 'VIEW' else 'table'} landing.{name}")
