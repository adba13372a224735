"""Hundreds of corrupt files: none crashes, none loads silently, rows balance, nothing of a person gets out."""

from __future__ import annotations

import hmac
import json
import random
import resource
import time
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pytest

from iecareer.errors import IecareerError
from iecareer.persons.identity_numbers import holds_resident_id
from iecareer.persons.keys import derive
from tests.landing.corrupt import databases, documents, packed, places, row_rules, texts, workbooks
from tests.landing.corrupt.cases import CLASSES, Case, Row

MODULES = (texts, workbooks, packed, documents, databases, places, row_rules)
N_FAST, N_ALL = 1, 7
LONGEST_S = 20  # of the processor, whatever else the machine does
MOST_MEMORY_KIB = 2_500_000
CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: bureau
version: 1.0.0
status: active
servers:
- {{server: files, type: local, path: "bureau/*", format: {format}}}
schema:
- name: employment_month
  physicalName: {selector}
  customProperties: [{rules}]
  properties:
  - {{name: person_id, logicalType: string, physicalName: 身份证号, synonyms: [{{synonym: 证件号码}}]}}
  - {{name: enterprise_code, logicalType: string, physicalName: 单位}}
{columns}
  - {{name: region_code, logicalType: string, physicalName: 地区}}
"""
MONTH = "  - {name: month, logicalType: string, physicalName: 缴费月份}"
BASE = "  - {name: contribution_base, logicalType: string, physicalName: 基数}"
COLUMNS = "person_key, enterprise_code, month, contribution_base, region_code"
Loaded = tuple[bytes, str, date, float, str]


def test_there_are_enough_classes() -> None:
    assert len(CLASSES) >= 60
    assert len(CLASSES) * N_ALL >= 500


@pytest.mark.parametrize("seed", range(N_FAST))
@pytest.mark.parametrize("name", CLASSES)
def test_corrupt_file(deliver: Any, name: str, seed: int) -> None:
    deliver(name, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(N_FAST, N_ALL))
@pytest.mark.parametrize("name", CLASSES)
def test_another_corrupt_file(deliver: Any, name: str, seed: int) -> None:
    begun = time.process_time()
    deliver(name, seed)
    assert time.process_time() - begun < LONGEST_S


@pytest.fixture
def deliver(
    system: Callable[[str, str], None],
    land_one: Callable[..., dict[str, Any]],
    landed: Callable[..., list[tuple[Any, ...]]],
    home: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> Callable[[str, int], None]:
    """Make the file, land it, and hold what became of it against the truth."""

    def check(name: str, seed: int) -> None:
        case = CLASSES[name](random.Random(f"{name} {seed}"))
        system("bureau", _contract(case))
        path = tmp_path / "delivered" / case.name
        path.parent.mkdir()
        case.place(path) if case.place else path.write_bytes(case.content or b"")
        try:
            receipt = land_one(path, source="bureau")
        except IecareerError as error:
            receipt = {"error": str(error), "n_loaded": 0}
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < MOST_MEMORY_KIB
        _judge(case, receipt, landed("employment_month", COLUMNS) if receipt["n_loaded"] else [])
        _refuse_leaks(receipt, home, "".join([*capfd.readouterr(), caplog.text]))

    return check


def _contract(case: Case) -> str:
    made = {"monthSpan": {MONTH}, "monthColumns": {MONTH, BASE}}
    unread = set().union(*(made.get(name, set()) for name in case.rules))
    rules = ", ".join(f"{{property: {name}, value: {value}}}" for name, value in case.rules.items())
    columns = "\n".join(line for line in (MONTH, BASE) if line not in unread)
    return CONTRACT.format(format=case.file_format, selector=case.selector, rules=rules, columns=columns)


def _judge(case: Case, receipt: dict[str, Any], loaded: list[tuple[Any, ...]]) -> None:
    if case.must == "refuse" or (case.must != "load" and receipt["error"]):
        assert receipt["error"], f"loaded {receipt['n_loaded']} of {receipt['n_in']}: {receipt['reasons']}"
        assert case.said in receipt["error"]
        assert not loaded
        return
    assert receipt["error"] is None
    parts = (
        receipt[f"n_{what}"] for what in ("loaded", "unchanged", "superseded", "left_out", "quarantined")
    )
    assert receipt["n_in"] == sum(parts)
    assert receipt["n_loaded"] == len(loaded)
    if case.must == "survive":
        return
    assert sorted(loaded) == sorted(map(_as_loaded, case.good))
    assert case.n_in in (None, receipt["n_in"])
    assert {name: receipt[f"n_{name}"] for name in case.counts} == case.counts
    assert case.reasons in (None, receipt["reasons"])


def _as_loaded(row: Row) -> Loaded:
    person = hmac.new(derive("pseudonym"), f"resident:{row[0]}".encode(), sha256).digest()
    return person, row[1], date.fromisoformat(row[2]), float(row[3]), row[4]


def _refuse_leaks(receipt: dict[str, Any], home: Path, said: str) -> None:
    """No number of a person in what is told, in the quarantine, or in names below the home."""
    held = duckdb.connect().execute(f"select * from glob('{home}/quarantine/**/*.parquet')").fetchall()
    rows = [duckdb.connect().execute(f"select * from '{path}'").fetchall() for (path,) in held]
    names = [str(path) for path in home.rglob("*") if "raw" not in path.parts and "landing" not in path.parts]
    for text in (json.dumps(receipt, ensure_ascii=False, default=str), str(rows), said, *names):
        assert not holds_resident_id(text), "a number of a person got out"
