"""Build a small lake by hand: conformed files and their documents, like those of landing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import pytest

from iecareer.checks import deliveries, judge_deliveries
from iecareer.checks.deliveries import judge
from iecareer.contracts import record_type
from iecareer.lake import manifest
from iecareer.runs.pin import pin, read_pin
from iecareer.settings import lake

AS_OF = date(2026, 11, 21)


class Region:
    """Lands SQL queries as conformed deliveries of the exchange format and judges them."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._numbers = count(1)

    def land(
        self,
        kind_name: str,
        query: str,
        *,
        source_id: str = "exchange",
        n_quarantined: int = 0,
        reasons: dict[str, int] | None = None,
        emptied: dict[str, int] | None = None,
        priority: int = 100,
        received_on: date = AS_OF,
        amends: tuple[str, ...] | None = None,
        columns: tuple[str, ...] = (),
    ) -> str:
        """Land the rows of a query whose columns are a subset of the record type's; returns the delivery id."""
        kind = record_type(kind_name)
        number = next(self._numbers)
        delivery_id = f"d{number:03d}"
        parts = self._write(kind, query, delivery_id)
        n = sum(part.n for part in parts)
        at = f"2026-11-21T00:00:00.{number:06d}+00:00"
        manifest.record_delivery(
            manifest.Delivery(
                delivery_id=delivery_id,
                version="v1",
                source_id=source_id,
                record_type=kind_name,
                mode=kind.mode,
                priority=priority,
                received_on=received_on,
                conformed_on=received_on,
                landed_at=at,
                conformed_at=at,
                files=(),
                parts=tuple(parts),
                n_in=n + n_quarantined,
                n_loaded=n,
                n_unchanged=0,
                n_superseded=0,
                n_quarantined=n_quarantined,
                columns=columns,
                amends=amends,
                emptied=emptied or {},
                reasons=reasons if reasons is not None else {"no_date": n_quarantined},
            )
        )
        return delivery_id

    def judge(self, as_of: date = AS_OF) -> dict[str, manifest.Delivery]:
        """Run the checks once; returns each delivery with its verdict."""
        self.run_id = f"run{next(self._numbers):03d}"
        pin(self.run_id, as_of)
        self.result = judge_deliveries(self.run_id)
        return {d.delivery_id: d for d in read_pin(self.run_id).deliveries}

    def _write(self, kind: Any, query: str, delivery_id: str) -> list[manifest.Part]:
        folder = lake() / "landing" / delivery_id
        folder.mkdir(parents=True)
        with duckdb.connect() as connection:
            connection.execute(f"create table given as {query}")
            given = {row[0] for row in connection.execute("describe given").fetchall()}
            listed = ", ".join(
                f"{c.stored_name if c.stored_name in given else 'null'}::{c.sql_type} as {c.stored_name}"
                for c in kind.columns
            )
            connection.execute(f"create table stored as select {listed} from given")
            periods = [None]
            if kind.period_column:
                months = f"select distinct strftime({kind.period_column}, '%Y-%m') from stored order by 1"
                periods = [row[0] for row in connection.execute(months).fetchall()]
            return [self._part(connection, kind, folder, period) for period in periods]

    def _part(
        self, connection: duckdb.DuckDBPyConnection, kind: Any, folder: Path, period: str | None
    ) -> manifest.Part:
        path = folder / f"{period or 'all'}.parquet"
        where = f"where strftime({kind.period_column}, '%Y-%m') = '{period}'" if period else ""
        connection.execute(f"copy (select * from stored {where}) to '{path}' (format parquet)")
        n = connection.execute(f"select count(*) from stored {where}").fetchone()[0]
        return manifest.Part(period, str(path.relative_to(lake())), n)


@pytest.fixture
def whole_region(home: Path) -> Region:
    """An empty lake in a separate home."""
    return Region(home)


@pytest.fixture
def region(whole_region: Region, monkeypatch: pytest.MonkeyPatch) -> Region:
    """The same without checks for missing code lists, for tests of a single delivery."""
    monkeypatch.setattr(deliveries, "judge", lambda pin, **_: judge(pin))
    return whole_region


@pytest.fixture
def survey() -> Callable[..., str]:
    """SQL of `n` responses of employed graduates, a share of them without income."""

    def answers(n: int = 100, missing: float = 0.0, wave: int = 6, income: str = "6000 + i % 7 * 100") -> str:
        return f"""
            select sha256('p' || i) as person_key, '4133010800' as institution_code, '460103' as program_code,
            {wave} as wave_months, date '2024-01-10' as responded_on, 'employed' as activity,
            case when i >= {round(n * missing)} then {income} end as monthly_income
            from range({n}) as r(i)
        """

    return answers
