"""Folders for data that a connection spills: one per connection, readable by this account only, gone afterwards.

DuckDB cannot encrypt what it spills (its library lacks the cryptography), so the files are plain: rows under
pseudonyms, never identities. DuckDB removes a connection's folder when it closes, this module the folder of the
process when it ends, and the next process that spills removes the folders of processes that were killed.
"""

from __future__ import annotations

import atexit
import fcntl
import itertools
import os
import shutil
import tempfile
from pathlib import Path

from iecareer.settings import home

_LOCK = "in-use.lock"
_numbers = itertools.count()
_folders: dict[tuple[int, Path], Path] = {}


def spill_folder() -> Path:
    """A folder that one connection may spill to; DuckDB makes it when it is needed."""
    return _process_folder() / str(next(_numbers))


def _process_folder() -> Path:
    root = home() / "runs" / "spill"
    key = (os.getpid(), root)
    if key not in _folders or not _folders[key].exists():
        _folders[key] = _make_folder(root)
    return _folders[key]


def _make_folder(root: Path) -> Path:
    """A new folder of this process, whose lock ends with the process; leftovers of other processes are removed."""
    root.mkdir(parents=True, exist_ok=True)
    root.chmod(0o700)
    with root.with_suffix(".lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        for left in root.iterdir():
            _remove_unused(left)
        folder = Path(tempfile.mkdtemp(dir=root))
        descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    atexit.register(_remove_own, os.getpid(), folder)
    return folder


def _remove_unused(folder: Path) -> None:
    """Remove a folder whose process has ended."""
    try:
        descriptor = os.open(folder / _LOCK, os.O_RDWR)
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        pass
    finally:
        os.close(descriptor)


def _remove_own(process: int, folder: Path) -> None:
    """Remove the folder at the end of the process that made it, not of one forked from it."""
    if os.getpid() == process:
        shutil.rmtree(folder, ignore_errors=True)
