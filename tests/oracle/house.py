"""Lets the house do what the reference does: land the same deliveries, run, and give its tables."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from iecareer.landing import land
from iecareer.warehouse.build import open_build
from iecareer.warehouse.manifest import record_decision
from tests.nights import LAYERS, build

from .agreement import KEYS
from .deliveries import Delivery
from .mess import write


def land_all(deliveries: list[Delivery], folder: Path) -> list[dict[str, object]]:
    """Receive the deliveries in their order; every one counts, whatever its suite would say."""
    receipts = []
    for number, delivery in enumerate(deliveries):
        at = write(delivery, folder / f"delivery{number}")
        receipts += land(delivery.source, [at], delivery.received_on)
    for receipt in receipts:
        record_decision(
            "accept", str(receipt["delivery_id"]), reason="nasty on purpose", decided_on=date(2020, 1, 1)
        )
    return receipts


def marts(as_of: date, layers: tuple[str, ...] = LAYERS) -> dict[str, pd.DataFrame]:
    """The fixed surface of a night, from its private build."""
    with open_build(build(as_of, layers)) as connection:
        return {table: connection.execute(f"from marts.{table}").df() for table in KEYS}
