"""Waiting files of the inbox: not yet landed under the current contract of their source."""

from __future__ import annotations

from pathlib import Path

from iecareer.contracts import record_type
from iecareer.lake.manifest import versions
from iecareer.landing.receive.archive import file_hash
from iecareer.landing.receive.assignment import holds
from iecareer.landing.receive.files import in_order
from iecareer.landing.receive.zip_members import NO_DATA
from iecareer.landing.versions import is_of, version_of
from iecareer.settings import inbox
from iecareer.sources import SourceSystem, load_systems, source_system
from iecareer.sources.file_names import folders_of, visible_files
from iecareer.sources.servers import Database

_SQLITE = "sqlite:///"


def waiting(source_id: str) -> list[Path]:
    """Files in the inbox that are not yet landed for this source under its current contract.

    In mode snapshot, where files replace each other as a whole, one new file makes all files wait.
    """
    found = waiting_files(source_system(source_id))
    return sorted({path for group in found.values() for path in group})


def waiting_files(system: SourceSystem) -> dict[str, list[Path]]:
    """Waiting files by record type. A file may wait for one record type and be landed for another."""
    files = system.waiting_files()
    hashes = {path: file_hash(path) for path in files}
    known = {d.delivery_id: d for d in versions() if d.source_id == system.source_id}.values()
    found: dict[str, list[Path]] = {}
    for table in system.tables:
        kind = record_type(table.record_type)
        version = version_of(system, kind)
        seen = {
            f["sha256"] for d in known if d.record_type == kind.name and is_of(d, version) for f in d.files
        }
        # A file of corrections must not be landed again as a delivery that replaces everything.
        replayed = {f["sha256"] for d in known if d.is_replay for f in d.files}
        own = [p for p in files if holds(p, table, system) and hashes[p] not in replayed]
        new = [path for path in own if hashes[path] not in seen]
        if new:
            found[kind.name] = in_order(own if kind.mode == "snapshot" else new)
    return found


def untaken(source_id: str | None = None) -> list[Path]:
    """Files in the inbox that match the path and pattern of no source.

    With `source_id`, only files in the folders of that source's path. Databases of live sources are not listed.
    """
    systems = load_systems()
    if source_id is None:
        places = [inbox(), *_folders_below(inbox())]
    else:
        path = source_system(source_id).path
        places = folders_of(inbox(), path) if path else []
    lying = {file for folder in places if folder.is_dir() for file in visible_files(folder)}
    taken = {
        path
        for system in systems.values()
        for path in system.waiting_files()
        if path in lying and any(holds(path, table, system) for table in system.tables)
    }
    live = {path for system in systems.values() for path in _database_files(system)}
    return sorted(path for path in lying - taken - live if path.name not in NO_DATA)


def _folders_below(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [path for path in folder.rglob("*") if path.is_dir() and not _is_hidden(path.relative_to(folder))]


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") or part in NO_DATA for part in path.parts)


def _database_files(system: SourceSystem) -> list[Path]:
    """The SQLite file that a live source reads, and the files that SQLite writes beside it."""
    url = system.server.url or "" if isinstance(system.server, Database) else ""
    if not url.startswith(_SQLITE):
        return []
    file = url.removeprefix(_SQLITE)
    return [inbox() / f"{file}{ending}" for ending in ("", "-wal", "-shm", "-journal")]
