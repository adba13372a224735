"""Which delivered files belong to which record type of a source system, by their names."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from iecareer.contracts import load_record_types
from iecareer.contracts.publication import Mark
from iecareer.errors import IecareerError
from iecareer.landing.archive import masked_name
from iecareer.landing.readers.zip_file import member_names
from iecareer.landing.templates import holds_templates, source_of, template_mark
from iecareer.settings import inbox
from iecareer.sources import SourceSystem, Table, is_exchange, source_system


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


def place_names(files: list[Path]) -> list[str]:
    """Names that tell files in different folders apart: below the inbox, else below the folder they share."""
    if all(file.absolute().is_relative_to(inbox()) for file in files):
        root = inbox()
    else:
        root = Path(os.path.commonpath([file.absolute().parent for file in files]))
    names: list[str] = []
    for file in files:
        name = masked_name(file.absolute().relative_to(root).as_posix())
        # Two names may be one when masked: two exports named by the second in which they were made.
        names.append(name.replace("***", f"***{len(names) + 1}", 1) if name in names else name)
    return names


def assigned_files(
    files: list[Path], system: SourceSystem
) -> list[tuple[SourceSystem, dict[str, list[Path]]]]:
    """Which files belong to which record type, by the source they count for.

    That is the source asked for, but for templates given to the exchange that name an office of their own.

    Raises
    ------
    IecareerError
        When none belongs to any, or a template is damaged or another office's.
    """
    found: dict[str, dict[str, list[Path]]] = {}
    for path in files:
        mark = template_mark(path) if is_exchange(system.source_id) else None
        source_id = source_of(mark, system, path)
        for name in _record_types(path, mark, system):
            found.setdefault(source_id, {}).setdefault(name, []).append(path)
    if not found:
        if is_exchange(system.source_id) and any(map(holds_templates, files)):
            raise IecareerError(
                f"{system.source_id}: filled-in templates are packed in an archive.",
                next_step=f"Unpack it and land the folder: iecareer land {system.source_id} FOLDER",
            )
        raise IecareerError(
            f"{system.source_id}: none of the {len(files)} file(s) belongs to a record type of this source.",
            next_step="See 'iecareer source show' for the names it expects.",
        )
    return [(source_system(source_id), groups) for source_id, groups in sorted(found.items())]


def _record_types(path: Path, mark: Mark | None, system: SourceSystem) -> list[str]:
    if mark:
        return [mark.record_type]
    return [table.record_type for table in system.tables if holds(path, table, system)]


def holds(path: Path, table: Table, system: SourceSystem) -> bool:
    """Whether a file holds rows of the record type, by its name, or a ZIP archive by the names of its members.

    An archive that cannot be read is taken to, so that its reader tells what is wrong with it.
    """
    if path.suffix.lower() != ".zip":
        return belongs(path.name, table, system)
    names = member_names(path)
    return names is None or bool(belonging(names, path.name, table, system))


def belonging(names: Sequence[str], packed_as: str, table: Table, system: SourceSystem) -> list[str]:
    """Members of an archive that hold rows of the record type: by their names, or all where its own name says so."""
    own = [name for name in names if belongs(name, table, system)]
    # A name that was masked since told it when the archive came, and nothing else brought it here.
    is_told = "***" in packed_as or belongs(packed_as, table, system)
    return own or (list(names) if is_told else [])


def belongs(name: str, table: Table, system: SourceSystem) -> bool:
    """Whether a file of that name holds rows of the record type."""
    if is_exchange(system.source_id):
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
        if not _record_types(path, template_mark(path) if is_exchange(source_id) else None, system)
    ]
