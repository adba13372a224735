"""Samples of live sources: a table of a database by URL or connection, or a service that answers with JSON."""

from __future__ import annotations

from dataclasses import replace

import duckdb

from iecareer.errors import IecareerError
from iecareer.landing import connections
from iecareer.onboarding.api_discovery import described
from iecareer.onboarding.sample_reader import Part, Sample, read_part
from iecareer.sources.servers import Api, Database, database_at, variable_name

_ROWS = 5_000
# Custom property of a service → what it says of it.
_OF_SERVICES = {
    "recordsAt": "records_at", "totalAt": "total_at", "paging": "paging", "nextAt": "next_at",
    "pageParameter": "page_parameter", "firstPage": "first_page", "pageSize": "page_size",
    "tokenVariable": "token_variable",
}  # fmt: skip
_CONNECTION = "connection:"


def is_live(told: str) -> bool:
    """Whether a sample is named by a URL or a connection, not by a path."""
    return "://" in told or told.startswith(_CONNECTION)


def server_of(told: str, connection: str | None = None) -> Database | Api:
    """The live server at a URL or behind ``connection:NAME``; user and password never stand in either.

    ``connection`` is where user and password of a database are, or the variable with the token of a service.

    Raises
    ------
    IecareerError
        When the URL is none or carries a password, or a service cannot be asked.
    """
    if told.startswith(_CONNECTION):
        return Database(connection=told.removeprefix(_CONNECTION))
    if told.startswith(("http://", "https://")):
        database_at(told)
        return described(Api(url=told, token_variable=connection and variable_name(connection)))
    return database_at(told, connection)


def live_sample(
    connection: duckdb.DuckDBPyConnection, server: Database | Api, selector: str | None
) -> Sample:
    """The first rows of a table or service, in the table `sample`.

    Raises
    ------
    IecareerError
        When it cannot be reached, no table is named, or there are no rows.
    """
    if isinstance(server, Database) and not selector:
        raise IecareerError("Which table of the database?", next_step="Name it with --table NAME.")
    content, file_format = connections.sample(server, selector, _ROWS)
    name = (selector or server.location).removeprefix("table:")
    return replace(read_part(connection, content, name, Part(file_format)), selector=selector)


def server_entry(server: Database | Api) -> list[tuple[str, str]]:
    """Keys and values of the server entry of a contract, without credentials."""
    if isinstance(server, Api):
        usual = Api(url=server.url)
        changed = [
            (name, str(getattr(server, of)))
            for name, of in _OF_SERVICES.items()
            if getattr(server, of) != getattr(usual, of)
        ]
        return [("type", "api"), ("location", server.url), *changed]
    told = [("location", server.url), ("connection", server.connection)]
    return [("type", "custom"), *((key, value) for key, value in told if value)]
