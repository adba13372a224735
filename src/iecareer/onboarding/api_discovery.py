"""How a JSON service answers: where its records stand, how many there are and where the next page is.

Comes in: one answer of a service that no contract knows yet. Goes out: the service with what its contract must say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from iecareer.landing.connections.pages import first_answer
from iecareer.sources.servers import Api

_DEEPEST = 4
_TOTAL = re.compile("total(count|records|results|items|elements|num)?|count|totalnum|recordcount|总数|总条数")
_NEXT = re.compile("next(page|url|link|href)?")
_PAGE = re.compile("page(no|num|number|index)?|currentpage|current")
_OFFSET = re.compile("offset|skip|start")


def described(api: Api) -> Api:
    """The service with recordsAt, totalAt and paging as its first answer tells them.

    Raises
    ------
    IecareerError
        When it cannot be reached or does not answer with JSON.
    """
    document, linked = first_answer(api, "sample")
    found = max(_lists(document), key=lambda entry: len(entry[1]), default=None)
    if found is None:
        return api
    path, records = found
    told = replace(api, records_at=path)
    if linked or not isinstance(document, dict):
        return replace(told, paging="next") if linked else told
    return _paged(told, dict(_around(document, path)), len(records))


def _paged(api: Api, around: dict[str, Any], n_records: int) -> Api:
    """By what stands beside the records: the number of all, the next page's address, the number of this page."""
    total = next(
        (path for path, told in around.items() if _is(path, _TOTAL) and _number(told) >= n_records), None
    )
    following = [path for path, told in around.items() if _is(path, _NEXT) and _is_address(told)]
    if following:
        return replace(api, total_at=total, paging="next", next_at=following[0])
    if total is None or _number(around[total]) == n_records:
        return replace(api, total_at=total)
    page = next((path for path, told in around.items() if _is(path, _PAGE) and _number(told) in (0, 1)), None)
    if page:
        first = _number(around[page])
        return replace(api, total_at=total, paging="page", page_parameter=_last(page), first_page=first)
    offset = next((path for path, told in around.items() if _is(path, _OFFSET) and told == "0"), None)
    if offset:
        return replace(
            api, total_at=total, paging="offset", page_parameter=_last(offset), page_size=n_records
        )
    return replace(api, total_at=total)


def _lists(document: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, list[Any]]]:
    """Every list of objects in an answer that is not within another one, with its path."""
    if isinstance(document, list):
        if document and all(isinstance(entry, dict) for entry in document):
            yield path, document
    elif isinstance(document, dict) and depth < _DEEPEST:
        for name, told in document.items():
            if "." not in name:
                yield from _lists(told, f"{path}.{name}".lstrip("."), depth + 1)


def _around(document: dict[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    """Single values in the objects that hold the records, the nearest first, and one level beside them."""
    names = path.split(".")[:-1]
    for length in range(len(names), -1, -1):
        own: Any = document
        for name in names[:length]:
            own = own[name]
        before = ".".join(names[:length])
        for name, told in own.items():
            inside = told.items() if isinstance(told, dict) else [("", told)]
            for inner, value in inside:
                if not isinstance(value, dict | list):
                    yield ".".join(filter(None, (before, name, inner))), value


def _is(path: str, names: re.Pattern[str]) -> bool:
    return names.fullmatch(re.sub(r"[_\-\s]", "", _last(path)).lower()) is not None


def _last(path: str) -> str:
    return path.rpartition(".")[2]


def _is_address(told: Any) -> bool:
    return told is None or (isinstance(told, str) and told.startswith(("http://", "https://", "/", "?")))


def _number(told: Any) -> int:
    return int(told) if str(told).isdecimal() else -1
