"""Sealing: encrypts small contents with AES-GCM under a derived key and binds them to a place."""

from __future__ import annotations

import base64
import secrets

from iecareer.errors import IecareerError
from iecareer.persons.keys import derive

_NONCE = 12


def sealed(data: bytes, purpose: str, place: str) -> bytes:
    """`data` (below 2 GiB) encrypted under the key of `purpose`; it opens only with the same `place`."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(derive(purpose)).encrypt(nonce, data, place.encode())


def unsealed(data: bytes, purpose: str, place: str) -> bytes:
    """The decrypted content.

    Raises
    ------
    IecareerError
        When the content is damaged, or was sealed with another place or key.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(derive(purpose)).decrypt(data[:_NONCE], data[_NONCE:], place.encode())
    except (InvalidTag, ValueError):
        raise IecareerError(
            f"An encrypted file of the lake ({purpose}) cannot be opened.",
            next_step="Check that this home still has its original key. If it has, restore the lake from a backup.",
        ) from None


def sealed_text(text: str, purpose: str, place: str) -> str:
    """The text encrypted as by :func:`sealed`, in base64."""
    return base64.b64encode(sealed(text.encode(), purpose, place)).decode("ascii")


def unsealed_text(text: str, purpose: str, place: str) -> str:
    """The decrypted text; raises the errors of :func:`unsealed`."""
    return unsealed(base64.b64decode(text), purpose, place).decode()
