"""The secret of one warehouse and the keys derived from it. Nothing here is ever printed or logged."""

from __future__ import annotations

import os
import secrets
from functools import lru_cache
from pathlib import Path

from iecareer.errors import IecareerError
from iecareer.secret_values import secret_value
from iecareer.settings import home

KEY_BYTES = 32


def derive(purpose: str) -> bytes:
    """A 32-byte key for one purpose, by HKDF-SHA-256 from the warehouse's secret (RFC 5869).

    Raises
    ------
    IecareerError
        When there is no usable secret, or this home was filled under another secret: the same persons would then get
        different pseudonyms.
    """
    secret = _secret()
    known = _mark_path().read_text("ascii") if _mark_path().exists() else None
    if known not in (None, _mark(secret)):
        raise IecareerError(
            "The deliveries of this home were encrypted with another key.",
            next_step="Set IECAREER_KEY to the original key, or restore the file 'key' of the home.",
        )
    return _derive(secret, purpose)


def remember_key() -> None:
    """Keep a mark of the secret in the lake. The secret cannot be derived from this mark.

    Raises
    ------
    IecareerError
        As :func:`derive` does.
    """
    derive("mark")
    if not _mark_path().exists():
        _mark_path().parent.mkdir(parents=True, exist_ok=True)
        draft = _mark_path().with_name(f".key-mark.{os.getpid()}.{secrets.token_hex(4)}")
        draft.write_text(_mark(_secret()), "ascii")
        draft.replace(_mark_path())


def _mark_path() -> Path:
    return home() / "lake" / "key-mark"


def _mark(secret: bytes) -> str:
    return _derive(secret, "mark").hex()


@lru_cache
def _derive(secret: bytes, purpose: str) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), length=KEY_BYTES, salt=None, info=f"iecareer {purpose}".encode()).derive(secret)


def _secret() -> bytes:
    """The secret: ``$IECAREER_KEY`` (64 hex digits), else the file ``key`` of the home, made on first use.

    Raises
    ------
    IecareerError
        When the key is malformed, readable by others, or missing although the home already holds deliveries.
    """
    text = secret_value("IECAREER_KEY")
    path = home() / "key"
    if not text:
        text = _read_or_make(path)
    try:
        secret = bytes.fromhex(text.strip())
    except ValueError:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise IecareerError(
            "The key of this warehouse is not 64 hexadecimal digits.", next_step="Set IECAREER_KEY anew."
        )
    return secret


def _read_or_make(path: Path) -> str:
    if not path.exists():
        _make(path)
    if path.stat().st_mode & 0o077:
        raise IecareerError(f"The key file {path} can be read by others.", next_step=f"Run: chmod 600 {path}")
    return path.read_text(encoding="ascii")


def _make(path: Path) -> None:
    """Write a new key atomically. If two processes do so at once, both use the key of the first one."""
    if any((path.parent / "lake" / "raw").glob("*")):
        raise IecareerError(
            f"The key file {path} is missing, but the lake already holds encrypted deliveries.",
            next_step="Restore the key file from its backup, or set IECAREER_KEY.",
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"key.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(secrets.token_hex(KEY_BYTES) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
