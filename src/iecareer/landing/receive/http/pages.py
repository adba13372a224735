"""The pages of a JSON service, one after another, from the host of its contract and no other."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from iecareer.errors import IecareerError
from iecareer.landing.receive.credentials import token
from iecareer.sources.servers import Api

if TYPE_CHECKING:
    import requests

PAGE_BYTES = 256 << 20
_TIMEOUT = (30, 120)
_PAGE_SECONDS = 900
_TRIES = 6
_LONGEST_WAIT = 60.0
_BUSY = (408, 425, 429, 500, 502, 503, 504)
_REDIRECTS = 5


@dataclass(frozen=True)
class Page:
    """The records of one page, and how many there are in all where the service says so."""

    records: list[Any]
    total: int | None


class _AgainLaterError(Exception):
    """The service is busy or broke off; `seconds` is when it wants to be asked again."""

    def __init__(self, what: str, seconds: float = 0.0) -> None:
        super().__init__(what)
        self.seconds = seconds


def pages(api: Api, selector: str | None, since: str | None, place: str) -> Iterator[Page]:
    """Every page that a path of the service has, as the contract says it pages.

    Raises
    ------
    IecareerError
        When the service cannot be reached or leads to another host, an answer is not what the contract says or too
        big, or pages repeat. No message holds a token or what was answered.
    """
    import requests

    with requests.Session() as session:
        asked = _Asked(session, api, token(api, place), place)
        url, page_number, offset = _first_url(api, selector, since), api.first_page, 0
        seen: set[bytes] = set()
        while url:
            body, linked = asked.body(_numbered(url, api, page_number, offset))
            page, following = _page(body, api, place) if body is not None else (Page([], None), None)
            _refuse_repeated(page, seen, f"paging by {api.paging}, page {page_number}", place)
            yield page
            page_number, offset = page_number + 1, offset + len(page.records)
            if api.paging == "none" or (api.paging != "next" and _is_last(page, offset)):
                return
            if api.paging == "next":
                url = _followed(following or linked, url, api, seen, place)


def first_answer(api: Api, place: str) -> tuple[Any, bool]:
    """The service's first answer as a document, numbers as text, and whether a header names a next page.

    Raises
    ------
    IecareerError
        As :func:`pages` does.
    """
    import requests

    with requests.Session() as session:
        body, linked = _Asked(session, api, token(api, place), place).body(_first_url(api, None, None))
    return _document(body or b"", place), linked is not None


@dataclass(frozen=True)
class _Asked:
    """One session with the service."""

    session: requests.Session
    api: Api
    token: str | None
    place: str

    def body(self, url: str) -> tuple[bytes | None, str | None]:
        """The answer's body (None: no such page any more), and the next page's address where a header names it.

        A busy service is asked again.
        """
        import tenacity

        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_AgainLaterError),
            stop=tenacity.stop_after_attempt(_TRIES),
            wait=_wait,
            reraise=True,
        )
        try:
            return retrying(self._redirected, url)
        except _AgainLaterError as error:
            raise IecareerError(
                f"{self.place}: the service at {urlsplit(self.api.url).hostname} did not answer ({error}), "
                f"asked {_TRIES} times.",
                next_step="See the runbook 'a live source cannot be reached'.",
            ) from None

    def _redirected(self, url: str) -> tuple[bytes | None, str | None]:
        for _ in range(_REDIRECTS + 1):
            answer = self._once(url)
            if not isinstance(answer, str):
                return answer
            url = _on_host(urljoin(url, answer), self.api, self.place, "redirects")
        raise IecareerError(f"{self.place}: the service redirects without end.")

    def _once(self, url: str) -> tuple[bytes | None, str | None] | str:
        """One request: body and next address, or where it is redirected to."""
        import requests

        try:
            with self.session.get(
                url, auth=self._sign, timeout=_TIMEOUT, allow_redirects=False, stream=True
            ) as response:
                if response.is_redirect:
                    return response.headers["location"]
                if self._is_beyond(response, url):
                    return None, None
                self._refuse_status(response)
                return self._read(response), response.links.get("next", {}).get("url")
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
        """The token's header; given as `auth`, so that no other credentials of this machine are sent instead."""
        request.headers["Accept"] = "application/json"
        if self.token:
            request.headers[self.api.token_header] = self.token
        return request

    def _is_beyond(self, response: requests.Response, url: str) -> bool:
        """Whether a service that pages by number says that there is no page of that number any more."""
        if response.status_code != HTTPStatus.NOT_FOUND or self.api.paging != "page" or self.api.total_at:
            return False
        asked_for = dict(parse_qsl(urlsplit(url).query)).get(self.api.page_parameter or "")
        return asked_for != str(self.api.first_page)

    def _refuse_status(self, response: requests.Response) -> None:
        status = response.status_code
        if status in _BUSY:
            wait = response.headers.get("retry-after", "")
            raise _AgainLaterError(f"status {status}", float(wait) if wait.isdecimal() else 0.0)
        if status != HTTPStatus.OK:
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
    """Doubling from one second; what the service asks for when that is more, at most a minute."""
    error = state.outcome.exception()
    return min(_LONGEST_WAIT, max(float(2 ** (state.attempt_number - 1)), float(error.seconds)))


