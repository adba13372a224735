"""SQLAlchemy's way into a DuckDB connection that is already open, for Great Expectations alone.

`duckdb-engine` empties a result when rows are fetched after a commit, and Great Expectations commits before it
fetches; loaded together they also end every process with a page of leak warnings. What the runner needs is small:
PostgreSQL's SQL, which DuckDB speaks, sent to a borrowed connection. Transactions are left alone, so every
statement stands by itself; and nothing is opened, which would fail on a file that somebody writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import types
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.engine import URL
from sqlalchemy.pool import Pool, StaticPool

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

URL_NAME = "iecareer_duckdb"
_CONNECTIONS: dict[str, DuckDBPyConnection] = {}


class DuckDBCursor:
    """A DuckDB cursor in the words of PEP 249 that SQLAlchemy uses."""

    arraysize = 1

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._connection = connection

    @property
    def description(self) -> Any:
        """Names and types of the result's columns."""
        return self._connection.description

    @property
    def rowcount(self) -> int:
        """Unknown, as PEP 249 allows."""
        return -1

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        """Run one statement."""
        self._connection.execute(statement, list(parameters))

    def fetchone(self) -> Any:
        """The next row, or None."""
        return self._connection.fetchone()

    def fetchmany(self, size: int = 1) -> Any:
        """The next rows."""
        return self._connection.fetchmany(size)

    def fetchall(self) -> Any:
        """All rows left."""
        return self._connection.fetchall()

    def close(self) -> None:
        """Nothing: the next statement ends the last one's result."""


class DuckDBConnection:
    """A lent connection in the words of PEP 249."""

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._connection = connection

    def cursor(self) -> DuckDBCursor:
        """A cursor of its own, so that the results of one statement never end those of another."""
        return DuckDBCursor(self._connection.cursor())

    def close(self) -> None:
        """Nothing: the connection goes back to its owner."""


class _Driver:
    """What SQLAlchemy asks of a driver module."""

    paramstyle = "qmark"
    Error = Exception


class BorrowingDialect(PGDialect):
    """DuckDB without transactions, on a connection lent by name."""

    name = "duckdb"
    driver = URL_NAME
    default_paramstyle = "qmark"
    supports_statement_cache = False
    supports_sane_rowcount = False
    supports_server_side_cursors = False
    colspecs = {**PGDialect.colspecs, types.Numeric: types.Numeric, types.Float: types.Float}  # noqa: RUF012

    @classmethod
    def import_dbapi(cls) -> Any:
        """The driver, as far as there is one."""
        return _Driver

    def connect(self, *_: Any, database: str, **__: Any) -> Any:
        """Borrow the connection of that name."""
        return DuckDBConnection(_CONNECTIONS[database])

    @classmethod
    def get_pool_class(cls, url: URL) -> type[Pool]:  # noqa: ARG003
        """One connection for all statements: there is only one to borrow."""
        return StaticPool

    def initialize(self, connection: Any) -> None:
        """Nothing: what PostgreSQL would be asked about itself does not concern DuckDB."""

    def do_begin(self, dbapi_connection: Any) -> None:
        """Nothing: statements stand by themselves."""

    def do_commit(self, dbapi_connection: Any) -> None:
        """Nothing: there is no transaction to end."""

    def do_rollback(self, dbapi_connection: Any) -> None:
        """Nothing: there is no transaction to give up."""


registry.register(URL_NAME, __name__, BorrowingDialect.__name__)


@contextmanager
def register_connection(connection: DuckDBPyConnection) -> Iterator[str]:
    """The URL under which SQLAlchemy finds `connection` while the block lasts."""
    name = uuid4().hex
    _CONNECTIONS[name] = connection
    try:
        yield f"{URL_NAME}:///{name}"
    finally:
        del _CONNECTIONS[name]
