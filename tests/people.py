"""Made-up people and enterprises with valid numbers, for tests that need a delivery."""

from __future__ import annotations

import random

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def resident_id(number: int, *, region: str = "330102", born: str = "19990307") -> str:
    """The `number`-th valid resident identity number (below 1,000) of that region and birthday."""
    stem = f"{region}{born}{number:03d}"
    return stem + "10X98765432"[sum(int(d) * w for d, w in zip(stem, _WEIGHTS, strict=True)) % 11]


def credit_code(number: int) -> str:
    """A valid unified social credit code, always the same for the same number."""
    stem = "91330102" + "".join(random.Random(number).choices("0123456789", k=9))
    total = sum(_ALPHABET.index(letter) * pow(3, place, 31) for place, letter in enumerate(stem))
    return stem + _ALPHABET[(31 - total % 31) % 31]
