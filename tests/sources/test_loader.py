"""A broken contract is reported and does not affect other sources."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from iecareer.errors import IecareerError
from iecareer.sources import broken_contracts, load_systems, source_system

CONTRACT = """apiVersion: v3.1.0
kind: DataContract
id: bureau
name: 某局
version: 1.0.0
status: active
servers:
- server: files
  type: local
  path: bureau/*.csv
  format: csv
  customProperties:
  - {property: priority, value: 10}
slaProperties:
- {property: frequency, value: 7, unit: d}
schema:
- name: employer_succession
  properties:
  - {name: predecessor_code, logicalType: string, physicalName: 原}
  - {name: successor_code, logicalType: string, physicalName: 新, synonyms: [{synonym: 现}]}
  - name: effective_on
    logicalType: string
    physicalName: 日期
    customProperties:
    - {property: nullValues, value: [无]}
"""


@pytest.fixture
def folder(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    systems = tmp_path / "systems"
    systems.mkdir()
    monkeypatch.setenv("IECAREER_SOURCES", str(systems))
    return systems


def write(folder: Path, text: str = CONTRACT, name: str = "bureau") -> None:
    (folder / f"{name}.odcs.yaml").write_text(text, encoding="utf-8")


def test_what_the_contract_declares(folder: Path) -> None:
    write(folder)
    system = load_systems()["bureau"]
    assert system == source_system("bureau")
    assert (system.priority, system.cadence, system.identity_scheme) == (
        10,
        timedelta(days=7),
        "cn_resident_id",
    )
    (table,) = system.tables
    assert [mapping.headers for mapping in table.mappings] == [("原",), ("新", "现"), ("日期",)]
    assert table.mappings[2].null_values == ("无",)


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("name: employer_succession", "name: employer_sucession", "did you mean employer_succession"),
        ("name: successor_code", "name: succesor_code", "did you mean successor_code"),
        ("physicalName: 新", "physicalname: 新", "did you mean physicalName"),
        ("property: nullValues", "property: nulValues", "did you mean nullValues"),
        (
            "property: priority",
            "property: priorities",
            "unknown customProperty 'priorities' .did you mean priority",
        ),
        ("format: csv", "format: cvs", "format must be one of .* .did you mean csv"),
        ("id: bureau", "id: office", "its id must be 'bureau'"),
        ("unit: d", "unit: moons", "unit of frequency"),
        (", physicalName: 原", "", "needs a physicalName or a transformLogic"),
        (
            "  - {name: predecessor_code, logicalType: string, physicalName: 原}\n",
            "",
            "required column.* predecessor_code",
        ),
        (
            "{property: nullValues, value: [无]}",
            "{property: valueMapFile, value: codes.csv}",
            "code map codes.csv",
        ),
    ],
)
def test_a_broken_contract_says_what_and_leaves_the_others(
    folder: Path, good: str, bad: str, said: str
) -> None:
    assert good in CONTRACT
    write(folder, CONTRACT.replace(good, bad))
    write(folder, CONTRACT.replace("id: bureau", "id: second"), name="second")
    assert "second" in load_systems()
    assert "bureau" not in load_systems()
    assert list(broken_contracts()) == ["bureau.odcs.yaml"]
    with pytest.raises(IecareerError, match=said):
        source_system("bureau")


def test_a_code_map_changes_the_version_of_its_contract(folder: Path) -> None:
    (folder / "codes.csv").write_text("raw,value\n甲,乙\n", encoding="utf-8")
    write(
        folder,
        CONTRACT.replace("{property: nullValues, value: [无]}", "{property: valueMapFile, value: codes.csv}"),
    )
    before = source_system("bureau")
    assert before.tables[0].mappings[2].value_map == {"甲": "乙"}
    (folder / "codes.csv").write_text("raw,value\n甲,丙\n", encoding="utf-8")
    assert source_system("bureau").digest != before.digest


def test_an_unknown_source_is_named_with_what_it_may_mean(folder: Path) -> None:
    write(folder)
    with pytest.raises(IecareerError, match=r"'bureaux' \(did you mean bureau\?\)"):
        source_system("bureaux")


@pytest.mark.parametrize("source_id", ["exchange", "exchange-4133010800"])
def test_the_exchange_needs_no_contract_and_takes_none(source_id: str, folder: Path) -> None:
    write(folder, CONTRACT.replace("id: bureau", f"id: {source_id}"), source_id)
    assert "built-in source of the exchange format" in broken_contracts()[f"{source_id}.odcs.yaml"]
    assert source_system(source_id).contract is None
    assert source_system(source_id).source_id == source_id


@pytest.mark.parametrize(
    "source_id", ["exchange-", "exchange-330102199903070011", "exchange-a/b", "exchange-../a"]
)
def test_an_office_of_the_exchange_has_a_plain_code(source_id: str, home: Path) -> None:
    with pytest.raises(IecareerError, match="There is no source system"):
        source_system(source_id)
