"""The published tables ``checks.delivery``, ``.emptied``, ``.expectation``, ``.source`` and ``.unpriced``."""

from __future__ import annotations

from dataclasses import asdict

import duckdb

from iecareer.checks.suites import delivery_suite
from iecareer.checks.unpriced_pay import Unpriced
from iecareer.lake.freshness import SourceState
from iecareer.lake.manifest import Delivery

_DELIVERY = """
create or replace table checks.delivery (
    delivery_id varchar, source_id varchar, record_type varchar, received_on date,
    n_rows bigint, n_in bigint, n_loaded bigint, n_unchanged bigint, n_superseded bigint, n_overlapped bigint,
    n_left_out bigint, n_quarantined bigint, n_conflicting bigint, n_emptied bigint,
    verdict varchar, decision varchar, is_accepted boolean, failed varchar[]
)
"""
_EMPTIED = """
create or replace table checks.emptied (delivery_id varchar, column_name varchar, reason varchar, n bigint)
"""
_EXPECTATION = """
create or replace table checks.expectation (
    delivery_id varchar, expectation varchar, severity varchar, success boolean,
    sentence_zh varchar, sentence_en varchar
)
"""


_SOURCE = """
create or replace table checks.source (
    source_id varchar, last_received_on date, expected_by date, is_in_service boolean, is_silent boolean
)
"""


_UNPRICED = """
create or replace table checks.unpriced (kind varchar, region_code varchar, year integer)
"""


def write_checks(
    connection: duckdb.DuckDBPyConnection,
    deliveries: list[Delivery],
    states: list[SourceState],
    unpriced: list[Unpriced],
) -> None:
    """Replace these tables.

    ``n_in`` is the sum of the six counts after it, ``n_conflicting`` part of ``n_superseded``. ``n_overlapped``, the
    rows replaced by another source's rows, is 0 here: the transformation counts them when it combines the sources, and
    subtracts them from ``n_loaded``. ``n_emptied`` counts cells, not rows: those of optional columns that could not be
    used; ``checks.emptied`` has them by column and reason. ``checks.unpriced`` has the record types (`kind`),
    provinces and years of pay that cannot be deflated.
    """
    connection.execute(_DELIVERY)
    connection.execute(_EMPTIED)
    connection.execute(_EXPECTATION)
    connection.execute(_SOURCE)
    connection.execute(_UNPRICED)
    rows = [_delivery_row(delivery) for delivery in deliveries]
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        connection.executemany(f"insert into checks.delivery values ({marks})", rows)
    emptied = [
        (d.delivery_id, column, reason, n)
        for d in deliveries
        for why, n in d.emptied.items()
        for reason, _, column in [why.partition(":")]
    ]
    if emptied:
        connection.executemany("insert into checks.emptied values (?, ?, ?, ?)", emptied)
    outcomes = [row for delivery in deliveries for row in _expectation_rows(delivery)]
    if outcomes:
        connection.executemany("insert into checks.expectation values (?, ?, ?, ?, ?, ?)", outcomes)
    if states:
        source_rows = [list(asdict(state).values()) for state in states]
        connection.executemany("insert into checks.source values (?, ?, ?, ?, ?)", source_rows)
    if unpriced:
        connection.executemany("insert into checks.unpriced values (?, ?, ?)", unpriced)


def _delivery_row(d: Delivery) -> tuple[object, ...]:
    n_overlapped = 0
    counts = (d.n_loaded, d.n_unchanged, d.n_superseded, n_overlapped, d.n_left_out, d.n_quarantined)
    judged = (d.verdict, d.decision, d.is_accepted, list(d.failed))
    what = (d.delivery_id, d.source_id, d.record_type, d.received_on)
    return (*what, d.n_rows, sum(counts), *counts, d.n_conflicting, sum(d.emptied.values()), *judged)


def _expectation_rows(delivery: Delivery) -> list[tuple[object, ...]]:
    """One row per expectation of the delivery's suite; those not named as failed have held."""
    suite = delivery_suite(delivery.record_type, delivery.mode)
    return [
        (
            delivery.delivery_id,
            e.name,
            e.severity,
            e.name not in delivery.failed,
            e.sentence_zh,
            e.sentence_en,
        )
        for e in suite.expectations
    ]
