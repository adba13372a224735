"""A minimal SQLAlchemy dialect on an open DuckDB connection, for Great Expectations.

Why not `duckdb-engine`: it empties a result when rows are fetched after a commit, and Great Expectations commits
before it fetches. Loaded together they also print leak warnings at the end of every process. This dialect sends
PostgreSQL's SQL, which DuckDB understands, to an existing connection. It ignores transactions, so every statement is
committed at once. It opens no file, because a file that another process writes cannot be opened.
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
    """A DuckDB cursor with the methods of PEP 249 that SQLAlchemy uses."""

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
        """Do nothing: the next statement closes the previous result."""


class DuckDBConnection:
    """A registered connection with the methods of PEP 249 that SQLAlchemy uses."""

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._connection = connection

    def cursor(self) -> DuckDBCursor:
        """A separate cursor, so that one statement never closes the result of another."""
        return DuckDBCursor(self._connection.cursor())

    def close(self) -> None:
        """Do nothing: the caller closes the connection."""


class _Driver:
    """The attributes that SQLAlchemy expects of a driver module."""

    paramstyle = "qmark"
    Error = Exception


class OpenConnectionDialect(PGDialect):
    """DuckDB without transactions, on a connection registered by name."""

    name = "duckdb"
    driver = URL_NAME
    default_paramstyle = "qmark"
    supports_statement_cache = False
    supports_sane_rowcount = False
    supports_server_side_cursors = False
    colspecs = {**PGDialect.colspecs, types.Numeric: types.Numeric, types.Float: types.Float}  # noqa: RUF012

    @classmethod
    def import_dbapi(cls) -> Any:
        """The driver module, here a class."""
        return _Driver

    def connect(self, *_: Any, database: str, **__: Any) -> Any:
        """The connection registered under that name."""
        return DuckDBConnection(_CONNECTIONS[database])

    @classmethod
    def get_pool_class(cls, url: URL) -> type[Pool]:  # noqa: ARG003
        """A pool with one connection for all statements."""
        return StaticPool

    def initialize(self, connection: Any) -> None:
        """Do nothing: DuckDB cannot answer the questions that SQLAlchemy asks PostgreSQL here."""

    def do_begin(self, dbapi_connection: Any) -> None:
        """Do nothing: every statement is committed at once."""

    def do_commit(self, dbapi_connection: Any) -> None:
        """Do nothing: there is no transaction."""

    def do_rollback(self, dbapi_connection: Any) -> None:
        """Do nothing: there is no transaction."""


registry.register(URL_NAME, __name__, OpenConnectionDialect.__name__)


@contextmanager
def register_connection(connection: DuckDBPyConnection) -> Iterator[str]:
    """Register an open connection; yields the URL that SQLAlchemy uses to reach it within the block."""
    name = uuid4().hex
    _CONNECTIONS[name] = connection
    try:
        yield f"{URL_NAME}:///{name}"
    finally:
        del _CONNECTIONS[name]
