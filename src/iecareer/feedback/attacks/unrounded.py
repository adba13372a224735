"""Counts of persons that are no multiple of the base, in all tables of all folders.

The other attacks aim at sets whose parts are published. Here also are tables that they leave out: roll-ups above
institutions, differentials, pay by category. An exact count there, less the others, tells about a few people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.feedback.attacks.files import data_files, read_file
from iecareer.feedback.attacks.windows import BASE

if TYPE_CHECKING:
    from pathlib import Path

_COUNTS = ("n", "k", "n_cooperative", "n_comparison")


def unrounded(release: Path) -> list[tuple[str, int]]:
    """Files with counts that are not rounded, as POSIX paths below the release, and how many they have."""
    found = []
    for path in data_files(release):
        table = read_file(path)
        n = sum(
            int(value % BASE != 0)
            for name in _COUNTS
            if name in table.column_names
            for value in table.column(name).drop_null().unique().to_pylist()
        )
        if n:
            found.append((path.relative_to(release).as_posix(), n))
    return found
