"""Processes that Spark's work started, found by the folder they work in."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path


def wait_until(is_so: Callable[[], object]) -> None:
    """Look ten times a second; five minutes are enough for anything here."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        if is_so():
            return
        time.sleep(0.1)
    raise TimeoutError


def workers_of(folder: Path) -> list[int]:
    """Processes that work in the folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() == folder:
                found.append(int(process.name))
        except OSError:
            continue
    return found


def machines_in(folder: Path) -> list[int]:
    """Drivers' Java machines that work in the folder."""
    return [number for number in workers_of(folder) if b"deploy.SparkSubmit" in command(number)]


def command(number: int) -> bytes:
    """The command line of a process; empty when it has ended."""
    try:
        return Path(f"/proc/{number}/cmdline").read_bytes()
    except OSError:
        return b""
