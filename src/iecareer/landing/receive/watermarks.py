"""How far a live source has been fetched: only its recorded deliveries say so.

A mark is the number of rows and the highest cursor seen: of each period for record types of mode period, else of the
rows from the watermark on. It counts only once its delivery is recorded, so a killed landing moves nothing.
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
    """What was seen of the source, or of one period: the number of rows and the highest cursor as text.

    `uncursored` is a digest of the rows without a cursor, whose changes nothing else would show.
    """

    n: int
    cursor: str | None = None
    uncursored: str | None = None

    def __str__(self) -> str:
        """As it stands in a delivery's document."""
        n = f"{self.n}#{self.uncursored}" if self.uncursored else str(self.n)
        return f"{n} {self.cursor}" if self.cursor is not None else n

    @staticmethod
    def read(text: str) -> Mark:
        """The mark that stands in a delivery's document."""
        counted, _, cursor = text.partition(" ")
        n, _, uncursored = counted.partition("#")
        return Mark(int(n), cursor or None, uncursored or None)


class RowsDigest:
    """A digest of rows in any order, under the key of this home; equal rows count as often as they come."""

    def __init__(self) -> None:
        self._key, self._sum = derive("rows without a cursor"), 0

    def add(self, row: bytes) -> None:
        """Take one row into account."""
        self._sum += int.from_bytes(hashlib.blake2b(row, digest_size=16, key=self._key).digest())

    @property
    def text(self) -> str | None:
        """The digest in hexadecimal, None when there was no row."""
        return f"{self._sum % (1 << 128):032x}" if self._sum else None


@dataclass(frozen=True)
class Fetched:
    """What a live source delivered: archived pieces, and what the delivery's document keeps of their making."""

    files: tuple[Received, ...]
    record: dict[str, Any]


@dataclass(frozen=True)
class Progress:
    """What is known of earlier fetches from one place; empty before the first one."""

    place: str
    marks: dict[str, Mark] = field(default_factory=dict)
    last: Delivery | None = None

    def fetched(
        self, slices: list[Received], marks: dict[str, Mark], emptied: tuple[str, ...] = ()
    ) -> Fetched:
        """The delivery to record.

        Its identity includes the fetch before it: rows that are again what they were long ago are a new delivery,
        while the very same fetch once more, or the rerun of a killed one, is the same.

        Raises
        ------
        IecareerError
            When a cursor is the number of a person: marks are kept in the clear.
        """
        if any(holds_resident_id(mark.cursor or "") for mark in marks.values()):
            raise IecareerError(
                "The cursor holds numbers of persons.",
                next_step="Name a column that grows with every change, such as its time.",
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
    """How far that record type has been fetched from where its contract now says.

    Another server, table, query or cursor column is another place, which starts anew.
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
