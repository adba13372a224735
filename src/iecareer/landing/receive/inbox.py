"""Files that wait in the inbox: not yet landed under the present contract of their source."""

from __future__ import annotations

from pathlib import Path

from iecareer.contracts import record_type
from iecareer.lake.manifest import versions
from iecareer.landing.receive.archive import file_hash
from iecareer.landing.receive.assignment import holds
from iecareer.landing.receive.files import in_order
from iecareer.landing.versions import is_of, version_of
from iecareer.sources import SourceSystem, source_system


def waiting(source_id: str) -> list[Path]:
    """Files in the inbox that this source has not delivered yet under its present contract.

    Where files replace each other as a whole (mode snapshot), one new file makes all of them wait.
    """
    found = waiting_files(source_system(source_id))
    return sorted({path for group in found.values() for path in group})


def waiting_files(system: SourceSystem) -> dict[str, list[Path]]:
    """Files that wait, by record type: a file that waits for one may long be delivered for another."""
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
        # A file of corrections must not come again as a delivery that replaces everything.
        replayed = {f["sha256"] for d in known if d.is_replay for f in d.files}
        own = [p for p in files if holds(p, table, system) and hashes[p] not in replayed]
        new = [path for path in own if hashes[path] not in seen]
        if new:
            found[kind.name] = in_order(own if kind.mode == "snapshot" else new)
    return found
