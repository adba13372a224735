"""Files in memory, for content that DuckDB reads from a path and that must not be on disk."""

from __future__ import annotations

import os
from collections.abc import Sequence

MEMORY_FOLDER = "/proc/self/fd/"


class MemoryFile:
    """A file in memory for one content after another; it ends with the process, killed or not."""

    def __init__(self) -> None:
        """Make it, empty."""
        self._file = os.memfd_create("delivery")

    def holding(self, parts: Sequence[bytes]) -> str:
        """The path under which exactly these bytes can be opened, until others are held."""
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
        """Give its memory back."""
        os.close(self._file)
