"""Rotation: every pseudonym of the home is replaced by a new one, under a new key, in one step.

A pseudonym of generation n + 1 is the HMAC of the pseudonym of generation n, under a separate key. So rotation also
replaces delivered pseudonyms, whose identity was never known here, and their rows still join.
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
from iecareer.persons.publication_numbers import NUMBERED, rotated_rows
from iecareer.settings import lake


@dataclass(frozen=True)
class Rotated:
    """Result of a rotation: the new generation, and the numbers of rewritten files and of distinct pseudonyms."""

    generation: int
    n_files: int
    n_persons: int


def rotate(reason: str) -> Rotated:
    """Replace every pseudonym. A night that is running meanwhile stops and must be started again.

    Raises
    ------
    IecareerError
        When the key of the home is missing or wrong, or the access log is not intact.
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
    """Write the new version of every file under `folder`; returns the number of persons in them."""
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
        plain = "select rows.* replace (new as person_key) from rows left join moved on person_key = old"
        numbered = rotated_rows("rows")
        for path in files:
            is_numbered = path.relative_to(lake() / "landing").parts[0] == NUMBERED
            rewrite(connection, path, folder, numbered if is_numbered else plain)
        return int(connection.execute("select count(*) from moved").fetchall()[0][0])
