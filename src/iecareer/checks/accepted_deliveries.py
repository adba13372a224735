"""The deliveries that count. New deliveries are compared with them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from iecareer.contracts import RecordType
from iecareer.lake.manifest import Delivery, Part
from iecareer.lake.parts import part_rows, place

# Parts of earlier deliveries to compare with; more months would only cost time.
USUAL_PARTS = 12


class AcceptedDeliveries:
    """Accepted deliveries by record type, in the order they landed.

    Parameters
    ----------
    lake : Path
        Folder to which the paths of parts are relative.
    deliveries : iterable of Delivery
        Deliveries accepted before; others are added once they are judged.
    """

    def __init__(self, lake: Path, deliveries: Iterable[Delivery] = ()) -> None:
        self._lake = lake
        self._by_type: dict[str, list[Delivery]] = {}
        for delivery in deliveries:
            self.add(delivery)

    def add(self, delivery: Delivery) -> None:
        """Add a delivery."""
        standing = self._by_type.setdefault(delivery.record_type, [])
        standing.append(delivery)
        standing.sort(key=lambda d: d.landed_at)

    def before(self, delivery: Delivery) -> list[Delivery]:
        """Earlier deliveries of the same source and record type, oldest first, without replays."""
        standing = self._by_type.get(delivery.record_type, [])
        return [
            d
            for d in standing
            if d.source_id == delivery.source_id
            and d.landed_at < delivery.landed_at
            and d.delivery_id != delivery.delivery_id
            and not d.is_replay
        ]

    def files(self, record_type: str) -> list[str]:
        """Conformed files that count: of snapshots the newest per source with its replays, else all."""
        in_force: list[Delivery] = []
        for d in self._by_type.get(record_type, []):
            if d.mode == "snapshot" and not d.is_replay:
                in_force = [other for other in in_force if other.source_id != d.source_id]
            in_force.append(d)
        parts = [part for delivery in in_force for part in delivery.parts if part.n]
        return list(dict.fromkeys(place(self._lake, part.path) for part in parts))

    def rows(self, kind: RecordType, parts: Iterable[Part]) -> str | None:
        """SQL that selects the rows of these parts, or None if they are empty."""
        return part_rows(self._lake, kind, parts)


def usual_parts(earlier: list[Delivery]) -> list[Part]:
    """The newest parts of earlier deliveries, by period if they have one, else by time of landing."""
    newest: dict[tuple[str, int], Part] = {}
    for number, delivery in enumerate(earlier):
        for part in delivery.whole_parts:
            newest[(part.period, 0) if part.period else ("", number)] = part
    return [newest[key] for key in sorted(newest)][-USUAL_PARTS:]


def by_period(deliveries: Iterable[Delivery]) -> dict[str, int]:
    """Rows per period. `deliveries` are sorted, oldest first; a later delivery replaces the periods that it contains.

    Back payments into other periods do not count: they replace nothing.
    """
    return {part.period: part.n for delivery in deliveries for part in delivery.whole_parts if part.period}
