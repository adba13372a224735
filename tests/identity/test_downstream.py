"""After a rotation and a night the indicators are the same; the night itself respects the swap."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from iecareer.landing import land
from iecareer.persons.rotation import rotate
from iecareer.simulation import simulate
from iecareer.sources import load_systems
from tests.identity.conftest import holding_key, keys
from tests.nights import build_and_publish

AS_OF = date(2026, 11, 21)
Rows = dict[str, list[tuple[Any, ...]]]


def indicators(home: Path) -> Rows:
    """Every row of every published mart, in a fixed order."""
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        tables = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts' order by 1"
        )
        return {
            table: connection.execute(f'from marts."{table}" order by all').fetchall()
            for (table,) in tables.fetchall()
        }


def is_same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-15)
    return bool(one == other)


@pytest.mark.slow
def test_indicators_are_equal_before_and_after(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = home.parent / "inbox"
    simulate(inbox, graduates=1_500, seed=5)
    for source_id in load_systems():
        receipts = land(source_id, None, AS_OF)
        assert [receipt["error"] for receipt in receipts] == [None] * len(receipts)
    build_and_publish(AS_OF)
    before, old = indicators(home), keys(home)
    assert sum(map(len, before.values())) > 1_000
    rotate("drill")
    assert holding_key(home, set(sorted(old)[:200])) == []
    build_and_publish(AS_OF)
    after = indicators(home)
    assert after.keys() == before.keys()
    for table, rows in before.items():
        assert len(after[table]) == len(rows), table
        pairs = zip(rows, after[table], strict=True)
        assert all(is_same(a, b) for row, other in pairs for a, b in zip(row, other, strict=True)), table
