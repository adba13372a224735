"""Live servers that a contract may name: databases and JSON services. No password ever stands in a contract."""

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
    "cursorParameter", "tokenVariable", "tokenHeader", "identityScheme", "priority",
)  # fmt: skip
EXTRACT_PROPERTIES = ("query", "cursor", "cursorStart", "lookback")
PAGINGS = ("none", "page", "offset", "next")
_SECRETS = re.compile(r"pass|pwd|secret|token|api_?key|access_?key|odbc_connect|signature", re.IGNORECASE)
_SPANS = {"m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True)
class Database:
    """A database, by the parts of its address or by a URL; user and password come from `connection`."""

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
        """Where it is, in one line without credentials."""
        if self.url:
            return self.url
        if self.host:
            port = f":{self.port}" if self.port else ""
            return f"{self.dialect}://{self.host}{port}/{self.database or self.service_name or ''}"
        return f"connection {self.connection}"


@dataclass(frozen=True)
class Api:
    """A service that answers with JSON, page by page; the token's header comes from an environment variable."""

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

    @property
    def location(self) -> str:
        """Where it is, in one line without credentials."""
        return self.url


@dataclass(frozen=True)
class Extract:
    """What to fetch of a live table: one SELECT instead of the table, and the column that tells what is new."""

    query: str | None = None
    cursor: str | None = None
    start: str | None = None
    lookback: timedelta | int | None = None


def live_server(server: Any, place: str) -> Database | Api | None:
    """The live server that an ODCS server entry declares, None when it declares files.

    Raises
    ------
    IecareerError
        When a custom property is unknown or unreadable, or an address carries a password.
    """
    if server.type in DATABASES:
        return _database(server, place)
    return _api(server, place) if server.type == "api" else None


def database_at(url: str, connection: str | None = None, place: str = "URL") -> Database:
    """The database at a SQLAlchemy URL without a password.

    Raises
    ------
    IecareerError
        When the URL is none, or carries a password.
    """
    _refuse_secrets(url, place)
    return Database(url=url, connection=connection)


def extract(entry: Any, server: Database | Api | None, mode: str, place: str) -> Extract:
    """What the contract's schema entry wants fetched.

    Raises
    ------
    IecareerError
        When it wants what does not go together; the message says why.
    """
    told = {name: custom_property(entry, name) for name in EXTRACT_PROPERTIES}
    if server is None:
        if used := [name for name, value in told.items() if value is not None]:
            raise IecareerError(f"{place}: {', '.join(used)} belongs to live sources, not to files.")
        return Extract()
    _refuse_mismatch(entry.physicalName or "", told, server, mode, place)
    return Extract(
        query=_one_select(told["query"], place) if told["query"] is not None else None,
        cursor=told["cursor"],
        start=str(told["cursorStart"]) if told["cursorStart"] is not None else None,
        lookback=_lookback(told["lookback"], place),
    )


def _refuse_mismatch(
    selector: str, told: Mapping[str, Any], server: Database | Api, mode: str, place: str
) -> None:
    api = server if isinstance(server, Api) else None
    query, cursor = told["query"], told["cursor"]
    told_more = told["cursorStart"] is not None or told["lookback"] is not None
    problems = (
        (
            not api and selector.startswith("table:") == (query is not None),
            "name either a table, as physicalName 'table:NAME', or a query",
        ),
        (bool(api and query is not None), "a service has no query"),
        (
            bool(api and selector and not selector.startswith("path:")),
            "physicalName of a service is 'path:…', below its location",
        ),
        (
            mode == "snapshot" and cursor is not None,
            "a list of mode snapshot is fetched whole every time; leave the cursor out",
        ),
        (
            bool(api and cursor is not None and (mode != "upsert" or not api.cursor_parameter)),
            "a service's cursor needs a record type of mode upsert and the server's cursorParameter",
        ),
        (
            ":since" in str(query or "") and (mode != "upsert" or told["cursorStart"] is None),
            ":since is for record types of mode upsert, with cursor and cursorStart",
        ),
        (
            told_more and (cursor is None or mode != "upsert"),
            "cursorStart and lookback are for record types of mode upsert, with a cursor",
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
    told = {name: custom_property(server, name) for name in API_PROPERTIES}
    paging = told["paging"] or "none"
    if paging not in PAGINGS:
        raise IecareerError(
            f"{place}: paging must be one of {', '.join(PAGINGS)}{near_matches(str(paging), PAGINGS)}."
        )
    if urlsplit(server.location).scheme not in ("http", "https") or not urlsplit(server.location).hostname:
        raise IecareerError(f"{place}: the location of an api is a URL with http or https.")
    _refuse_secrets(server.location, place)
    size = _count(told["pageSize"], "pageSize", place)
    if paging == "offset" and not size:
        raise IecareerError(f"{place}: paging by offset needs a pageSize.")
    first = 1 if told["firstPage"] is None else _count(told["firstPage"], "firstPage", place)
    return Api(
        url=server.location,
        paging=paging,
        records_at=str(told["recordsAt"] or ""),
        total_at=told["totalAt"],
        next_at=str(told["nextAt"] or "next"),
        page_parameter=told["pageParameter"] or {"page": "page", "offset": "offset"}.get(paging),
        first_page=first or 0,
        page_size=size,
        page_size_parameter=told["pageSizeParameter"],
        cursor_parameter=told["cursorParameter"],
        token_variable=told["tokenVariable"] and _name(told["tokenVariable"], "tokenVariable", place),
        token_header=told["tokenHeader"] or "Authorization",
    )


def _refuse_secrets(url: str, place: str) -> None:
    """A password has no place in a contract; the message never repeats the URL."""
    try:
        parts = urlsplit(url)
        has_user = bool(parts.username or parts.password)
    except ValueError:
        raise IecareerError(f"{place}: the location is no URL.") from None
    if not parts.scheme:
        raise IecareerError(f"{place}: the location is no URL.")
    hidden = any(_SECRETS.search(name) for name, _ in parse_qsl(parts.query, keep_blank_values=True))
    if has_user or hidden or _SECRETS.search(unquote(parts.query)):
        raise IecareerError(
            f"{place}: the location carries a user, a password or a token, which no contract may.",
            next_step="Take it out, change it, and name a connection or an environment variable instead.",
        )


def _name(told: Any, what: str, place: str) -> str:
    """A connection or a variable is told by its name; whatever else stands there may be the secret itself."""
    if not isinstance(told, str) or not re.fullmatch(r"[A-Za-z_][\w.-]{0,127}", told):
        raise IecareerError(f"{place}: {what} must be a name (letters, digits, '_', '-' and '.').")
    return told


def variable_name(told: str) -> str:
    """The name of an environment variable, as it was told on a command line.

    Raises
    ------
    IecareerError
        When it is no name; it is not repeated, for it may be the secret itself.
    """
    return _name(told, "tokenVariable", "--connection")


def _one_select(told: Any, place: str) -> str:
    query = str(told).strip().removesuffix(";").strip()
    if not re.match(r"(select|with)\b", query, re.IGNORECASE) or ";" in query:
        raise IecareerError(f"{place}: the query must be one SELECT.")
    return query


def _lookback(told: Any, place: str) -> timedelta | int | None:
    """A whole number for a cursor of numbers, a span such as 90m, 6h or 2d for one of points in time."""
    if told is None or (isinstance(told, int) and not isinstance(told, bool) and told >= 0):
        return told
    found = re.fullmatch(r"(\d{1,6})\s*([mhd])", str(told))
    if not found:
        raise IecareerError(f"{place}: lookback must be a whole number, or a span such as 90m, 6h or 2d.")
    return timedelta(**{_SPANS[found[2]]: int(found[1])})


def _count(told: Any, what: str, place: str) -> int | None:
    if told is None:
        return None
    if isinstance(told, bool) or not str(told).isdecimal() or (int(told) == 0 and what != "firstPage"):
        raise IecareerError(f"{place}: {what} must be a whole number.")
    return int(told)


def _port(told: Any, place: str) -> int | None:
    if told is None:
        return None
    if not str(told).isdecimal():
        raise IecareerError(f"{place}: the port must be a number.")
    return int(told)
