"""Whoever is named in the settings is notified of a failed task; a notifier that fails is a line in the log."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from iecareer.nightly.notifier import deadline_missed, notify

RECORDING = """
from pathlib import Path
from airflow.sdk import BaseNotifier

class Recording(BaseNotifier):
    template_fields = ("text",)
    def __init__(self, path, text="{{ ti.task_id }} failed"):
        super().__init__()
        self.path, self.text = path, text
    def notify(self, context):
        with Path(self.path).open("a") as stream:
            stream.write(self.text + "\\n")

class Failing(BaseNotifier):
    def notify(self, context):
        raise ValueError("the password is hunter2")
"""


class Task:
    task_id = "marts"


@pytest.fixture
def sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the recording notifier writes."""
    (tmp_path / "recording.py").write_text(RECORDING, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("IECAREER_NOTIFIER", "recording.Recording")
    monkeypatch.setenv("IECAREER_NOTIFIER_KWARGS", json.dumps({"path": str(tmp_path / "sent")}))
    return tmp_path / "sent"


def test_a_failed_task_and_a_late_night_reach_the_notifier(sent: Path) -> None:
    notify({"ti": Task()})
    deadline_missed({"ti": Task()})

    assert sent.read_text() == "marts failed\nmarts failed\n"


def test_without_a_notifier_nothing_happens(sent: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IECAREER_NOTIFIER")

    notify({"ti": Task()})

    assert not sent.exists()


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("IECAREER_NOTIFIER", "recording.Failing", "ValueError"),
        ("IECAREER_NOTIFIER", "recording.Nobody", "there is no 'recording.Nobody'"),
        ("IECAREER_NOTIFIER", "nowhere", "there is no 'nowhere'"),
        ("IECAREER_NOTIFIER_KWARGS", "[1]", "no JSON object"),
        ("IECAREER_NOTIFIER_KWARGS", "{", "no JSON object"),
    ],
)
def test_a_notification_that_is_not_sent_fails_nothing(
    sent: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    setting: str,
    value: str,
    said: str,
) -> None:
    monkeypatch.setenv(setting, value)
    if value == "recording.Failing":
        monkeypatch.delenv("IECAREER_NOTIFIER_KWARGS")

    with caplog.at_level(logging.ERROR, logger="iecareer.nightly.notifier"):
        notify({"ti": Task()})

    assert "The notification was not sent: " in caplog.text
    assert said in caplog.text
    assert "hunter2" not in "".join(
        record.getMessage() for record in caplog.records if "iecareer" in record.name
    )
