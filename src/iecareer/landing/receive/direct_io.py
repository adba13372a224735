"""Direct I/O: files that are written once and read once bypass the page cache if the filesystem allows it.

Caching gigabytes that are read once costs more time than encrypting them, and evicts useful pages.
"""

from __future__ import annotations

import errno
import fcntl
import mmap
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

# Direct I/O needs whole pages, in memory and in the file.
_PAGE = 4096


class Sink:
    """A new file that is written from its own memory buffer; flushed to disk on leaving without an error.

    Parameters
    ----------
    path
        A file that does not exist.
    most
        Largest number of bytes per request.
    """

    def __init__(self, path: Path, most: int) -> None:
        """Make the file."""
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._memory = memoryview(mmap.mmap(-1, most + 2 * _PAGE))
        self._n_held = 0
        _pass_cache(self._file, do_pass=True)

    def memory(self, size: int) -> memoryview:
        """Memory for the next `size` bytes; call :meth:`written` once they are filled in."""
        return self._memory[self._n_held : self._n_held + size]

    def written(self, size: int) -> None:
        """Write the next `size` bytes of the memory to the file, as far as they fill whole pages."""
        self._n_held += size
        self._write(self._n_held // _PAGE * _PAGE)

    def _write(self, size: int) -> None:
        at = 0
        while at < size:
            try:
                at += os.write(self._file, self._memory[at:size])
            except OSError as error:
                if error.errno != errno.EINVAL or not _pass_cache(self._file, do_pass=False):
                    raise
        self._memory[: self._n_held - size] = self._memory[size : self._n_held]
        self._n_held -= size

    def __enter__(self) -> Sink:
        """Use it in a `with` statement."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write the rest and flush the file to disk, unless an error occurred."""
        try:
            if kind is None:
                _pass_cache(self._file, do_pass=False)
                self._write(self._n_held)
                os.fsync(self._file)
        finally:
            os.close(self._file)


def blocks(path: Path, first: int, size: int) -> Iterator[memoryview]:
    """The first `first` bytes of a file, then blocks of `size` bytes; the last block may be shorter.

    Each block is valid until the next one is read.
    """
    file = os.open(path, os.O_RDONLY)
    try:
        _pass_cache(file, do_pass=True)
        memory = memoryview(mmap.mmap(-1, _pages(max(first, size)) + 2 * _PAGE))
        n_held, wanted = 0, first
        while True:
            # The buffer ends at the first page boundary, so that reading continues at a whole page.
            end = _PAGE + _fill(file, memory[_PAGE:], wanted - n_held)
            begin = _PAGE - n_held
            block = memory[begin : min(begin + wanted, end)]
            if not block:
                return
            yield block
            n_held = end - begin - len(block)
            memory[_PAGE - n_held : _PAGE] = memory[end - n_held : end]
            wanted = size
    finally:
        os.close(file)


def _fill(file: int, memory: memoryview, least: int) -> int:
    """Read at least that many bytes, in whole pages; fewer at the end of the file."""
    n_read, size = 0, _pages(least)
    while n_read < size:
        try:
            n_now = os.readv(file, [memory[n_read:size]])
        except OSError as error:
            if error.errno != errno.EINVAL or not _pass_cache(file, do_pass=False):
                raise
            continue
        n_read += n_now
        # A partial page means the end of the file; reading cannot continue from there.
        if n_now == 0 or n_read % _PAGE:
            break
    return n_read


def _pages(size: int) -> int:
    return max(0, -(-size // _PAGE) * _PAGE)


def _pass_cache(file: int, *, do_pass: bool) -> bool:
    """Turn direct I/O on or off; returns whether that worked, because some filesystems do not support it."""
    direct = getattr(os, "O_DIRECT", 0)
    flags = fcntl.fcntl(file, fcntl.F_GETFL)
    wanted = flags | direct if do_pass else flags & ~direct
    if wanted == flags:
        return False
    try:
        fcntl.fcntl(file, fcntl.F_SETFL, wanted)
    except OSError:
        return False
    return True
