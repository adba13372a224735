"""The private build of the last published night, from which the next night starts.

Output: `runs/kept/build.duckdb`, with the schema `kept`: what the build was made from. A night takes the file
if code, libraries and policy are as they were, and rebuilds what has other inputs. An interrupted night leaves no kept
build, so the next one builds everything. The file can be deleted at any time; erasure and rotation delete it.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb
from filelock import FileLock

from iecareer.contracts import load_record_types
from iecareer.database import build_config
from iecareer.engine.released_numbers import TABLES, definitions_now
from iecareer.persons.publication_numbers import NUMBERED
from iecareer.runs.build import build_path, made_room, open_build
from iecareer.runs.digests import digests_of
from iecareer.runs.pin import Pin, run_in_use
from iecareer.settings import home

_log = logging.getLogger(__name__)
_SCHEMA = "kept"
# Tables that follow from the deliveries of one record type: in schema `landing`, and what the step `skills` finds.
_FOLLOWING = {
    "graduate_number": NUMBERED,
    "delivered_month": "employment_month",
    "skill": "job_posting",
    "skill_of_posting": "job_posting",
    "posting_asked": "job_posting",
    "skill_of_course": "course",
    "skill_missed": "employer_feedback",
}
_SOURCES = "landing.source_system"
_EVERY_NIGHT = ("checks", "flags", "feedback")


def take_kept_build(pin: Pin) -> bool:
    """Make the kept build the build of this run; False if there is none, or if it was made in another way."""
    kept = _place()
    if pin.target != "local" or pin.replays or pin.recipe is None or not kept.exists():
        return False
    with run_in_use(pin.run_id), FileLock(home() / "runs" / "kept.lock"):
        if build_path(pin.run_id).exists() or not kept.exists() or _made_with(kept) != _way(pin):
            return False
        kept.replace(made_room(pin.run_id))
    with open_build(pin.run_id) as connection:
        _write(connection, "rebuilt", {})
    return True


def keep_build(pin: Pin) -> None:
    """Keep the build of a published run for the next night, if the run described its models.

    If it cannot be kept, the next night builds everything.
    """
    try:
        _keep(pin)
    except (OSError, duckdb.Error) as error:
        _log.warning("The build is not kept for the next night: %s.", type(error).__name__)


def _keep(pin: Pin) -> None:
    with run_in_use(pin.run_id):
        with open_build(pin.run_id) as connection:
            if not _exists(connection, "description") or pin.target != "local" or pin.replays:
                return
            _write(connection, "made_with", {"way": _way(pin), "run_id": pin.run_id})
            _write(connection, "source", _source_digests(connection, pin))
            connection.execute("checkpoint")
        _place().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        build_path(pin.run_id).replace(_place())


def describe_models(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    """Write to the build which models it has and what they read, for the next night."""
    _write(connection, "description", {"models": text})


def described_models(connection: duckdb.DuckDBPyConnection) -> str:
    """What `describe_models` wrote."""
    return _kept(connection, "description")["models"]


def is_taken(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the build was begun from the build of an earlier night."""
    return _exists(connection, "rebuilt")


def changed_sources(connection: duckdb.DuckDBPyConnection, pin: Pin) -> set[str]:
    """Tables of the schema `landing` whose rows may differ from those of the earlier night."""
    now, then = _source_digests(connection, pin), _kept(connection, "source")
    return {name for name in {*now, *then} if now.get(name) != then.get(name)}


def name_rebuilt(
    connection: duckdb.DuckDBPyConnection, names: Iterable[str], standing: Iterable[str]
) -> None:
    """Write to the build which models this night rebuilds, and which tables (``schema.table``) of others stand."""
    _write(connection, "standing", dict.fromkeys(standing, ""))
    _write(connection, "rebuilt", dict.fromkeys(names, ""))


