"""Detects the end of a service's pages: an empty page, or another answer that services give after the last page.

A broken service may give the same answers. On the first page such an answer is never the end. Later it is the end
only if there is no sign of missing records.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from iecareer.errors import IecareerError

NUMBERED = ("page", "offset")
# Statuses of answers beyond the last page: no content, or no such page.
_NO_CONTENT = (HTTPStatus.NO_CONTENT, HTTPStatus.RESET_CONTENT)
_NO_SUCH_PAGE = (
    HTTPStatus.NOT_FOUND,
    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
    HTTPStatus.BAD_REQUEST,
)
_ERRORS = ("error", "errors", "fault", "exception")
_ROUND = 1000


@dataclass
class PagesSeen:
    """The pages so far: their number, their number of records, and a hash of each."""

    place: str
    paging: str
    n_pages: int = 0
    n_records: int = 0
    _first_size: int = 0
    _last_size: int = 0
    _last: bytes = b""
    _marks: set[bytes] = field(default_factory=set)

    def add(self, records: Sequence[Any]) -> bool:
        """Count one page; returns False if it repeats the previous page, which ends the pages.

        Raises
        ------
        IecareerError
            When it repeats an earlier page.
        """
        mark = hashlib.sha256(json.dumps(records, sort_keys=True).encode()).digest()
        if records and mark in self._marks:
            if self.paging in NUMBERED and mark == self._last and self.n_pages > 1:
                self.refuse_limit()
                return False
            raise IecareerError(
                f"{self.place}: a page came twice (paging by {self.paging}, page {self.n_pages + 1} of the fetch).",
                next_step="Check pageParameter and firstPage, which the service may ignore, or set totalAt.",
            )
        self._marks.add(mark)
        self._first_size = self._first_size or len(records)
        self._last, self._last_size = mark, len(records)
        self.n_pages, self.n_records = self.n_pages + 1, self.n_records + len(records)
        return True

    def is_end(self, status: int, total_at: str | None) -> bool:
        """Whether an answer with this status means that there is no further page."""
        if not self.n_pages or total_at:
            return False
        if status in _NO_CONTENT:
            return True
        if self.paging not in NUMBERED or status not in _NO_SUCH_PAGE:
            return False
        if status == HTTPStatus.BAD_REQUEST:
            self.refuse_limit()
        return True

    def lacks_list(self, document: Any, records_at: str) -> bool:
        """Whether a later answer has no list of records at all, not even an empty list or null."""
        if not self.n_pages or self.paging == "none":
            return False
        if records_at:
            return not looked_up(document, records_at)[0]
        # An answer with a message instead of the list. An object of records instead of a list is not such an answer.
        return isinstance(document, dict) and not any(
            isinstance(value, dict | list) and value
            for name, value in document.items()
            if name not in _ERRORS
        )

    def refuse_error(self, document: Any) -> None:
        """Refuse an answer without a list of records if it follows a full page and reports an error.

        Raises
        ------
        IecareerError
            When the answer does so.
        """
        has_error = isinstance(document, dict) and any(document.get(name) for name in _ERRORS)
        if has_error and self._is_full():
            raise IecareerError(
                f"{self.place}: the service answered page {self.n_pages + 1} of the fetch with an error instead of "
                "records.",
                next_step="Ask the office that runs the service, or set totalAt, which shows where the end is.",
            )
        self.refuse_limit()

    def refuse_limit(self) -> None:
        """Refuse an end after a full page and a round thousand of records: this is probably a limit of the service.

        Raises
        ------
        IecareerError
            When the pages end like that.
        """
        if self.paging in NUMBERED and self._is_full() and self.n_records % _ROUND == 0:
            raise IecareerError(
                f"{self.place}: the service gave no page after exactly {self.n_records:,} records. This may be a "
                "limit of the service, not the end.",
                next_step="Name totalAt, or page by 'next'; see docs/live-sources.md.",
            )

    def _is_full(self) -> bool:
        return self._last_size >= self._first_size


def looked_up(document: Any, path: str) -> tuple[bool, Any]:
    """Whether a path such as ``data.items`` exists in a document, and the value there."""
    for name in path.split(".") if path else ():
        if not isinstance(document, dict) or name not in document:
            return False, None
        document = document[name]
    return True, document
