"""What a delivery looks like in a few dozen numbers: one row of shares, counts and ratios that a suite judges.

Comes in: the conformed files of one delivery, the accepted of deliveries that count. Goes out: one table of one row.
No threshold lives here; whether a number is bad is said in `expectations/`.
"""

from __future__ import annotations

import duckdb

from iecareer.checks.accepted_deliveries import USUAL_PARTS, AcceptedDeliveries, usual_parts
from iecareer.checks.completeness import filled, plausible
from iecareer.checks.pay_levels import pay_level, priced
from iecareer.checks.reference_codes import References
from iecareer.checks.volume_and_freshness import Measures, volume
from iecareer.contracts import RecordType, record_type
from iecareer.lake.manifest import Delivery, Part
from iecareer.sources import EXCHANGE


class Measuring:
    """Measures deliveries one after the other on one in-memory connection.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        A connection of its own; views and code tables are made on it.
    accepted : AcceptedDeliveries
        What counts so far; it may grow between two calls.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, accepted: AcceptedDeliveries) -> None:
        self._connection = connection
        self._accepted = accepted
        self._references = References(connection, accepted)

    def measure(self, delivery: Delivery) -> str:
        """Name of a table of one row with the measures of the delivery."""
        kind = record_type(delivery.record_type)
        earlier = self._accepted.before(delivery)
        self._show("delivery", self._accepted.rows(kind, _judged_parts(delivery)), kind)
        self._show("usual", self._accepted.rows(kind, usual_parts(earlier)), kind)
        measures = volume(delivery, earlier)
        measures |= filled(self._connection, kind, _promised(delivery))
        measures |= plausible(self._connection, kind)
        measures |= self._references.known(kind)
        measures |= pay_level(self._connection, kind.name, self._references)
        measures |= priced(self._connection, kind.name, self._references)
        return self._tabulate(measures)

    def _show(self, view: str, rows: str | None, kind: RecordType) -> None:
        """One view over conformed rows; an empty one of the same columns where there are none."""
        nothing = ", ".join(f"null::{c.stored_type} as {c.stored_name}" for c in kind.columns)
        source = rows or f"select {nothing} where false"
        self._connection.execute(f"create or replace temp view {view} as {source}")

    def _tabulate(self, measures: Measures) -> str:
        listed = ", ".join(f"?::double as {name}" for name in measures)
        self._connection.execute(f"create or replace table measured as select {listed}", [*measures.values()])
        return "measured"


def _judged_parts(delivery: Delivery) -> list[Part]:
    """All parts; of months only the newest, since older ones were judged when they were new."""
    parts = sorted(delivery.parts, key=lambda part: part.period or "")
    return parts[-USUAL_PARTS:] if delivery.mode == "period" else parts


def _promised(delivery: Delivery) -> tuple[str, ...]:
    """Columns that the source's contract fills; the exchange format has every column and so promises none."""
    return () if delivery.source_id == EXCHANGE else delivery.columns
