"""Airflow's own connections, for live sources: lent to one landing and taken back when it ends."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from iecareer.errors import IecareerError


@contextmanager
def lent_connection(source_id: str) -> Iterator[None]:
    """Within it, the connection that a source's contract names is in the environment, if Airflow knows it.

    A variable that is set already goes before Airflow's secret backends and metadata database. Where nobody knows
    the connection, landing says so; where the contract is broken, too.
    """
    with patch.dict(os.environ, _lent(source_id)):
        yield


def _lent(source_id: str) -> dict[str, str]:
    from iecareer.landing.receive.credentials import variables
    from iecareer.sources import source_system
    from iecareer.sources.servers import Database

    try:
        server = source_system(source_id).server
    except IecareerError:
        return {}
    name = server.connection if isinstance(server, Database) else None
    if name is None or any(os.environ.get(variable) for variable in variables(name)):
        return {}
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        return {variables(name)[-1]: Connection.get(name).as_json()}
    except AirflowNotFoundException:
        return {}
