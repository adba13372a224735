"""One typed relation per record type in the schema `landing`, for staging to read on either engine.

Input: deliveries; only accepted ones count. Output: one row per natural key, with `source_id` and
`received_on`; empty if nothing was delivered. The relation is a table if rows of several deliveries share
keys, else a view.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

import duckdb

from iecareer.contracts import Column, RecordType, load_record_types
from iecareer.database import text_literal
from iecareer.engine.engine import DuckDB, Engine
from iecareer.engine.graduate_numbers import register_graduate_numbers
from iecareer.lake.current_parts import CurrentParts, by_source, current_parts
from iecareer.lake.freshness import observed_through
from iecareer.lake.manifest import Delivery, Part, Retired, last_successor
from iecareer.persons.publication_numbers import NUMBERED
from iecareer.sources.row_rules import amount_column

_ORIGIN = ("source_id", "received_on", "_delivery_id")


def register(
    connection: duckdb.DuckDBPyConnection,
    deliveries: Iterable[Delivery],
    retired: Retired | None = None,
    kinds: Collection[str] | None = None,
) -> dict[str, int]:
    """Create `landing.<record type>` for every record type, `source_system` and `graduate_number` in a DuckDB file.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        The file, with the schema `landing`.
    deliveries : iterable of Delivery
        The pinned deliveries of a run.
    retired : dict, optional
        Source systems out of service, each with its successor or None.
    kinds : collection of str, optional
        Record types whose relations are made anew; the file has those of all others. Default: all.

    Returns
    -------
    dict
        Delivery id → rows replaced by another source of the same record type, for the relations made.
    """
    known = list(deliveries)
    if kinds is None or NUMBERED in kinds:
        register_graduate_numbers(connection, known)
    return register_on(DuckDB(connection), known, retired, kinds)


def register_on(
    engine: Engine,
    deliveries: Iterable[Delivery],
    retired: Retired | None = None,
    kinds: Collection[str] | None = None,
) -> dict[str, int]:
    """Create the relations of `register` on any engine, without `graduate_number`, which only DuckDB makes."""
    accepted = [delivery for delivery in deliveries if delivery.is_accepted]
    made = [kind for kind in load_record_types().values() if kinds is None or kind.name in kinds]
    engine.clear(["ranked", *(relation for kind in made for relation in _relations(kind))])
    overlapped: dict[str, int] = {}
    for kind in made:
        own = [delivery for delivery in accepted if delivery.record_type == kind.name]
        overlapped |= _register_kind(engine, kind, own)
    register_sources(engine, accepted, retired or {})
    return overlapped


def _relations(kind: RecordType) -> tuple[str, ...]:
    months = ("overlapped_month", "delivered_month") if kind.name == "employment_month" else ()
    return (kind.name, *months)


def _register_kind(engine: Engine, kind: RecordType, own: list[Delivery]) -> dict[str, int]:
    name, stored = f"landing.{kind.name}", ", ".join(column.stored_name for column in kind.columns)
    # The priority of the newest delivery applies; older deliveries may have another priority.
    ranked = sorted(
        by_source(own).values(), key=lambda deliveries: (deliveries[-1].priority, deliveries[-1].source_id)
    )
    arms = [_source_rows(engine, kind, deliveries) for deliveries in ranked]
    if not arms:
        origin = "cast(null as string) as source_id, cast(null as date) as received_on"
        engine.execute(f"create view {name} as select {_nothing(kind)}, {origin} where false")
        _register_delivered_months(engine, kind)
        return {}
    if len(arms) == 1 and not _needs_comparing(kind, own):
        engine.execute(f"create view {name} as select {stored}, source_id, received_on from ({arms[0]})")
        _register_delivered_months(engine, kind)
        return {}
    return _register_compared(engine, kind, arms, stored)


def _register_compared(engine: Engine, kind: RecordType, arms: list[str], stored: str) -> dict[str, int]:
    """Register several sources: each key counts once, from the first source that has it; counts the other rows."""
    keys, name = ", ".join(kind.key), f"landing.{kind.name}"
    united = _union(f"select *, {rank} as _arm from ({arm})" for rank, arm in enumerate(arms))
    if len(arms) == 1:
        engine.execute(f"create table {name} as select {stored}, source_id, received_on from ({united})")
        _register_delivered_months(engine, kind)
        return {}
    engine.execute(
        f"""create table landing.ranked as
        select *, row_number() over (partition by {keys} order by _arm) as _rank from ({united})"""
    )
    engine.execute(
        f"create table {name} as select {stored}, source_id, received_on from landing.ranked where _rank = 1"
    )
    _register_delivered_months(engine, kind, "landing.ranked")
    counted = engine.execute(
        "select _delivery_id, count(*) from landing.ranked where _rank > 1 group by 1 order by 1"
    )
    engine.execute("drop table landing.ranked")
    return {str(delivery_id): int(n) for delivery_id, n in counted}


def _register_delivered_months(engine: Engine, kind: RecordType, ranked: str | None = None) -> None:
    """Create `landing.delivered_month`: insured months of every source, those replaced by another source included."""
    if kind.name != "employment_month":
        return
    columns = "person_key, enterprise_code, month, source_id, received_on"
    tables = ["landing.employment_month"]
    if ranked:
        tables.append("landing.overlapped_month")
        engine.execute(f"create table {tables[-1]} as select {columns} from {ranked} where _rank > 1")
    months = _union(f"select {columns} from {table}" for table in tables)
    engine.execute(f"create view landing.delivered_month as {months}")


def _needs_comparing(kind: RecordType, own: list[Delivery]) -> bool:
    """Whether rows of one source share keys. In mode period only corrected months do, which is not worth a table."""
    has_replay = any(delivery.is_replay for delivery in own)
    return len(own) > 1 and (kind.mode == "upsert" or (kind.mode == "snapshot" and has_replay))


def _source_rows(engine: Engine, kind: RecordType, deliveries: list[Delivery]) -> str:
    """SQL of one source's current rows, by the record type's delivery mode; replays replace earlier rows."""
    current = current_parts(kind, deliveries)
    in_force = [(delivery, [part for part in parts if not part.joins]) for delivery, parts in current]
    joining = [
        _select(engine, kind, own, delivery)
        for delivery, parts in current
        if (own := [part for part in parts if part.joins])
    ]
    counted = Counter(period for _, parts in in_force for period in {part.period for part in parts})
    alone = _only(in_force, {period for period, n in counted.items() if n == 1})
    meeting = _only(in_force, {period for period, n in counted.items() if n > 1})
    arms = [_select(engine, kind, parts, delivery) for delivery, parts in alone]
    if meeting:
        arms.append(_newest_of_each_key(engine, kind, meeting))
    rows = _union(arms) or _select(engine, kind, [], deliveries[-1])
    return _joined(kind, rows, _union(joining)) if joining else rows


def _joined(kind: RecordType, rows: str, joining: str) -> str:
    """SQL of the rows with those that join their month: amounts of one key are added, the other columns stay.

    A joining row that says exactly what another row says is that row again, and adds nothing.
    """
    stored = [column.stored_name for column in kind.columns]
    column = amount_column(kind)
    amount = column.stored_name if column else ""
    keys, listed = ", ".join(kind.key), ", ".join([*stored, *_ORIGIN])
    others = ", ".join(name for name in stored if name not in (*kind.key, amount))
    same_key = " and ".join(f"joining.{name} = standing.{name}" for name in kind.key)
    meets = f"exists (select 1 from ({joining}) as joining where {same_key})"
    added = ", ".join("_total" if name == amount else name for name in [*stored, *_ORIGIN])
    return f"""select {listed} from ({rows}) as standing where not {meets}
    union all
    select {added} from (
        select *, sum({amount}) over (partition by {keys}) as _total,
            row_number() over (partition by {keys} order by _joins, {amount} desc, {others}, received_on) as _nth
        from (
            select *, row_number() over (partition by {", ".join(stored)} order by _joins, received_on) as _repeat
            from (
                select {listed}, 0 as _joins from ({rows}) as standing where {meets}
                union all select {listed}, 1 as _joins from ({joining}) as joining
            ) as meeting
        ) as distinct_row where _repeat = 1
    ) as judged where _nth = 1"""


def _only(current: list[CurrentParts], periods: set[str | None]) -> list[CurrentParts]:
    kept = [(delivery, [part for part in parts if part.period in periods]) for delivery, parts in current]
    return [(delivery, parts) for delivery, parts in kept if parts]


def _newest_of_each_key(engine: Engine, kind: RecordType, current: list[CurrentParts]) -> str:
    ordered = _union(
        f"select *, {position} as _position from ({_select(engine, kind, parts, delivery)})"
        for position, (delivery, parts) in enumerate(current)
    )
    keys = ", ".join(kind.key)
    listed = ", ".join([*(column.stored_name for column in kind.columns), *_ORIGIN])
    return (
        f"select {listed} from ({ordered}) "
        f"qualify row_number() over (partition by {keys} order by _position desc) = 1"
    )


def _select(engine: Engine, kind: RecordType, parts: list[Part], delivery: Delivery) -> str:
    stored = ", ".join(
        f"cast({column.stored_name} as {_type(column)}) as {column.stored_name}" for column in kind.columns
    )
    origin = (
        f"{text_literal(delivery.source_id)} as source_id, date '{delivery.received_on}' as received_on, "
        f"'{delivery.delivery_id}' as _delivery_id"
    )
    rows = engine.rows(kind, parts)
    return (
        f"select {stored}, {origin} from ({rows})"
        if rows
        else f"select {_nothing(kind)}, {origin} where false"
    )


def _nothing(kind: RecordType) -> str:
    return ", ".join(f"cast(null as {_type(column)}) as {column.stored_name}" for column in kind.columns)


def _type(column: Column) -> str:
    """The type in a form for both engines: Spark's VARCHAR needs a length."""
    return {"VARCHAR": "string", "BLOB": "binary"}.get(column.stored_type.upper(), column.stored_type)


