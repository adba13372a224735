"""What Airflow keeps of a live source's connection is lent to its landing, and to nothing after it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from iecareer.nightly import lent_connection

CONTRACT = """apiVersion: v3.1.0
kind: DataContract
id: bureau
version: 1.0.0
status: active
servers:
- {server: live, type: custom, customProperties: [{property: connection, value: my_bureau}]}
schema:
- name: employer_succession
  physicalName: table:moves
  properties:
  - {name: predecessor_code, logicalType: string, physicalName: old}
  - {name: successor_code, logicalType: string, physicalName: new}
  - {name: effective_on, logicalType: string, physicalName: day}
"""


@pytest.fixture
def known(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Connections that Airflow knows, by id, behind a task's own way to ask for them."""
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException

    found: dict[str, object] = {}

    def get(name: str) -> object:
        if name not in found:
            raise AirflowNotFoundException(name)
        return found[name]

    monkeypatch.setattr(Connection, "get", get)
    (tmp_path / "systems").mkdir()
    (tmp_path / "systems" / "bureau.odcs.yaml").write_text(CONTRACT, encoding="utf-8")
    monkeypatch.setenv("IECAREER_SOURCES", str(tmp_path / "systems"))
    return found


def test_a_connection_of_airflow_serves_one_landing(known: dict[str, object]) -> None:
    from airflow.sdk import Connection

    from iecareer.landing.receive.credentials import database_url
    from iecareer.sources import source_system

    told = '{"conn_type": "postgres", "host": "h", "login": "clerk", "password": "p@ss:/", "schema": "d", "port": 5433}'
    known["my_bureau"] = Connection.from_json(told, conn_id="my_bureau")
    server = source_system("bureau").server
    with lent_connection("bureau"):
        url = database_url(server, "bureau")
    assert url.render_as_string(hide_password=False) == "postgresql+psycopg://clerk:p%40ss%3A%2F@h:5433/d"
    assert "AIRFLOW_CONN_MY_BUREAU" not in os.environ


def test_a_variable_goes_before_airflow(known: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    known["my_bureau"] = object()
    monkeypatch.setenv("IECAREER_CONNECTION_MY_BUREAU", "sqlite:///o.db")
    with lent_connection("bureau"):
        assert "AIRFLOW_CONN_MY_BUREAU" not in os.environ


@pytest.mark.parametrize("source_id", ["bureau", "no_such_source", "exchange"])
def test_what_nobody_knows_is_left_to_the_landing(known: dict[str, object], source_id: str) -> None:
    before = dict(os.environ)
    with lent_connection(source_id):
        assert dict(os.environ) == before
