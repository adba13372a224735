"""The pages of a JSON service, one after another, only from the host in its contract."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from iecareer.errors import IecareerError
from iecareer.landing.receive.credentials import token
from iecareer.landing.receive.http.paging_end import NUMBERED, PagesSeen, looked_up
from iecareer.sources.servers import Api

if TYPE_CHECKING:
    import requests

PAGE_BYTES = 256 << 20
_TIMEOUT = (30, 120)
_PAGE_SECONDS = 900
_TRIES = 6
_LONGEST_WAIT = 60.0
# 202: the service is still preparing the answer.
_BUSY = (202, 408, 425, 429, 500, 502, 503, 504)
_GOOD = (200, 201, 203, 206)
_TOTAL_OF_RANGE = re.compile(r"(\d+-\d+|\*)/(\d+)$")
_REDIRECTS = 5


@dataclass(frozen=True)
class Page:
    """The records of one page, and the total number of records if the service gives it."""

    records: list[Any]
    total: int | None


@dataclass(frozen=True)
class _Answer:
    """An answer's body, the next page's address if a header has it, and the total in ``Content-Range``."""

    body: bytes
    linked: str | None = None
    total: int | None = None


class _AgainLaterError(Exception):
    """The service is busy or the connection broke; `seconds` is how long it asks the client to wait."""

    def __init__(self, what: str, seconds: float = 0.0) -> None:
        super().__init__(what)
        self.seconds = seconds


def pages(api: Api, selector: str | None, since: str | None, place: str) -> Iterator[Page]:
    """All pages of a path of the service, with the contract's paging.

    Raises
    ------
    IecareerError
        When the service cannot be reached or leads to another host, an answer contradicts the contract or is too big,
        or pages repeat. No message contains a token or the answer.
    """
    import requests

    with requests.Session() as session:
        asked = _Asked(session, api, token(api, place), place)
        seen, links = PagesSeen(place, api.paging), set[str]()
        url = _first_url(api, selector, since)
        while url:
            found = _asked_page(asked, _numbered(url, api, seen), seen)
            if found is None:
                return
            page, following = found
            if not seen.add(page.records):
                return
            yield page
            if api.paging == "none" or (api.paging in NUMBERED and _is_last(page, seen.n_records)):
                return
            if api.paging == "next":
                url = _followed(following, url, api, links, place)


def _asked_page(asked: _Asked, url: str, seen: PagesSeen) -> tuple[Page, Any] | None:
    """The page at an address and the next page's address; None beyond the last page.

    An answer without the list of records may be a temporary fault: only if it comes twice does it mean the end.
    """
    for is_again in (False, True):
        answer = asked.answer(url, seen)
        if answer is None:
            return None
        found = _page(answer, asked.api, seen, is_again=is_again)
        if found:
            return found
    return None


def first_answer(api: Api, place: str) -> tuple[Any, bool]:
    """The service's first answer as a document, with numbers as text, and whether a header names a next page.

    Raises
    ------
    IecareerError
        As :func:`pages` does.
    """
    import requests

    with requests.Session() as session:
        asked = _Asked(session, api, token(api, place), place)
        answer = asked.answer(_first_url(api, None, None), PagesSeen(place, api.paging)) or _Answer(b"")
    return _document(answer.body, place), answer.linked is not None


@dataclass(frozen=True)
class _Asked:
    """One session with the service."""

    session: requests.Session
    api: Api
    token: str | None
    place: str

    def answer(self, url: str, seen: PagesSeen) -> _Answer | None:
        """The service's answer; None if it says that there is no further page.

        If the service is busy, the request is repeated.
        """
        import tenacity

        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_AgainLaterError),
            stop=tenacity.stop_after_attempt(_TRIES),
            wait=_wait,
            reraise=True,
        )
        try:
            return retrying(self._redirected, url, seen)
        except _AgainLaterError as error:
            raise IecareerError(
                f"{self.place}: the service at {urlsplit(self.api.url).hostname} did not answer ({error}), "
                f"asked {_TRIES} times.",
                next_step="See the runbook 'a live source cannot be reached'.",
            ) from None

    def _redirected(self, url: str, seen: PagesSeen) -> _Answer | None:
        for _ in range(_REDIRECTS + 1):
            answer = self._once(url, seen)
            if not isinstance(answer, str):
                return answer
            url = _on_host(urljoin(url, answer), self.api, self.place, "redirects")
        raise IecareerError(f"{self.place}: the service redirects without end.")

    def _once(self, url: str, seen: PagesSeen) -> _Answer | str | None:
        """One request: its answer, where it is redirected to, or None beyond the last page."""
        import requests

        try:
            with self.session.get(
                url, auth=self._sign, timeout=_TIMEOUT, allow_redirects=False, stream=True
            ) as response:
                if response.is_redirect:
                    return response.headers["location"]
                if seen.is_end(response.status_code, self.api.total_at):
                    return None
                self._refuse_status(response)
                linked = response.links.get("next", {}).get("url")
                return _Answer(self._read(response), linked, _total_of_range(response))
        except (
            requests.ConnectionError,
            requests.Timeout,
            requests.exceptions.ChunkedEncodingError,
        ) as error:
            raise _AgainLaterError(type(error).__name__) from None
        except (requests.RequestException, ValueError) as error:
            raise IecareerError(
                f"{self.place}: the service cannot be asked ({type(error).__name__}).",
                next_step="Check the location in the contract.",
            ) from None

    def _sign(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Adds the token's header; as `auth`, so that no other credentials of this machine are sent."""
        request.headers["Accept"] = "application/json"
        if self.token:
            request.headers[self.api.token_header] = self.token
        return request

    def _refuse_status(self, response: requests.Response) -> None:
        status = response.status_code
        if status in _BUSY:
            wait = response.headers.get("retry-after", "")
            raise _AgainLaterError(f"status {status}", float(wait) if wait.isdecimal() else 0.0)
        if status not in _GOOD:
            raise IecareerError(
                f"{self.place}: the service answered with status {status}.",
                next_step=f"Check the location and {self.api.token_variable or 'whether it needs a token'}.",
            )

    def _read(self, response: requests.Response) -> bytes:
        body, began = bytearray(), time.monotonic()
        for chunk in response.iter_content(1 << 20):
            body += chunk
            if len(body) > PAGE_BYTES:
                raise IecareerError(
                    f"{self.place}: a page has more than {PAGE_BYTES >> 20} MiB.",
                    next_step="Ask for smaller pages: pageSize, pageSizeParameter.",
                )
            if time.monotonic() - began > _PAGE_SECONDS:
                raise _AgainLaterError("too slow")
        return bytes(body)


