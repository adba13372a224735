"""Folders for spilled data: one per connection, readable only by this account, removed afterwards.

This build of DuckDB cannot encrypt spilled data, so the files are unencrypted: rows under pseudonyms, never
identities. DuckDB removes the folder of a connection when it closes. This module removes the folder of the process
when it ends, and folders of killed processes when another process spills.
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
    """A folder that one connection may spill to; DuckDB creates it when needed."""
    return _process_folder() / str(next(_numbers))


def _process_folder() -> Path:
    root = home() / "runs" / "spill"
    key = (os.getpid(), root)
    if key not in _folders or not _folders[key].exists():
        _folders[key] = _make_folder(root)
    return _folders[key]


def _make_folder(root: Path) -> Path:
    """Make a folder of this process, with a lock that ends with the process; remove leftovers of other processes."""
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
    """Remove the folder at the end of the process that made it, but not at the end of a forked process."""
    if os.getpid() == process:
        shutil.rmtree(folder, ignore_errors=True)
