"""Valid identity numbers (GB 11643) and unified social credit codes (GB 32100) of fictitious people and enterprises."""

from __future__ import annotations

import numpy as np

from iecareer.simulation.timeline import Array, Flags, Ints

_PERSON_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_PERSON_CHECK = np.array(list("10X98765432"))
_CREDIT_ALPHABET = np.array(list("0123456789ABCDEFGHJKLMNPQRTUWXY"))
_CREDIT_WEIGHTS = np.array([pow(3, i, 31) for i in range(17)])
_ORGANISATION_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])


def identity_numbers(regions: Array, born_on: Array, female: Flags, rng: np.random.Generator) -> Array:
    """One resident identity number per person; all are distinct.

    Parameters
    ----------
    regions : array of str, shape (n,)
        Region code of first registration, 6 digits.
    born_on : array of datetime64[D], shape (n,)
    female : array of bool, shape (n,)
        Whether the person is a woman: women get even order codes, men odd ones.
    rng : numpy.random.Generator

    Returns
    -------
    array of str, shape (n,)
        18 characters, the last one the check character of GB 11643.
    """
    dates = np.char.replace(born_on.astype("datetime64[D]").astype(str), "-", "")
    place_and_date = regions.astype(np.int64) * 100_000_000 + dates.astype(np.int64)
    order = rng.integers(0, 499, len(female)) * 2 + np.where(female, 2, 1)
    bodies = place_and_date * 1000 + order
    while len(repeated := _repeated(bodies)):
        order[repeated] = rng.integers(0, 499, len(repeated)) * 2 + np.where(female[repeated], 2, 1)
        bodies = place_and_date * 1000 + order
    check = _PERSON_CHECK[(_digits(bodies, 17) @ _PERSON_WEIGHTS) % 11]
    return np.char.add(bodies.astype("U17"), check)


def credit_codes(regions: Array, rng: np.random.Generator) -> Array:
    """One unified social credit code per enterprise registered in `regions` (6-digit codes); all are distinct.

    The nine characters of the organisation code include their own check character (GB 11714).
    """
    n = len(regions)
    organisation = rng.choice(90_000_000, size=n, replace=False) + 10_000_000
    digits = _digits(organisation, 8)
    inner = (11 - (digits @ _ORGANISATION_WEIGHTS) % 11) % 11
    values = np.column_stack([np.full(n, 9), np.full(n, 1), _digits(regions.astype(np.int64), 6), digits])
    values = np.column_stack([values, np.where(inner == 10, 29, inner)])
    check = (31 - (values @ _CREDIT_WEIGHTS) % 31) % 31
    characters = _CREDIT_ALPHABET[np.column_stack([values, check])]
    return np.ascontiguousarray(characters).view("U18").ravel()


def _repeated(values: Ints) -> Ints:
    """Positions of every value that occurred before."""
    _, first = np.unique(values, return_index=True)
    repeated = np.ones(len(values), dtype=bool)
    repeated[first] = False
    return np.flatnonzero(repeated)


def _digits(numbers: Ints, width: int) -> Ints:
    """The decimal digits of each number, shape (n, width)."""
    return numbers[:, None] // 10 ** np.arange(width - 1, -1, -1) % 10
