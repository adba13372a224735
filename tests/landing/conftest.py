"""A tiny office that delivers, and a look into what was landed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from iecareer.landing import land

RECEIVED_ON = date(2026, 11, 21)


@pytest.fixture
def write_csv(tmp_path: Path) -> Callable[..., Path]:
    """Write rows under headers to a CSV file of the exchange format."""

    def write(
        name: str, headers: Sequence[str], rows: Sequence[Sequence[object]], folder: str = "out"
    ) -> Path:
        path = tmp_path / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [",".join(headers), *(",".join("" if v is None else str(v) for v in row) for row in rows)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


@pytest.fixture
def landed(home: Path) -> Callable[[str], list[tuple[Any, ...]]]:
    """Every conformed row of a record type, over all deliveries."""

    def rows(record_type: str, columns: str = "*") -> list[tuple[Any, ...]]:
        pattern = f"{home}/lake/landing/{record_type}/**/*.parquet"
        return (
            duckdb.connect()
            .execute(f"select {columns} from read_parquet('{pattern}') order by all")
            .fetchall()
        )

    return rows


@pytest.fixture
def land_one(home: Path) -> Callable[..., dict[str, Any]]:
    """Land files of one record type and give the one receipt."""

    def land_files(*paths: Path, source: str = "exchange", received_on: date = RECEIVED_ON) -> dict[str, Any]:
        receipts = land(source, list(paths), received_on)
        assert len(receipts) == 1
        return receipts[0]

    return land_files


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Add a source system by its contract alone."""

    def add(source_id: str, contract: str) -> None:
        folder = tmp_path / "systems"
        folder.mkdir(exist_ok=True)
        (folder / f"{source_id}.odcs.yaml").write_text(contract, encoding="utf-8")
        monkeypatch.setenv("IECAREER_SOURCES", str(folder))

    return add
