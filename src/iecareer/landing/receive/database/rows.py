"""Fetches from a live database: the first time all rows, later the new rows; streamed, as text.

The delivery mode decides which rows are new. Upsert: rows whose cursor is at least the watermark minus the lookback.
Period: all rows of every changed period, because a delivery replaces the periods it contains. Snapshot: all rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from iecareer.contracts import RecordType
from iecareer.errors import IecareerError
from iecareer.landing.names import normal_header
from iecareer.landing.receive.database import value_text
from iecareer.landing.receive.database.changed_periods import PeriodsOf, changed_periods
from iecareer.landing.receive.database.relation import Relation, described
from iecareer.landing.receive.database.session import open_session
from iecareer.landing.receive.database.uncursored import digests, is_empty
from iecareer.landing.receive.slices import archived_rows, parquet
from iecareer.landing.receive.watermarks import Fetched, Mark, Progress
from iecareer.sources import SourceSystem, Table
from iecareer.sources.servers import Database

if TYPE_CHECKING:
    import sqlalchemy as sa

_BATCH = 10_000
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class _Wanted:
    """The rows to fetch (None: all), and the marks to store with the delivery."""

    rows: Any
    marks: dict[str, Mark]
    emptied: tuple[str, ...] = ()


def fetch_rows(
    server: Database,
    what: tuple[SourceSystem, Table, RecordType],
    known: Progress,
    periods_of: PeriodsOf,
) -> Fetched | None:
    """Fetch and archive the new rows of one table or query; None if there are none.

    Raises
    ------
    IecareerError
        When the database cannot be reached or read, or lacks a column that the contract names.
    """
    system, table, kind = what
    place = f"{system.source_id}, {kind.name}"
    with open_session(server, place) as connection:
        start = _typed(table.extract.start) if table.extract.start else None
        relation = described(connection, server, table.selector, table.extract.query, start, place)
        if kind.mode == "period":
            wanted = _periods(connection, relation, what, known, periods_of)
        else:
            wanted = _since(connection, relation, table, known, place)
        if wanted is None:
            return None
        order = _order(relation, table, kind)
        rows = stream(connection, relation, wanted.rows, order)
        slices = archived_rows(rows, relation.schema, kind.name)
        return known.fetched(slices, wanted.marks, wanted.emptied)


def sample_rows(server: Database, selector: str | None, query: str | None, n: int) -> bytes:
    """The first `n` rows as the bytes of a Parquet file, all text."""
    with open_session(server, "sample") as connection:
        relation = described(connection, server, selector, query, None, "sample")
        return parquet(list(stream(connection, relation, None, (), limit=n)), relation.schema)


def stream(
    connection: sa.Connection, relation: Relation, rows: Any, order: tuple[Any, ...], limit: int | None = None
) -> Iterator[Any]:
    """Arrow batches of text, read with a server-side cursor."""
    import pyarrow as pa
    import sqlalchemy as sa

    query = sa.select(*relation.texts()).select_from(relation.source).order_by(*order).limit(limit)
    if rows is not None:
        query = query.where(rows)
    result = connection.execute(query, relation.parameters, execution_options={"yield_per": _BATCH})
    for chunk in result.partitions(_BATCH):
        arrays = [value_text.text_array(values) for values in zip(*chunk, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, schema=relation.schema)


def _periods(
    connection: sa.Connection,
    relation: Relation,
    what: tuple[SourceSystem, Table, RecordType],
    known: Progress,
    periods_of: PeriodsOf,
) -> _Wanted | None:
    cursor = what[1].extract.cursor
    found = changed_periods(connection, relation, what, known.marks, periods_of)
    if found is None:
        return _Wanted(None, {})
    if not cursor or not known.marks:
        return _Wanted(None, found.marks, found.emptied)
    if not found.is_changed:
        return None
    return _Wanted(found.rows, found.marks, found.emptied)


def _since(
    connection: sa.Connection, relation: Relation, table: Table, known: Progress, place: str
) -> _Wanted | None:
    if not table.extract.cursor:
        return _Wanted(None, {})
    import sqlalchemy as sa

    cursor = relation.column(table.extract.cursor)
    before = known.marks.get("")
    highest = _asked(connection, relation, sa.func.max(cursor))
    low = _low(table, before.cursor if before else None, highest, place)
    if low is not None and relation.has_since:
        relation.parameters["since"] = low
        highest = _asked(connection, relation, sa.func.max(cursor))
    mark = _mark(connection, relation, cursor, _low(table, value_text.text(highest), highest, place), highest)
    if mark.cursor is None and before:
        mark = replace(mark, cursor=before.cursor)
    if mark == before or mark.n == 0:
        return None
    return _Wanted(None if low is None else _from(cursor, low), {"": mark})


def _asked(connection: sa.Connection, relation: Relation, expression: Any) -> Any:
    import sqlalchemy as sa

    query = sa.select(expression).select_from(relation.source)
    return connection.execute(query, relation.parameters).scalar()


def _mark(connection: sa.Connection, relation: Relation, cursor: Any, low: Any, highest: Any) -> Mark:
    import sqlalchemy as sa

    query = sa.select(sa.func.count()).select_from(relation.source)
    if low is not None:
        query = query.where(_from(cursor, low))
    n = connection.execute(query, relation.parameters).scalar_one()
    digest = digests(connection, relation, is_empty(cursor, highest)).get(())
    return Mark(int(n), value_text.text(highest) or None, digest)


def _from(cursor: Any, low: Any) -> Any:
    """Rows with a cursor from `low` on, and rows without a cursor, which may be new."""
    return (cursor >= low) | is_empty(cursor, low)


def _low(table: Table, watermark: str | None, highest: Any, place: str) -> Any:
    """The lowest cursor to fetch, in the database's type: the watermark minus the lookback; None for all rows."""
    _refuse_type(highest, f"{place}: the cursor {table.extract.cursor}")
    if watermark is None:
        return _like(table.extract.start, highest) if table.extract.start else None
    low, back = _like(watermark, highest), table.extract.lookback
    if low is None or isinstance(low, str):
        if back is not None:
            raise IecareerError(
                f"{place}: lookback needs a cursor of numbers or timestamps, but this cursor is text."
            )
        return low
    is_time = isinstance(low, date)
    if back is not None and is_time != isinstance(back, timedelta) and back != 0:
        raise IecareerError(
            f"{place}: lookback must be a duration such as 6h for timestamps, or a whole number for numbers."
        )
    return low - (back or timedelta(0) if back is not None else _HOUR) if is_time else low - (back or 0)


