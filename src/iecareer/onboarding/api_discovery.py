"""Discover the structure of a JSON service: path of the records, their total number, paging.

Input: the first response of a service without a contract. Output: the properties that its contract needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from iecareer.landing.receive.http.pages import first_answer
from iecareer.sources.servers import Api

_DEEPEST = 4
_TOTAL = re.compile("total(count|records|results|items|elements|num)?|count|totalnum|recordcount|总数|总条数")
_NEXT = re.compile("next(page|url|link|href)?")
_PAGE = re.compile("page(no|num|number|index)?|currentpage|current")
_OFFSET = re.compile("offset|skip|start")


def discover(api: Api) -> Api:
    """The service with recordsAt, totalAt and paging derived from its first response.

    Raises
    ------
    IecareerError
        When it cannot be reached or the response is not JSON.
    """
    document, linked = first_answer(api, "sample")
    found = max(_lists(document), key=lambda entry: len(entry[1]), default=None)
    if found is None:
        return api
    path, records = found
    located = replace(api, records_at=path)
    if linked or not isinstance(document, dict):
        return replace(located, paging="next") if linked else located
    return _paged(located, dict(_around(document, path)), len(records))


def _paged(api: Api, around: dict[str, Any], n_records: int) -> Api:
    """Derive paging from the fields beside the records: total, address of the next page, page number or offset."""
    total = next(
        (path for path, value in around.items() if _is(path, _TOTAL) and _number(value) >= n_records), None
    )
    following = [path for path, value in around.items() if _is(path, _NEXT) and _is_address(value)]
    if following:
        return replace(api, total_at=total, paging="next", next_at=following[0])
    if total is None or _number(around[total]) == n_records:
        return replace(api, total_at=total)
    page = next(
        (path for path, value in around.items() if _is(path, _PAGE) and _number(value) in (0, 1)), None
    )
    if page:
        first = _number(around[page])
        return replace(api, total_at=total, paging="page", page_parameter=_last(page), first_page=first)
    offset = next((path for path, value in around.items() if _is(path, _OFFSET) and value == "0"), None)
    if offset:
        return replace(
            api, total_at=total, paging="offset", page_parameter=_last(offset), page_size=n_records
        )
    return replace(api, total_at=total)


def _lists(document: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, list[Any]]]:
    """Every outermost list of objects in a response, with its path."""
    if isinstance(document, list):
        if document and all(isinstance(entry, dict) for entry in document):
            yield path, document
    elif isinstance(document, dict) and depth < _DEEPEST:
        for name, value in document.items():
            if "." not in name:
                yield from _lists(value, f"{path}.{name}".lstrip("."), depth + 1)


def _around(document: dict[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    """Scalar fields beside the records and one level below, from the innermost enclosing object outwards."""
    names = path.split(".")[:-1]
    for length in range(len(names), -1, -1):
        own: Any = document
        for name in names[:length]:
            own = own[name]
        before = ".".join(names[:length])
        for name, entry in own.items():
            inside = entry.items() if isinstance(entry, dict) else [("", entry)]
            for inner, value in inside:
                if not isinstance(value, dict | list):
                    yield ".".join(filter(None, (before, name, inner))), value


def _is(path: str, names: re.Pattern[str]) -> bool:
    return names.fullmatch(re.sub(r"[_\-\s]", "", _last(path)).lower()) is not None


def _last(path: str) -> str:
    return path.rpartition(".")[2]


def _is_address(value: Any) -> bool:
    return value is None or (isinstance(value, str) and value.startswith(("http://", "https://", "/", "?")))


def _number(value: Any) -> int:
    return int(value) if str(value).isdecimal() else -1
