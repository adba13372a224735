"""Fetches from a JSON service page by page. A delivery has all pages, or there is no delivery.

Records become JSON Lines with numbers as their original text, so that identity numbers keep all digits.
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
    """The highest cursor among the records, the number of records with it, and a digest of records without a cursor."""

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
            raise IecareerError(f"{place}: a record has a cursor that is neither text nor a number.")
        elif value == self.cursor:
            self.n += 1
        elif self.cursor is None or _is_above(value, self.cursor):
            self.cursor, self.n = value, 1

    def mark(self, before: Mark | None) -> Mark:
        """The mark to store; if no record has a cursor, the previous mark stays."""
        kept = before.cursor if before else None
        return Mark(self.n, kept if self.cursor is None else self.cursor, self._uncursored.text)


@dataclass
class _Counted:
    """The number of records, and how many of them repeat a record of an earlier page."""

    n: int = 0
    n_again: int = 0
    totals: set[int] = field(default_factory=set)
    _seen: set[bytes] = field(default_factory=set)

    def add(self, page: Page) -> None:
        """Count a page. Equal records on one page count as different records."""
        hashed = Counter(hashlib.blake2b(_line(record), digest_size=12).digest() for record in page.records)
        self.n += len(page.records)
        self.n_again += sum(n for mark, n in hashed.items() if mark in self._seen)
        self._seen |= hashed.keys()
        if page.total is not None:
            self.totals.add(page.total)

    def is_whole(self, api: Api) -> bool:
        """Whether all records came: as many different records as announced, and none on two numbered pages."""
        n_again = 0 if api.equal_records else self.n_again
        if self.totals:
            return self.totals == {self.n - n_again}
        return not n_again or api.paging not in NUMBERED


def fetch_pages(api: Api, what: tuple[SourceSystem, Table, RecordType], known: Progress) -> Fetched | None:
    """Fetch and archive the records of one path of a service; None if there is nothing new.

    Raises
    ------
    IecareerError
        When the service cannot be reached, does not follow the contract's paging, or changes during every fetch.
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
            next_step="Set the cursor to a key of the service's records.",
        )
    mark = highest.mark(before)
    return None if mark == before else known.fetched(slices, {"": mark})


def _not_all(api: Api, counted: _Counted, place: str) -> IecareerError:
    if api.paging == "none":
        return IecareerError(
            f"{place}: the service gave fewer records than the total it reports.",
            next_step="Describe its paging: paging, pageParameter, pageSize; see docs/live-sources.md.",
        )
    if len(counted.totals) > 1:
        return IecareerError(
            f"{place}: the number of records changed during every attempt to fetch them.",
            next_step="Fetch at a quieter hour, or page by 'next' if the service offers it.",
        )
    if counted.n_again and not api.equal_records:
        return IecareerError(
            f"{place}: {counted.n_again:,} of {counted.n:,} records are on two pages, so others may be missing.",
            next_step="Ask the office to sort the pages by a key, or page by 'next'. If the service really has "
            "equal records, set equalRecords: true.",
        )
    return IecareerError(
        f"{place}: the service gave {counted.n:,} records and says that it has {max(counted.totals):,}.",
        next_step="Check paging, pageParameter and pageSize; see docs/live-sources.md.",
    )


def _refuse_nothing(slices: list[Received], place: str) -> None:
    """Refuse an answer without records if there were records before: the service is more likely broken than empty."""
    if not slices:
        raise IecareerError(
            f"{place}: the service answered without any record. Earlier data stay in use.",
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
    """Archived slices of all pages; also counts the records and compares their cursors."""
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
    """Whether a cursor is greater than another: as numbers if both are whole numbers, else as text."""
    if value.isdecimal() and other.isdecimal():
        return int(value) > int(other)
    return value > other
