"""Finds the parts of a source's deliveries that have its current rows, by the record type's delivery mode."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from iecareer.contracts import RecordType
from iecareer.lake.manifest import Delivery, Part

CurrentParts = tuple[Delivery, list[Part]]


def by_source(deliveries: Iterable[Delivery]) -> dict[str, list[Delivery]]:
    """The deliveries of each source, in the order they landed."""
    found: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in sorted(deliveries, key=lambda d: d.landed_at):
        found[delivery.source_id].append(delivery)
    return found


def current_parts(kind: RecordType, deliveries: list[Delivery]) -> list[CurrentParts]:
    """Deliveries with their parts that no later delivery has replaced as a whole, oldest first.

    A replay replaces single rows of earlier deliveries. Any other delivery replaces all earlier rows in mode
    snapshot, and the periods it contains in mode period. Parts that join a period replace nothing, and later deliveries
    of that period do not replace them. They count as long as another period of their own delivery counts.
    """
    whole = [position for position, delivery in enumerate(deliveries) if not delivery.is_replay]
    if kind.mode == "snapshot":
        return [(delivery, list(delivery.parts)) for delivery in deliveries[max(whole, default=0) :]]
    if kind.mode == "upsert":
        return [(delivery, list(delivery.parts)) for delivery in deliveries]
    newest = {part.period: position for position in whole for part in deliveries[position].whole_parts}
    own = {
        delivery.delivery_id: [
            part for part in delivery.whole_parts if position >= newest.get(part.period, 0)
        ]
        for position, delivery in enumerate(deliveries)
    }
    return [(d, [*own[d.delivery_id], *_joining_parts(d, own)]) for d in deliveries]


def _joining_parts(delivery: Delivery, own: dict[str, list[Part]]) -> list[Part]:
    """The parts that join periods, if the statement they came with still counts.

    That is a delivery with a period of its own that counts, or none at all but back payments; such a replay belongs to
    the deliveries that it answers.
    """
    joining = [part for part in delivery.parts if part.joins]
    if not joining or own[delivery.delivery_id]:
        return joining
    answered = [own[name] for name in delivery.amends or () if name in own]
    is_replaced = bool(delivery.whole_parts) or (bool(answered) and not any(answered))
    return [] if is_replaced else joining
