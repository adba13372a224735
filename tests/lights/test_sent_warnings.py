"""New warnings are sent once over nights, by a real web server as the receiver."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from iecareer.bureau.warnings.unsent import prepare
from iecareer.commands import app
from iecareer.lake.sent_warnings import recorded
from iecareer.nightly import send_warnings
from tests.lights.example import EAST, I1, I2, I3, WEST
from tests.lights.published_nights import Receiver, publish_night, receiving

# New in 2024: no warning of the same unit and cause in 2023.
NEW = {
    *((EAST, "red"), (I1, "yellow"), (f"{I1}/460103", "yellow")),
    *((I2, "red_line:enterprise_participation"), (I2, "red_line:key_equipment_failure")),
    *((f"{I1}/510201", "drop"), (f"{I1}/510201", "trend")),
}
# With .65 instead of .30, I1 (.62) and its area (.55) cross the red line too; I3 and its area did in 2023.
STRICTER = "update seeds.policy_red_line set threshold = .65 where indicator = 'enterprise_participation'"
RECORDING = """
from airflow.sdk import BaseNotifier

sent = []

class Recording(BaseNotifier):
    template_fields = ("message", "title")
    def __init__(self, message, title=None, channel="a"):
        super().__init__()
        self.message, self.title = message, title
    def notify(self, context):
        sent.append((self.title, self.message))

class Posting(BaseNotifier):
    template_fields = ("data", "json")
    def __init__(self, *, data=None, json=None):
        super().__init__()
        self.data, self.json = data, json
    def notify(self, context):
        sent.append((self.data, self.json))

class Mute(BaseNotifier):
    def __init__(self, message):
        super().__init__()
    def notify(self, context):
        sent.append("mute")

class Failing(Recording):
    def notify(self, context):
        raise ValueError("https://example.cn/robot?key=s3cret")
"""


@pytest.fixture
def receiver(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    for name in ("URL", "SECRET", "FORMAT", "NOTIFIER", "NOTIFIER_KWARGS"):
        monkeypatch.delenv(f"IECAREER_WARNING_{name}", raising=False)
    with receiving() as server:
        monkeypatch.setenv("IECAREER_WARNING_URL", server.address)
        yield server


@pytest.fixture
def recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What a notifier of Airflow sent."""
    (tmp_path / "recording_warnings.py").write_text(RECORDING, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("IECAREER_WARNING_NOTIFIER", "recording_warnings.Recording")
    import recording_warnings  # type: ignore[import-not-found]

    yield recording_warnings.sent
    del sys.modules["recording_warnings"]


def units(body: dict[str, Any]) -> set[tuple[str, str]]:
    return {(row["unit"], row["cause"]) for row in body["rows"]}


def status() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(CliRunner().invoke(app, ["status", "--json"]).stdout)["light_warnings"]
    return found


def test_over_three_nights_each_new_warning_is_sent_once(home: Path, receiver: Receiver) -> None:
    publish_night(home, "1")
    assert status() == {"year": 2024, "n_new": 7, "n_unsent": 7}
    assert send_warnings("1") == {"year": 2024, "n_new": 7, "sent": {"url": 7}, "not_sent": {}}
    publish_night(home, "2", date(2025, 3, 2))
    assert send_warnings("2")["sent"] == {}
    publish_night(home, "3", date(2025, 3, 3))
    assert send_warnings("3")["sent"] == {}

    (body,) = receiver.bodies
    assert units(body) == NEW
    assert status() == {"year": 2024, "n_new": 7, "n_unsent": 0}


def test_another_policy_sends_only_what_is_new_with_it(home: Path, receiver: Receiver) -> None:
    publish_night(home, "1")
    send_warnings("1")
    publish_night(home, "2", policy=STRICTER)
    send_warnings("2")
    publish_night(home, "3")
    send_warnings("3")
    publish_night(home, "4", policy=STRICTER)
    send_warnings("4")

    red_line = "red_line:enterprise_participation"
    assert [units(body) for body in receiver.bodies] == [NEW, {(EAST, red_line), (I1, red_line)}]
    # known of the year before, so never new
    assert not {(I3, red_line), (WEST, red_line)} & (units(receiver.bodies[0]) | units(receiver.bodies[1]))


def test_a_night_killed_between_sending_and_recording_is_told_by_the_id(
    home: Path, receiver: Receiver
) -> None:
    publish_night(home, "1")
    code = (
        "import sys; sys.modules['airflow.sdk'] = None\n"
        "from iecareer.nightly import send_warnings; send_warnings('1')"
    )
    # The message arrived; the night dies before it can read the answer.
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE)

    def kill(_: BaseHTTPRequestHandler) -> tuple[int, bytes]:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        return 200, b""

    receiver.answer = kill
    process.wait(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert [units(body) for body in receiver.bodies] == [NEW]
    assert status()["n_unsent"] == 7

    receiver.answer = lambda _: (200, b"")
    for run_id in ("2", "3"):
        publish_night(home, run_id, date(2025, 3, int(run_id)))
        send_warnings(run_id)
    first, second = receiver.bodies
    assert first["id"] == second["id"]
    assert f"消息编号 {first['id']}" in second["text"]["content"]
    assert first["rows"] == second["rows"]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [((500, b"s3cret"), "HTTP status 500"), ((200, b'{"errcode": 310000}'), "refused with errcode 310000")],
)
def test_what_was_refused_is_sent_by_the_next_night_and_the_log_hides_the_address(
    home: Path, receiver: Receiver, caplog: pytest.LogCaptureFixture, answer: tuple[int, bytes], reason: str
) -> None:
    publish_night(home, "1")
    receiver.answer = lambda _: answer
    with caplog.at_level(logging.DEBUG):
        found = send_warnings("1")
    assert (found["sent"], found["not_sent"]) == ({}, {"url": reason})
    assert f"7 new warnings were not sent by url: {reason}" in caplog.text
    assert "s3cret" not in caplog.text + str(found)
    assert status()["n_unsent"] == 7

    receiver.answer = lambda _: (200, b"")
    publish_night(home, "2")
    assert send_warnings("2")["sent"] == {"url": 7}


