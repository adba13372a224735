"""Samples of live sources: a database table, named by URL or connection, or a JSON service."""

from __future__ import annotations

from dataclasses import replace

import duckdb

from iecareer.errors import IecareerError
from iecareer.landing.receive import live
from iecareer.onboarding.api_discovery import discover
from iecareer.onboarding.sample_reader import Part, Sample, read_part
from iecareer.sources.servers import Api, Database, database_at, variable_name

_ROWS = 5_000
# Custom property of a contract → field of `Api`.
_API_FIELDS = {
    "recordsAt": "records_at", "totalAt": "total_at", "paging": "paging", "nextAt": "next_at",
    "pageParameter": "page_parameter", "firstPage": "first_page", "pageSize": "page_size",
    "tokenVariable": "token_variable",
}  # fmt: skip
_CONNECTION = "connection:"


def is_live(address: str) -> bool:
    """Whether the address is a URL or a connection, not a path."""
    return "://" in address or address.startswith(_CONNECTION)


def server_of(address: str, connection: str | None = None) -> Database | Api:
    """The live server at a URL or behind ``connection:NAME``. Neither contains user or password.

    ``connection`` names the connection that holds user and password of a database, or the variable with a token.

    Raises
    ------
    IecareerError
        When the URL is invalid or contains a password, or a service cannot be reached.
    """
    if address.startswith(_CONNECTION):
        return Database(connection=address.removeprefix(_CONNECTION))
    if address.startswith(("http://", "https://")):
        database_at(address)
        return discover(Api(url=address, token_variable=connection and variable_name(connection)))
    return database_at(address, connection)


def live_sample(
    connection: duckdb.DuckDBPyConnection, server: Database | Api, selector: str | None
) -> Sample:
    """Load the first rows of a table or service into the temporary table `sample`.

    Raises
    ------
    IecareerError
        When the source cannot be reached, no table is named, or there are no rows.
    """
    if isinstance(server, Database) and not selector:
        raise IecareerError("No table of the database is named.", next_step="Name it with --table NAME.")
    content, file_format = live.sample(server, selector, _ROWS)
    name = (selector or server.location).removeprefix("table:")
    return replace(read_part(connection, content, name, Part(file_format)), selector=selector)


def server_entry(server: Database | Api) -> list[tuple[str, str]]:
    """Keys and values of the server entry of a contract, without credentials."""
    if isinstance(server, Api):
        usual = Api(url=server.url)
        changed = [
            (name, str(getattr(server, of)))
            for name, of in _API_FIELDS.items()
            if getattr(server, of) != getattr(usual, of)
        ]
        return [("type", "api"), ("location", server.url), *changed]
    entry = [("location", server.url), ("connection", server.connection)]
    return [("type", "custom"), *((key, value) for key, value in entry if value)]
