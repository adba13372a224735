"""Sealing: small contents encrypted with AES-GCM under a derived key, bound to where they belong."""

from __future__ import annotations

import base64
import secrets

from iecareer.errors import IecareerError
from iecareer.persons.keys import derive

_NONCE = 12


def sealed(data: bytes, purpose: str, place: str) -> bytes:
    """`data` (below 2 GiB) encrypted under the key of `purpose`; opens only as being of the same `place`."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(derive(purpose)).encrypt(nonce, data, place.encode())


def unsealed(data: bytes, purpose: str, place: str) -> bytes:
    """What was sealed.

    Raises
    ------
    IecareerError
        When it is damaged, of another place, or sealed under another key.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(derive(purpose)).decrypt(data[:_NONCE], data[_NONCE:], place.encode())
    except (InvalidTag, ValueError):
        raise IecareerError(
            f"An encrypted file of the lake ({purpose}) cannot be opened.",
            next_step="Check that this home has the key it was written with; else restore the lake from a backup.",
        ) from None


def sealed_text(text: str, purpose: str, place: str) -> str:
    """The same for a text, as base64."""
    return base64.b64encode(sealed(text.encode(), purpose, place)).decode("ascii")


def unsealed_text(text: str, purpose: str, place: str) -> str:
    """The text that was sealed; raises as :func:`unsealed` does."""
    return unsealed(base64.b64decode(text), purpose, place).decode()
