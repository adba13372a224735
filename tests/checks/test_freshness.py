"""Which sources are overdue, and when an alert is posted."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import duckdb
import pytest

from iecareer.clock import today
from iecareer.lake.freshness import SourceState, source_states
from iecareer.lake.manifest import current_deliveries, record_decision
from iecareer.landing import land
from iecareer.runs.build import build_path
from iecareer.sources import source_system
from tests.people import credit_code, resident_id

CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: office
version: 1.0.0
status: active
servers: [{{server: files, type: local, path: office/*.csv, format: csv}}]
slaProperties: [{sla}]
schema:
- name: employment_month
  properties:
  - {{name: person_id, logicalType: string, physicalName: p}}
  - {{name: enterprise_code, logicalType: string, physicalName: e}}
  - {{name: month, logicalType: string, physicalName: m}}
  - {{name: contribution_base, logicalType: string, physicalName: b}}
  - {{name: region_code, logicalType: string, physicalName: r}}
"""
WEEKLY = "{property: frequency, value: 1, unit: w}"
FIRST = date(2026, 3, 2)


@pytest.fixture
def office(home: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An office with a configurable frequency that delivers one month on a given day."""

    def deliver(on: date, number: int = 1, **more: Any) -> None:
        path = tmp_path / f"{number}.csv"
        path.write_text(f"p,e,m,b,r\n{resident_id(1)},{credit_code(1)},2025-0{number},5,330102\n")
        (receipt,) = land("office", [path], on, **more)
        assert receipt["error"] is None

    def promise(sla: str) -> Any:
        (tmp_path / "office.odcs.yaml").write_text(CONTRACT.format(sla=sla))
        monkeypatch.setenv("IECAREER_SOURCES", str(tmp_path))
        return deliver

    return promise


def state(as_of: date) -> list[SourceState]:
    return source_states(*current_deliveries(as_of), as_of)


def after(days: int) -> date:
    return FIRST + timedelta(days=days)


@pytest.mark.parametrize(
    ("sla", "due"),
    [
        (WEEKLY, 11),
        (WEEKLY + ", {property: latency, value: 2, unit: d}", 9),
        (WEEKLY + ", {property: latency, value: 0, unit: d}", 7),
        ("{property: frequency, value: 12, unit: h}", 1),
        ("{property: latency, value: 2, unit: d}", None),
        ("", None),
    ],
)
def test_a_source_is_silent_from_the_day_after_it_was_due(office: Any, sla: str, due: int | None) -> None:
    office(sla)(FIRST)
    day = after(due or 400)
    assert state(day) == [SourceState("office", FIRST, day if due else None, True, False)]
    assert [s.is_silent for s in state(day + timedelta(days=1))] == [due is not None]


def test_who_never_delivered_is_not_silent_and_later_files_are_not_known_before(office: Any) -> None:
    deliver = office(WEEKLY)
    assert state(after(400)) == []
    deliver(FIRST)
    deliver(after(30), number=2)
    assert [s.is_silent for s in state(after(29))] == [True]
    assert [s.is_silent for s in state(after(30))] == [False]


def test_the_same_file_again_breaks_the_silence_and_a_replay_does_not(office: Any) -> None:
    deliver = office(WEEKLY)
    deliver(FIRST)
    deliver(after(20), number=2, answers=())
    assert state(after(20))[0].is_silent
    deliver(after(25))
    assert state(after(24))[0].is_silent
    assert state(after(25)) == [SourceState("office", after(25), after(36), True, False)]


def test_a_retired_source_is_not_silent_until_it_is_restored(office: Any) -> None:
    office(WEEKLY)(FIRST)
    record_decision("retire", "office", reason="x", decided_on=after(20))
    record_decision("restore", "office", reason="x", decided_on=after(40))
    silent = {days: state(after(days))[0].is_silent for days in (11, 12, 19, 20, 39, 40)}
    assert silent == {11: False, 12: True, 19: True, 20: False, 39: False, 40: True}


def test_a_promise_that_is_no_length_of_time_is_refused(office: Any) -> None:
    office("{property: latency, value: soon}")
    with pytest.raises(Exception, match="value of latency must be a number"):
        source_system("office")


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """A web server that records posted messages."""
    kept: list[Any] = []

    class Keep(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Keep)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("IECAREER_ALERT_URL", f"http://127.0.0.1:{server.server_port}/robot")
    yield kept
    server.shutdown()
    server.server_close()


def test_the_night_tells_who_is_silent_once_and_only_as_of_today(region: Any, receiver: list[Any]) -> None:
    region.land(
        "job_posting", "select 'j' as posting_id", source_id="job_board", received_on=date(2026, 1, 5)
    )
    region.judge(today())
    assert (region.result["silent"], region.result["alert"]) == (["job_board"], "posted")
    (posted,) = receiver
    assert posted["silent"] == ["job_board"]
    assert "job_board: overdue, last delivery on 2026-01-05, due by 2026-01-16" in posted["text"]["content"]
    with duckdb.connect(str(build_path(region.run_id)), read_only=True) as build:
        assert build.execute("from checks.source").fetchall() == [
            ("job_board", date(2026, 1, 5), date(2026, 1, 16), True, True)
        ]
    region.judge(date(2026, 1, 17))
    assert (region.result["silent"], region.result["alert"]) == (["job_board"], None)
    region.judge(date(2026, 1, 16))
    assert region.result["silent"] == []
    assert len(receiver) == 1


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/robot", "file:///etc/passwd", "http://[", "https:///"]
)
def test_an_alert_that_cannot_be_posted_fails_nothing(
    region: Any, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("IECAREER_ALERT_URL", address)
    region.land(
        "job_posting", "select 'j' as posting_id", source_id="job_board", received_on=date(2026, 1, 5)
    )
    region.judge(today())
    assert region.result["alert"].startswith("not posted: ")
