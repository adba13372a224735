"""Code lists of the simulated region: a few provinces, programs and occupations under their public codes."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources


@cache
def catalogue(name: str) -> list[dict[str, str]]:
    """The rows of one code list of this folder."""
    text = resources.files(__name__).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def parts(text: str) -> list[str]:
    """The entries of a field that holds several, separated by semicolons."""
    return text.split(";")