def _refuse_type(value: Any, place: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | date | str | type(None)):
        raise IecareerError(
            f"{place} is of type {type(value).__name__}.",
            next_step="A cursor must be a whole number, a timestamp or text: convert the column in a query.",
        )


def _like(watermark: str | None, value: Any) -> Any:
    """The watermark in the type of `value`; None if it cannot be converted, so that all rows are fetched again."""
    if watermark is None or value is None:
        return None
    try:
        match value:
            case datetime():
                return _same_zone(datetime.fromisoformat(watermark), value)
            case date():
                return date.fromisoformat(watermark[:10])
            case int() | Decimal():
                return type(value)(watermark)
    except (ValueError, ArithmeticError):
        return None
    return watermark


def _same_zone(moment: datetime, like: datetime) -> datetime:
    return moment if moment.tzinfo or not like.tzinfo else moment.replace(tzinfo=like.tzinfo)


def _typed(start: str) -> Any:
    """The start value for comparisons in the database: a number if it is one, else text."""
    return int(start) if start.lstrip("-").isdecimal() else start


def _order(relation: Relation, table: Table, kind: RecordType) -> tuple[Any, ...]:
    """SQL of the order: by cursor, then key.

    So the newest row of a key is the last, and equal rows give equal bytes.
    """
    mapped = {mapping.column: mapping for mapping in table.mappings}
    stored = {column.stored_name: column.name for column in kind.columns}
    keys = [mapped[stored[name]] for name in kind.key if stored[name] in mapped]
    headers = [normal_header(header) for mapping in keys for header in mapping.headers]
    by_header = {normal_header(name): name for name in relation.names}
    names = dict.fromkeys(by_header[header] for header in headers if header in by_header)
    cursor = [table.extract.cursor] if table.extract.cursor else []
    return tuple(relation.column(name) for name in (*cursor, *names))
