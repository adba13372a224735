"""Lets the house do what the reference does: land the same deliveries, run, and give its tables."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from iecareer.checks import judge_deliveries
from iecareer.clock import now
from iecareer.lake.manifest import record_decision
from iecareer.landing import land
from iecareer.runs.build import open_build
from iecareer.runs.pin import pin
from iecareer.transform.layers import build_layer
from tests.nights import LAYERS

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


def marts(as_of: date, target: str = "local") -> dict[str, pd.DataFrame]:
    """Every indicator of a night, from its private build, made by an engine."""
    run_id = now().translate({ord(character): None for character in "-:.+"})
    pin(run_id, as_of, target=target)
    judge_deliveries(run_id)
    for layer in LAYERS:
        build_layer(run_id, layer)
    with open_build(run_id) as connection:
        tables = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'marts' order by all"
        ).fetchall()
        return {table: connection.execute(f"from marts.{table}").df() for (table,) in tables}
