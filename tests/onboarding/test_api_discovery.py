"""From the address of a JSON service to landed rows: records and paging are derived from its responses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from iecareer.commands import app
from iecareer.errors import IecareerError
from iecareer.onboarding import Added, rehearse
from tests.landing.connections.service import Answer, Asked, Service, service
from tests.onboarding.activation import land_reviewed

Add = Callable[..., tuple[Added, str]]
N, SIZE = 120, 50


def jobs() -> list[dict[str, Any]]:
    return [
        {"职位编号": 700_000 + at, "职位": "会计", "城市": "杭州", "发布日期": "2024-05-06", "职位描述": f"第{at}处",
         "薪资": f"{5 + at % 5}-{9 + at % 5}k"}
        for at in range(N)
    ]  # fmt: skip


def page(asked: Asked, name: str = "page", size: int = SIZE, first: int = 1) -> list[dict[str, Any]]:
    number = int(asked.parameters.get(name, first)) - first
    return jobs()[number * size : (number + 1) * size]


@pytest.fixture
def office() -> Iterator[Service]:
    with service() as running:
        yield running


def a_list(asked: Asked) -> Answer:
    return Answer(jobs())


def numbered(asked: Asked) -> Answer:
    told = {"total": N, "pageNo": int(asked.parameters.get("pageNo", 1)), "pageSize": SIZE}
    return Answer({"code": 0, "message": "ok", "data": told | {"list": page(asked, "pageNo")}})


def numbered_from_zero(asked: Asked) -> Answer:
    number = int(asked.parameters.get("page", 0))
    around = {"page": {"number": number, "page": number, "totalElements": N}}
    return Answer(around | {"content": page(asked, first=0)})


def by_offset(asked: Asked) -> Answer:
    begin = int(asked.parameters.get("offset", 0))
    return Answer({"count": N, "offset": begin, "results": jobs()[begin : begin + SIZE]})


def linked(asked: Asked) -> Answer:
    number = int(asked.parameters.get("page", 1))
    following = f"/jobs?page={number + 1}" if number * SIZE < N else None
    return Answer({"count": N, "next": following, "previous": None, "results": page(asked)})


def linked_by_header(asked: Asked) -> Answer:
    number = int(asked.parameters.get("page", 1))
    more = {"link": f'</jobs?page={number + 1}>; rel="next"'} if number * SIZE < N else {}
    return Answer(page(asked), headers=more)


@pytest.mark.parametrize(
    "answer",
    [a_list, numbered, numbered_from_zero, by_offset, linked, linked_by_header],
    ids=lambda f: f.__name__,
)
def test_every_record_lands_however_it_pages(office: Service, add: Add, answer: Any) -> None:
    office.answer = answer
    added, text = add(f"{office.url}/jobs")
    assert added.record_types == ("job_posting",)
    assert "status: draft" in text
    table = rehearse("office").tables[0]
    assert (table.receipt["n_in"], table.receipt["n_loaded"], table.error) == (N, N, None)
    (receipt,) = land_reviewed("office")
    assert receipt["n_loaded"] == N


def test_what_is_not_told_is_refused_and_not_landed_in_part(office: Service, add: Add) -> None:
    """A service that returns the total and the first records, but no information on paging."""
    office.answer = lambda asked: Answer({"total": N, "rows": jobs()[:SIZE]})
    added, text = add(f"{office.url}/jobs")
    rehearsal = rehearse("office")
    assert not rehearsal.is_landed
    assert "fewer records than the total" in str(rehearsal.tables[0].error)
    said = CliRunner().invoke(app, ["source", "check", "office"])
    assert said.exit_code == 1
    told = text.replace(
        "property: totalAt, value: total}",
        "property: totalAt, value: total}, {property: paging, value: page}",
    )
    added.path.write_text(told, encoding="utf-8")
    office.answer = lambda asked: Answer({"total": N, "rows": page(asked)})
    assert land_reviewed("office")[0]["n_loaded"] == N


def test_a_token_comes_from_the_environment_alone(
    office: Service, add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JOBS_TOKEN", "Bearer hunter2")
    office.answer = lambda asked: (
        Answer(jobs()) if asked.headers.get("authorization") == "Bearer hunter2" else Answer({}, 401)
    )
    with pytest.raises(IecareerError, match="401"):
        add(f"{office.url}/jobs")
    _, text = add(f"{office.url}/jobs", connection="JOBS_TOKEN")
    assert "hunter2" not in text
    assert "{property: tokenVariable, value: JOBS_TOKEN}" in text
    assert land_reviewed("office")[0]["n_loaded"] == N
    with pytest.raises(IecareerError) as error:
        add(f"{office.url}/jobs", connection="Bearer hunter2", name="other")
    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize("body", [{}, [], {"data": []}, {"message": "no"}, "x", 5])
def test_an_answer_without_records_is_said(office: Service, add: Add, body: Any) -> None:
    office.answer = lambda asked: Answer(body)
    with pytest.raises(IecareerError) as error:
        add(f"{office.url}/jobs")
    assert error.value.next_step
