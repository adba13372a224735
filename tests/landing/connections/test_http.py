"""A JSON service: every page once, all or nothing, the token to its host alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from iecareer.lake.manifest import versions
from iecareer.landing import land, reconform
from iecareer.landing.receive.http import pages
from iecareer.landing.receive.live import sample
from iecareer.sources.servers import Api
from tests.landing.connections.service import Answer, Asked, Service, service
from tests.people import credit_code, resident_id

DAY = date(2026, 11, 21)
TOKEN = "Bearer hunter2-of-the-office"  # noqa: S105 - of a service that lives as long as a test


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setattr(pages, "_LONGEST_WAIT", 0.01)
    monkeypatch.setenv("OFFICE_TOKEN", TOKEN)
    with service() as running:
        yield running


@pytest.fixture
def declare(contract: Callable[..., Path], office: Service) -> Callable[..., Path]:
    """A contract for the service."""

    def write(extract: dict[str, str] | None = None, url: str = "", **properties: Any) -> Path:
        told = {"tokenVariable": "OFFICE_TOKEN"} | properties
        listed = ", ".join(f"{{property: {name}, value: {value}}}" for name, value in told.items())
        server = f"{{server: live, type: api, location: '{url or office.url}', customProperties: [{listed}]}}"
        return contract(server, "employer_succession", "physicalName: 'path:moves'", extract or {})

    return write


def record(number: int, **more: Any) -> dict[str, Any]:
    return {
        "old": credit_code(number), "new": credit_code(number + 5000), "day": "2026-03-01", "seen": number, **more,
    }  # fmt: skip


def paged(records: list[dict[str, Any]], size: int) -> Callable[[Asked], Answer]:
    """A well-behaved service with `page`, `size` and a total."""

    def answer(asked: Asked) -> Answer:
        first = (int(asked.parameters.get("page", 1)) - 1) * size
        return Answer({"data": {"items": records[first : first + size]}, "total": len(records)})

    return answer


def land_one() -> dict[str, Any]:
    (receipt,) = land("bureau", None, DAY)
    return receipt


def failed(said: str) -> None:
    """Landing fails with those words, records nothing and keeps the token to itself."""
    receipt = land_one()
    assert receipt["error"] is not None
    assert said in receipt["error"], receipt["error"]
    assert "hunter2" not in receipt["error"]
    assert versions() == []


PAGED = {"paging": "page", "recordsAt": "data.items"}


def test_pages_by_number(office: Service, declare: Callable[..., Path], home: Path) -> None:
    declare(**PAGED, pageSizeParameter="size", pageSize=10)
    office.answer = paged([record(n) for n in range(25)], 10)
    assert (land_one()["n_loaded"], land_one()["n_unchanged"]) == (25, 25)
    first = office.asked[0]
    assert (first.path, first.parameters) == ("/moves", {"page": "1", "size": "10"})
    assert first.headers["authorization"] == TOKEN
    assert [asked.parameters["page"] for asked in office.asked[:4]] == ["1", "2", "3", "4"]
    assert reconform("bureau", DAY)[0]["error"] is None
    rows = duckdb.execute(
        f"select count(*) from '{home}/lake/landing/employer_succession/**/*.parquet'"
    ).fetchall()
    assert rows == [(25,)]


def test_a_service_that_gives_fewer_than_it_is_asked_for_is_read_to_the_end(
    office: Service, declare: Callable[..., Path]
) -> None:
    declare(**PAGED, pageSizeParameter="size", pageSize=1000)
    office.answer = paged([record(n) for n in range(25)], 10)
    assert land_one()["n_loaded"] == 25


def test_pages_by_offset(office: Service, declare: Callable[..., Path]) -> None:
    records = [record(n) for n in range(25)]

    def answer(asked: Asked) -> Answer:
        first = int(asked.parameters["skip"])
        return Answer(records[first : first + int(asked.parameters["limit"])])

    declare(paging="offset", pageParameter="skip", pageSizeParameter="limit", pageSize=7)
    office.answer = answer
    assert land_one()["n_loaded"] == 25
    assert [asked.parameters["skip"] for asked in office.asked] == ["0", "7", "14", "21", "25"]


@pytest.mark.parametrize("where", ["body", "header", "relative"])
def test_pages_by_next_link(office: Service, declare: Callable[..., Path], where: str) -> None:
    def answer(asked: Asked) -> Answer:
        number = int(asked.parameters.get("after", 0))
        link = f"{'' if where == 'relative' else office.url}/moves?after={number + 1}" if number < 3 else None
        headers = {"link": f'<{link}>; rel="next"'} if link and where == "header" else {}
        return Answer(
            {"items": [record(number)], "next": None if where == "header" else link}, headers=headers
        )

    declare(paging="next", recordsAt="items")
    office.answer = answer
    assert land_one()["n_loaded"] == 4


def test_an_end_told_by_404(office: Service, declare: Callable[..., Path]) -> None:
    whole = paged([record(n) for n in range(20)], 10)
    office.answer = lambda asked: (
        whole(asked) if int(asked.parameters["page"]) < 3 else Answer({}, status=404)
    )
    declare(**PAGED)
    assert land_one()["n_loaded"] == 20


def test_a_404_before_the_announced_total_is_an_error(office: Service, declare: Callable[..., Path]) -> None:
    whole = paged([record(n) for n in range(25)], 10)
    office.answer = lambda asked: (
        whole(asked) if int(asked.parameters["page"]) < 3 else Answer({}, status=404)
    )
    declare(**PAGED, totalAt="total")
    failed("status 404")


@pytest.mark.parametrize(
    "trouble", [Answer({}, status=503), Answer({}, status=429, headers={"retry-after": "1"})]
)
def test_a_busy_service_is_asked_again(
    office: Service, declare: Callable[..., Path], trouble: Answer
) -> None:
    whole, calls = paged([record(n) for n in range(25)], 10), iter(range(100))
    office.answer = lambda asked: trouble if next(calls) % 3 == 0 else whole(asked)
    declare(**PAGED)
    assert land_one()["n_loaded"] == 25


def test_a_body_that_breaks_off_is_asked_for_again(office: Service, declare: Callable[..., Path]) -> None:
    whole, calls = paged([record(n) for n in range(25)], 10), iter(range(100))

    def answer(asked: Asked) -> Answer:
        told = whole(asked)
        told.cut = 20 if next(calls) % 2 == 0 else 0
        return told

    office.answer = answer
    declare(**PAGED)
    assert land_one()["n_loaded"] == 25


def test_a_service_that_dies_in_the_middle_delivers_nothing_until_it_is_back(
    office: Service, declare: Callable[..., Path]
) -> None:
    whole = paged([record(n) for n in range(25)], 10)
    office.answer = lambda asked: whole(asked) if asked.parameters["page"] == "1" else Answer({}, status=500)
    declare(**PAGED)
    failed("did not answer (status 500), asked 6 times")
    office.answer = whole
    assert land_one()["n_loaded"] == 25


def test_no_service_at_all(declare: Callable[..., Path]) -> None:
    declare(url="http://127.0.0.1:9/api")
    failed("did not answer (ConnectionError), asked 6 times")


def test_a_service_that_ignores_the_page_number(office: Service, declare: Callable[..., Path]) -> None:
    office.answer = lambda _: Answer({"data": {"items": [record(1), record(2)]}})
    declare(**PAGED)
    failed("a page came twice")


def test_next_links_in_a_circle(office: Service, declare: Callable[..., Path]) -> None:
    def answer(asked: Asked) -> Answer:
        number = int(asked.parameters.get("after", 0))
        return Answer({"items": [record(len(office.asked))], "next": f"/moves?after={(number + 1) % 3}"})

    office.answer = answer
    declare(paging="next", recordsAt="items")
    failed("form a loop")
    assert len(office.asked) < 10


def test_a_total_that_changes_starts_over_and_ends(office: Service, declare: Callable[..., Path]) -> None:
    records = [record(n) for n in range(25)]

    def growing(asked: Asked) -> Answer:
        if len(office.asked) == 2:
            records.insert(0, record(900))
        return paged(records, 10)(asked)

    office.answer = growing
    declare(**PAGED, totalAt="total")
    assert land_one()["n_loaded"] == 26


def test_a_total_that_never_rests_is_an_error(office: Service, declare: Callable[..., Path]) -> None:
    records = [record(n) for n in range(25)]

    def growing(asked: Asked) -> Answer:
        records.insert(0, record(1000 + len(office.asked)))
        return paged(records, 10)(asked)

    office.answer = growing
    declare(**PAGED, totalAt="total")
    failed("changed during every attempt")


@pytest.mark.parametrize("header", ["Authorization", "X-Api-Key"])
@pytest.mark.parametrize("way", ["redirect", "next"])
def test_another_host_is_never_asked(
    office: Service, declare: Callable[..., Path], way: str, header: str
) -> None:
    with service() as thief:
        elsewhere = thief.url.replace("127.0.0.1", "localhost") + "/moves"
        office.answer = lambda _: (
            Answer({}, status=302, headers={"location": elsewhere})
            if way == "redirect"
            else Answer({"items": [record(1)], "next": elsewhere})
        )
        declare(paging="next", recordsAt="items", tokenHeader=header)
        failed("to another host")
        assert office.asked[0].headers[header.lower()] == TOKEN
        assert thief.asked == []
        elsewhere = thief.url + "/moves"
        failed("to another host")
        assert thief.asked == []


def test_a_redirect_on_the_same_host_is_followed(office: Service, declare: Callable[..., Path]) -> None:
    def answer(asked: Asked) -> Answer:
        if asked.path == "/moves":
            return Answer(b"", status=307, headers={"location": "/v2/moves"})
        return Answer([record(1)])

    office.answer = answer
    declare()
    assert land_one()["n_loaded"] == 1
    office.answer = lambda _: Answer(b"", status=302, headers={"location": "/moves"})
    assert "redirects without end" in land_one()["error"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(b"<html>log in: hunter2</html>"), "is not JSON"),
        (Answer(b'{"items": [{"old": "hun'), "is not JSON"),
        (Answer(b"[" * 200_000), "is not JSON"),
        (Answer(b""), "is not JSON"),
        (Answer({"error": "hunter2"}), "no list of records at 'items'"),
        (Answer({"items": ["hunter2"]}), "no list of records at 'items'"),
        (Answer({"items": []}), "without any record"),
        (Answer({"hunter2": 1}, status=401), "status 401"),
        (Answer({}, status=204), "status 204"),
        (Answer({"items": [], "next": {"page": 5}}), "is not text"),
    ],
)
def test_what_is_no_answer(office: Service, declare: Callable[..., Path], answer: Answer, said: str) -> None:
    office.answer = lambda _: answer
    declare(recordsAt="items", paging="next")
    failed(said)


def test_a_huge_body_is_cut_off(
    office: Service, declare: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PAGE_BYTES", 2 << 20)
    office.answer = lambda _: Answer(b" " * (64 << 20))
    declare()
    failed("more than 2 MiB")


def test_a_missing_token_is_told_by_its_variable(
    office: Service, declare: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    declare()
    for value in ("", "hunter2\r\nX-Evil: 1", "hunter2 密"):
        monkeypatch.setenv("OFFICE_TOKEN", value)
        failed("OFFICE_TOKEN contains no token")
    assert office.asked == []


def test_no_other_credentials_of_the_machine_are_sent(
    office: Service, declare: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login clerk password hunter2\n")
    monkeypatch.setenv("NETRC", str(netrc))
    office.answer = lambda _: Answer([record(1)])
    declare(tokenHeader="X-Api-Key")
    assert land_one()["n_loaded"] == 1
    assert "authorization" not in office.asked[0].headers


def test_only_what_is_new_by_cursor(office: Service, declare: Callable[..., Path]) -> None:
    records = [record(n, seen=n) for n in (8, 9, 10)]

    def answer(asked: Asked) -> Answer:
        since = int(asked.parameters.get("since", 0))
        return Answer([row for row in records if row["seen"] >= since])

    office.answer = answer
    declare(extract={"cursor": "seen"}, cursorParameter="since")
    assert land_one()["n_loaded"] == 3
    assert land("bureau", None, DAY) == []
    assert office.asked[-1].parameters == {"since": "10"}
    records.append(record(11, seen=10))
    assert land_one()["n_loaded"] == 2
    assert land("bureau", None, DAY) == []
    records.append(record(12, seen=100))
    assert land_one()["n_loaded"] == 3
    declare(extract={"cursor": "sen"}, cursorParameter="since")
    assert "no record has a value at 'sen'" in land_one()["error"]


def test_numbers_keep_their_digits(
    office: Service, contract: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = next(i for i in map(resident_id, range(900)) if i[-1].isdigit())
    person = (
        f'{{"sfz": {whole}, "dm": "{credit_code(1)}", "ym": 202607, "js": 8.50e3, "qh": 330102, "x": NaN}}'
    )
    lost = person.replace(whole, f"{float(whole)!r}")
    office.answer = lambda _: Answer(f"[{person}, {lost}]".encode())
    contract(
        f"{{server: live, type: api, location: '{office.url}'}}", selector="description: all", extract={}
    )
    receipt = land_one()
    assert (receipt["n_in"], receipt["n_loaded"]) == (2, 1)
    assert receipt["reasons"] == {"bad_checksum:person_id": 1}


def test_a_sample(office: Service) -> None:
    office.answer = paged([record(n) for n in range(25)], 10)
    content, file_format = sample(
        Api(office.url, "page", "data.items", page_parameter="page"), "path:moves", 12
    )
    assert file_format == "jsonl"
    assert len(content.whole().splitlines()) == 12
    assert len(office.asked) == 2
