"""Where the pages of a service end: told by an empty page, or by one of the other answers that services give then.

Any of these answers may also come from a service that is out of order. On the first page it never is an end; later it
is one only where nothing speaks for records that are missing.
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
# Beyond the last page a service has nothing to answer, or says that it has no such page.
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
    """The pages that came so far: how many, with how many records, and a hash of each."""

    place: str
    paging: str
    n_pages: int = 0
    n_records: int = 0
    _first_size: int = 0
    _last_size: int = 0
    _last: bytes = b""
    _marks: set[bytes] = field(default_factory=set)

    def add(self, records: Sequence[Any]) -> bool:
        """Count one page; False when it is the last page once more, which ends the pages.

        Raises
        ------
        IecareerError
            When it is any other page that came before.
        """
        mark = hashlib.sha256(json.dumps(records, sort_keys=True).encode()).digest()
        if records and mark in self._marks:
            if self.paging in NUMBERED and mark == self._last and self.n_pages > 1:
                self.refuse_limit()
                return False
            raise IecareerError(
                f"{self.place}: a page came twice (paging by {self.paging}, page {self.n_pages + 1} of the fetch).",
                next_step="Check pageParameter and firstPage, which the service may not know; or name totalAt.",
            )
        self._marks.add(mark)
        self._first_size = self._first_size or len(records)
        self._last, self._last_size = mark, len(records)
        self.n_pages, self.n_records = self.n_pages + 1, self.n_records + len(records)
        return True

    def is_end(self, status: int, total_at: str | None) -> bool:
        """Whether an answer of that status says that there is no further page."""
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
        """Whether a later answer holds no list of records at all, not even an empty one or null."""
        if not self.n_pages or self.paging == "none":
            return False
        if records_at:
            return not looked_up(document, records_at)[0]
        # A message instead of the list. A list that has become an object of records is no such message.
        return isinstance(document, dict) and not any(
            isinstance(value, dict | list) and value
            for name, value in document.items()
            if name not in _ERRORS
        )

    def refuse_error(self, document: Any) -> None:
        """Refuse an answer without a list of records that comes after a full page and reports an error.

        Raises
        ------
        IecareerError
            When it does.
        """
        has_error = isinstance(document, dict) and any(document.get(name) for name in _ERRORS)
        if has_error and self._is_full():
            raise IecareerError(
                f"{self.place}: the service answered page {self.n_pages + 1} of the fetch with an error instead of "
                "records.",
                next_step="Ask the office that runs the service; totalAt tells a missing page from the end.",
            )
        self.refuse_limit()

    def refuse_limit(self) -> None:
        """Refuse an end after a full page and thousands of records exactly: services limit their pages so.

        Raises
        ------
        IecareerError
            When the pages end like that.
        """
        if self.paging in NUMBERED and self._is_full() and self.n_records % _ROUND == 0:
            raise IecareerError(
                f"{self.place}: the service gave no page after exactly {self.n_records:,} records; that is often the "
                "most it gives, not all it has.",
                next_step="Name totalAt, or page by 'next'; see docs/live-sources.md.",
            )

    def _is_full(self) -> bool:
        return self._last_size >= self._first_size


def looked_up(document: Any, path: str) -> tuple[bool, Any]:
    """Whether a path such as ``data.items`` leads anywhere in a document, and what stands there."""
    for name in path.split(".") if path else ():
        if not isinstance(document, dict) or name not in document:
            return False, None
        document = document[name]
    return True, document
