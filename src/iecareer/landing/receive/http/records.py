"""Fetching from a service that answers with JSON, page by page; all of it or nothing becomes a delivery.

Records become JSON Lines with every number as the text it was, so that no digit of an identity number is lost.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from iecareer.contracts import RecordType
from iecareer.errors import IecareerError
from iecareer.landing.receive.http.pages import Page, pages
from iecareer.landing.receive.http.paging_end import NUMBERED
from iecareer.landing.receive.slices import SLICE_BYTES, SLICE_ROWS, archived
from iecareer.landing.receive.watermarks import Fetched, Mark, Progress, RowsDigest
from iecareer.landing.received import Received
from iecareer.sources import SourceSystem, Table
from iecareer.sources.servers import Api

_ATTEMPTS = 3


@dataclass
class _Watermark:
    """The highest cursor among the records, how many have it, and a digest of those that have none."""

    cursor: str | None = None
    n: int = 0
    n_named: int = 0
    _uncursored: RowsDigest = field(default_factory=RowsDigest)

    def see(self, record: Any, name: str, place: str) -> None:
        """Take one record's cursor into account."""
        value = record.get(name)
        self.n_named += name in record
        if value is None or not str(value).strip():
            self._uncursored.add(_line(record))
        elif not isinstance(value, str):
            raise IecareerError(f"{place}: the cursor of a record is neither text nor a number.")
        elif value == self.cursor:
            self.n += 1
        elif self.cursor is None or _is_above(value, self.cursor):
            self.cursor, self.n = value, 1

    def mark(self, before: Mark | None) -> Mark:
        """What to remember: while no record has a cursor, the one before stays."""
        kept = before.cursor if before else None
        return Mark(self.n, kept if self.cursor is None else self.cursor, self._uncursored.text)


@dataclass
class _Counted:
    """How many records came, and how many of them had already come on an earlier page."""

    n: int = 0
    n_again: int = 0
    totals: set[int] = field(default_factory=set)
    _seen: set[bytes] = field(default_factory=set)

    def add(self, page: Page) -> None:
        """Count a page. Equal records on one page are records of their own."""
        hashed = Counter(hashlib.blake2b(_line(record), digest_size=12).digest() for record in page.records)
        self.n += len(page.records)
        self.n_again += sum(n for mark, n in hashed.items() if mark in self._seen)
        self._seen |= hashed.keys()
        if page.total is not None:
            self.totals.add(page.total)

    def is_whole(self, api: Api) -> bool:
        """Whether these are all records: as many different ones as announced, none of them on two numbered pages."""
        n_again = 0 if api.equal_records else self.n_again
        if self.totals:
            return self.totals == {self.n - n_again}
        return not n_again or api.paging not in NUMBERED


def fetch_pages(api: Api, what: tuple[SourceSystem, Table, RecordType], known: Progress) -> Fetched | None:
    """Fetch and archive what one path of a service delivers; None when it delivers nothing new.

    Raises
    ------
    IecareerError
        When the service cannot be reached, does not page as the contract says, or changes all the while.
    """
    system, table, kind = what
    place = f"{system.source_id}, {kind.name}"
    before = known.marks.get("")
    since = before.cursor if before else table.extract.start
    for _ in range(_ATTEMPTS):
        highest, counted = _Watermark(), _Counted()
        slices = _archived(api, table, (since, place, kind.name), highest, counted)
        if counted.is_whole(api):
            break
    else:
        raise _not_all(api, counted, place)
    if not table.extract.cursor:
        _refuse_nothing(slices, place)
        return known.fetched(slices, {})
    if not slices:
        return None
    if not highest.n_named:
        raise IecareerError(
            f"{place}: no record has a value at '{table.extract.cursor}', the cursor.",
            next_step="Name the key of a record as the service does.",
        )
    mark = highest.mark(before)
    return None if mark == before else known.fetched(slices, {"": mark})


def _not_all(api: Api, counted: _Counted, place: str) -> IecareerError:
    if api.paging == "none":
        return IecareerError(
            f"{place}: the service gave fewer records than it says there are in all.",
            next_step="Name how it pages: paging, pageParameter, pageSize; see docs/live-sources.md.",
        )
    if len(counted.totals) > 1:
        return IecareerError(
            f"{place}: the number of records changed each time while it was fetched.",
            next_step="Fetch at a quieter hour, or page by 'next' if the service offers it.",
        )
    if counted.n_again and not api.equal_records:
        return IecareerError(
            f"{place}: {counted.n_again:,} of {counted.n:,} records came on two pages, so others may be missing.",
            next_step="Ask the office for pages in the order of a key, or page by 'next'. If the service does hold "
            "equal records, set equalRecords: true.",
        )
    return IecareerError(
        f"{place}: the service gave {counted.n:,} records and says that it has {max(counted.totals):,}.",
        next_step="Check paging, pageParameter and pageSize; see docs/live-sources.md.",
    )


def _refuse_nothing(slices: list[Received], place: str) -> None:
    """A service that suddenly has nothing at all is broken more often than empty."""
    if not slices:
        raise IecareerError(
            f"{place}: the service answered without any record; what was fetched before stays.",
            next_step="Ask the office; check recordsAt.",
        )


def sample_pages(api: Api, selector: str | None, n: int) -> bytes:
    """The first `n` records as JSON Lines."""
    lines: list[bytes] = []
    for page in pages(api, selector, None, "sample"):
        lines += map(_line, page.records)
        if len(lines) >= n:
            break
    return b"".join(lines[:n])


def _archived(
    api: Api,
    table: Table,
    wanted: tuple[str | None, str, str],
    highest: _Watermark,
    counted: _Counted,
) -> list[Received]:
    """Archived slices of all pages; their records are counted and their cursors compared on the way."""
    since, place, name = wanted
    slices: list[Received] = []

    def seen() -> Iterator[Page]:
        for page in pages(api, table.selector, since, place):
            counted.add(page)
            if table.extract.cursor:
                for record in page.records:
                    highest.see(record, table.extract.cursor, place)
            yield page

    for number, data in enumerate(_slices(seen()), 1):
        slices.append(archived(data, f"{name}-{number:05d}.jsonl"))
    return slices


def _slices(fetched: Iterator[Page]) -> Iterator[bytes]:
    """Pages as slices of JSON Lines; none when there is no record."""
    lines: list[bytes] = []
    for page in fetched:
        lines += map(_line, page.records)
        if sum(map(len, lines)) > SLICE_BYTES or len(lines) >= SLICE_ROWS:
            yield b"".join(lines)
            lines = []
    if lines:
        yield b"".join(lines)


def _line(record: Any) -> bytes:
    return (json.dumps(record, ensure_ascii=False, sort_keys=True) + "\n").encode()


def _is_above(value: str, other: str) -> bool:
    """Whether a cursor is above another: as numbers where both are whole numbers, else as text."""
    if value.isdecimal() and other.isdecimal():
        return int(value) > int(other)
    return value > other
