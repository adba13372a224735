"""Made-up identity numbers and credit codes with their right check characters."""

from __future__ import annotations

import numpy as np

from .deliveries import CREDIT, WEIGHTS


def resident_ids(n: int) -> list[str]:
    """`n` different resident identity numbers."""
    provinces = ("330102", "410105", "510104", "210102", "620102", "440305")
    out = []
    for number in range(n):
        day, serial = divmod(number, 900)
        born = np.datetime64("1994-01-01") + day
        stem = f"{provinces[number % 6]}{str(born).replace('-', '')}{serial + 50:03d}"
        out.append(stem + "10X98765432"[int(np.dot([int(d) for d in stem], WEIGHTS)) % 11])
    return out


def credit_codes(n: int) -> list[str]:
    """`n` different unified social credit codes, in no order."""
    out = []
    for number in range(n):
        stem = f"91{(number * 7919) % 1000000:06d}{(number * 104729 + 17) % 10**9:09d}"
        total = sum(CREDIT.index(c) * pow(3, i, 31) for i, c in enumerate(stem))
        out.append(stem + CREDIT[(31 - total % 31) % 31])
    return out
