"""Data quality metrics of a delivery: one row of counts, shares and ratios that a suite judges.

Input: the conformed files of one delivery, and the accepted deliveries. Output: a table of one row.
Thresholds are in `expectations/`, not here.
"""

from __future__ import annotations

import duckdb

from iecareer.checks.accepted_deliveries import USUAL_PARTS, AcceptedDeliveries, usual_parts
from iecareer.checks.completeness import consistency, emptied_shares, fill_rates
from iecareer.checks.pay_levels import pay_level, price_index_share
from iecareer.checks.reference_codes import References
from iecareer.checks.volume_and_freshness import Metrics, volume
from iecareer.contracts import RecordType, record_type
from iecareer.lake.manifest import Delivery, Part
from iecareer.sources import EXCHANGE


class DeliveryMetrics:
    """Computes the metrics of deliveries on one in-memory connection.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        A connection for this purpose alone; views and code tables are created on it.
    accepted : AcceptedDeliveries
        The deliveries that count; deliveries may be added between two calls.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, accepted: AcceptedDeliveries) -> None:
        self._connection = connection
        self._accepted = accepted
        self._references = References(connection, accepted)

    def measure(self, delivery: Delivery) -> str:
        """Compute the metrics of the delivery and return the name of the table of one row that holds them."""
        kind = record_type(delivery.record_type)
        earlier = self._accepted.before(delivery)
        self._show("delivery", self._accepted.rows(kind, _judged_parts(delivery)), kind)
        self._show("usual", self._accepted.rows(kind, usual_parts(earlier)), kind)
        measures = volume(delivery, earlier)
        measures |= fill_rates(self._connection, kind, _promised(delivery))
        measures |= emptied_shares(self._connection, delivery)
        measures |= consistency(self._connection, kind)
        measures |= self._references.known(kind)
        measures |= pay_level(self._connection, kind.name, self._references)
        measures |= price_index_share(self._connection, kind.name, self._references)
        return self._tabulate(measures)

    def _show(self, view: str, rows: str | None, kind: RecordType) -> None:
        """Create a view of conformed rows; without rows, an empty view with the same columns."""
        nothing = ", ".join(f"null::{c.stored_type} as {c.stored_name}" for c in kind.columns)
        source = rows or f"select {nothing} where false"
        self._connection.execute(f"create or replace temp view {view} as {source}")

    def _tabulate(self, measures: Metrics) -> str:
        listed = ", ".join(f"?::double as {name}" for name in measures)
        self._connection.execute(f"create or replace table measured as select {listed}", [*measures.values()])
        return "measured"


def _judged_parts(delivery: Delivery) -> list[Part]:
    """The parts to judge: all, or of monthly deliveries only the newest months."""
    parts = sorted(delivery.whole_parts or delivery.parts, key=lambda part: part.period or "")
    return parts[-USUAL_PARTS:] if delivery.mode == "period" else parts


def _promised(delivery: Delivery) -> tuple[str, ...]:
    """Columns that the source's contract fills; none for the exchange format, which has every column."""
    return () if delivery.source_id == EXCHANGE else delivery.columns
