"""Numbers, dates and nulls of YAML where a contract needs text are refused with the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from iecareer.errors import IecareerError
from iecareer.sources import source_system

CONTRACT = """apiVersion: v3.1.0
kind: DataContract
id: s
name: s
version: 1.0.0
status: active
servers:
- {server: files, type: local, path: s/*.csv, format: csv}
schema:
- name: employer_succession
  properties:
  - {name: predecessor_code, logicalType: string, physicalName: old}
  - {name: successor_code, logicalType: string, physicalName: new}
  - name: effective_on
    logicalType: string
    physicalName: day
    customProperties:
    - {property: nullValues, value: [-1, 0, "~"]}
    - {property: valueMap, value: {1: "2026-03-01", 2.5: 2026-03-02, x: ~}}
"""


@pytest.fixture(autouse=True)
def _sources(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IECAREER_SOURCES", str(tmp_path))


def declared(tmp_path: Path, old: str = "", new: str = "") -> None:
    assert old in CONTRACT
    (tmp_path / "s.odcs.yaml").write_text(CONTRACT.replace(old, new) if old else CONTRACT, encoding="utf-8")
    source_system("s")


def test_numbers_that_stand_as_they_are_read_are_text(tmp_path: Path) -> None:
    declared(tmp_path)
    (table,) = source_system("s").tables
    assert table.mappings[2].null_values == ("-1", "0", "~")
    assert table.mappings[2].value_map == {"1": "2026-03-01", "2.5": "2026-03-02", "x": ""}


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("physicalName: old", "physicalName: 2023", 12),
        ("physicalName: old", "physicalName: 2023.5", 12),
        ("physicalName: old", "physicalName: ", 12),
        ("physicalName: old", "physicalName: ~", 12),
        ("physicalName: old", "physicalName: no", 12),
        ("physicalName: old", "physicalName: 2023-07-01", 12),
        ("physicalName: old", "physicalName: old, synonyms: [{synonym: 2023}]", 12),
        ("physicalName: old", "transformLogic: 12", 12),
        ("physicalName: old", "transformLogic: null", 12),
        ("path: s/*.csv", "path: 2023", 8),
        ("name: s\nversion", "name: 12\nversion", 4),
        ("physicalName: day", "physicalName: 202307", 16),
        ("[-1, 0,", "[-1, null,", 18),
        ("[-1, 0,", "[-1, ~,", 18),
        ("[-1, 0,", "[-1, 00,", 18),
        ("[-1, 0,", "[-1, no,", 18),
        ("{1:", "{01:", 19),
        ("{1:", "{12:30 :", 19),
        ("{1:", "{no:", 19),
        ("{1:", "{null:", 19),
        ("2.5:", "2.50:", 19),
        ("2.5:", "1_000:", 19),
        ("2026-03-02", "0123", 19),
        ("format: csv}", "format: csv, customProperties: [{property: encoding, value: 936}]}", 8),
        ("format: csv}", "format: csv, customProperties: [{property: delimiter, value: 1}]}", 8),
        ("format: csv}", "format: csv, customProperties: [{property: priority, value: 010}]}", 8),
    ],
)
def test_what_yaml_makes_of_it_is_refused(tmp_path: Path, old: str, new: str, line: int) -> None:
    with pytest.raises(IecareerError, match=f"line {line}: "):
        declared(tmp_path, old, new)
