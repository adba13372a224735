"""Which parts of one source's deliveries hold its current rows, by the record type's delivery mode."""

from __future__ import annotations

from iecareer.contracts import RecordType
from iecareer.lake.manifest import Delivery, Part

CurrentParts = tuple[Delivery, list[Part]]


def current_parts(kind: RecordType, deliveries: list[Delivery]) -> list[CurrentParts]:
    """Deliveries with those of their parts that no later one has replaced as a whole, oldest first.

    Rows of a replay lie over those of the deliveries before it; other deliveries replace what was there, all of it
    in mode snapshot, the periods they bring in mode period.
    """
    whole = [position for position, delivery in enumerate(deliveries) if not delivery.is_replay]
    if kind.mode == "snapshot":
        return [(delivery, list(delivery.parts)) for delivery in deliveries[max(whole, default=0) :]]
    if kind.mode == "upsert":
        return [(delivery, list(delivery.parts)) for delivery in deliveries]
    newest = {part.period: position for position in whole for part in deliveries[position].parts}
    return [
        (delivery, [part for part in delivery.parts if position >= newest.get(part.period, 0)])
        for position, delivery in enumerate(deliveries)
    ]
