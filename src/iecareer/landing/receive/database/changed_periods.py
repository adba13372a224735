"""Finds the periods of a live table that changed since the last fetch, and their rows.

The source counts rows for each raw value of its period column. A period is fetched again as a whole if its number of
rows, its highest cursor or its rows without a cursor changed. So late rows, deleted rows and rows moved to another
month are also noticed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from iecareer.contracts import RecordType
from iecareer.errors import IecareerError
from iecareer.landing.names import normal_header
from iecareer.landing.receive.database import value_text
from iecareer.landing.receive.database.relation import Relation
from iecareer.landing.receive.database.uncursored import digests, is_empty
from iecareer.landing.receive.watermarks import Mark
from iecareer.sources import Mapping, SourceSystem, Table

if TYPE_CHECKING:
    import sqlalchemy as sa

# Names of columns and their texts → the period of each row; None for a row without a period.
PeriodsOf = Callable[[Sequence[str], Sequence[Sequence[str | None]]], list[str | None]]
UNREADABLE = ""
_MOST_VALUES = 100_000
_MOST_NAMED = 900


@dataclass(frozen=True)
class Changed:
    """Marks of all current periods, the vanished periods, and the rows of the changed ones (None: all rows)."""

    marks: dict[str, Mark]
    emptied: tuple[str, ...]
    is_changed: bool
    rows: Any = None


@dataclass
class _Counted:
    """The source's data on one period: rows, highest cursor, raw values, and digests of rows without a cursor."""

    n: int = 0
    cursor: Any = None
    raw: list[tuple[Any, ...]] = field(default_factory=list)
    uncursored: list[str] = field(default_factory=list)

    def add(self, raw: tuple[Any, ...], n: int, cursor: Any, digest: str | None) -> None:
        self.n += n
        self.raw.append(raw)
        self.uncursored += [digest] if digest else []
        if cursor is not None and (self.cursor is None or cursor > self.cursor):
            self.cursor = cursor

    @property
    def mark(self) -> Mark:
        """The mark to store for the period."""
        digests = "+".join(sorted(self.uncursored))
        digest = hashlib.sha256(digests.encode()).hexdigest()[:32] if digests else None
        return Mark(self.n, value_text.text(self.cursor) or None, digest)


def changed_periods(
    connection: sa.Connection,
    relation: Relation,
    what: tuple[SourceSystem, Table, RecordType],
    known: dict[str, Mark],
    periods_of: PeriodsOf,
) -> Changed | None:
    """Compare the source's periods with the stored marks; None if the source has no period column.

    Raises
    ------
    IecareerError
        When the period column has too many values for a column of periods.
    """
    table, kind = what[1], what[2]
    mapping = next(m for m in table.mappings if m.column == kind.period_column)
    names = _read_columns(mapping, relation)
    if not names:
        return None
    counted = _counted(connection, relation, names, table.extract.cursor)
    texts = [[value_text.text(raw[place]) for raw, _, _ in counted] for place in range(len(names))]
    periods = [period or UNREADABLE for period in periods_of(names, texts)]
    uncursored = _uncursored(connection, relation, names, table.extract.cursor, counted)
    found: dict[str, _Counted] = {}
    for (raw, n, cursor), period in zip(counted, periods, strict=True):
        found.setdefault(period, _Counted()).add(raw, n, cursor, uncursored.get(raw))
    marks = {period: each.mark for period, each in found.items()}
    changed = {period for period in marks.keys() | known.keys() if marks.get(period) != known.get(period)}
    emptied = tuple(sorted(known.keys() - marks.keys() - {UNREADABLE}))
    values = [raw for period, each in found.items() if period in changed for raw in each.raw]
    return Changed(marks, emptied, bool(changed), _rows_with(relation, names, values))


def _read_columns(mapping: Mapping, relation: Relation) -> list[str]:
    """Columns of the source from which the contract reads the period."""
    headers = set(map(normal_header, mapping.headers))
    spoken = (mapping.transform or "").lower()
    return [
        name
        for name in relation.names
        if normal_header(name) in headers or normal_header(name).lower() in spoken
    ]


def _counted(
    connection: sa.Connection, relation: Relation, names: list[str], cursor: str | None
) -> list[tuple[tuple[Any, ...], int, Any]]:
    import sqlalchemy as sa

    columns = [relation.text(name) for name in names]
    highest = sa.func.max(relation.column(cursor)) if cursor else sa.null()
    query = sa.select(*columns, sa.func.count(), highest).select_from(relation.source).group_by(*columns)
    rows = connection.execute(query.limit(_MOST_VALUES + 1), relation.parameters).fetchall()
    if len(rows) > _MOST_VALUES:
        raise IecareerError(
            f"{relation.place}: the column(s) {', '.join(names)} have more than {_MOST_VALUES:,} values, "
            "too many for periods.",
            next_step="Use a query that returns the month.",
        )
    return [(tuple(row[:-2]), int(row[-2]), row[-1]) for row in rows]


def _uncursored(
    connection: sa.Connection,
    relation: Relation,
    names: list[str],
    cursor: str | None,
    counted: list[tuple[tuple[Any, ...], int, Any]],
) -> dict[tuple[Any, ...], str]:
    """A digest of the rows without a cursor, for each raw value of the period column that has such rows."""
    if not cursor:
        return {}
    highest = next((value for _, _, value in counted if value is not None), None)
    return digests(connection, relation, is_empty(relation.column(cursor), highest), names)


def _rows_with(relation: Relation, names: list[str], values: list[tuple[Any, ...]]) -> Any:
    """SQL of the rows with one of the raw values; None (all rows) if there are too many values to list."""
    import sqlalchemy as sa

    if len(values) * len(names) > _MOST_NAMED:
        return None
    columns = [relation.text(name) for name in names]
    if len(columns) == 1:
        present = [value for (value,) in values if value is not None]
        has_null = len(present) < len(values)
        return columns[0].in_(present) | columns[0].is_(None) if has_null else columns[0].in_(present)
    return sa.or_(
        sa.false(),
        *(
            sa.and_(
                *(
                    column.is_(None) if v is None else column == v
                    for column, v in zip(columns, row, strict=True)
                )
            )
            for row in values
        ),
    )
