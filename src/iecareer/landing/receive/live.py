"""Live sources: databases and JSON services. Fetches new rows, archives them in slices, and returns the marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filelock import FileLock

from iecareer.contracts import RecordType
from iecareer.landing.content import InMemory
from iecareer.landing.receive.watermarks import Fetched, progress
from iecareer.settings import lake
from iecareer.sources import SourceSystem, Table
from iecareer.sources.servers import Api, Database

if TYPE_CHECKING:
    from iecareer.landing.receive.database.changed_periods import PeriodsOf

__all__ = ["Fetched", "fetch", "live_lock", "sample"]


def live_lock(source_id: str) -> FileLock:
    """The lock for fetching and recording a live source, so that only one fetch runs at a time."""
    (lake() / "landing").mkdir(parents=True, exist_ok=True)
    return FileLock(lake() / "landing" / f".live-{source_id}.lock")


def fetch(system: SourceSystem, table: Table, kind: RecordType, periods_of: PeriodsOf) -> Fetched | None:
    """Fetch and archive the new rows of one record type of a live source; None when there are none.

    `periods_of` parses the periods of a table, so that only changed periods are fetched.

    Raises
    ------
    IecareerError
        When the source cannot be reached or read; nothing is recorded then.
    """
    known, what = progress(system, table, kind), (system, table, kind)
    if isinstance(system.server, Api):
        from iecareer.landing.receive.http.records import fetch_pages

        return fetch_pages(system.server, what, known)
    if isinstance(system.server, Database):
        from iecareer.landing.receive.database.rows import fetch_rows

        return fetch_rows(system.server, what, known, periods_of)
    return None


def sample(
    server: Database | Api, selector: str | None = None, n: int = 1000, query: str | None = None
) -> tuple[InMemory, str]:
    """The first rows of a live source, for drafting a contract: content for a reader, and its format.

    ``server`` is what ``sources.servers.live_server`` makes of a contract's server entry; without one yet it is
    ``sources.servers.database_at("postgresql://host:5432/db", connection="my_bureau")``, whose user and password
    come from the environment (``IECAREER_CONNECTION_MY_BUREAU`` or ``AIRFLOW_CONN_MY_BUREAU``), or
    ``sources.servers.Api(url="https://host/path", records_at="data.items")``. ``selector`` is ``table:NAME`` or
    ``table:SCHEMA.NAME`` of a database, ``path:NAME`` of a service. For example::

        content, file_format = sample(database_at("sqlite:////data/office.db"), "table:graduates", 500)
        for chunk in read(connection, content, file_format, request): ...

    Raises
    ------
    IecareerError
        When the source cannot be reached or read.
    """
    if isinstance(server, Api):
        from iecareer.landing.receive.http.records import sample_pages

        return InMemory(sample_pages(server, selector, n)), "jsonl"
    from iecareer.landing.receive.database.rows import sample_rows

    return InMemory(sample_rows(server, selector, query, n)), "parquet"
