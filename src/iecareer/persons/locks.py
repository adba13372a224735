"""Locks on rows of persons: many readers at once, or one writer alone. A lock ends with its process."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from iecareer.persons.data_swap import (
    complete_swap,
    persons_version,
    staging_folder,
    unfinished_swaps,
    version_of,
)
from iecareer.settings import lake


@contextmanager
def persons_in_use() -> Iterator[None]:
    """Prevent swaps of rows of persons in the meantime. Many users may hold this lock at once; it can be nested.

    An interrupted swap is finished first.
    """
    while True:
        if unfinished_swaps():
            with persons_alone():
                pass
        with _locked(fcntl.LOCK_SH):
            if unfinished_swaps():
                continue
            yield
            return


@contextmanager
def persons_alone() -> Iterator[Path]:
    """Wait until nobody else uses rows of persons, finish an interrupted swap, and yield the folder for new files."""
    with _locked(fcntl.LOCK_EX):
        complete_swap()
        folder = staging_folder(persons_version() + 1)
        try:
            yield folder
        finally:
            if persons_version() < version_of(folder):
                shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _locked(kind: int) -> Iterator[None]:
    path = lake() / "persons.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, kind)
        yield
    finally:
        os.close(descriptor)
