"""Samples of live sources: a table of a database by URL or connection, or a service that answers with JSON."""

from __future__ import annotations

from dataclasses import replace

import duckdb

from iecareer.errors import IecareerError
from iecareer.landing import connections
from iecareer.onboarding.sample import Part, Sample, read_part
from iecareer.sources.servers import Api, Database, database_at

_ROWS = 5_000
_CONNECTION = "connection:"


def is_live(told: str) -> bool:
    """Whether a sample is named by a URL or a connection, not by a path."""
    return "://" in told or told.startswith(_CONNECTION)


def server_of(told: str, connection: str | None = None) -> Database | Api:
    """The live server at a URL or behind ``connection:NAME``; user and password never stand in either.

    Raises
    ------
    IecareerError
        When the URL is none, or carries a password.
    """
    if told.startswith(_CONNECTION):
        return Database(connection=told.removeprefix(_CONNECTION))
    if told.startswith(("http://", "https://")):
        database_at(told)
        return Api(url=told)
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
        return [("type", "api"), ("location", server.url)]
    told = [("location", server.url), ("connection", server.connection)]
    return [("type", "custom"), *((key, value) for key, value in told if value)]
