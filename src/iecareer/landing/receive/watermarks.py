"""The watermarks of a live source: how far it has been fetched, according to its recorded deliveries.

A mark has the number of rows and the highest cursor seen: per period in mode period, else for the rows from the
watermark on. A mark is stored with its delivery, so a killed landing changes no mark.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from iecareer.contracts import RecordType
from iecareer.errors import IecareerError
from iecareer.lake.manifest import Delivery, versions
from iecareer.landing.received import Received
from iecareer.persons.identity_numbers import holds_resident_id
from iecareer.persons.keys import derive
from iecareer.sources import SourceSystem, Table


@dataclass(frozen=True)
class Mark:
    """The state of the source, or of one period, when fetched: the number of rows and the highest cursor as text.

    `uncursored` is a digest of the rows without a cursor, because nothing else shows their changes.
    """

    n: int
    cursor: str | None = None
    uncursored: str | None = None

    def __str__(self) -> str:
        """The mark as text, for a delivery's document."""
        n = f"{self.n}#{self.uncursored}" if self.uncursored else str(self.n)
        return f"{n} {self.cursor}" if self.cursor is not None else n

    @staticmethod
    def read(text: str) -> Mark:
        """The mark from the text in a delivery's document."""
        counted, _, cursor = text.partition(" ")
        n, _, uncursored = counted.partition("#")
        return Mark(int(n), cursor or None, uncursored or None)


class RowsDigest:
    """A keyed digest of rows that does not depend on their order; equal rows count separately."""

    def __init__(self) -> None:
        self._key, self._sum = derive("rows without a cursor"), 0

    def add(self, row: bytes) -> None:
        """Add one row."""
        self._sum += int.from_bytes(hashlib.blake2b(row, digest_size=16, key=self._key).digest())

    @property
    def text(self) -> str | None:
        """The digest in hexadecimal; None without rows."""
        return f"{self._sum % (1 << 128):032x}" if self._sum else None


@dataclass(frozen=True)
class Fetched:
    """The result of a fetch: archived slices, and the data on the fetch for the delivery's document."""

    files: tuple[Received, ...]
    record: dict[str, Any]


@dataclass(frozen=True)
class Progress:
    """Data on earlier fetches from one place; empty before the first fetch."""

    place: str
    marks: dict[str, Mark] = field(default_factory=dict)
    last: Delivery | None = None

    def fetched(
        self, slices: list[Received], marks: dict[str, Mark], emptied: tuple[str, ...] = ()
    ) -> Fetched:
        """The delivery to record.

        Its identity includes the previous fetch. So rows that return to an old state give a new delivery, while a
        repeated fetch, also after a kill, gives the same delivery.

        Raises
        ------
        IecareerError
            When a cursor is an identity number, because marks are stored unencrypted.
        """
        if any(holds_resident_id(mark.cursor or "") for mark in marks.values()):
            raise IecareerError(
                "The cursor contains identity numbers.",
                next_step="Use a column that grows with every change, such as the time of the change.",
            )
        after = self.last.delivery_id if self.last else ""
        if self.last and self._is_the_same(self.last, slices):
            after = self.last.fetched["after"]
        record = {
            "place": self.place,
            "after": after,
            "marks": {key: str(mark) for key, mark in sorted(marks.items())},
            "emptied": list(emptied),
        }
        return Fetched(tuple(slices), record)

    def _is_the_same(self, delivery: Delivery, slices: list[Received]) -> bool:
        same_bytes = [file["sha256"] for file in delivery.files] == [piece.sha256 for piece in slices]
        return same_bytes and delivery.fetched["place"] == self.place


def progress(system: SourceSystem, table: Table, kind: RecordType) -> Progress:
    """The progress of fetching the record type from the place in its current contract.

    Another server, table, query or cursor column is another place, whose fetching starts from the beginning.
    """
    extract = table.extract
    wanted = (
        system.location or "",
        table.selector or "",
        extract.query or "",
        extract.cursor or "",
        kind.mode,
    )
    place = hashlib.sha256("\n".join(wanted).encode()).hexdigest()[:16]
    own = [
        delivery
        for delivery in versions()
        if (delivery.source_id, delivery.record_type) == (system.source_id, kind.name) and delivery.fetched
    ]
    marks: dict[str, Mark] = {}
    for delivery in own:
        if delivery.fetched["place"] == place:
            marks |= {key: Mark.read(text) for key, text in delivery.fetched["marks"].items()}
        for period in delivery.fetched["emptied"]:
            marks.pop(period, None)
    return Progress(place, marks, own[-1] if own else None)