def _first_url(api: Api, selector: str | None, since: str | None) -> str:
    url, path = urlsplit(api.url), (selector or "").removeprefix("path:").strip("/")
    whole = url._replace(path=f"{url.path.rstrip('/')}/{path}" if path else url.path)
    parameters = {api.page_size_parameter or "": str(api.page_size or "")}
    parameters[api.cursor_parameter or ""] = since or ""
    return _with(urlunsplit(whole), {name: value for name, value in parameters.items() if name and value})


def _numbered(url: str, api: Api, page_number: int, offset: int) -> str:
    number = {"page": page_number, "offset": offset}.get(api.paging)
    return url if number is None else _with(url, {api.page_parameter or api.paging: str(number)})


def _with(url: str, parameters: dict[str, str]) -> str:
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query, True) if name not in parameters]
    return urlunsplit(parts._replace(query=urlencode([*kept, *parameters.items()])))


def _followed(address: Any, url: str, api: Api, seen: set[bytes], place: str) -> str:
    """The next page's address, empty at the end."""
    if not address:
        return ""
    if not isinstance(address, str):
        raise IecareerError(f"{place}: the address of the next page is not text.")
    following = _on_host(urljoin(url, address), api, place, "leads")
    mark = hashlib.sha256(following.encode()).digest()
    if mark in seen or following == url:
        raise IecareerError(
            f"{place}: the pages form a loop.", next_step="Tell the office that runs the service."
        )
    seen.add(mark)
    return following


def _on_host(url: str, api: Api, place: str, what: str) -> str:
    """The address on the contract's own host; another host never gets the token, nor is it asked.

    A service behind a gateway may name itself with http where the contract has https; the contract's holds.
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


def _page(body: bytes, api: Api, place: str) -> tuple[Page, Any]:
    """The page in an answer, and the next page's address that stands in it."""
    document = _document(body, place)
    records = _found(document, api.records_at)
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise IecareerError(
            f"{place}: there is no list of records at '{api.records_at or 'the top'}'.",
            next_step="Name in recordsAt where it stands, such as data.items.",
        )
    total = _found(document, api.total_at) if api.total_at else None
    if api.total_at and not str(total).isdecimal():
        raise IecareerError(f"{place}: there is no number at '{api.total_at}' (totalAt).")
    following = _found(document, api.next_at) if isinstance(document, dict) else None
    return Page(records, int(total) if total is not None else None), following


def _document(body: bytes, place: str) -> Any:
    """An answer with its numbers as the text they were."""
    try:
        return json.loads(body, parse_int=str, parse_float=str, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        raise IecareerError(
            f"{place}: an answer of {len(body):,} bytes is not JSON.",
            next_step="Check the location: a login page is not JSON either.",
        ) from None


def _found(document: Any, path: str) -> Any:
    for name in path.split(".") if path else ():
        document = document.get(name) if isinstance(document, dict) else None
    return document


def _refuse_repeated(page: Page, seen: set[bytes], which: str, place: str) -> None:
    mark = hashlib.sha256(json.dumps(page.records, sort_keys=True).encode()).digest()
    if page.records and mark in seen:
        raise IecareerError(
            f"{place}: a page came twice ({which}).",
            next_step="Check pageParameter and firstPage, which the service may not know; or name totalAt.",
        )
    seen.add(mark)


def _is_last(page: Page, n_records: int) -> bool:
    """Paging by number ends with an empty page, or with the last of the records announced.

    A page that is not full does not end it: a service may give fewer at a time than it is asked for.
    """
    return not page.records or (page.total is not None and n_records >= page.total)
