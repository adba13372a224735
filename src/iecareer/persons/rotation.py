"""Rotation: every pseudonym of the home becomes another one, under a new key, all at once.

A pseudonym of generation n + 1 is the HMAC of that of generation n under a key of its own, so that rows whose
identity was never known here (pseudonyms delivered as such) are replaced like all others and still join.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from pathlib import Path

import duckdb

from iecareer.database import build_config
from iecareer.persons.access_log import log_access
from iecareer.persons.data_swap import commit_swap, complete_swap, persons_state
from iecareer.persons.locks import persons_alone
from iecareer.persons.person_files import drop_drafts, person_files, rewrite
from iecareer.persons.pseudonyms import generation_key, next_pseudonym


@dataclass(frozen=True)
class Rotated:
    """What was replaced: the new generation, conformed files, and the distinct pseudonyms in them."""

    generation: int
    n_files: int
    n_persons: int


def rotate(reason: str) -> Rotated:
    """Replace every pseudonym; a night that is under way must be started anew.

    Raises
    ------
    IecareerError
        When the key of the home is missing or another one, or the access log does not hold.
    """
    log_access("rotate", reason, outcome="begun")
    with persons_alone() as folder:
        drop_drafts()
        before = persons_state()
        generation = before.generation + 1
        files = person_files()
        n_persons = _stage(files, generation, folder)
        key = generation_key(generation)
        erased = frozenset(hmac.new(key, old.encode(), hashlib.sha256).hexdigest() for old in before.erased)
        commit_swap(folder, generation, erased)
        complete_swap()
    log_access("rotate", reason, outcome="done", generation=generation)
    return Rotated(generation, len(files), n_persons)


def _stage(files: list[Path], generation: int, folder: Path) -> int:
    """Write every file anew under `folder`; returns how many persons are in them."""
    if not files:
        return 0
    following = next_pseudonym("lower(hex(person_key))", generation)
    with duckdb.connect(config=build_config()) as connection:
        connection.execute(
            f"""create temp table moved as select person_key as old, unhex({following}) as new
            from (select distinct person_key from read_parquet($files, union_by_name = true))
            where person_key is not null""",
            {"files": [str(path) for path in files]},
        )
        for path in files:
            rewrite(
                connection,
                path,
                folder,
                "select rows.* replace (moved.new as person_key) from rows left join moved on person_key = moved.old",
            )
        return int(connection.execute("select count(*) from moved").fetchall()[0][0])
