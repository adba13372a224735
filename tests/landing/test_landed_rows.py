"""The page's way to look at landed rows is taken from there: each delivery once, however often it was conformed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from iecareer.clock import today
from iecareer.lake.manifest import record_decision
from iecareer.landing import land, reconform

PAGE = Path(__file__).parents[2] / "docs" / "adding-a-source.md"
CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: office
version: 1.0.0
status: active
servers: [{server: files, type: local, path: "office/*.csv", format: csv}]
schema:
- name: program
  properties:
  - {name: program_code, logicalType: string, physicalName: c}
  - {name: program_name, logicalType: string, physicalName: n}
  - {name: edition, logicalType: string, transformLogic: "'EDITION'"}
  - {name: study_level, logicalType: string, transformLogic: "'bachelor'"}
"""


def shown() -> list[Any]:
    """What the page's lines print of the source."""
    told: list[Any] = []
    lines = PAGE.read_text(encoding="utf-8").partition("### Looking at the landed rows")[2]
    code = lines.partition("```python\n")[2].partition("```")[0]
    assert code.count("NAME") == 1
    exec(code.replace("NAME", "office"), {"print": lambda *words: told.append(words)})  # noqa: S102
    return told


def test_a_delivery_is_shown_once_in_its_newest_version(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IECAREER_SOURCES", str(tmp_path))
    (tmp_path / "list.csv").write_text("c,n\n460103,a\n120203K,b\n")
    for edition, bring in (("2021", lambda: land("office", [tmp_path / "list.csv"])), ("2022", None)):
        (tmp_path / "office.odcs.yaml").write_text(CONTRACT.replace("EDITION", edition))
        (receipt,) = bring() if bring else reconform("office")
    trap = duckdb.execute(f"select count(*) from '{home}/lake/landing/program/**/*.parquet'").fetchall()
    assert trap == [(4,)]
    (delivery, (rows,)) = shown()
    assert delivery == ("program", receipt["delivery_id"], today(), None)
    assert [row[rows.columns.index("edition")] for row in rows.fetchall()] == [2022, 2022]
    record_decision("withdraw", receipt["delivery_id"], reason="x", decided_on=today())
    assert shown() == []
