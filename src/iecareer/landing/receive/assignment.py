"""Assign delivered files to the record types of a source system by their names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from iecareer.contracts import load_record_types
from iecareer.contracts.publication import Mark
from iecareer.errors import IecareerError
from iecareer.landing.names import masked_name
from iecareer.landing.receive.files import files_at
from iecareer.landing.receive.templates import holds_templates, source_of, template_mark
from iecareer.landing.receive.zip_members import member_names
from iecareer.sources import SourceSystem, Table, is_exchange, source_system
from iecareer.sources.file_names import fits


def assigned_files(
    files: list[Path], system: SourceSystem
) -> list[tuple[SourceSystem, dict[str, list[Path]]]]:
    """The files by record type, grouped by the source that they count for.

    Files count for the given source, except templates of the exchange that name an office.

    Raises
    ------
    IecareerError
        When no file belongs to a record type, or a template is damaged or made for another office.
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

    An unreadable archive counts as holding such rows, so that its reader reports the error.
    """
    if path.suffix.lower() != ".zip":
        return belongs(path.name, table, system)
    names = member_names(path)
    return names is None or bool(belonging(names, path.name, table, system))


def belonging(names: Sequence[str], packed_as: str, table: Table, system: SourceSystem) -> list[str]:
    """Members of an archive with rows of the record type: by their names, or all if the archive's name matches."""
    own = [name for name in names if belongs(name, table, system)]
    # A name that is now masked was matched when the archive was received.
    is_named = "***" in packed_as or belongs(packed_as, table, system)
    return own or (list(names) if is_named else [])


def belongs(name: str, table: Table, system: SourceSystem) -> bool:
    """Whether a file of that name holds rows of the record type."""
    if is_exchange(system.source_id):
        return _exchange_type(name) == table.record_type
    if table.selector and ":" not in table.selector:
        return fits(name, table.selector)
    return True


def _exchange_type(name: str) -> str | None:
    """The longest record type with which the file name starts, followed by an underscore or nothing."""
    stem, _, suffix = name.lower().rpartition(".")
    if suffix not in ("csv", "parquet"):
        return None
    fitting = [kind for kind in load_record_types() if stem == kind or stem.startswith(f"{kind}_")]
    return max(fitting, key=len, default=None)


def unrecognised(source_id: str, paths: Iterable[Path]) -> list[str]:
    """Names of files among `paths` that belong to no record type of the source and are ignored."""
    system = source_system(source_id)
    return [
        masked_name(path.name)
        for path in files_at(paths)
        if not _record_types(path, template_mark(path) if is_exchange(source_id) else None, system)
    ]
