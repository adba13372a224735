"""A delivered file with the truth about it, and the register of the classes of corruption that make such files."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from tests.people import credit_code, resident_id

HEADERS = ("证件号码", "单位", "缴费月份", "基数", "地区")


class Row(NamedTuple):
    """The cells of one person's month."""

    person: str
    employer: str
    month: str
    base: str
    region: str


Maker = Callable[[random.Random], "Case"]
CLASSES: dict[str, Maker] = {}
# Districts that exist: others are no codes.
REGIONS = ("110101", "310101", "330102", "330106", "440103", "510104", "610102", "650102")
# Among few persons, one whose number ends in 000 looks as if a spreadsheet had cut it.
_UNCUT = [number for number in range(1000) if not resident_id(number).endswith("000")]


@dataclass(frozen=True)
class Case:
    """One file and what must become of it.

    `must` is `load` (exactly the rows `good` are loaded, `n_in` rows counted), `refuse` (an error is told, nothing is
    loaded), `either` (one of the two) or `survive` (values may be damaged where no format could tell; everything else
    must hold). `rules` are those of the contract on rows, `counts` some numbers of the receipt without their `n_`.
    """

    content: bytes | None
    good: Sequence[Row] = ()
    n_in: int | None = None
    must: str = "load"
    name: str = "月报.csv"
    file_format: str = "csv"
    selector: str = '"*"'
    place: Callable[[Path], Any] | None = None
    said: str = ""
    reasons: dict[str, int] | None = field(default=None)
    rules: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


def corruption(make: Maker) -> Maker:
    """Register a class of corrupt files under the name of its generator."""
    assert make.__name__ not in CLASSES
    CLASSES[make.__name__] = make
    return make


def people(rng: random.Random, n: int | None = None) -> list[Row]:
    """Good rows, each of another person."""
    numbers = rng.sample(_UNCUT, n or rng.randint(4, 12))
    return [
        Row(
            resident_id(number),
            credit_code(rng.randint(0, 500)),
            f"20{rng.randint(15, 25)}-{rng.randint(1, 12):02d}-01",
            f"{rng.randint(2000, 30000)}{rng.choice(['', '.5', '.25'])}",
            rng.choice(REGIONS),
        )
        for number in numbers
    ]


def table(rows: Sequence[Sequence[str]], delimiter: str = ",", newline: str = "\n") -> str:
    """Rows below the headers as delimited text."""
    return "".join(delimiter.join(row) + newline for row in (HEADERS, *rows))


def changed(rows: Sequence[Row], at: int, column: int, text: str) -> list[Row]:
    """The rows with another text in one cell."""
    cells = list(rows[at])
    cells[column] = text
    return [*rows[:at], Row(*cells), *rows[at + 1 :]]


def without(rows: Sequence[Row], *numbers: int) -> list[Row]:
    """The rows but for those at these places."""
    return [row for number, row in enumerate(rows) if number not in numbers]


def inserted(rng: random.Random, lines: list[str], extra: str, first: int = 1) -> list[str]:
    """The lines with another one at any place from `first` on."""
    at = rng.randint(first, len(lines))
    return [*lines[:at], extra, *lines[at:]]