def _union(selects: Iterable[str]) -> str:
    return " union all ".join(selects)


def register_sources(engine: Engine, deliveries: Iterable[Delivery], retired: Retired) -> None:
    """Create `landing.source_system` from the accepted deliveries.

    It has the record types of each source, its newest period, and whether it is in service. A retired source with a
    successor counts as one source with it.
    """
    accepted = [delivery for delivery in deliveries if delivery.is_accepted]
    observed = observed_through(accepted, retired)
    through = f"date '{observed[0]}-01'" if observed else "null"
    rows = []
    for source_id, record_type in sorted({(d.source_id, d.record_type) for d in accepted}):
        own = [d for d in accepted if (d.source_id, d.record_type) == (source_id, record_type)]
        periods = [part.period for d in own for part in d.whole_parts if part.period]
        newest = f"date '{max(periods)}-01'" if periods else "null"
        counted_as = last_successor(source_id, retired)
        serves = counted_as not in retired
        rows.append(
            f"({text_literal(source_id)}, '{record_type}', {own[-1].priority}, {newest}, {str(serves).lower()}, "
            f"{text_literal(counted_as)}, {through}, date '{max(d.received_on for d in own)}')"
        )
    engine.execute(
        f"""create or replace view landing.source_system as
        select cast(source_id as string) as source_id, cast(record_type as string) as record_type,
            cast(priority as integer) as priority, cast(newest_period as date) as newest_period,
            cast(is_in_service as boolean) as is_in_service, cast(counted_as as string) as counted_as,
            cast(observed_through as date) as observed_through, cast(received_on as date) as received_on
        from (values {", ".join(rows) or "(null, null, null, null, null, null, null, null)"}) as listed (
            source_id, record_type, priority, newest_period, is_in_service, counted_as, observed_through, received_on
        )
        where source_id is not null"""
    )
