"""No use of identities goes unlogged, and no line can be changed or taken out unnoticed."""

from __future__ import annotations

import json
import os
import pwd
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from iecareer.errors import IecareerError
from iecareer.landing.erasure.erase import erase
from iecareer.persons.access_log import log_access, read_log
from iecareer.persons.data_swap import persons_state
from iecareer.persons.presence import identity_behind, whereabouts
from iecareer.persons.rotation import rotate
from iecareer.persons.subject import subject
from tests.identity.conftest import killed
from tests.people import resident_id

PERSON = resident_id(1)


@pytest.fixture
def lines(home: Path) -> Callable[[], list[str]]:
    """A log of five lines."""
    for number in range(5):
        log_access("find", f"request {number}")
    assert read_log()[1] is None
    return lambda: (home / "logs" / "identity.jsonl").read_text().splitlines(keepends=True)


def test_every_use_is_told_and_never_whose(home: Path) -> None:
    rotate("drill")
    erase(subject(PERSON), "request 1")
    whereabouts(subject(PERSON), "request 2")
    identity_behind("ab" * 32, "request 3")
    entries, problem = read_log()
    assert problem is None
    assert [(entry["kind"], entry.get("outcome")) for entry in entries] == [
        ("rotate", "begun"), ("rotate", "done"), ("erase", "begun"), ("erase", "done"), ("find", None), ("trace", None),
    ]  # fmt: skip
    text = (home / "logs" / "identity.jsonl").read_text()
    person = subject(PERSON)
    assert not any(told in text for told in (PERSON[:17], "ab" * 32, person.first, person.person_key))


def test_the_user_is_the_account_and_not_what_the_environment_says(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody-else")
    log_access("find", "request")
    assert read_log()[0][0]["user"] == pwd.getpwuid(os.getuid()).pw_name


def changed(line: str) -> str:
    return line.replace("request", "REQUEST")


TAMPERINGS: dict[str, Callable[[list[str]], list[str]]] = {
    "changed": lambda rows: [rows[0], changed(rows[1]), *rows[2:]],
    "last changed": lambda rows: [*rows[:4], changed(rows[4])],
    "taken out": lambda rows: [*rows[:2], *rows[3:]],
    "first taken out": lambda rows: rows[1:],
    "last taken out": lambda rows: rows[:-1],
    "all taken out": lambda _: [],
    "swapped": lambda rows: [rows[1], rows[0], *rows[2:]],
    "repeated": lambda rows: [*rows, rows[4]],
    "damaged": lambda rows: [*rows[:4], "{\n"],
    "of another kind": lambda rows: [*rows[:4], "[]\n"],
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_tampering_is_noticed_and_nothing_is_done_before_it_is_looked_into(
    home: Path, lines: Callable[[], list[str]], tampering: str
) -> None:
    (home / "logs" / "identity.jsonl").write_text("".join(TAMPERINGS[tampering](lines())))
    assert read_log()[1] is not None
    with pytest.raises(IecareerError, match="is not intact"):
        rotate("drill")
    assert persons_state().generation == 0


def test_the_file_itself_taken_away_is_noticed(home: Path, lines: Callable[[], list[str]]) -> None:
    (home / "logs" / "identity.jsonl").unlink()
    assert "the last 5 are missing" in (read_log()[1] or "")


@pytest.mark.parametrize("cut", [1, 20])
def test_a_line_that_a_crash_cut_short_never_counted(
    home: Path, lines: Callable[[], list[str]], cut: int
) -> None:
    whole = lines()
    log_access("find", "cut short")
    end = home / "lake" / "identity-log-end.json"
    seal = json.loads(whole[-1])["seal"]
    end.write_text(json.dumps({"n": 5, "seal": seal}))
    (home / "logs" / "identity.jsonl").write_text("".join(whole) + lines()[-1][:-cut])
    assert read_log()[1] is None
    log_access("find", "next")
    entries, problem = read_log()
    assert (len(entries), problem) == (6, None)


def test_killed_between_line_and_end_the_log_holds(home: Path, lines: Callable[[], list[str]]) -> None:
    code = "from iecareer.persons.access_log import log_access\nlog_access('find', 'killed')\n"
    killed(home, code, "iecareer.persons.access_log:write_document", after=False)
    log_access("find", "next")
    entries, problem = read_log()
    assert ([entry["reason"] for entry in entries[5:]], problem) == (["killed", "next"], None)


def test_at_once_from_several_processes_every_line_stands(home: Path) -> None:
    code = (
        "from iecareer.persons.access_log import log_access\nfor n in range(10): log_access('find', str(n))"
    )
    running = [subprocess.Popen([sys.executable, "-c", code], env=os.environ | {}) for _ in range(3)]
    assert [process.wait(timeout=120) for process in running] == [0, 0, 0]
    entries, problem = read_log()
    assert (len(entries), problem) == (30, None)


@pytest.mark.parametrize("reason", [PERSON, f"for {PERSON[:6]}{PERSON[8:17]}", "of " + "ab" * 32])
def test_a_reason_that_tells_the_person_is_refused(home: Path, reason: str) -> None:
    with pytest.raises(IecareerError, match="contains an identity number") as raised:
        erase(subject(PERSON), reason)
    assert reason not in str(raised.value)
    assert not (home / "logs" / "identity.jsonl").exists()


def told(home: Path, *arguments: str, about: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "iecareer", "identity", *arguments],
        input=about,
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {"IECAREER_HOME": str(home)},
    )


def spoken(done: subprocess.CompletedProcess[str]) -> Any:
    return done.returncode, done.stdout, done.stderr


def test_commands_say_the_same_of_known_and_unknown_persons_and_never_echo(home: Path) -> None:
    first = told(home, "erase", "--reason", "request", about=f"{PERSON}\n")
    again = told(home, "erase", "--reason", "request", about=f"{PERSON}\n")
    other = told(home, "erase", "--reason", "request", about=f"{resident_id(2)}\n")
    assert first.returncode == 0
    assert spoken(first) == spoken(again) == spoken(other)
    wrong = told(home, "erase", "--reason", "request", about=f"{PERSON[:-1]}?\n")
    argued = told(home, "erase", PERSON, "--reason", "request")
    nobody = told(home, "trace", "--reason", "request", about="cd" * 32)
    assert (wrong.returncode, argued.returncode, nobody.returncode) == (1, 2, 1)
    for done in (first, wrong, argued, nobody):
        assert PERSON[:17] not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
    assert told(home, "find", "--reason", "request", about=PERSON).stdout == "No row of this person.\n"
    assert told(home, "rotate", "--reason", " ").returncode == 2
    log = told(home, "log", "--json")
    assert (log.returncode, json.loads(log.stdout)["holds"]) == (0, True)
    (home / "logs" / "identity.jsonl").write_text("")
    assert told(home, "log").returncode == 1
