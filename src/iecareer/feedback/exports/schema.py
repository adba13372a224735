"""The columns of the exports in their order, read from ``schema.csv``, which also goes into the release."""

from __future__ import annotations

import csv
import shutil
from functools import cache
from pathlib import Path

_PATH = Path(__file__).parent / "schema.csv"


@cache
def columns_of(file: str) -> dict[str, str]:
    """Column → ``text`` or ``integer`` of one export."""
    with _PATH.open(encoding="utf-8", newline="") as stream:
        return {row["column"]: row["type"] for row in csv.DictReader(stream) if row["file"] == file}


def write_schema(path: Path) -> None:
    """Write what each column is made of."""
    shutil.copyfile(_PATH, path)
