"""Ed25519 signatures of JSON documents, with a key derived from the secret of the home.

A signature covers the canonical bytes of a document (sorted keys, no blanks, UTF-8) and the kind of the document, so
that a signature of one kind never counts for another.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iecareer.errors import IecareerError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

Document = dict[str, Any]


def own_key() -> bytes:
    """The 32 bytes of the private key of this home.

    Raises
    ------
    IecareerError
        When the secret of the home is missing or wrong.
    """
    from iecareer.persons.keys import derive

    return derive("signature")


def canonical(document: Document) -> bytes:
    """The canonical bytes of a document."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def signed(kind: str, document: Document, key: bytes) -> Document:
    """The document with its `signature`."""
    return document | {"signature": _private(key).sign(_message(kind, document)).hex()}


def is_signed(kind: str, document: Document, public_key: str) -> bool:
    """Whether the document carries a valid signature of this kind; `public_key` is PEM."""
    from cryptography.exceptions import InvalidSignature

    try:
        signature = exact_bytes(document["signature"])
        _public(public_key).verify(signature, _message(kind, document))
    except (InvalidSignature, KeyError, TypeError, ValueError):
        return False
    return True


def exact_bytes(text: str) -> bytes:
    """The bytes of lower-case hexadecimal digits.

    Raises
    ------
    ValueError
        When the text has another form of hexadecimal digits, or none.
    """
    found = bytes.fromhex(text)
    if found.hex() != text:
        raise ValueError
    return found


@lru_cache
def public_key_of(key: bytes) -> str:
    """The public key of a private key, as PEM."""
    return _pem(_private(key).public_key())


def fingerprint_of(public_key: str) -> str:
    """SHA-256 of a public key (DER), hexadecimal.

    Raises
    ------
    ValueError
        When it is not an Ed25519 key as PEM.
    """
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    der = _public(public_key).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def read_public_key(path: Path) -> str:
    """The public key in a PEM file.

    Raises
    ------
    IecareerError
        When the file is not an Ed25519 public key.
    """
    try:
        lines = path.read_text(encoding="ascii").split("\n")
        text = "".join(f"{line.strip()}\n" for line in lines if line.strip())
        fingerprint_of(text)
    except (OSError, ValueError):
        raise IecareerError(
            f"{path} is not a public key (Ed25519, PEM).",
            next_step="Ask the bureau for its public key: 'iecareer receipt key' prints it.",
        ) from None
    return text


@lru_cache
def _private(key: bytes) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(key)


@lru_cache
def _public(text: str) -> Ed25519PublicKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(text.encode())
    except (AttributeError, UnsupportedAlgorithm) as error:
        raise ValueError from error
    # One key has one text, so that no byte of it can change unnoticed.
    if not isinstance(key, Ed25519PublicKey) or _pem(key) != text:
        raise ValueError
    return key


def _pem(key: Ed25519PublicKey) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _message(kind: str, document: Document) -> bytes:
    unsigned = {name: value for name, value in document.items() if name != "signature"}
    return f"iecareer {kind}\n".encode() + canonical(unsigned)
