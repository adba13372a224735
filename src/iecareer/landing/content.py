"""The bytes of one file, which receiving provides and reading consumes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from iecareer.errors import IecareerError

WHOLE_LIMIT = 1 << 30


class Content(Protocol):
    """The bytes of one delivered file, in pieces or as a whole."""

    def chunks(self) -> Iterator[bytes]:
        """The bytes in order, in pieces of any size."""

    def whole(self) -> bytes:
        """All bytes at once."""


@dataclass(frozen=True)
class InMemory:
    """Content that is already in memory, such as a member of a packed file."""

    data: bytes

    def chunks(self) -> Iterator[bytes]:
        """The bytes in one piece."""
        yield self.data

    def whole(self) -> bytes:
        """All bytes."""
        return self.data


def whole(content: Content, place: str, limit: int = WHOLE_LIMIT) -> bytes:
    """All bytes of a file, for formats that can only be read as a whole.

    Raises
    ------
    IecareerError
        When there are more than `limit` bytes; the message names the limit in MiB.
    """
    pieces, size = [], 0
    for piece in content.chunks():
        size += len(piece)
        if size > limit:
            raise IecareerError(
                f"{place}: has more than {limit >> 20} MiB, the limit for formats that are read as a whole.",
                next_step="Ask for several smaller files, or for CSV, which is read piece by piece.",
            )
        pieces.append(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
