"""Lets the house do what the reference does: land the same deliveries, run, and give its tables."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from iecareer.lake.manifest import record_decision
from iecareer.landing import land
from iecareer.runs.build import open_build
from tests.nights import build

from .deliveries import Delivery
from .mess import write


def land_all(deliveries: list[Delivery], folder: Path) -> list[dict[str, object]]:
    """Receive the deliveries in their order; every one counts, whatever its suite would say."""
    receipts = []
    for number, delivery in enumerate(deliveries):
        at = write(delivery, folder / f"delivery{number}")
        receipts += land(delivery.source, [at], delivery.received_on)
    for receipt in receipts:
        subject = str(receipt["delivery_id"])
        record_decision("accept", subject, reason="nasty on purpose", decided_on=date(2020, 1, 1))
    return receipts


def marts(as_of: date, target: str = "local", *, is_tested: bool = False) -> dict[str, pd.DataFrame]:
    """Every indicator of a night, from its private build, made by an engine."""
    with open_build(build(as_of, target=target, is_tested=is_tested)) as connection:
        tables = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'marts' order by all"
        ).fetchall()
        return {table: connection.execute(f"from marts.{table}").df() for (table,) in tables}
