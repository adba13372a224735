"""User, password and token of a live source. These secrets are in no contract and in no message.

A connection is looked up as `IECAREER_CONNECTION_<NAME>`, then as Airflow's `AIRFLOW_CONN_<NAME>`: a URL, or JSON in
Airflow's format. Under a scheduler the running task also looks into Airflow's secret backends.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from iecareer.errors import IecareerError
from iecareer.secret_values import connection_variables, secret_value
from iecareer.sources.servers import Api, Database

if TYPE_CHECKING:
    import sqlalchemy as sa

_DRIVERS = {
    "postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql", "oracle": "oracle+oracledb", "mssql": "mssql+pyodbc", "sqlserver": "mssql+pyodbc",
    "odbc": "mssql+pyodbc", "sqlite": "sqlite",
}  # fmt: skip
# Extra fields of an Airflow connection that a driver accepts as parameters of its URL; others are ignored.
_PARAMETERS = ("sslmode", "sslrootcert", "sslcert", "sslkey", "ssl_ca", "charset", "driver", "service_name")


def database_url(server: Database, place: str) -> sa.URL:
    """The URL of a database with its credentials. The contract overrides the connection.

    Raises
    ------
    IecareerError
        When the connection is missing or unreadable, or its driver is unknown. No message contains its value.
    """
    import sqlalchemy as sa

    connection = _connection(server.connection, place) if server.connection else None
    url = _parsed(server.url, place) if server.url else connection
    if url is None or server.dialect:
        url = (url or sa.URL.create("")).set(drivername=server.dialect or "")
    if connection and url is not connection:
        url = url.set(username=connection.username, password=connection.password)
    for name in ("host", "port", "database"):
        if value := getattr(server, name):
            url = url.set(**{name: value})
    url = url.set(drivername=_driver(url.drivername, place))
    query = dict(connection.query) | dict(url.query) if connection else dict(url.query)
    if server.service_name:
        query["service_name"] = server.service_name
    if url.get_backend_name() == "mysql":
        query.setdefault("charset", "utf8mb4")
    if url.drivername == "mssql+pyodbc":
        query.setdefault("driver", "ODBC Driver 18 for SQL Server")
    return url.set(query=query)


def token(server: Api, place: str) -> str | None:
    """The value of the token's header; None if the service needs no token.

    Raises
    ------
    IecareerError
        When the named environment variable is empty or cannot be a header.
    """
    if not server.token_variable:
        return None
    value = (secret_value(server.token_variable) or "").strip()
    if not value or not value.isascii() or not value.isprintable():
        raise IecareerError(
            f"{place}: the environment variable {server.token_variable} contains no token.",
            next_step=f"Set it to the whole value of the header {server.token_header}, such as 'Bearer …'.",
        )
    return value


def _connection(name: str, place: str) -> sa.URL:
    for variable in connection_variables(name):
        if value := (secret_value(variable) or "").strip():
            return _from_json(value, variable) if value.startswith("{") else _parsed(value, variable)
    raise IecareerError(
        f"{place}: there is no connection '{name}'.",
        next_step=f"Set {connection_variables(name)[0]} to its URL, or create the connection in Airflow.",
    )


def _parsed(text: str, place: str) -> sa.URL:
    import sqlalchemy as sa

    try:
        url = sa.make_url(text)
    except (sa.exc.ArgumentError, ValueError):
        raise IecareerError(
            f"{place}: the connection is not a database URL.",
            next_step="Write dialect://user:password@host:port/database.",
        ) from None
    url = url.set(drivername=url.drivername.replace("-", "+"))
    kept = {key: value for key, value in url.query.items() if key != "__extra__"}
    return url.set(query={**kept, **_extra(url.query.get("__extra__"))})


def _from_json(text: str, variable: str) -> sa.URL:
    import sqlalchemy as sa

    try:
        fields: dict[str, Any] = json.loads(text)
        is_file = fields.get("conn_type") == "sqlite"
        return sa.URL.create(
            str(fields.get("conn_type") or ""),
            username=fields.get("login"),
            password=fields.get("password"),
            host=None if is_file else fields.get("host"),
            port=int(fields["port"]) if fields.get("port") else None,
            database=fields.get("host") if is_file else fields.get("schema"),
            query=_extra(fields.get("extra")),
        )
    except (ValueError, TypeError, AttributeError):
        raise IecareerError(
            f"{variable}: is not a connection in Airflow's JSON format.",
            next_step="Its keys are conn_type, host, login, password, schema and port.",
        ) from None


def _extra(stored: Any) -> dict[str, str]:
    try:
        extra = json.loads(stored) if isinstance(stored, str) else stored
    except ValueError:
        extra = None
    extra = extra if isinstance(extra, dict) else {}
    return {key: str(entry) for key, entry in extra.items() if key in _PARAMETERS}


def _driver(name: str, place: str) -> str:
    if "+" in name:
        return name
    if name not in _DRIVERS:
        raise IecareerError(
            f"{place}: the connection names no known kind of database.",
            next_step=f"Known: {', '.join(_DRIVERS)}; or dialect+driver, as in SQLAlchemy's URLs.",
        )
    return _DRIVERS[name]
