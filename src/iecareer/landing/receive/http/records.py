"""Fetching from a service that answers with JSON, page by page; all of it or nothing becomes a delivery.

Records become JSON Lines with every number as the text it was, so that no digit of an identity number is lost.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from iecareer.contracts import RecordType
from iecareer.errors import IecareerError
from iecareer.landing.receive.http.pages import Page, pages
from iecareer.landing.receive.slices import SLICE_BYTES, SLICE_ROWS, archived
from iecareer.landing.receive.watermarks import Fetched, Mark, Progress
from iecareer.landing.received import Received
from iecareer.sources import SourceSystem, Table
from iecareer.sources.servers import Api

_ATTEMPTS = 3


@dataclass
class _Watermark:
    """The highest cursor among the records and how many have it."""

    cursor: str | None = None
    n: int = 0

    def see(self, value: Any, place: str) -> None:
        """Take one record's cursor into account."""
        if value is None:
            return
        if not isinstance(value, str):
            raise IecareerError(f"{place}: the cursor of a record is neither text nor a number.")
        if value == self.cursor:
            self.n += 1
        elif self.cursor is None or _is_above(value, self.cursor):
            self.cursor, self.n = value, 1


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
        highest = _Watermark()
        slices, is_whole = _archived(api, table, (since, place, kind.name), highest)
        if is_whole:
            break
    else:
        raise _not_all(api, place)
    if not table.extract.cursor:
        _refuse_nothing(slices, place)
        return known.fetched(slices, {})
    if not slices:
        return None
    if highest.cursor is None:
        raise IecareerError(
            f"{place}: no record has a value at '{table.extract.cursor}', the cursor.",
            next_step="Name the key of a record as the service does.",
        )
    mark = Mark(highest.n, highest.cursor)
    return None if mark == before else known.fetched(slices, {"": mark})


def _not_all(api: Api, place: str) -> IecareerError:
    if api.paging == "none":
        return IecareerError(
            f"{place}: the service gave fewer records than it says there are at '{api.total_at}'.",
            next_step="Name how it pages: paging, pageParameter, pageSize; see docs/live-sources.md.",
        )
    return IecareerError(
        f"{place}: the number of records changed each time while it was fetched.",
        next_step="Fetch at a quieter hour, or page by 'next' if the service offers it.",
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
    api: Api, table: Table, wanted: tuple[str | None, str, str], highest: _Watermark
) -> tuple[list[Received], bool]:
    """Archived slices of all pages, and whether there were as many records as the service said throughout."""
    since, place, name = wanted
    totals: set[int | None] = set()
    n_records = 0
    slices: list[Received] = []
    for number, (data, group) in enumerate(_slices(pages(api, table.selector, since, place)), 1):
        for page in group:
            totals.add(page.total)
            n_records += len(page.records)
            if table.extract.cursor:
                for record in page.records:
                    highest.see(_at(record, table.extract.cursor), place)
        slices.append(archived(data, f"{name}-{number:05d}.jsonl"))
    return slices, not api.total_at or totals == {n_records}


def _slices(fetched: Iterator[Page]) -> Iterator[tuple[bytes, list[Page]]]:
    """Pages as slices of JSON Lines; none when there is no record."""
    lines: list[bytes] = []
    group: list[Page] = []
    for page in fetched:
        group.append(page)
        lines += map(_line, page.records)
        if sum(map(len, lines)) > SLICE_BYTES or len(lines) >= SLICE_ROWS:
            yield b"".join(lines), group
            lines, group = [], []
    if lines:
        yield b"".join(lines), group


def _line(record: Any) -> bytes:
    return (json.dumps(record, ensure_ascii=False, sort_keys=True) + "\n").encode()


def _at(record: Any, name: str) -> Any:
    return record.get(name) if isinstance(record, dict) else None


def _is_above(value: str, other: str) -> bool:
    """Whether a cursor is above another: as numbers where both are whole numbers, else as text."""
    if value.isdecimal() and other.isdecimal():
        return int(value) > int(other)
    return value > other