def _wait(state: Any) -> float:
    """Seconds to wait: doubled from one second, or longer if the service asks for it, at most a minute."""
    error = state.outcome.exception()
    return min(_LONGEST_WAIT, max(float(2 ** (state.attempt_number - 1)), float(error.seconds)))


def _first_url(api: Api, selector: str | None, since: str | None) -> str:
    url, path = urlsplit(api.url), (selector or "").removeprefix("path:").strip("/")
    whole = url._replace(path=f"{url.path.rstrip('/')}/{path}" if path else url.path)
    parameters = {api.page_size_parameter or "": str(api.page_size or "")}
    parameters[api.cursor_parameter or ""] = since or ""
    return _with(urlunsplit(whole), {name: value for name, value in parameters.items() if name and value})


def _total_of_range(response: requests.Response) -> int | None:
    found = _TOTAL_OF_RANGE.search(response.headers.get("content-range", ""))
    return int(found[2]) if found else None


def _numbered(url: str, api: Api, seen: PagesSeen) -> str:
    number = {"page": api.first_page + seen.n_pages, "offset": seen.n_records}.get(api.paging)
    return url if number is None else _with(url, {api.page_parameter or api.paging: str(number)})


def _with(url: str, parameters: dict[str, str]) -> str:
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query, True) if name not in parameters]
    return urlunsplit(parts._replace(query=urlencode([*kept, *parameters.items()])))


def _followed(address: Any, url: str, api: Api, seen: set[str], place: str) -> str:
    """The next page's address; empty at the end."""
    if not address:
        return ""
    if not isinstance(address, str):
        raise IecareerError(f"{place}: the address of the next page is not text.")
    following = _on_host(urljoin(url, address), api, place, "leads")
    mark = hashlib.sha256(following.encode()).hexdigest()
    if mark in seen or following == url:
        raise IecareerError(
            f"{place}: the pages form a loop.", next_step="Tell the office that runs the service."
        )
    seen.add(mark)
    return following


def _on_host(url: str, api: Api, place: str, what: str) -> str:
    """The address, if it is on the contract's host. Another host is never called and never gets the token.

    A service behind a gateway may write http instead of the contract's https; then https is used.
    """
    own, other = urlsplit(api.url), urlsplit(url)
    same_port = other.port in (None, own.port) or other.scheme != own.scheme
    if other.hostname != own.hostname or other.scheme not in ("http", "https") or not same_port:
        raise IecareerError(
            f"{place}: the service {what} to another host.",
            next_step="If that host is right, name it in the contract's location.",
        )
    if (own.scheme, other.scheme) == ("http", "https"):
        return url
    return urlunsplit(other._replace(scheme=own.scheme, netloc=own.netloc))


def _page(answer: _Answer, api: Api, seen: PagesSeen, *, is_again: bool) -> tuple[Page, Any] | None:
    """The page in an answer, and the next page's address; None if a later answer has no list of records."""
    place = seen.place
    is_bare = seen.n_pages > 0 and not answer.body.strip()
    document = None if is_bare else _document(answer.body, place)
    following = (_found(document, api.next_at) if isinstance(document, dict) else None) or answer.linked
    if seen.lacks_list(document, api.records_at) and not following:
        if is_again:
            seen.refuse_error(document)
        return None
    records = looked_up(document, api.records_at)[1]
    if seen.n_pages and not records:
        records = []
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise IecareerError(
            f"{place}: there is no list of records at '{api.records_at or 'the top'}'.",
            next_step="Set recordsAt to the path of the list, such as data.items.",
        )
    return Page(records, _total(document, answer, api, place, is_needed=bool(records))), following


def _total(document: Any, answer: _Answer, api: Api, place: str, *, is_needed: bool) -> int | None:
    """The total number of records: from the path in the contract, else from the answer's header."""
    if not api.total_at:
        return answer.total
    total = _found(document, api.total_at)
    if str(total).isdecimal():
        return int(total)
    if not is_needed:
        return None
    raise IecareerError(f"{place}: there is no number at '{api.total_at}' (totalAt).")


def _document(body: bytes, place: str) -> Any:
    """The answer as a document, with numbers as their original text."""
    try:
        return json.loads(body, parse_int=str, parse_float=str, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        raise IecareerError(
            f"{place}: an answer of {len(body):,} bytes is not JSON.",
            next_step="Check the location: it may lead to a login page.",
        ) from None


def _found(document: Any, path: str) -> Any:
    return looked_up(document, path)[1]


def _is_last(page: Page, n_records: int) -> bool:
    """Paging by number ends with an empty page, or once all announced records have come.

    A partly filled page does not end it: a service may give fewer records per page than requested.
    """
    return not page.records or (page.total is not None and n_records >= page.total)
