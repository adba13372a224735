"""Erasure: a person disappears from conformed rows, vault and archive, all at once, and does not come back.

What stays is the pseudonym, sealed, by which landing knows whom not to take in again.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from iecareer.landing.persons import vault
from iecareer.landing.persons.archives import stage_archives
from iecareer.landing.persons.conformed import drop_drafts, person_files, rewrite
from iecareer.landing.persons.subject import Subject
from iecareer.settings import home
from iecareer.warehouse.access_log import log_access
from iecareer.warehouse.build import build_config, text_literal
from iecareer.warehouse.documents import read_document, write_document
from iecareer.warehouse.manifest import lake
from iecareer.warehouse.switch import persons_alone, settle, staged, standing, switch_to

ERASED = "erased"


@dataclass(frozen=True)
class Removed:
    """Rows of one delivery version that went: how many from each file, by its place in the lake."""

    rows: dict[Path, int]

    @property
    def n(self) -> int:
        """All of them."""
        return sum(self.rows.values())


def erase(person: Subject, reason: str) -> None:
    """Forget a person, known or not; a night that is under way must be started anew.

    Nothing is returned: whether the home knew the person is nobody's business, not even the officer's.

    Raises
    ------
    IecareerError
        When the key of the home is missing or another one, or the access log does not hold.
    """
    log_access("erase", reason, outcome="begun")
    with persons_alone() as folder:
        drop_drafts()
        before = standing()
        removed = _stage_rows(person.person_key, folder)
        _stage_documents(removed, folder)
        _stage_vault(person.message, folder)
        touched = frozenset(name.split(".")[0] for name in removed)
        stage_archives(person, touched, lambda path: staged(folder, path))
        switch_to(folder, before.generation, before.erased | {person.person_key})
        settle()
    log_access("erase", reason, outcome="done")


def _stage_rows(person_key: str, folder: Path) -> dict[str, Removed]:
    """Write files without the person's rows; returns what goes, by delivery version."""
    found: dict[str, dict[Path, int]] = defaultdict(dict)
    with duckdb.connect(config=build_config()) as connection:
        for path in person_files():
            n = connection.execute(
                f"select count(*) from read_parquet({text_literal(path)}) where person_key = ?", [person_key]
            ).fetchall()[0][0]
            if n:
                rewrite(
                    connection, path, folder, f"from rows where person_key is distinct from '{person_key}'"
                )
                found[path.relative_to(lake() / "landing").parts[1]][path] = n
    return {name: Removed(rows) for name, rows in found.items()}


def _stage_documents(removed: dict[str, Removed], folder: Path) -> None:
    """Tell in manifest and pins that rows were taken out, so that every count still agrees with the files."""
    for path in (lake() / "manifest" / "deliveries").glob("*.json"):
        if path.stem in removed:
            entry = read_document(path)
            write_document(staged(folder, path), _told(entry, removed[path.stem]))
    for path in (home() / "runs").glob("*.json"):
        pinned = read_document(path)
        names = [f"{entry['delivery_id']}.{entry['version']}" for entry in pinned["deliveries"]]
        if removed.keys() & set(names):
            pinned["deliveries"] = [
                _told(entry, removed[name]) if name in removed else entry
                for name, entry in zip(names, pinned["deliveries"], strict=True)
            ]
            write_document(staged(folder, path), pinned)


def _told(entry: dict[str, Any], removed: Removed) -> dict[str, Any]:
    """A delivery's document after its rows went: loaded rows became quarantined ones of the reason `erased`."""
    parts = [part | {"n": part["n"] - _n_below(part["path"], removed)} for part in entry["parts"]]
    reasons = entry["reasons"] | {ERASED: entry["reasons"].get(ERASED, 0) + removed.n}
    return entry | {
        "parts": parts,
        "n_loaded": entry["n_loaded"] - removed.n,
        "n_quarantined": entry["n_quarantined"] + removed.n,
        "reasons": dict(sorted(reasons.items())),
    }


def _n_below(pattern: str, removed: Removed) -> int:
    return sum(n for path, n in removed.rows.items() if path.relative_to(lake()).match(pattern))


def _stage_vault(message: str | None, folder: Path) -> None:
    import pyarrow.compute as pc

    for path in vault.vault_files():
        table = vault.identities(path)
        kept = table.filter(pc.not_equal(table["identity"], message)) if message else table
        if kept.num_rows == 0:
            staged(folder, path).touch()
        elif kept.num_rows < table.num_rows:
            vault.write(staged(folder, path), path.name, kept)