def test_the_warnings_of_an_older_year_and_of_a_past_day_are_never_sent(
    home: Path, receiver: Receiver
) -> None:
    """A run as of 2024 has 2023 as its newest year, and so could send warnings of 2023."""
    publish_night(home, "0", date(2025, 2, 1), began="2025-03-01T01:30:00+00:00")
    assert send_warnings("0")["nothing"] == "the run is as of a past day"
    publish_night(home, "1")
    send_warnings("1")
    path = home / "lake" / "warnings" / "2024.json"
    path.rename(path.with_name("2025.json"))
    publish_night(home, "2")
    assert send_warnings("2")["nothing"] == "warnings of 2025 are known already"
    assert len(receiver.bodies) == 1
    assert {row["year"] for row in receiver.bodies[0]["rows"]} == {2024}


def test_a_run_that_is_not_the_published_one_sends_nothing(home: Path, receiver: Receiver) -> None:
    publish_night(home, "1")
    publish_night(home, "2")
    assert send_warnings("1")["nothing"] == "another run is published"
    assert receiver.bodies == []


def test_where_nothing_is_set_nobody_is_notified_and_nothing_fails(
    home: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("IECAREER_WARNING_URL")
    publish_night(home, "1")
    assert send_warnings("1") == {"year": 2024, "n_new": 7, "sent": {}, "not_sent": {}}
    assert (receiver.bodies, status()["n_unsent"]) == ([], 7)
    said = "New warnings of lights in 2024: 7, not sent: 7. List them with 'iecareer light digest'."
    assert said in CliRunner().invoke(app, ["status"]).stdout


def test_a_record_that_cannot_be_read_fails_no_night(
    home: Path, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    publish_night(home, "1")
    (home / "lake" / "warnings").mkdir(parents=True)
    (home / "lake" / "warnings" / "2024.json").write_text("{", encoding="utf-8")
    problem = send_warnings("1")["problem"]
    assert "2024.json is no record of sent warnings. Move it away" in problem
    assert CliRunner().invoke(app, ["status"]).exit_code == 0
    assert receiver.bodies == []
    assert "New warnings were not sent" in caplog.text


def test_each_channel_is_sent_what_it_lacks(
    home: Path, receiver: Receiver, recording: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IECAREER_WARNING_NOTIFIER", "recording_warnings.Failing")
    publish_night(home, "1")
    assert send_warnings("1") | {"n_new": 0} == {
        "year": 2024,
        "n_new": 0,
        "sent": {"url": 7},
        "not_sent": {"notifier": "ValueError"},
    }
    monkeypatch.setenv("IECAREER_WARNING_NOTIFIER", "recording_warnings.Recording")
    publish_night(home, "2")
    assert send_warnings("2")["sent"] == {"notifier": 7}
    assert (len(receiver.bodies), len(recording)) == (1, 1)
    sent = {name: sorted(entry["sent"]) for name, entry in recorded(2024).items()}
    assert [*sent.values()] == [["notifier", "url"]] * 7


def test_a_notifier_gets_title_and_text_unless_its_arguments_say_them(
    home: Path, receiver: Receiver, recording: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_night(home, "1")
    send_warnings("1")
    title, text = recording.pop()
    assert title == "职教预警 2024：新增 7 条 · 7 new warnings"
    # a name is text, never a template
    assert "乙{{ 7*7 }}<b>学院（4133000002）：触碰红线：企业参与率；触碰红线：关键设备未到位率" in text
    assert "【限期整改（2025-12-31 截止）】" in text

    (home / "lake" / "warnings" / "2024.json").unlink()
    monkeypatch.setenv(
        "IECAREER_WARNING_NOTIFIER_KWARGS",
        json.dumps({"message": "{{ warnings.id }} {{ warnings.rows | length }}"}),
    )
    send_warnings("1")
    assert recording.pop()[1] == f"{receiver.bodies[0]['id']} 7"


def test_a_notifier_that_posts_json_gets_the_body_of_a_robot_unless_it_has_data(
    home: Path, receiver: Receiver, recording: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IECAREER_WARNING_NOTIFIER", "recording_warnings.Posting")
    publish_night(home, "1")
    send_warnings("1")
    (sent,) = receiver.bodies
    assert recording == [(None, {name: sent[name] for name in ("id", "msgtype", "text")})]

    (home / "lake" / "warnings" / "2024.json").unlink()
    monkeypatch.setenv(
        "IECAREER_WARNING_NOTIFIER_KWARGS", json.dumps({"data": "{{ warnings.rows | tojson }}"})
    )
    send_warnings("1")
    data, body = recording[-1]
    assert (json.loads(data), body) == (sent["rows"], None)


def test_what_another_python_prepares_passes_through_a_pipe(home: Path, receiver: Receiver) -> None:
    publish_night(home, "1")
    found = prepare("1", ["notifier", "url"])
    assert json.loads(json.dumps(found)) == found
    assert found["messages"]["url"] == found["messages"]["notifier"]


def test_a_notifier_that_would_say_nothing_is_not_called(
    home: Path, receiver: Receiver, recording: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IECAREER_WARNING_NOTIFIER", "recording_warnings.Mute")
    monkeypatch.setenv("IECAREER_WARNING_NOTIFIER_KWARGS", json.dumps({"message": "{{ warnings.text }}"}))
    publish_night(home, "1")
    assert "holds no message" in send_warnings("1")["not_sent"]["notifier"]
    assert recording == []


def test_the_mail_of_a_provider_has_the_table_of_new_warnings(
    home: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails: list[dict[str, Any]] = []

    class Hook:
        default_conn_name = "smtp_default"

        def __init__(self, **_: object) -> None: ...

        def __enter__(self) -> Hook:
            return self

        def __exit__(self, *_: object) -> None: ...

        def send_email_smtp(self, **mail: Any) -> None:
            mails.append(mail)

    monkeypatch.setattr("airflow.providers.smtp.notifications.smtp.SmtpHook", Hook)
    monkeypatch.setenv("IECAREER_WARNING_NOTIFIER", "airflow.providers.smtp.notifications.smtp.SmtpNotifier")
    monkeypatch.setenv(
        "IECAREER_WARNING_NOTIFIER_KWARGS", '{"to": "office@example.cn", "from_email": "night@example.cn"}'
    )
    publish_night(home, "1")
    assert send_warnings("1")["sent"] == {"url": 7, "notifier": 7}
    (mail,) = mails
    assert mail["subject"] == "职教预警 2024：新增 7 条 · 7 new warnings"
    assert "<td>乙{{ 7*7 }}&lt;b&gt;学院</td><td>4133000002</td>" in mail["html_content"]
    assert mail["html_content"].count("<tr>") == 1 + 6


def test_a_robot_gets_text_only_and_another_receiver_its_rows(
    home: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IECAREER_WARNING_FORMAT", "robot")
    monkeypatch.setenv("IECAREER_WARNING_SECRET", "SEC7")
    publish_night(home, "1")
    send_warnings("1")
    (body,) = receiver.bodies
    assert set(body) == {"msgtype", "text"}
    assert "&sign=" in receiver.paths[0]

    monkeypatch.setenv("IECAREER_WARNING_FORMAT", "fax")
    (home / "lake" / "warnings" / "2024.json").unlink()
    assert send_warnings("1")["not_sent"] == {
        "url": "IECAREER_WARNING_FORMAT is 'fax'. Set it to robot or json."
    }
