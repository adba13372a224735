"""The archive of raw deliveries: unchanged bytes, named by their SHA-256, encrypted in chunks with AES-GCM.

Identities are unencrypted only in memory while a delivery is conformed, never in a file of the home.
"""

from __future__ import annotations

import hashlib
import io
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from iecareer.documents import sync_folder
from iecareer.errors import IecareerError
from iecareer.landing.names import masked_name
from iecareer.landing.receive.direct_io import Sink, blocks
from iecareer.persons.keys import derive
from iecareer.settings import lake

CHUNK = 4 << 20
_MAGIC = b"IECARAW2"
_HEAD = len(_MAGIC) + 8
_TAG = 16


@dataclass(frozen=True)
class Archived:
    """One archived file, decrypted in memory whenever it is read."""

    sha256: str

    def chunks(self) -> Iterator[bytes]:
        """The bytes in order, in pieces of 4 MiB.

        Raises
        ------
        IecareerError
            When the archive is missing or damaged, or was written under another key.
        """
        try:
            yield from _decrypted(archive_path(self.sha256), self.sha256)
        except FileNotFoundError:
            raise IecareerError(
                f"The archived delivery {self.sha256[:12]} is missing.",
                next_step="Restore the file from a backup.",
            ) from None

    def whole(self) -> bytes:
        """All bytes; raises the errors of :meth:`chunks`."""
        return b"".join(self.chunks())


def archive_path(sha256: str) -> Path:
    """Path of the encrypted raw bytes with that hash."""
    return lake() / "raw" / sha256[:2] / sha256


def file_hash(path: Path) -> str:
    """SHA-256 of a file in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def receive(path: Path) -> tuple[str, int]:
    """Archive one delivered file; returns its SHA-256 and its size in bytes.

    Raises
    ------
    IecareerError
        When the file cannot be read.
    """
    try:
        with path.open("rb", buffering=0) as source:
            return _encrypt(source)
    except OSError as error:
        raise IecareerError(
            f"{masked_name(path.name)}: cannot be received ({error.strerror}).",
            next_step="Check the path and its permissions.",
        ) from None


def receive_bytes(data: bytes) -> tuple[str, int]:
    """Archive bytes that are not a file, such as an extract of a database; returns their SHA-256 and size."""
    return _encrypt(io.BytesIO(data))


def _encrypt(source: BinaryIO) -> tuple[str, int]:
    """Encrypt and hash in one pass, so that the archived bytes match the hash even if the file changes meanwhile."""
    folder = lake() / "raw"
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{os.getpid()}.{secrets.token_hex(8)}"
    try:
        sha256, size = _write_encrypted(source, draft)
        target = archive_path(sha256)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            draft.replace(target)
            sync_folder(target.parent)
    finally:
        draft.unlink(missing_ok=True)
    return sha256, size


def _write_encrypted(source: BinaryIO, draft: Path) -> tuple[str, int]:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    cipher, prefix = AESGCM(derive("raw archive")), secrets.token_bytes(8)
    seen, size, index = hashlib.sha256(), 0, 0
    with Sink(draft, CHUNK + _TAG) as sink:
        sink.memory(_HEAD)[:] = _MAGIC + prefix
        sink.written(_HEAD)
        for chunk, is_last in _in_chunks(source):
            seen.update(chunk)
            size += len(chunk)
            context = _context(seen.hexdigest() if is_last else None)
            cipher.encrypt_into(_nonce(prefix, index), chunk, context, sink.memory(len(chunk) + _TAG))
            sink.written(len(chunk) + _TAG)
            index += 1
    return seen.hexdigest(), size


def _in_chunks(source: BinaryIO) -> Iterator[tuple[memoryview, bool]]:
    """Chunks of at most `CHUNK` bytes, and whether each is the last; each is valid until the next but one is read."""
    chunk, following = memoryview(bytearray(CHUNK)), memoryview(bytearray(CHUNK))
    size = _fill(source, chunk)
    while True:
        n_following = _fill(source, following) if size == CHUNK else 0
        yield chunk[:size], n_following == 0
        if n_following == 0:
            return
        chunk, following, size = following, chunk, n_following


def _fill(source: BinaryIO, memory: memoryview) -> int:
    """Read until the memory is full or the source ends."""
    n_read = 0
    while n_now := source.readinto(memory[n_read:]):  # type: ignore[attr-defined]
        n_read += n_now
    return n_read


def _decrypted(path: Path, sha256: str) -> Iterator[bytes]:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    cipher, n_left = AESGCM(derive("raw archive")), path.stat().st_size - _HEAD
    found = blocks(path, _HEAD, CHUNK + _TAG)
    prefix = bytes(next(found, b""))[len(_MAGIC) :]
    try:
        if n_left <= 0:
            raise InvalidTag
        for index, block in enumerate(found):
            n_left -= len(block)
            yield cipher.decrypt(_nonce(prefix, index), block, _context(None if n_left else sha256))
        if n_left:
            raise InvalidTag
    except InvalidTag:
        raise IecareerError(
            f"The archived delivery {sha256[:12]} cannot be decrypted.",
            next_step="Check that this home still has its original key. If it has, restore the file from a backup.",
        ) from None


def _nonce(prefix: bytes, index: int) -> bytes:
    return prefix + index.to_bytes(4, "big")


def _context(sha256: str | None) -> bytes:
    """The context that a chunk is bound to.

    The last chunk is bound to the hash of all bytes, so that truncated or renamed files are noticed.

    Chunks cannot be moved between files, because every file has its own nonces.
    """
    return f"last {sha256}".encode() if sha256 else b"more"
