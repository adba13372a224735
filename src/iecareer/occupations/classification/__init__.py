"""The classification of occupations of 2022: codes, names, other names, and job titles that people coded.

A code has four levels, ``N-NN-NN-NN``. Titles that fit no occupation have the code of a group, which ends in ``-00``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LEVELS = (1, 2, 3, 4)
# Characters of a code that a level compares: 4, 4-01, 4-01-02, 4-01-02-01.
_LENGTHS = {1: 1, 2: 4, 3: 7, 4: 10}
_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Occupation:
    """One code of the classification.

    Parameters
    ----------
    code, name : str
        Code and name.
    other_names : tuple of str
        Names in use on job boards; a name may belong to several codes.
    """

    code: str
    name: str
    other_names: tuple[str, ...]

    @property
    def is_group(self) -> bool:
        """Whether the code has fewer than four levels."""
        return self.code.endswith("-00")


@dataclass(frozen=True)
class CodedTitle:
    """A job title with the code that a person gave it."""

    title: str
    code: str


@cache
def occupations() -> dict[str, Occupation]:
    """Every code of the classification."""
    return {
        row["occupation_code"]: Occupation(
            row["occupation_code"],
            row["occupation_name"],
            tuple(name for name in row["other_names"].split(";") if name),
        )
        for row in _rows("occupations.csv")
    }


@cache
def coded_titles() -> tuple[CodedTitle, ...]:
    """The titles that came with the classification."""
    return tuple(CodedTitle(row["job_title"], row["occupation_code"]) for row in _rows("titles.csv"))


def at_level(code: str, level: int) -> str:
    """The beginning of a code that a level compares."""
    return code[: _LENGTHS[level]]


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)
