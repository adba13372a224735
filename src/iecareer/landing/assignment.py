"""Which delivered files belong to which record type of a source system, by their names."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable
from pathlib import Path

from iecareer.contracts import load_record_types
from iecareer.errors import IecareerError
from iecareer.landing.archive import masked_name
from iecareer.sources import SourceSystem, Table, source_system
from iecareer.sources.loader import EXCHANGE


def files_at(paths: Iterable[Path]) -> list[Path]:
    """The files among paths and in folders among them.

    Raises
    ------
    IecareerError
        When there is nothing at a path.
    """
    files: list[Path] = []
    for path in paths:
        if not path.exists():
            raise IecareerError(
                f"There is no file or folder {masked_name(str(path))}.", next_step="Check the path."
            )
        inside = path.rglob("*") if path.is_dir() else [path]
        # A name that begins with ~$ is the mark of a workbook that someone has open.
        files += [file for file in inside if file.is_file() and not file.name.startswith((".", "~$"))]
    return in_order(set(files))


def in_order(files: Iterable[Path]) -> list[Path]:
    """Files in the order in which a later row replaces an earlier one."""
    return sorted(files, key=lambda file: (file.name, str(file)))


def assigned_files(files: list[Path], system: SourceSystem) -> dict[str, list[Path]]:
    """Which files belong to which record type.

    Raises
    ------
    IecareerError
        When none belongs to any.
    """
    groups: dict[str, list[Path]] = {}
    for path in files:
        for table in system.tables:
            if belongs(path.name, table, system):
                groups.setdefault(table.record_type, []).append(path)
    if not groups:
        raise IecareerError(
            f"{system.source_id}: none of the {len(files)} file(s) belongs to a record type of this source.",
            next_step="See 'iecareer source show' for the names it expects.",
        )
    return groups


def belongs(name: str, table: Table, system: SourceSystem) -> bool:
    """Whether a file of that name holds rows of the record type."""
    if system.source_id == EXCHANGE:
        return _exchange_type(name) == table.record_type
    if table.selector and ":" not in table.selector:
        return fnmatch.fnmatch(name, table.selector)
    return True


def _exchange_type(name: str) -> str | None:
    """The longest record type that the file name starts with, alone or before an underscore."""
    stem, _, suffix = name.rpartition(".")
    if suffix.lower() not in ("csv", "parquet"):
        return None
    fitting = [kind for kind in load_record_types() if stem == kind or stem.startswith(f"{kind}_")]
    return max(fitting, key=len, default=None)


def unrecognised(source_id: str, paths: Iterable[Path]) -> list[str]:
    """Names of files among `paths` that belong to no record type of the source, and are left where they are."""
    system = source_system(source_id)
    return [
        masked_name(path.name)
        for path in files_at(paths)
        if not any(belongs(path.name, table, system) for table in system.tables)
    ]
