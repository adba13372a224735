"""A step's function in another Python: its result, its errors, its secrets, and its end with the task."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import redirect_stderr
from pathlib import Path

import pytest

from iecareer.errors import IecareerError
from iecareer.nightly import call
from iecareer.nightly.interpreter import InterpreterEndedError
from iecareer.secret_values import received_secrets

CHECKOUT = Path(__file__).parents[2]
FUNCTIONS = """
import os, signal, sys, time
from pathlib import Path
from iecareer.errors import IecareerError
from iecareer.secret_values import secret_value

def counted(*names, **more):
    print("a library prints 11010519491231002X")
    return {"n": len(names), "pid": os.getpid(), **more}
def secret():
    return secret_value("IECAREER_KEY")
def refused():
    raise IecareerError("survey: no header.", next_step="Ask the office.")
def broken():
    raise ValueError("11010519491231002X")
def killed():
    os.kill(os.getpid(), signal.SIGKILL)
def lacking():
    import no_such_package.deeper
def waiting(path):
    Path(path).write_text(str(os.getpid()))
    time.sleep(60)
"""


@pytest.fixture
def other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Python other than this one by its path, that finds the functions above as the module `functions`."""
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    (tmp_path / "functions.py").write_text(FUNCTIONS, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{CHECKOUT / 'src'}")
    monkeypatch.delenv("IECAREER_KEY", raising=False)
    monkeypatch.setenv("IECAREER_PYTHON", str(python))
    return python


def test_a_function_answers_from_the_other_python(other: Path) -> None:
    answer = call("functions:counted", "a", "b", target="local")

    assert (answer["n"], answer["target"]) == (2, "local")
    assert answer["pid"] != os.getpid()


def test_without_the_setting_it_is_called_here(other: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IECAREER_PYTHON")

    assert call("functions:counted")["pid"] == os.getpid()


def test_what_it_prints_goes_where_this_process_logs(other: Path, tmp_path: Path) -> None:
    with (tmp_path / "night.log").open("w", encoding="utf-8") as log, redirect_stderr(log):
        call("functions:counted")

    assert (tmp_path / "night.log").read_text(encoding="utf-8") == "a library prints 11010519491231002X\n"


def test_secrets_reach_the_other_python_and_not_its_environment(other: Path) -> None:
    with received_secrets({"IECAREER_KEY": "ab" * 32}):
        assert call("functions:secret") == "ab" * 32
    assert call("functions:secret") is None


def test_an_error_of_ours_keeps_its_words(other: Path) -> None:
    with pytest.raises(IecareerError) as refused:
        call("functions:refused")

    assert (refused.value.message, refused.value.next_step) == ("survey: no header.", "Ask the office.")


def test_a_foreign_error_brings_no_value_along(other: Path) -> None:
    with pytest.raises(IecareerError, match="ValueError") as refused:
        call("functions:broken")

    assert "1101" not in str(refused.value)


@pytest.mark.parametrize("setting", ["there", "here"])
def test_a_package_that_is_not_installed_is_named(
    other: Path, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    if setting == "here":
        monkeypatch.delenv("IECAREER_PYTHON")

    with pytest.raises(IecareerError, match=r"lacks the package 'no_such_package'.*iecareer\[night\]"):
        call("functions:lacking")


def test_a_killed_python_is_another_error_than_a_refusal(other: Path) -> None:
    with pytest.raises(InterpreterEndedError, match=r"without an answer \(exit code -9\)"):
        call("functions:killed")


def test_a_python_that_does_not_exist_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IECAREER_PYTHON", str(tmp_path / "nowhere"))

    with pytest.raises(IecareerError, match="cannot be started"):
        call("functions:counted")


def test_the_other_python_ends_with_a_killed_task(other: Path, tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    code = f"from iecareer.nightly import call; call('functions:waiting', {str(mark)!r})"
    task = subprocess.Popen([sys.executable, "-c", code])
    while not (mark.exists() and mark.read_text()):
        assert task.poll() is None
        time.sleep(0.05)
    pid = int(mark.read_text())

    task.kill()
    task.wait()

    deadline = time.monotonic() + 20
    while Path(f"/proc/{pid}/stat").exists() and Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z":
        assert time.monotonic() < deadline, "the other Python goes on without its task"
        time.sleep(0.05)
