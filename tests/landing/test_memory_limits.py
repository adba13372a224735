"""What can only be read as a whole is refused where it is larger than what is stated, before it is held."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from iecareer.errors import IecareerError
from iecareer.landing import content
from iecareer.landing.content import WHOLE_LIMIT
from iecareer.landing.read import Request, read

HEADS = {
    "zip": b"PK\x03\x04",
    "xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "parquet": b"PAR1",
    "sqlite": b"SQLite format 3\0",
    "json": b'{"a": [\n',
    "html": b"<html>",
}
PIECE = 4 << 20


class Endless:
    """Content without end, that counts how much of it was asked for."""

    def __init__(self, head: bytes) -> None:
        self.head, self.n_given = head, 0

    def chunks(self) -> Iterator[bytes]:
        piece = bytes(PIECE)
        yield self.head
        while True:
            self.n_given += PIECE
            yield piece

    def whole(self) -> bytes:
        raise AssertionError("nobody may ask for the whole")


@pytest.mark.parametrize("file_format", HEADS)
def test_a_file_without_end_is_refused(file_format: str, monkeypatch: Any) -> None:
    monkeypatch.setattr(content.whole, "__defaults__", (WHOLE_LIMIT >> 4,))
    endless = Endless(HEADS[file_format])
    request = Request("office, file", frozenset(["a"]))
    with pytest.raises(IecareerError, match="MiB, the limit for formats that are read as a whole"):
        next(read(duckdb.connect(), endless, file_format, request))
    assert endless.n_given <= (260 << 20)
