"""Files packed with gzip, unpacked in memory as they are read."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

import duckdb

from iecareer.errors import IecareerError
from iecareer.landing.content import Content, whole
from iecareer.landing.read import read as read_content
from iecareer.landing.read.chunk import Chunk, Request
from iecareer.landing.read.zip_file import UNPACKED_FREE, UNPACKED_RATIO

_PIECE = 4 << 20
_GZIP = 16 + zlib.MAX_WBITS


def read(connection: duckdb.DuckDBPyConnection, content: Content, request: Request) -> Iterator[Chunk]:
    """Read the packed file, whatever its format."""
    if request.is_packed:
        raise IecareerError(
            f"{request.place}: is a packed file within a packed file.", next_step="Pack the files themselves."
        )
    declared = None if request.declared in ("gzip", "zip") else request.declared
    unpacked = Unpacked(content, request.place)
    yield from read_content(connection, unpacked, declared, replace(request, is_packed=True))


@dataclass(frozen=True)
class Unpacked:
    """The content of a gzip file, of one or several consecutive parts."""

    content: Content
    place: str

    def chunks(self) -> Iterator[bytes]:
        """The unpacked bytes, in pieces.

        Raises
        ------
        IecareerError
            When the file is cut off or damaged, or unpacks to more than the allowed ratio.
        """
        engine, packed, unpacked = zlib.decompressobj(_GZIP), 0, 0
        for chunk in self.content.chunks():
            packed += len(chunk)
            pending = chunk
            while pending:
                if engine.eof:
                    engine = zlib.decompressobj(_GZIP)
                try:
                    piece = engine.decompress(pending, _PIECE)
                except zlib.error:
                    raise self._damaged() from None
                pending = engine.unconsumed_tail or engine.unused_data
                unpacked += len(piece)
                if unpacked > max(UNPACKED_FREE, UNPACKED_RATIO * packed):
                    raise IecareerError(
                        f"{self.place}: unpacks to more than {UNPACKED_RATIO} times its size.",
                        next_step="Ask the office what it packed: real data do not compress that much.",
                    )
                if piece:
                    yield piece
        if not engine.eof:
            raise self._damaged()

    def whole(self) -> bytes:
        """All unpacked bytes."""
        return whole(self, self.place)

    def _damaged(self) -> IecareerError:
        return IecareerError(
            f"{self.place}: is not a complete gzip file. It is cut off or damaged.",
            next_step="Check that the transfer was complete.",
        )
