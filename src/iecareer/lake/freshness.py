"""Freshness: which source systems have not delivered within the time their contracts promise."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from iecareer.lake.manifest import Delivery, Retired, heard_on, last_successor
from iecareer.sources.loader import load_systems
from iecareer.sources.system import SourceSystem

# If the contract has no latency, allow half a cycle more.
_DEFAULT_LATENCY = 0.5


@dataclass(frozen=True)
class SourceState:
    """A source that has delivered before; `is_silent` says that its next delivery is overdue.

    `expected_by` is None if the contract has no frequency or no longer exists.
    """

    source_id: str
    last_received_on: date
    expected_by: date | None
    is_in_service: bool
    is_silent: bool


def source_states(deliveries: Iterable[Delivery], retired: Iterable[str], as_of: date) -> list[SourceState]:
    """The state of every source that has delivered by `as_of`, sorted by name.

    Every delivery counts, even if it was stopped, withdrawn or a repetition. Replays do not count, because they
    correct older files. A retired source is never silent.
    """
    last: dict[str, date] = {}
    for delivery in deliveries:
        if not delivery.is_replay:
            source_id, received_on = delivery.source_id, delivery.received_on
            last[source_id] = max(last.get(source_id, received_on), received_on)
    systems, out = load_systems(), set(retired)
    return [
        _state(systems.get(name), name, max([day, *heard_on(name, as_of)]), as_of, name not in out)
        for name, day in sorted(last.items())
    ]


def days_between_deliveries(system: SourceSystem) -> int | None:
    """Days after which the next delivery of a source is overdue; None if its contract has no frequency."""
    if not system.frequency:
        return None
    latency = system.latency if system.latency is not None else system.frequency * _DEFAULT_LATENCY
    return math.ceil((system.frequency + latency) / timedelta(days=1))


def _state(
    system: SourceSystem | None, source_id: str, last: date, as_of: date, is_in_service: bool
) -> SourceState:
    days = days_between_deliveries(system) if system else None
    due = last + timedelta(days=days) if days is not None else None
    is_silent = is_in_service and due is not None and due < as_of
    return SourceState(source_id, last, due, is_in_service, is_silent)


def observed_through(deliveries: Iterable[Delivery], retired: Retired) -> tuple[str, str] | None:
    """The last month (``2026-08``) up to which every source of insured months has delivered, and the slowest source.

    A retired source counts as one with its successor, and not at all if it has none. None without any month.
    """
    newest: dict[str, str] = {}
    for delivery in deliveries:
        source = last_successor(delivery.source_id, retired)
        if delivery.record_type == "employment_month" and delivery.is_accepted and source not in retired:
            for part in delivery.whole_parts:
                newest[source] = max(newest.get(source, ""), part.period or "")
    return min(((month, source) for source, month in newest.items() if month), default=None)
