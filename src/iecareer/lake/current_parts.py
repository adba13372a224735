"""Finds the parts of a source's deliveries that have its current rows, by the record type's delivery mode."""

from __future__ import annotations

from iecareer.contracts import RecordType
from iecareer.lake.manifest import Delivery, Part

CurrentParts = tuple[Delivery, list[Part]]


def current_parts(kind: RecordType, deliveries: list[Delivery]) -> list[CurrentParts]:
    """Deliveries with their parts that no later delivery has replaced as a whole, oldest first.

    A replay replaces single rows of earlier deliveries. Any other delivery replaces all earlier rows in mode
    snapshot, and the periods it contains in mode period.
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
