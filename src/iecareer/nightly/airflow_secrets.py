"""Secrets of one step from Airflow's secret backends: the warehouse's key, and the credentials of a live source.

The contract names the Airflow connection. A key or a token is an Airflow variable with the name of its environment
variable. If the environment variable is set, Airflow is not asked.
"""

from __future__ import annotations

import os

from iecareer.errors import IecareerError
from iecareer.secret_values import connection_variables

KEY = "IECAREER_KEY"


def airflow_secrets(source_id: str | None = None) -> dict[str, str]:
    """Airflow's secrets for a step, by the name of their environment variable. Airflow masks them in its logs.

    Parameters
    ----------
    source_id : str, optional
        The source system that the step lands; its connection and token are also looked up.
    """
    found = {
        name: _variable(name)
        for name in (KEY, _token_variable(source_id))
        if name and not os.environ.get(name)
    }
    found.update(_connection(source_id))
    known = {name: value for name, value in found.items() if value}
    _mask(known)
    return known


def airflow_variable(name: str) -> str | None:
    """A secret setting of a running task: the environment's, else Airflow's variable; masked in Airflow's logs."""
    value = os.environ.get(name) or _variable(name)
    if value:
        _mask({name: value})
    return value


def _variable(name: str) -> str | None:
    from airflow.sdk import Variable

    value = Variable.get(name, default=None)
    return str(value) if value else None


def _token_variable(source_id: str | None) -> str | None:
    from iecareer.sources.servers import Api

    server = _server(source_id)
    return server.token_variable if isinstance(server, Api) else None


def _connection(source_id: str | None) -> dict[str, str | None]:
    from iecareer.sources.servers import Database

    server = _server(source_id)
    name = server.connection if isinstance(server, Database) else None
    if name is None or any(os.environ.get(variable) for variable in connection_variables(name)):
        return {}
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        return {connection_variables(name)[-1]: Connection.get(name).as_json()}
    except AirflowNotFoundException:
        return {}


def _server(source_id: str | None) -> object:
    """The live server of a source. None for files, and for an unreadable contract, which landing reports."""
    from iecareer.sources import source_system

    try:
        return source_system(source_id).server if source_id else None
    except IecareerError:
        return None


def _mask(values: dict[str, str]) -> None:
    from airflow.sdk.log import mask_secret

    for value in values.values():
        mask_secret(value)
