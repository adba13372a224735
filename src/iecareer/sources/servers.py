"""Live servers in a contract: databases and JSON services. A contract never contains a password."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from iecareer.contracts.odcs import custom_property, near_matches
from iecareer.errors import IecareerError

DATABASES = {
    "postgres": "postgresql", "postgresql": "postgresql", "mysql": "mysql", "oracle": "oracle",
    "sqlserver": "mssql", "custom": None,
}  # fmt: skip
DATABASE_PROPERTIES = ("connection", "identityScheme", "priority")
API_PROPERTIES = (
    "paging", "recordsAt", "totalAt", "nextAt", "pageParameter", "firstPage", "pageSize", "pageSizeParameter",
    "cursorParameter", "tokenVariable", "tokenHeader", "equalRecords", "identityScheme", "priority",
)  # fmt: skip
EXTRACT_PROPERTIES = ("query", "cursor", "cursorStart", "lookback")
PAGINGS = ("none", "page", "offset", "next")
_SECRETS = re.compile(r"pass|pwd|secret|token|api_?key|access_?key|odbc_connect|signature", re.IGNORECASE)
_SPANS = {"m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True)
class Database:
    """A database, given by host and name or by a URL. User and password come from `connection`."""

    dialect: str | None = None
    host: str | None = None
    port: int | None = None
    database: str | None = None
    schema: str | None = None
    service_name: str | None = None
    url: str | None = None
    connection: str | None = None

    @property
    def location(self) -> str:
        """The address in one line, without credentials."""
        if self.url:
            return self.url
        if self.host:
            port = f":{self.port}" if self.port else ""
            return f"{self.dialect}://{self.host}{port}/{self.database or self.service_name or ''}"
        return f"connection {self.connection}"


@dataclass(frozen=True)
class Api:
    """A JSON service, possibly paged. The token comes from an environment variable.

    `equal_records`: whether the service may have equal records, so that a record on two pages is no error.
    """

    url: str
    paging: str = "none"
    records_at: str = ""
    total_at: str | None = None
    next_at: str = "next"
    page_parameter: str | None = None
    first_page: int = 1
    page_size: int | None = None
    page_size_parameter: str | None = None
    cursor_parameter: str | None = None
    token_variable: str | None = None
    token_header: str = "Authorization"  # noqa: S105 - the name of a header, no token
    equal_records: bool = False

    @property
    def location(self) -> str:
        """The address in one line, without credentials."""
        return self.url


@dataclass(frozen=True)
class Extract:
    """What to fetch from a live source: optionally a SELECT instead of a table, and a cursor column for new rows."""

    query: str | None = None
    cursor: str | None = None
    start: str | None = None
    lookback: timedelta | int | None = None


def live_server(server: Any, place: str) -> Database | Api | None:
    """The live server of an ODCS server entry, or None if the entry declares files.

    Raises
    ------
    IecareerError
        When a custom property is unknown or invalid, or an address contains a password.
    """
    if server.type in DATABASES:
        return _database(server, place)
    return _api(server, place) if server.type == "api" else None


def database_at(url: str, connection: str | None = None, place: str = "URL") -> Database:
    """The database at a SQLAlchemy URL without a password.

    Raises
    ------
    IecareerError
        When the URL is invalid or contains a password.
    """
    _refuse_secrets(url, place)
    return Database(url=url, connection=connection)


def extract(entry: Any, server: Database | Api | None, mode: str, place: str) -> Extract:
    """What to fetch, according to a schema entry of the contract.

    Raises
    ------
    IecareerError
        When properties contradict each other.
    """
    value = {name: custom_property(entry, name) for name in EXTRACT_PROPERTIES}
    if server is None:
        if used := [name for name, value in value.items() if value is not None]:
            raise IecareerError(f"{place}: {', '.join(used)} is only for live sources, not for files.")
        return Extract()
    _refuse_mismatch(entry.physicalName or "", value, server, mode, place)
    return Extract(
        query=_one_select(value["query"], place) if value["query"] is not None else None,
        cursor=value["cursor"],
        start=str(value["cursorStart"]) if value["cursorStart"] is not None else None,
        lookback=_lookback(value["lookback"], place),
    )


def _refuse_mismatch(
    selector: str, value: Mapping[str, Any], server: Database | Api, mode: str, place: str
) -> None:
    api = server if isinstance(server, Api) else None
    query, cursor = value["query"], value["cursor"]
    needs_cursor = value["cursorStart"] is not None or value["lookback"] is not None
    problems = (
        (
            not api and selector.startswith("table:") == (query is not None),
            "give either a table, as physicalName 'table:NAME', or a query, not both",
        ),
        (bool(api and query is not None), "query is not for services"),
        (
            bool(api and selector and not selector.startswith("path:")),
            "physicalName of a service must be 'path:…', relative to its location",
        ),
        (
            mode == "snapshot" and cursor is not None,
            "a record type of mode snapshot is always fetched whole; remove the cursor",
        ),
        (
            bool(api and cursor is not None and (mode != "upsert" or not api.cursor_parameter)),
            "a service's cursor needs a record type of mode upsert and the server's cursorParameter",
        ),
        (
            ":since" in str(query or "") and (mode != "upsert" or value["cursorStart"] is None),
            ":since needs a record type of mode upsert, a cursor and a cursorStart",
        ),
        (
            needs_cursor and (cursor is None or mode != "upsert"),
            "cursorStart and lookback need a record type of mode upsert and a cursor",
        ),
    )
    if found := [problem for is_so, problem in problems if is_so]:
        raise IecareerError(f"{place}: {found[0]}.", next_step="See docs/live-sources.md.")


def _database(server: Any, place: str) -> Database:
    location = server.location
    if location:
        _refuse_secrets(location, place)
    connection = custom_property(server, "connection")
    if server.type == "custom" and not location and not connection:
        raise IecareerError(
            f"{place}: a server of type custom needs a location (a SQLAlchemy URL) or a connection.",
            next_step="See docs/live-sources.md.",
        )
    return Database(
        dialect=DATABASES[server.type],
        host=server.host,
        port=_port(server.port, place),
        database=server.database,
        schema=server.schema_,
        service_name=server.serviceName,
        url=location if server.type == "custom" else None,
        connection=connection and _name(connection, "connection", place),
    )


def _api(server: Any, place: str) -> Api:
    value = {name: custom_property(server, name) for name in API_PROPERTIES}
    paging = value["paging"] or "none"
    if paging not in PAGINGS:
        raise IecareerError(
            f"{place}: paging must be one of {', '.join(PAGINGS)}{near_matches(str(paging), PAGINGS)}."
        )
    if urlsplit(server.location).scheme not in ("http", "https") or not urlsplit(server.location).hostname:
        raise IecareerError(f"{place}: the location of an api must be a URL with http or https.")
    _refuse_secrets(server.location, place)
    size = _count(value["pageSize"], "pageSize", place)
    if paging == "offset" and not size:
        raise IecareerError(f"{place}: paging by offset needs a pageSize.")
    first = 1 if value["firstPage"] is None else _count(value["firstPage"], "firstPage", place)
    return Api(
        url=server.location,
        paging=paging,
        records_at=str(value["recordsAt"] or ""),
        total_at=value["totalAt"],
        next_at=str(value["nextAt"] or "next"),
        page_parameter=value["pageParameter"] or {"page": "page", "offset": "offset"}.get(paging),
        first_page=first or 0,
        page_size=size,
        page_size_parameter=value["pageSizeParameter"],
        cursor_parameter=value["cursorParameter"],
        token_variable=value["tokenVariable"] and _name(value["tokenVariable"], "tokenVariable", place),
        token_header=value["tokenHeader"] or "Authorization",
        equal_records=_yes(value["equalRecords"], "equalRecords", place),
    )


def _refuse_secrets(url: str, place: str) -> None:
    """Refuse a URL with credentials. The message never repeats the URL."""
    try:
        parts = urlsplit(url)
        has_user = bool(parts.username or parts.password)
    except ValueError:
        raise IecareerError(f"{place}: the location is not a URL.") from None
    if not parts.scheme:
        raise IecareerError(f"{place}: the location is not a URL.")
    hidden = any(_SECRETS.search(name) for name, _ in parse_qsl(parts.query, keep_blank_values=True))
    if has_user or hidden or _SECRETS.search(unquote(parts.query)):
        raise IecareerError(
            f"{place}: the location contains a user, a password or a token.",
            next_step="Remove it, change it at the server, and name a connection or an environment variable instead.",
        )


def _name(value: Any, what: str, place: str) -> str:
    """A name of a connection or variable. The message does not repeat it, because it may be the secret itself."""
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z_][\w.-]{0,127}", value):
        raise IecareerError(f"{place}: {what} must be a name (letters, digits, '_', '-' and '.').")
    return value


def variable_name(value: str) -> str:
    """Check the name of an environment variable given on the command line.

    Raises
    ------
    IecareerError
        When it is not a name. The message does not repeat it, because it may be the secret itself.
    """
    return _name(value, "tokenVariable", "--connection")


def _one_select(value: Any, place: str) -> str:
    query = str(value).strip().removesuffix(";").strip()
    if not re.match(r"(select|with)\b", query, re.IGNORECASE) or ";" in query:
        raise IecareerError(f"{place}: the query must be one SELECT.")
    return query


def _lookback(value: Any, place: str) -> timedelta | int | None:
    """The lookback: a whole number for a numeric cursor, a duration such as 90m, 6h or 2d for a timestamp."""
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value
    found = re.fullmatch(r"(\d{1,6})\s*([mhd])", str(value))
    if not found:
        raise IecareerError(f"{place}: lookback must be a whole number, or a duration such as 90m, 6h or 2d.")
    return timedelta(**{_SPANS[found[2]]: int(found[1])})


def _yes(value: Any, what: str, place: str) -> bool:
    if not isinstance(value, bool | None):
        raise IecareerError(f"{place}: {what} must be true or false.")
    return bool(value)


def _count(value: Any, what: str, place: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not str(value).isdecimal() or (int(value) == 0 and what != "firstPage"):
        raise IecareerError(f"{place}: {what} must be a whole number.")
    return int(value)


def _port(value: Any, place: str) -> int | None:
    if value is None:
        return None
    if not str(value).isdecimal():
        raise IecareerError(f"{place}: the port must be a number.")
    return int(value)
