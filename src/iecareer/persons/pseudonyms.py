"""Pseudonyms: DuckDB SQL that computes the current pseudonym of a person from an identity.

A pseudonym is HMAC-SHA-256 (RFC 2104) of the identity under a derived key; every rotation hashes it once more.
"""

from __future__ import annotations

from iecareer.persons.data_swap import persons_state
from iecareer.persons.keys import derive

_BLOCK = 64


def pseudonym(message: str, generation: int | None = None) -> str:
    """SQL for the pseudonym of the identity in the text expression `message`: 64 hex digits.

    It is the pseudonym of `generation`, by default the current one.
    """
    return later_pseudonym(keyed_hash(message, derive("pseudonym")), generation)


def later_pseudonym(first: str, generation: int | None = None) -> str:
    """The same SQL, from the expression `first`: the pseudonym before any rotation."""
    last = persons_state().generation if generation is None else generation
    for number in range(1, last + 1):
        first = next_pseudonym(first, number)
    return first


def next_pseudonym(before: str, generation: int) -> str:
    """SQL for the pseudonym of a generation, from the pseudonym of the generation before."""
    return keyed_hash(before, generation_key(generation))


def generation_key(generation: int) -> bytes:
    """The key that turns pseudonyms of the previous generation into those of `generation` (1 or more)."""
    return derive(f"pseudonym {generation}")


def keyed_hash(message: str, key: bytes) -> str:
    """SQL for HMAC-SHA-256 of the text expression `message`: 64 hex digits."""
    key = key.ljust(_BLOCK, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in key).hex() for pad in (0x36, 0x5C))
    return f"sha256(unhex('{outer}') || unhex(sha256(unhex('{inner}') || encode({message}))))"
