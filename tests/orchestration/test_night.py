"""A whole night in this process, through the real DAG, with stand-in stages."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from iecareer.errors import IecareerError
from iecareer.nightly import run_nightly, send_warnings
from iecareer.nightly.interpreter import call_here
from iecareer.runs.pin import read_pin
from tests.lights.published_nights import publish_night, receiving
from tests.orchestration.stand_ins import SOURCES, Stages

AS_OF = date(2026, 7, 1)
LAYERS = ["build staging", "skills", "build intermediate", "build marts"]
AFTER_LANDING = [
    "checks",
    *LAYERS,
    "estimates",
    "lights",
    "flags",
    "feedback",
    "audit",
    "publish",
    "warnings",
]
IDENTITY = "11010519491231002X"
WRITTEN = """
from pathlib import Path
from airflow.sdk import BaseNotifier

class Written(BaseNotifier):
    template_fields = ("head", "text")
    def __init__(self, path, text, head="{{ dag.dag_id }} {{ ti.task_id }}"):
        super().__init__()
        self.path, self.head, self.text = path, head, text
    def notify(self, context):
        Path(self.path).write_text(self.head + "\\n" + self.text, encoding="utf-8")
"""


def test_every_stage_runs_once_in_order(home: Path, stages: Stages) -> None:
    begun: list[str] = []

    report = run_nightly(AS_OF, on_begin=begun.append)

    assert sorted(stages.calls[:3]) == [f"land {source}" for source in SOURCES]
    assert stages.calls[3:] == AFTER_LANDING
    assert [step.name for step in report.steps] == begun
    assert report.failed_sources == {}
    assert read_pin(report.run_id).as_of == AS_OF


def test_landing_can_be_left_out(home: Path, stages: Stages) -> None:
    run_nightly(AS_OF, landing=False)

    assert stages.calls == AFTER_LANDING


def test_a_source_that_cannot_be_landed_stops_no_other(home: Path, stages: Stages) -> None:
    stages.fail("land registry", IecareerError("registry: students.csv has no header row."))

    report = run_nightly(AS_OF)

    assert stages.calls[3:] == AFTER_LANDING
    assert report.failed_sources == {"registry": "registry: students.csv has no header row."}


def test_a_broken_contract_is_landed_too_so_that_it_is_seen(
    home: Path, stages: Stages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("iecareer.sources.broken_contracts", lambda: {"archive.odcs.yaml": "unknown key"})

    run_nightly(AS_OF)

    assert "land archive" in stages.calls


def test_the_last_step_sends_new_warnings_to_a_notifier_and_to_an_address_in_a_variable_of_airflow(
    home: Path,
    stages: Stages,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "written.py").write_text(WRITTEN, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("IECAREER_WARNING_NOTIFIER", "written.Written")
    monkeypatch.setenv("IECAREER_WARNING_NOTIFIER_KWARGS", json.dumps({"path": str(tmp_path / "sent")}))
    monkeypatch.setattr("iecareer.nightly.send_warnings", send_warnings)

    def publish(run_id: str) -> dict[str, bool]:
        publish_night(home, run_id)
        return {"is_published": True}

    monkeypatch.setattr("iecareer.runs.publish.publish", publish)

    with receiving() as receiver:
        monkeypatch.setenv("AIRFLOW_VAR_IECAREER_WARNING_URL", receiver.address)
        receiver.answer = lambda _: (404, b"")
        report = run_nightly(AS_OF, landing=False)

    assert report.result("warnings") == {
        "year": 2024,
        "n_new": 7,
        "sent": {"notifier": 7},
        "not_sent": {"url": "HTTP status 404"},
    }
    printed = capfd.readouterr()
    assert "s3cret" not in report.log_file.read_text(encoding="utf-8") + printed.out + printed.err
    assert (tmp_path / "sent").read_text(encoding="utf-8").splitlines()[:2] == [
        "nightly warnings",
        "职教预警 2024：新增 7 条 · 7 new warnings",
    ]


def test_a_failing_step_stops_the_night_in_words(home: Path, stages: Stages) -> None:
    stages.fail("build intermediate", IecareerError("A key repeats in fct_job."))

    with pytest.raises(IecareerError, match=r"at 'intermediate': A key repeats in fct_job\. Nothing was"):
        run_nightly(AS_OF)

    assert stages.calls[-1] == "build intermediate"


def test_an_interrupted_night_begins_no_further_step(home: Path, stages: Stages) -> None:
    stages.fail("land insurance", KeyboardInterrupt())

    with pytest.raises(KeyboardInterrupt):
        run_nightly(AS_OF)

    assert stages.calls[-1] == "land insurance"


def test_a_night_leaves_and_obeys_the_signal_to_terminate(home: Path, stages: Stages) -> None:
    before = signal.getsignal(signal.SIGTERM)
    seen: list[object] = []

    run_nightly(AS_OF, on_begin=lambda _: seen.append(signal.getsignal(signal.SIGTERM)))

    assert set(seen) == {before}
    assert signal.getsignal(signal.SIGTERM) is before


def test_no_value_of_a_row_reaches_message_or_log(home: Path, stages: Stages) -> None:
    stages.fail("land survey", ValueError(f"Could not convert string '{IDENTITY}' to INT32"))
    stages.fail("flags", ValueError(f"found {IDENTITY}"))

    with pytest.raises(IecareerError) as refused:
        run_nightly(AS_OF)

    everything = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert b"ValueError" in everything, "the log must say what kind of error it was"
    assert IDENTITY not in str(refused.value)
    assert IDENTITY.encode() not in everything


def test_later_nights_have_later_run_ids(home: Path, stages: Stages) -> None:
    first, second = run_nightly(AS_OF), run_nightly(AS_OF)

    assert first.run_id < second.run_id
    assert first.run_id.replace("T", "").isdigit()


def test_nothing_is_left_of_airflow_and_leftovers_of_killed_nights_go(home: Path, stages: Stages) -> None:
    killed = home / "airflow" / "run-killed"
    killed.mkdir(parents=True)
    (killed / "metadata.db").write_bytes(b"half a page")

    run_nightly(AS_OF)

    assert list((home / "airflow").glob("run-*")) == []


@pytest.mark.parametrize(("conformed", "is_large"), [(1, True), (0, False)])
def test_each_step_of_a_large_region_gets_a_process_of_its_own(
    home: Path, stages: Stages, monkeypatch: pytest.MonkeyPatch, conformed: int, is_large: bool
) -> None:
    elsewhere: list[str] = []

    def called_there(python: Path, request: dict[str, Any]) -> Any:
        assert python == Path(sys.executable)
        elsewhere.append(request["place"])
        return call_here(request["place"], *request["args"], **request["kwargs"])

    file = home / "lake" / "landing" / "part.parquet"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"." * conformed)
    monkeypatch.setattr("iecareer.nightly.run._LARGE", 1)
    monkeypatch.setattr("iecareer.nightly.interpreter._called_there", called_there)
    monkeypatch.delenv("IECAREER_PYTHON", raising=False)

    run_nightly(AS_OF)

    assert stages.calls[3:] == AFTER_LANDING
    # pin is one more; warnings are sent by the task itself, where Airflow is
    assert len(elsewhere) == (len(SOURCES) + len(AFTER_LANDING) if is_large else 0)
    assert not os.environ.get("IECAREER_PYTHON")


def test_an_unknown_engine_is_refused(home: Path) -> None:
    with pytest.raises(IecareerError, match="engine 'moon'"):
        run_nightly(AS_OF, target="moon")


NIGHT = """
import sys
import pytest
from datetime import date
from iecareer.nightly import run_nightly
from tests.orchestration.conftest import stand_in_stages

with pytest.MonkeyPatch.context() as patch:
    stand_in_stages(patch)
    print(run_nightly(date(2026, 7, 1)).run_id)
"""


def test_two_nights_at_once_both_finish(home: Path) -> None:
    checkout = Path(__file__).parents[2]
    nights = [
        subprocess.Popen([sys.executable, "-c", NIGHT], cwd=checkout, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    # Airflow logs to the terminal before a night begins here, since the stand-ins import it.
    run_ids = [night.communicate(timeout=600)[0].splitlines()[-1] for night in nights]

    assert [night.returncode for night in nights] == [0, 0]
    assert len(set(run_ids)) == 2
    assert sorted(path.stem for path in (home / "runs").glob("*.json")) == sorted(run_ids)
