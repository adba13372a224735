"""The contracts that docs/live-sources.md shows can be loaded."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from iecareer.sources import source_system
from iecareer.sources.servers import Api, Database

_PAGE = Path(__file__).resolve().parents[3] / "docs" / "live-sources.md"
_HEAD = "apiVersion: v3.1.0\nkind: DataContract\nid: shown\nversion: 1.0.0\nstatus: draft\n"


@pytest.fixture
def shown(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("IECAREER_SOURCES", str(tmp_path))
    return re.findall(r"```yaml\n(.*?)```", _PAGE.read_text(encoding="utf-8"), re.DOTALL)


def test_the_table(shown: list[str], tmp_path: Path) -> None:
    (tmp_path / "insurance_bureau.odcs.yaml").write_text(shown[0], encoding="utf-8")
    system = source_system("insurance_bureau")
    assert isinstance(system.server, Database)
    assert system.location == "postgresql://db.bureau.internal:5432/insurance"
    assert system.tables[0].extract.cursor == "updated_at"


def test_the_query(shown: list[str], tmp_path: Path) -> None:
    server = "servers: [{server: live, type: custom, location: 'sqlite:///office.db'}]\nschema:\n"
    (tmp_path / "shown.odcs.yaml").write_text(_HEAD + server + shown[1], encoding="utf-8")
    assert source_system("shown").tables[0].extract.start == "2020-01-01"


def test_the_service(shown: list[str], tmp_path: Path) -> None:
    (tmp_path / "shown.odcs.yaml").write_text(_HEAD + shown[2], encoding="utf-8")
    server = source_system("shown").server
    assert isinstance(server, Api)
    assert (server.paging, server.records_at, server.total_at) == ("page", "data.items", "data.total")
