"""SQLAlchemy's way into a DuckDB connection that is already open, for Great Expectations alone.

`duckdb-engine` empties a result when rows are fetched after a commit, and Great Expectations commits before it
fetches. This dialect leaves transactions alone, so every statement stands by itself; and instead of opening a
database, which would fail on a file somebody writes, it borrows a connection by name.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import duckdb
from duckdb_engine import ConnectionWrapper, Dialect
from sqlalchemy.dialects import registry
from sqlalchemy.engine import URL
from sqlalchemy.pool import Pool, StaticPool

URL_NAME = "iecareer_duckdb"
_LENT: dict[str, duckdb.DuckDBPyConnection] = {}


class BorrowingDialect(Dialect):
    """DuckDB without transactions, on a connection lent by name."""

    supports_statement_cache = False

    def connect(self, *_: Any, database: str, **__: Any) -> Any:
        """A cursor on the lent connection, so that results of one never end those of the other."""
        return ConnectionWrapper(_LENT[database].cursor())

    @classmethod
    def get_pool_class(cls, url: URL) -> type[Pool]:  # noqa: ARG003
        """One cursor for all statements: opening one per statement buys nothing in one thread."""
        return StaticPool

    def do_begin(self, dbapi_connection: Any) -> None:
        """Nothing: statements stand by themselves."""

    def do_commit(self, dbapi_connection: Any) -> None:
        """Nothing: a commit would empty the result that is about to be fetched."""

    def do_rollback(self, dbapi_connection: Any) -> None:
        """Nothing: there is no transaction to give up."""


registry.register(URL_NAME, __name__, BorrowingDialect.__name__)


@contextmanager
def lend(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """The URL under which SQLAlchemy finds `connection` while the block lasts."""
    name = uuid4().hex
    _LENT[name] = connection
    try:
        yield f"{URL_NAME}:///{name}"
    finally:
        del _LENT[name]
