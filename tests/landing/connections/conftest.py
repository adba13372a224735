"""Offices with a database of their own, and the contract that names it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.landing.connections.servers import Office, mariadb_office, postgres_office, sqlite_office

CONTRACT = """apiVersion: v3.1.0
kind: DataContract
id: bureau
name: 某局
version: 1.0.0
status: active
servers:
- {server}
schema:
- name: {record_type}
  {selector}
  customProperties: [{extract}]
  properties:
{properties}
"""
COLUMNS = {
    "employment_month": {
        "person_id": "sfz", "enterprise_code": "dm", "month": "ym", "contribution_base": "js", "region_code": "qh",
    },
    "employer_succession": {"predecessor_code": "old", "successor_code": "new", "effective_on": "day"},
    "program": {"program_code": "code", "edition": "edition", "program_name": "name", "study_level": "level"},
}  # fmt: skip


@pytest.fixture(scope="session")
def _postgres() -> Iterator[Office]:
    with postgres_office() as office:
        yield office


@pytest.fixture(scope="session")
def _mariadb() -> Iterator[Office]:
    with mariadb_office() as office:
        yield office


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def office(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """One office after another, each on another kind of server, with an empty database."""
    if request.param == "sqlite":
        return sqlite_office(tmp_path / "office.db")
    found: Office = request.getfixturevalue(f"_{request.param}")
    for table in ("pay", "moves", "catalogue"):
        found.run(f"drop table if exists {table}")
    monkeypatch.setenv("IECAREER_CONNECTION_OFFICE", found.url.render_as_string(hide_password=False))
    return found


@pytest.fixture
def contract(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Write the contract of the source `bureau`."""

    def write(
        server: str,
        record_type: str = "employment_month",
        selector: str = "physicalName: table:pay",
        extract: dict[str, str] | None = None,
        columns: dict[str, str] | None = None,
    ) -> Path:
        told = extract if extract is not None else {"cursor": "updated_at"}
        properties = "".join(
            f"  - {{name: {name}, logicalType: string, physicalName: {header}}}\n"
            for name, header in (columns or COLUMNS[record_type]).items()
        )
        listed = ", ".join(f"{{property: {name}, value: {value!r}}}" for name, value in told.items())
        folder = tmp_path / "systems"
        folder.mkdir(exist_ok=True)
        path = folder / "bureau.odcs.yaml"
        path.write_text(
            CONTRACT.format(
                server=server,
                record_type=record_type,
                selector=selector,
                extract=listed,
                properties=properties,
            ),
            encoding="utf-8",
        )
        monkeypatch.setenv("IECAREER_SOURCES", str(folder))
        return path

    return write
