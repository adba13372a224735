"""A night whose memory is too small for its data spills them, and gives the same marts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from iecareer.landing import land
from iecareer.runs.build import build_path
from iecareer.simulation import simulate
from iecareer.sources import load_systems
from tests.engines.equality import differences
from tests.nights import build

AS_OF = date(2026, 11, 21)


@contextmanager
def spilling_watched(home: Path) -> Iterator[set[str]]:
    """Names of the files that were spilled meanwhile, as often as one can look."""
    seen: set[str] = set()
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.wait(0.005):
            seen.update(path.name for path in (home / "runs" / "spill").glob("*/*/*.tmp"))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        is_over.set()
        watcher.join()


@pytest.mark.slow
def test_a_night_that_spills_gives_equal_marts(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulate(tmp_path / "inbox", graduates=3000, seed=4)
    monkeypatch.setenv("IECAREER_INBOX", str(tmp_path / "inbox"))
    for source in load_systems():
        assert all(not receipt["error"] for receipt in land(source, received_on=AS_OF))
    with spilling_watched(home) as seen:
        enough = build(AS_OF)
    assert not seen
    monkeypatch.setenv("IECAREER_MEMORY_LIMIT", "80MB")
    with spilling_watched(home) as seen:
        little = build(AS_OF)
    assert seen
    assert not differences(build_path(enough), build_path(little))
    assert not list((home / "runs" / "spill").glob("*/*/*.tmp"))
