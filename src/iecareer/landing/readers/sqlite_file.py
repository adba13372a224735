"""SQLite databases, through SQLAlchemy, opened from memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import duckdb

from iecareer.errors import IecareerError
from iecareer.landing.readers.raw import Content, Raw, Request, exact_number, load_rows, named_columns

_CHUNK = 50_000


def read(connection: duckdb.DuckDBPyConnection, content: Content, request: Request) -> Iterator[Raw]:
    """Read one table of a SQLite database into `raw`; `_line` is the row number, from 1."""
    import sqlalchemy as sa

    data = content.whole()
    engine = sa.create_engine("sqlite://", creator=lambda: _opened(data), poolclass=sa.pool.StaticPool)
    try:
        table = _table_name(sa.inspect(engine).get_table_names(), request)
        names = [column["name"] for column in sa.inspect(engine).get_columns(table)]
        columns = named_columns(names, request)
        texts: list[list[str | None]] = [[] for _ in names]
        query = sa.select(*(sa.column(name) for name in names)).select_from(sa.table(table))
        with engine.connect() as session:
            for chunk in session.execution_options(yield_per=_CHUNK).execute(query).partitions(_CHUNK):
                for values, cells in zip(texts, zip(*chunk, strict=True), strict=True):
                    values.extend(map(_text, cells))
    except (sa.exc.DatabaseError, sqlite3.DatabaseError):
        raise IecareerError(
            f"{request.place}: cannot be read as a SQLite database.",
            next_step="Check that the transfer was complete.",
        ) from None
    finally:
        engine.dispose()
    n = len(texts[0]) if texts else 0
    load_rows(connection, range(1, n + 1), [False] * n, texts)
    yield Raw(columns, sheet=table)


def _opened(data: bytes) -> sqlite3.Connection:
    opened = sqlite3.connect(":memory:", check_same_thread=False)
    opened.deserialize(data)
    return opened


def _table_name(names: list[str], request: Request) -> str:
    if request.selector and request.selector.startswith("table:"):
        wanted = request.selector.removeprefix("table:")
        if wanted in names:
            return wanted
        raise IecareerError(f"{request.place}: there is no table '{wanted}' among its {len(names)}.")
    if len(names) == 1:
        return names[0]
    raise IecareerError(
        f"{request.place}: holds {len(names)} tables.",
        next_step="Name one in the contract: physicalName: table:NAME.",
    )


def _text(cell: Any) -> str | None:
    if cell is None:
        return None
    if isinstance(cell, float):
        return exact_number(cell)
    return cell.decode("utf-8", errors="replace") if isinstance(cell, bytes) else str(cell)
