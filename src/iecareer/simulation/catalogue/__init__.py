"""Code lists of the simulated region: some provinces, programs and occupations with their official codes."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources


@cache
def catalogue(name: str) -> list[dict[str, str]]:
    """The rows of one code list in this folder."""
    text = resources.files(__name__).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def parts(text: str) -> list[str]:
    """Split a field with several entries separated by semicolons."""
    return text.split(";")
