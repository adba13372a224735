"""The published schema ``checks``: one row per delivery, and one per delivery and expectation."""

from __future__ import annotations

from pathlib import Path

import duckdb

from iecareer.checks.suites import delivery_suite
from iecareer.contracts import record_type
from iecareer.warehouse.manifest import Delivery

_DELIVERY = """
create or replace table checks.delivery (
    delivery_id varchar, source_id varchar, record_type varchar, received_on date,
    n_in bigint, n_loaded bigint, n_unchanged bigint, n_superseded bigint, n_overlapped bigint,
    n_quarantined bigint, verdict varchar, decision varchar, is_accepted boolean, failed varchar[]
)
"""
_EXPECTATION = """
create or replace table checks.expectation (
    delivery_id varchar, expectation varchar, severity varchar, success boolean,
    sentence_zh varchar, sentence_en varchar
)
"""


def write_checks(connection: duckdb.DuckDBPyConnection, deliveries: list[Delivery], lake: Path) -> None:
    """Write ``checks.delivery`` and ``checks.expectation`` anew.

    ``n_in`` is the sum of the five counts after it. A row that another source delivers with precedence is not
    loaded but overlapped.
    """
    overlapped = count_overlapped(connection, deliveries, lake)
    connection.execute(_DELIVERY)
    connection.execute(_EXPECTATION)
    rows = [_delivery_row(delivery, overlapped.get(delivery.delivery_id, 0)) for delivery in deliveries]
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        connection.executemany(f"insert into checks.delivery values ({marks})", rows)  # noqa: S608
    outcomes = [row for delivery in deliveries for row in _expectation_rows(delivery)]
    if outcomes:
        connection.executemany("insert into checks.expectation values (?, ?, ?, ?, ?, ?)", outcomes)


def count_overlapped(
    connection: duckdb.DuckDBPyConnection, deliveries: list[Delivery], lake: Path
) -> dict[str, int]:
    """Rows of each delivery whose key a source with precedence delivers too, by delivery id."""
    counted: dict[str, int] = {}
    accepted = [delivery for delivery in deliveries if delivery.is_accepted]
    for delivery in accepted:
        ahead = [
            other
            for other in accepted
            if other.record_type == delivery.record_type and _rank(other) < _rank(delivery)
        ]
        own, others = _paths([delivery], lake), _paths(ahead, lake)
        if own and others:
            key = ", ".join(record_type(delivery.record_type).key)
            row = connection.execute(
                f"select count(*) from read_parquet($own, union_by_name = true) "  # noqa: S608
                f"semi join (select {key} from read_parquet($others, union_by_name = true)) using ({key})",
                {"own": own, "others": others},
            ).fetchone()
            counted[delivery.delivery_id] = row[0] if row else 0
    return counted


def _rank(delivery: Delivery) -> tuple[int, str]:
    """Precedence among sources: the lowest priority, then the name."""
    return delivery.priority, delivery.source_id


def _paths(deliveries: list[Delivery], lake: Path) -> list[str]:
    return [str(lake / part.path) for delivery in deliveries for part in delivery.parts if part.n]


def _delivery_row(d: Delivery, n_overlapped: int) -> tuple[object, ...]:
    counts = (d.n_loaded - n_overlapped, d.n_unchanged, d.n_superseded, n_overlapped, d.n_quarantined)
    judged = (d.verdict, d.decision, d.is_accepted, list(d.failed))
    return (d.delivery_id, d.source_id, d.record_type, d.received_on, sum(counts), *counts, *judged)


def _expectation_rows(delivery: Delivery) -> list[tuple[object, ...]]:
    """Every expectation of the delivery's suite; what a standing verdict does not name has held."""
    suite = delivery_suite(delivery.record_type, delivery.mode)
    return [
        (delivery.delivery_id, e.name, e.severity, e.name not in delivery.failed, e.sentence_zh, e.sentence_en)
        for e in suite.expectations
    ]
