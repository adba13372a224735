"""Memory files, for content that DuckDB reads from a path and that must not be on disk."""

from __future__ import annotations

import os
from collections.abc import Sequence

MEMORY_FOLDER = "/proc/self/fd/"


class MemoryFile:
    """A memory file that can hold one content after another; it ends with the process, even a killed one."""

    def __init__(self) -> None:
        """Make an empty file."""
        self._file = os.memfd_create("delivery")

    def holding(self, parts: Sequence[bytes]) -> str:
        """The path at which these bytes can be opened, until the next call."""
        at = 0
        for part in parts:
            view = memoryview(part)
            while view:
                n_written = os.pwrite(self._file, view, at)
                at, view = at + n_written, view[n_written:]
        os.ftruncate(self._file, at)
        return f"{MEMORY_FOLDER}{self._file}"

    def __enter__(self) -> MemoryFile:
        """Use it in a `with` statement."""
        return self

    def __exit__(self, *_: object) -> None:
        """Release its memory."""
        os.close(self._file)
