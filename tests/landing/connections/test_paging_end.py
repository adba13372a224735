"""Every usual end of paging is an end, and no mistake of a service is taken for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from iecareer.lake.manifest import versions
from iecareer.landing.receive.http import pages
from tests.landing.connections.service import Answer, Asked, Service, service
from tests.landing.connections.test_http import failed, land_one, record

BY_PAGE = {"paging": "page", "recordsAt": "items", "pageSizeParameter": "size", "pageSize": 10}
BY_OFFSET = {"paging": "offset", "pageSizeParameter": "limit", "pageSize": 10}
LIMIT = {"message": "too deep"}


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setattr(pages, "_LONGEST_WAIT", 0.01)
    with service() as running:
        yield running


@pytest.fixture
def declare(contract: Callable[..., Path], office: Service) -> Callable[..., Path]:
    def write(extract: dict[str, str] | None = None, **properties: Any) -> Path:
        listed = ", ".join(f"{{property: {name}, value: {value}}}" for name, value in properties.items())
        server = f"{{server: live, type: api, location: '{office.url}', customProperties: [{listed}]}}"
        return contract(server, "employer_succession", "physicalName: 'path:moves'", extract or {})

    return write


def ending(n: int, beyond: Callable[[Asked], Answer], *, bare: bool = False) -> Callable[[Asked], Answer]:
    """A service of `n` records in pages of ten, and what it answers beyond them."""
    records = [record(number) for number in range(n)]

    def answer(asked: Asked) -> Answer:
        first = int(asked.parameters["offset"]) if bare else (int(asked.parameters["page"]) - 1) * 10
        some = records[first : first + 10]
        if not some:
            return beyond(asked)
        return Answer(some if bare else {"items": some})

    return answer


ENDS = {
    "empty list": Answer({"items": []}),
    "null list": Answer({"items": None}),
    "empty object": Answer({"items": {}}),
    "empty text": Answer({"items": ""}),
    "false": Answer({"items": False}),
    "no list": Answer({"page": 4}),
    "a message": Answer({"message": "no more records"}),
    "nothing": Answer({}),
    "null": Answer(None),
    "an empty body": Answer(b""),
    "204": Answer(b"", status=204),
    "205": Answer(b"", status=205),
    "400": Answer({"error": "page out of range"}, status=400),
    "404": Answer({"detail": "Invalid page."}, status=404),
    "416": Answer({"code": "PGRST103"}, status=416),
    "an error": Answer({"error": "page out of range"}),
}


@pytest.mark.parametrize("end", ENDS)
def test_a_service_ends_after_a_short_page(office: Service, declare: Callable[..., Path], end: str) -> None:
    office.answer = ending(25, lambda _: ENDS[end])
    declare(**BY_PAGE)
    assert land_one()["n_loaded"] == 25
    assert land_one()["n_unchanged"] == 25


@pytest.mark.parametrize("end", [name for name in ENDS if name != "an error"])
def test_a_service_ends_after_a_full_page(office: Service, declare: Callable[..., Path], end: str) -> None:
    office.answer = ending(20, lambda _: ENDS[end])
    declare(**BY_PAGE)
    assert land_one()["n_loaded"] == 20


@pytest.mark.parametrize("end", ["null", "nothing", "a message", "204", "400", "404", "416"])
@pytest.mark.parametrize("n", [20, 25])
def test_a_service_that_pages_by_offset_ends(
    office: Service, declare: Callable[..., Path], end: str, n: int
) -> None:
    office.answer = ending(n, lambda _: ENDS[end], bare=True)
    declare(**BY_OFFSET)
    assert land_one()["n_loaded"] == n


@pytest.mark.parametrize("end", ["null list", "empty list", "204", "nothing"])
def test_a_next_page_without_records_ends(office: Service, declare: Callable[..., Path], end: str) -> None:
    office.answer = lambda asked: (
        ENDS[end] if "after" in asked.parameters else Answer({"items": [record(1)], "next": "/moves?after=1"})
    )
    declare(paging="next", recordsAt="items")
    assert land_one()["n_loaded"] == 1


@pytest.mark.parametrize("n", [20, 25])
@pytest.mark.parametrize("by", [BY_PAGE, BY_OFFSET])
def test_the_last_page_once_more_ends(
    office: Service, declare: Callable[..., Path], n: int, by: dict[str, Any]
) -> None:
    records, is_bare = [record(number) for number in range(n)], by is BY_OFFSET

    def answer(asked: Asked) -> Answer:
        page = int(asked.parameters["offset"]) // 10 + 1 if is_bare else int(asked.parameters["page"])
        first = (min(page, (n + 9) // 10) - 1) * 10
        return Answer(records[first : first + 10] if is_bare else {"items": records[first : first + 10]})

    office.answer = answer
    declare(**by)
    assert land_one()["n_loaded"] == n


def test_206_and_416_are_pages_and_their_end(office: Service, declare: Callable[..., Path]) -> None:
    records = [record(number) for number in range(25)]

    def ranges(total: str) -> Callable[[Asked], Answer]:
        def answer(asked: Asked) -> Answer:
            first = int(asked.parameters["offset"])
            some = records[first : first + 10]
            if not some:
                return Answer({"code": "PGRST103"}, status=416)
            told = {"content-range": f"{first}-{first + len(some) - 1}/{total}"}
            return Answer(some, status=206, headers=told)

        return answer

    declare(**BY_OFFSET)
    for total in ("*", "25"):
        office.answer = ranges(total)
        receipt = land_one()
        assert (receipt["error"], receipt["n_loaded"] + receipt["n_unchanged"]) == (None, 25)
    office.answer = ranges("26")
    assert "gave 25 records and says that it has 26" in land_one()["error"]


def test_a_part_of_the_records_is_not_taken_for_all(office: Service, declare: Callable[..., Path]) -> None:
    office.answer = lambda _: Answer(
        [record(number) for number in range(10)], status=206, headers={"content-range": "items 0-9/25"}
    )
    declare()
    failed("fewer records than the total it reports")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer({"items": None}), "no list of records"),
        (Answer({}), "no list of records"),
        (Answer({"message": "hunter2"}), "no list of records"),
        (Answer(None), "no list of records"),
        (Answer(b"", status=204), "status 204"),
        (Answer({}, status=400), "status 400"),
        (Answer({}, status=404), "status 404"),
        (Answer({}, status=416), "status 416"),
        (Answer({}, status=202), "status 202"),
    ],
)
@pytest.mark.parametrize("paging", ["none", "page", "next"])
def test_on_the_first_page_no_such_answer_is_an_end(
    office: Service, declare: Callable[..., Path], answer: Answer, said: str, paging: str
) -> None:
    office.answer = lambda _: answer
    declare(paging=paging, recordsAt="items")
    failed(said)


@pytest.mark.parametrize(
    ("n", "beyond", "said"),
    [
        (20, Answer({"error": {"code": 7}}), "with an error instead of records"),
        (20, Answer({"items": {"20": record(20)}}), "no list of records"),
        (20, Answer({"items": ["x"]}), "no list of records"),
        (25, Answer({}, status=401), "status 401"),
        (25, Answer({}, status=422), "status 422"),
        (25, Answer(b"<html>"), "not JSON"),
        (1000, Answer(LIMIT, status=400), "exactly 1,000 records"),
        (1000, Answer(LIMIT), "exactly 1,000 records"),
    ],
)
def test_what_may_hide_records_is_no_end(
    office: Service, declare: Callable[..., Path], n: int, beyond: Answer, said: str
) -> None:
    office.answer = ending(n, lambda _: beyond)
    declare(**BY_PAGE)
    failed(said)


def test_a_list_that_is_missing_once_is_asked_for_again(
    office: Service, declare: Callable[..., Path]
) -> None:
    whole, calls = ending(25, lambda _: Answer({"items": []})), iter(range(100))
    office.answer = lambda asked: Answer({"note": "wait"}) if next(calls) == 1 else whole(asked)
    declare(**BY_PAGE)
    assert land_one()["n_loaded"] == 25


def test_an_end_before_the_announced_total_is_none(office: Service, declare: Callable[..., Path]) -> None:
    def answer(asked: Asked) -> Answer:
        some = [record(n) for n in range(10)] if asked.parameters["page"] == "1" else None
        return Answer({"items": some, "total": 25})

    office.answer = answer
    declare(**BY_PAGE, totalAt="total")
    failed("gave 10 records and says that it has 25")


class TestComplete:
    """As many records as announced are not complete when some came twice."""

    ORDER = (*range(10), *range(9, 19), *range(20, 25))

    def unsteady(self, *, steady_from: int = 99, total: int | None = None) -> Callable[[Asked], Answer]:
        """Pages without a fixed order: record 9 stands on two of them, and record 19 on none."""
        calls = iter(range(99))

        def answer(asked: Asked) -> Answer:
            order = self.ORDER if next(calls) < steady_from else tuple(range(25))
            first = (int(asked.parameters["page"]) - 1) * 10
            told = {"items": [record(n) for n in order[first : first + 10]]}
            return Answer(told | ({"total": total} if total else {}))

        return answer

    @pytest.mark.parametrize("total", [25, None])
    def test_records_on_two_pages(
        self, office: Service, declare: Callable[..., Path], total: int | None
    ) -> None:
        office.answer = self.unsteady(total=total)
        declare(**BY_PAGE, **({"totalAt": "total"} if total else {}))
        failed("1 of 25 records are on two pages")

    @pytest.mark.parametrize("total", [25, None])
    def test_a_second_fetch_that_is_complete(
        self, office: Service, declare: Callable[..., Path], total: int | None
    ) -> None:
        office.answer = self.unsteady(total=total, steady_from=3)
        declare(**BY_PAGE, **({"totalAt": "total"} if total else {}))
        receipt = land_one()
        assert (receipt["error"], receipt["n_in"]) == (None, 25)

    def test_equal_records_that_are_declared(self, office: Service, declare: Callable[..., Path]) -> None:
        office.answer = self.unsteady()
        declare(**BY_PAGE, equalRecords="true")
        assert land_one()["n_in"] == 25

    def test_equal_records_of_one_page(self, office: Service, declare: Callable[..., Path]) -> None:
        twice = [record(number // 2) for number in range(20)]
        office.answer = lambda asked: Answer(
            {"items": twice[(int(asked.parameters["page"]) - 1) * 10 :][:10], "total": 20}
        )
        declare(**BY_PAGE, totalAt="total")
        assert land_one()["n_in"] == 20

    def test_pages_that_overlap_hold_as_many_different_records_as_announced(
        self, office: Service, declare: Callable[..., Path]
    ) -> None:
        def answer(asked: Asked) -> Answer:
            first = int(asked.parameters.get("from", 0))
            following = f"/moves?from={first + 9}" if first + 10 < 25 else None
            return Answer({"items": [record(n) for n in range(first, min(first + 10, 25))], "total": 25,
                           "next": following})  # fmt: skip

        office.answer = answer
        declare(paging="next", recordsAt="items", totalAt="total")
        receipt = land_one()
        assert (receipt["error"], receipt["n_loaded"]) == (None, 25)


@pytest.mark.parametrize("empty", [None, ""])
def test_records_without_a_cursor(office: Service, declare: Callable[..., Path], empty: str | None) -> None:
    records = [record(number, seen=empty) for number in range(5)]
    office.answer = lambda _: Answer(records)
    declare(extract={"cursor": "seen"}, cursorParameter="since")
    assert land_one()["n_loaded"] == 5
    n_known = len(versions())
    from iecareer.landing import land

    assert land("bureau") == []
    assert len(versions()) == n_known
    records += [record(number, seen=empty) for number in range(5, 15)]
    assert land_one()["n_in"] == 15
    records[3]["day"] = "2026-04-01"
    assert land_one()["n_in"] == 15
    assert land("bureau") == []
