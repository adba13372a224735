"""A landing with little memory takes a delivery whole or refuses it; it never writes to a spill folder."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.people import credit_code, resident_id

HEADERS = ("person_id", "enterprise_code", "month", "contribution_base", "region_code")
N_PERSONS, N_MONTHS = 20_000, 8


@pytest.fixture
def large(write_csv: Callable[..., Path]) -> Path:
    """A delivery of 160,000 rows about 20,000 persons."""
    persons = [
        resident_id(number, born=f"19990{month}{day:02}")
        for month in range(1, 10)
        for day in range(1, 29)
        for number in range(80)
    ][:N_PERSONS]
    enterprises = [credit_code(number) for number in range(50)]
    rows = [
        (person, enterprises[at % 50], f"2025-{month:02}", 5000 + at % 3000, "330102")
        for month in range(1, N_MONTHS + 1)
        for at, person in enumerate(persons)
    ]
    return write_csv("employment_month.csv", HEADERS, rows)


def spilled(home: Path, work: Callable[[], Any]) -> tuple[Any, set[str]]:
    """What the work gives, and the temporary files of DuckDB that were seen below the home meanwhile."""
    seen: set[str] = set()
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.wait(0.01):
            seen.update(path.name for path in home.rglob("duckdb_temp*"))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        return work(), seen
    finally:
        is_over.set()
        watcher.join()


def test_a_landing_manages_or_refuses_and_never_spills(
    home: Path,
    large: Path,
    land_one: Callable[..., dict[str, Any]],
    landed: Callable[[str, str], list[tuple[Any, ...]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("IECAREER_MEMORY_LIMIT", "16MB")
    receipt, seen = spilled(home, lambda: land_one(large))
    assert "out of memory (limit 16MB, see IECAREER_MEMORY_LIMIT)" in receipt["error"]
    assert not list((home / "lake" / "landing").rglob("*.parquet"))
    assert not list((home / "lake" / "vault").rglob("*"))
    monkeypatch.setenv("IECAREER_MEMORY_LIMIT", "256MB")
    receipt, also_seen = spilled(home, lambda: land_one(large))
    assert not receipt["error"]
    assert receipt["n_loaded"] == N_PERSONS * N_MONTHS
    assert landed("employment_month", "count(*)") == [(N_PERSONS * N_MONTHS,)]
    assert not seen | also_seen