def rebuilt(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """The models that this night rebuilds, in a build that was begun from an earlier one."""
    return {*_kept(connection, "rebuilt")}


def standing_tables(connection: duckdb.DuckDBPyConnection) -> tuple[str, set[str]]:
    """The run from whose build this one was begun, and tables that are as in that run; '' and none without one.

    They are the tables of models that stand. If all models stand, so does what is made of them, except in schemas that
    every night writes.
    """
    if not is_taken(connection) or not _exists(connection, "standing"):
        return "", set()
    found = {*_kept(connection, "standing")}
    if not rebuilt(connection):
        every = "select schema_name, table_name from duckdb_columns() where not list_contains(?, schema_name)"
        found |= {".".join(name) for name in connection.execute(every, [[*_EVERY_NIGHT]]).fetchall()}
    return _kept(connection, "made_with")["run_id"], found


def count_overlapped(
    connection: duckdb.DuckDBPyConnection, counted: Mapping[str, int], kept: set[str]
) -> dict[str, int]:
    """Add what the earlier night counted for the deliveries in `kept`, and write all for the next night.

    Parameters and result: delivery id → rows replaced by another source.
    """
    earlier = _kept(connection, "overlapped") if _exists(connection, "overlapped") else {}
    found = {name: int(n) for name, n in earlier.items() if name in kept} | dict(counted)
    _write(connection, "overlapped", {name: str(n) for name, n in found.items()})
    return found


def is_rebuilt(connection: duckdb.DuckDBPyConnection, names: Iterable[str] | None = None) -> bool:
    """Whether the night rebuilds any of these models, or any at all; True if its build was not begun from another."""
    if not is_taken(connection):
        return True
    found = rebuilt(connection)
    return bool(found if names is None else found.intersection(names))


def _place() -> Path:
    return home() / "runs" / "kept" / "build.duckdb"


def _write(connection: duckdb.DuckDBPyConnection, table: str, rows: Mapping[str, str]) -> None:
    connection.execute(f"create schema if not exists {_SCHEMA}")
    connection.execute(f"create or replace table {_SCHEMA}.{table} (name varchar, digest varchar)")
    if rows:
        listed = [list(column) for column in zip(*sorted(rows.items()), strict=True)]
        connection.execute(f"insert into {_SCHEMA}.{table} select unnest(?), unnest(?)", listed)


def _exists(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    found = "select 1 from duckdb_tables() where schema_name = ? and table_name = ?"
    return bool(connection.execute(found, [_SCHEMA, table]).fetchone())


def _kept(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    return dict(connection.execute(f"from {_SCHEMA}.{table}").fetchall())


def _made_with(path: Path) -> str | None:
    try:
        with duckdb.connect(str(path), read_only=True, config=build_config()) as connection:
            return _kept(connection, "made_with").get("way")
    except duckdb.Error as error:
        _log.warning(
            "The kept build cannot be read (%s); this night builds everything.", type(error).__name__
        )
        return None


def _way(pin: Pin) -> str:
    """Digest of all that the numbers depend on, besides deliveries and day."""
    recipe = asdict(pin.recipe) if pin.recipe else {}
    return _digest({name: recipe.get(name) for name in ("package", "code", "libraries", "policy")})


def _source_digests(connection: duckdb.DuckDBPyConnection, pin: Pin) -> Mapping[str, str]:
    parts = pin.recipe.parts if pin.recipe else {}
    own: dict[str, list[Any]] = {name: [pin.retired] for name in load_record_types()}
    for delivery in pin.deliveries:
        if delivery.is_accepted:
            own[delivery.record_type].append([asdict(delivery), [parts.get(p.path) for p in delivery.parts]])
    found = {name: _digest(deliveries) for name, deliveries in own.items()}
    found |= {name: found[kind] for name, kind in _FOLLOWING.items()}
    found |= dict.fromkeys(TABLES, _digest([pin.released, definitions_now(pin.policy)]))
    found["source_system"] = _digest(digests_of(connection, [_SOURCES]))
    return found


def _digest(what: Any) -> str:
    return hashlib.sha256(json.dumps(what, sort_keys=True, default=str).encode()).hexdigest()
