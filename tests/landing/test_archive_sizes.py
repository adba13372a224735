"""The archive gives back every byte, whatever the size of a file and of the filesystem's pages."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from iecareer.errors import IecareerError
from iecareer.landing.receive import archive
from iecareer.landing.receive.archive import Archived, archive_path, receive, receive_bytes
from iecareer.landing.receive.direct_io import Sink, blocks

_TAG, _HEAD = 16, 16
SIZES = [0, 1, 15, 16, 17, 4079, 4080, 4081, 4096, 8191, 8192, 8193, 3 * 8192, 3 * 8192 + 5, 100_000]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IECAREER_HOME", str(tmp_path / "home"))


@pytest.fixture(params=["as it is", "flag refused", "write refused"])
def filesystem(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A filesystem that refuses to be used past the cache, at once or only when it is used."""
    if request.param == "flag refused":
        _refuse_the_flag(monkeypatch)
    if request.param == "write refused":
        _refuse_the_use(monkeypatch)


def _refuse_the_flag(monkeypatch: pytest.MonkeyPatch) -> None:
    given = fcntl.fcntl

    def refuses(file: int, command: int, flags: int = 0) -> int:
        if command == fcntl.F_SETFL and flags & os.O_DIRECT:
            raise OSError(errno.EINVAL, "refused")
        return given(file, command, flags)

    monkeypatch.setattr(fcntl, "fcntl", refuses)


def _refuse_the_use(monkeypatch: pytest.MonkeyPatch) -> None:
    given, told = fcntl.fcntl, dict[int, int]()

    def believes(file: int, command: int, flags: int = 0) -> int:
        if command == fcntl.F_SETFL:
            told[file] = flags
            return 0
        return told.get(file, given(file, command))

    def only_cached(do: str) -> Callable[..., object]:
        way = getattr(os, do)

        def tried(file: int, *rest: object) -> object:
            if told.get(file, 0) & os.O_DIRECT:
                raise OSError(errno.EINVAL, "refused")
            return way(file, *rest)

        return tried

    monkeypatch.setattr(fcntl, "fcntl", believes)
    for do in ("write", "readv"):
        monkeypatch.setattr(os, do, only_cached(do))


@pytest.mark.usefixtures("filesystem")
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("chunk", [4096, 8192, 5000])
def test_every_byte_comes_back(
    size: int, chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "CHUNK", chunk)
    data = secrets.token_bytes(size)
    (tmp_path / "delivery").write_bytes(data)
    for sha256, told in (receive(tmp_path / "delivery"), receive_bytes(data)):
        assert told == size
        assert Archived(sha256).whole() == data
        assert all(len(piece) <= chunk for piece in Archived(sha256).chunks())
        assert archive_path(sha256).stat().st_size == _HEAD + size + _TAG * max(1, -(-size // chunk))


@pytest.mark.parametrize("lost", [1, 16, 17, 4096, 5000, 8192 + 16, 3 * (8192 + 16)])
@pytest.mark.parametrize("size", [3 * 8192, 3 * 8192 - 16])
def test_a_cut_archive_is_refused(lost: int, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "CHUNK", 8192)
    sha256, _ = receive_bytes(secrets.token_bytes(size))
    os.truncate(archive_path(sha256), archive_path(sha256).stat().st_size - lost)
    with pytest.raises(IecareerError, match="cannot be decrypted"):
        Archived(sha256).whole()


def test_nothing_but_what_was_given_is_behind_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "CHUNK", 8192)
    sha256, _ = receive_bytes(secrets.token_bytes(20_000))
    with archive_path(sha256).open("ab") as stream:
        stream.write(b"\0" * 100)
    with pytest.raises(IecareerError, match="cannot be decrypted"):
        Archived(sha256).whole()


@pytest.mark.parametrize("sizes", [[10, 4086, 1], [4096, 4096], [5000] * 7, [1]])
def test_blocks_are_those_of_the_file(sizes: list[int], tmp_path: Path) -> None:
    data = [secrets.token_bytes(size) for size in sizes]
    with Sink(tmp_path / "file", max(sizes)) as sink:
        for piece in data:
            sink.memory(len(piece))[:] = piece
            sink.written(len(piece))
    whole = b"".join(data)
    found = [bytes(block) for block in blocks(tmp_path / "file", 7, 4100)]
    assert found == [
        part for part in (whole[:7], *(whole[i : i + 4100] for i in range(7, len(whole), 4100))) if part
    ]


def test_archives_go_past_the_cache_as_far_as_pages_are_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without this the bytes would be the same, only dearer."""
    way, asked = fcntl.fcntl, list[bool]()

    def noted(file: int, command: int, flags: int = 0) -> int:
        if command == fcntl.F_SETFL:
            asked.append(bool(flags & os.O_DIRECT))
        return way(file, command, flags)

    monkeypatch.setattr(fcntl, "fcntl", noted)
    sha256, _ = receive_bytes(secrets.token_bytes(20_000))
    assert asked[:1] == [True]
    asked.clear()
    Archived(sha256).whole()
    assert asked[:1] == [True]
