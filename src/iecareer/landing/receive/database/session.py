"""A session with a live database: read-only, with one snapshot for all queries."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from iecareer.errors import IecareerError
from iecareer.landing.receive.credentials import database_url
from iecareer.settings import inbox
from iecareer.sources.servers import Database

if TYPE_CHECKING:
    import sqlalchemy as sa

_EXTRAS = {"postgresql": "postgres", "mysql": "mysql"}
_ISOLATION = {"postgresql": "REPEATABLE READ", "mysql": "REPEATABLE READ", "oracle": "SERIALIZABLE"}
# Detect a lost server, but wait for a server that sorts for half an hour.
_ARGUMENTS: dict[str, dict[str, Any]] = {
    "postgresql": {
        "connect_timeout": 30, "keepalives_idle": 60, "keepalives_interval": 15, "keepalives_count": 4,
        "options": "-c timezone=Asia/Shanghai -c datestyle=ISO",
    },
    "mysql": {"connect_timeout": 30, "read_timeout": 3600, "init_command": "set time_zone = '+08:00'"},
}  # fmt: skip


@contextmanager
def open_session(server: Database, place: str) -> Iterator[sa.Connection]:
    """A connection to the database. Its error messages contain no SQL, no values and no credentials.

    Timestamps are converted to China's time zone, as when they are read from files.

    Raises
    ------
    IecareerError
        When the driver is missing, the database cannot be reached, or a query fails.
    """
    import sqlalchemy as sa

    what = "reached"
    try:
        engine = _engine(database_url(server, place), place)
        with engine.connect() as connection:
            _begin(connection)
            what = "read"
            yield connection
    except (sa.exc.NoSuchModuleError, ModuleNotFoundError):
        raise _no_driver(database_url(server, place), place) from None
    except (sa.exc.SQLAlchemyError, sqlite3.Error, OSError, UnicodeError) as error:
        raise IecareerError(
            f"{place}: {server.location} could not be {what} ({_error_code(error)}).",
            next_step="See the runbook 'a live source cannot be reached'.",
        ) from None


def _engine(url: sa.URL, place: str) -> sa.Engine:
    import sqlalchemy as sa

    creator = {"creator": _opener(url.database or "", place)} if url.get_backend_name() == "sqlite" else {}
    return sa.create_engine(
        url,
        poolclass=sa.pool.NullPool,
        hide_parameters=True,
        connect_args=_ARGUMENTS.get(url.get_backend_name(), {}),
        **creator,
    )


def _opener(name: str, place: str) -> Any:
    """Open an existing SQLite file, never create one; a relative path is relative to the inbox."""
    path = inbox() / name
    if not name or not path.is_file():
        raise IecareerError(
            f"{place}: there is no SQLite file {Path(name).name}.", next_step="Check the path."
        )
    return lambda: sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=60)


def _begin(connection: sa.Connection) -> None:
    dialect = connection.dialect.name
    if level := _ISOLATION.get(dialect):
        connection.execution_options(isolation_level=level)
    if dialect == "postgresql":
        connection.execution_options(postgresql_readonly=True)
    if dialect == "mysql":
        connection.exec_driver_sql("set session transaction read only")
        connection.rollback()
    if dialect == "sqlite":
        connection.exec_driver_sql("begin")


def _no_driver(url: sa.URL, place: str) -> IecareerError:
    extra = _EXTRAS.get(url.get_backend_name().split("+")[0])
    step = f"Install it: pip install 'iecareer[{extra}]'." if extra else "Install SQLAlchemy's driver for it."
    return IecareerError(f"{place}: the driver {url.drivername} is not installed.", next_step=step)


def _error_code(error: Exception) -> str:
    """The type of an error and the database's code for it, not its text, which may quote a row or a password."""
    origin = getattr(error, "orig", None) or error
    code = getattr(origin, "sqlstate", None) or getattr(origin, "sqlite_errorname", None)
    first = origin.args[0] if origin.args else None
    code = code or (first if isinstance(first, int) else None)
    return f"{type(origin).__name__} {code}" if code else type(origin).__name__
