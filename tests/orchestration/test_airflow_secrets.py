"""What Airflow's secret backends hold reaches the step that needs it, masked, and nothing after it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from iecareer.errors import IecareerError
from iecareer.nightly.airflow_secrets import airflow_secrets
from iecareer.secret_values import received_secrets, secret_value

DATABASE = "{server: live, type: custom, customProperties: [{property: connection, value: my_bureau}]}"
SERVICE = (
    "{server: live, type: api, location: 'https://office.example/moves', "
    "customProperties: [{property: tokenVariable, value: OFFICE_TOKEN}]}"
)
CONTRACT = """apiVersion: v3.1.0
kind: DataContract
id: %s
version: 1.0.0
status: active
servers:
- %s
schema:
- name: employer_succession
  physicalName: %s
  properties:
  - {name: predecessor_code, logicalType: string, physicalName: old}
  - {name: successor_code, logicalType: string, physicalName: new}
  - {name: effective_on, logicalType: string, physicalName: day}
"""
POSTGRES = '{"conn_type": "postgres", "host": "h", "login": "clerk", "password": "p@ss:/", "schema": "d", "port": 5433}'


@pytest.fixture
def known(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Connections and variables that Airflow knows, by name, behind a task's own way to ask for them."""
    from airflow.sdk import Connection, Variable
    from airflow.sdk.exceptions import AirflowNotFoundException

    found: dict[str, object] = {}

    def get(name: str) -> object:
        if name not in found:
            raise AirflowNotFoundException(name)
        return found[name]

    monkeypatch.setattr(Connection, "get", get)
    monkeypatch.setattr(Variable, "get", lambda name, default=None: found.get(name, default))
    monkeypatch.delenv("IECAREER_KEY", raising=False)
    systems = tmp_path / "systems"
    systems.mkdir()
    (systems / "bureau.odcs.yaml").write_text(
        CONTRACT % ("bureau", DATABASE, "table:moves"), encoding="utf-8"
    )
    (systems / "office.odcs.yaml").write_text(CONTRACT % ("office", SERVICE, "path:data"), encoding="utf-8")
    monkeypatch.setenv("IECAREER_SOURCES", str(systems))
    return found


def test_a_connection_of_airflow_serves_one_landing(known: dict[str, object]) -> None:
    from airflow.sdk import Connection

    from iecareer.landing.receive.credentials import database_url
    from iecareer.sources import source_system

    known["my_bureau"] = Connection.from_json(POSTGRES, conn_id="my_bureau")
    server, before = source_system("bureau").server, dict(os.environ)
    with received_secrets(airflow_secrets("bureau")):
        url = database_url(server, "bureau")
        assert dict(os.environ) == before
    assert url.render_as_string(hide_password=False) == "postgresql+psycopg://clerk:p%40ss%3A%2F@h:5433/d"
    with pytest.raises(IecareerError, match="no connection 'my_bureau'"):
        database_url(server, "bureau")


def test_the_key_and_a_token_are_variables_of_airflow(known: dict[str, object]) -> None:
    from iecareer.landing.receive.credentials import token
    from iecareer.sources import source_system

    known |= {"IECAREER_KEY": "ab" * 32, "OFFICE_TOKEN": "Bearer of-the-office"}
    with received_secrets(airflow_secrets("office")):
        assert secret_value("IECAREER_KEY") == "ab" * 32
        assert token(source_system("office").server, "office") == "Bearer of-the-office"
    assert secret_value("IECAREER_KEY") is None


def test_what_airflow_holds_is_masked_in_its_logs(
    known: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    masked: list[object] = []
    monkeypatch.setattr("airflow.sdk.log.mask_secret", lambda secret, name=None: masked.append(secret))
    known["IECAREER_KEY"] = "ab" * 32

    airflow_secrets()

    assert masked == ["ab" * 32]


def test_a_variable_goes_before_airflow(known: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    known |= {"my_bureau": object(), "IECAREER_KEY": "ab" * 32}
    monkeypatch.setenv("IECAREER_CONNECTION_MY_BUREAU", "sqlite:///o.db")
    monkeypatch.setenv("IECAREER_KEY", "cd" * 32)

    assert airflow_secrets("bureau") == {}
    with received_secrets({"IECAREER_KEY": "ab" * 32}):
        assert secret_value("IECAREER_KEY") == "cd" * 32


@pytest.mark.parametrize("source_id", ["bureau", "office", "no_such_source", "exchange", None])
def test_what_nobody_knows_is_left_to_the_step(known: dict[str, object], source_id: str | None) -> None:
    assert airflow_secrets(source_id) == {}
