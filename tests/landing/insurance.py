"""A bureau of social insurance whose contract has rules on rows, and what was landed of its files."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from iecareer.landing import land
from tests.landing.conftest import RECEIVED_ON
from tests.people import credit_code, resident_id

_CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: bureau
name: bureau
version: 1.0.0
status: active
servers:
  - {{server: files, type: local, path: "bureau/*", format: csv}}
schema:
  - name: employment_month
    customProperties:
{rules}
    properties:
      - {{name: person_id, logicalType: string, physicalName: 证件号码}}
      - {{name: enterprise_code, logicalType: string, physicalName: 单位代码}}
      - {{name: region_code, logicalType: string, physicalName: 区划}}
{columns}
"""
MONTH = "      - {name: month, logicalType: string, physicalName: 所属期}"
BASE = "      - {name: contribution_base, logicalType: string, physicalName: 缴费基数}"


def contract(rules: dict[str, str], *columns: str) -> str:
    """The bureau's contract with these rules; the value of each is written in YAML's flow style."""
    lines = [f"      - {{property: {name}, value: {value}}}" for name, value in rules.items()]
    return _CONTRACT.format(rules="\n".join(lines), columns="\n".join(columns or (MONTH, BASE)))


def months_csv(path: Path, headers: str, rows: Iterable[str]) -> Path:
    """A file of the bureau; each row begins with the number of a person."""
    lines = [_row(*row.split(",", 1)) for row in rows]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([f"证件号码,单位代码,区划,{headers}", *lines]) + "\n", encoding="utf-8")
    return path


def _row(person: str, rest: str) -> str:
    known = f"{resident_id(int(person))},{credit_code(int(person) % 9)}" if person.isdigit() else f"{person},"
    return f"{known},330102,{rest}"


def landed_months(home: Path) -> list[tuple[Any, ...]]:
    """Month and base of every conformed record, sorted."""
    return (
        duckdb.connect()
        .execute(
            f"""select strftime(month, '%Y-%m'), contribution_base
            from read_parquet('{home}/lake/landing/employment_month/**/*.parquet', union_by_name = true) order by all"""
        )
        .fetchall()
    )


def assert_balanced(receipt: dict[str, Any]) -> None:
    """Every record that came in is told once."""
    parts = ("loaded", "unchanged", "superseded", "left_out", "quarantined")
    assert receipt["error"] is None, receipt["error"]
    assert receipt["n_in"] == sum(receipt[f"n_{name}"] for name in parts)
    assert receipt["n_conflicting"] <= receipt["n_superseded"]
    assert sum(receipt["left_out"].values()) == receipt["n_left_out"]


def land_bureau(*paths: Path) -> dict[str, Any]:
    """The receipt of landing files of the bureau, balanced."""
    (receipt,) = land("bureau", list(paths), RECEIVED_ON)
    assert_balanced(receipt)
    return receipt


def shuffled(rows: list[str], seed: int) -> list[str]:
    """The rows in another order."""
    return random.Random(seed).sample(rows, len(rows))
