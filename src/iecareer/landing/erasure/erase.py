"""Erasure: a person is removed from conformed rows, vault and archive in one step, and is not added again.

Only the encrypted pseudonym is kept, so that landing can recognise and refuse rows of the person.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import duckdb

from iecareer.contracts import record_type
from iecareer.database import build_config, text_literal
from iecareer.documents import read_document, write_document
from iecareer.landing.erasure.archives import stage_archives
from iecareer.persons import vault
from iecareer.persons.access_log import log_access
from iecareer.persons.data_swap import commit_swap, complete_swap, persons_state, staged
from iecareer.persons.locks import persons_alone
from iecareer.persons.person_files import drop_drafts, person_files, rewrite
from iecareer.persons.publication_numbers import NUMBERED, members_of
from iecareer.persons.release_state import stage_without
from iecareer.persons.subject import Subject
from iecareer.settings import home, lake

ERASED = "erased"


Removed = Counter[str | None]
"""Rows of one delivery version that went, by their period as parts have it."""


def erase(person: Subject, reason: str, *, discard_unreadable: bool = False) -> None:
    """Erase a person, whether the home knows the person or not. A running night must be started again.

    Returns nothing: not even the officer may learn whether the home knew the person.

    Raises
    ------
    IecareerError
        When the key of the home is missing or wrong, the access log is not intact, or an archived file cannot be read
        under its contract and may not be discarded.
    """
    log_access("erase", reason, outcome="begun")
    with persons_alone() as folder:
        drop_drafts()
        before = persons_state()
        stage_without(_members(person.person_key), folder)
        removed = _stage_rows(person.person_key, folder)
        _stage_documents(removed, folder)
        _stage_vault(person.message, folder)
        touched = frozenset(name.split(".")[0] for name in removed)
        stage_archives(
            person, touched, lambda path: staged(folder, path), discard_unreadable=discard_unreadable
        )
        commit_swap(folder, before.generation, before.erased | {person.person_key})
        complete_swap()
    log_access("erase", reason, outcome="done")


def _members(person_key: str) -> set[int]:
    """The names of the person's graduations in states of releases."""
    found: set[int] = set()
    with duckdb.connect(config=build_config()) as connection:
        for path in person_files():
            if path.relative_to(lake() / "landing").parts[0] == NUMBERED:
                rows = f"read_parquet({text_literal(path)}, hive_partitioning = false)"
                found |= members_of(connection, f"from {rows} where person_key = unhex('{person_key}')")
    return found


def _stage_rows(person_key: str, folder: Path) -> dict[str, Removed]:
    """Stage files without the person's rows; returns the removed rows by delivery version."""
    found: dict[str, Removed] = defaultdict(Counter)
    with duckdb.connect(config=build_config()) as connection:
        for path in person_files():
            kind, version = path.relative_to(lake() / "landing").parts[:2]
            period = record_type(kind).period_column
            month = f"strftime({period}, '%Y-%m')" if period else "null"
            rows = connection.execute(
                f"""select {month}, count(*) from read_parquet({text_literal(path)}, hive_partitioning = false)
                where person_key = unhex(?) group by all""",
                [person_key],
            ).fetchall()
            if rows:
                rewrite(
                    connection,
                    path,
                    folder,
                    f"from rows where person_key is distinct from unhex('{person_key}')",
                )
                found[version].update(dict(rows))
    return dict(found)


def _stage_documents(removed: dict[str, Removed], folder: Path) -> None:
    """Stage manifest documents and pins with corrected counts."""
    for path in (lake() / "manifest" / "deliveries").glob("*.json"):
        if path.stem in removed:
            entry = read_document(path)
            write_document(staged(folder, path), _without_rows(entry, removed[path.stem]))
    for path in (home() / "runs").glob("*.json"):
        pinned = read_document(path)
        names = [f"{entry['delivery_id']}.{entry['version']}" for entry in pinned["deliveries"]]
        if removed.keys() & set(names):
            pinned["deliveries"] = [
                _without_rows(entry, removed[name]) if name in removed else entry
                for name, entry in zip(names, pinned["deliveries"], strict=True)
            ]
            write_document(staged(folder, path), pinned)


def _without_rows(entry: dict[str, Any], removed: Removed) -> dict[str, Any]:
    """A delivery's document after the erasure: its removed rows count as quarantined, with the reason `erased`."""
    parts = [part | {"n": part["n"] - removed[part["period"]]} for part in entry["parts"]]
    n = removed.total()
    reasons = entry["reasons"] | {ERASED: entry["reasons"].get(ERASED, 0) + n}
    return entry | {
        "parts": parts,
        "n_loaded": entry["n_loaded"] - n,
        "n_quarantined": entry["n_quarantined"] + n,
        "reasons": dict(sorted(reasons.items())),
    }


def _stage_vault(message: str | None, folder: Path) -> None:
    import pyarrow.compute as pc

    for path in vault.vault_files():
        table = vault.identities(path)
        kept = table.filter(pc.not_equal(table["identity"], message)) if message else table
        if kept.num_rows == 0:
            staged(folder, path).touch()
        elif kept.num_rows < table.num_rows:
            vault.write(staged(folder, path), path.name, kept)
