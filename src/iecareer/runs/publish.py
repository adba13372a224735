"""Publishing: listed tables are copied into a new file, which is flushed to disk and renamed over the old one.

The file is renamed only if no table in it has a row per person (`publication_guard`). A new file has no old pages
with dropped rows.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
from filelock import FileLock

from iecareer.clock import now
from iecareer.database import build_config, text_literal
from iecareer.documents import sync_folder
from iecareer.engine.cluster import cluster_folder
from iecareer.engine.released_numbers import definitions_now, write_run_state
from iecareer.errors import IecareerError
from iecareer.persons.release_state import clear_run_states
from iecareer.runs.build import build_path, builds_folder, open_build
from iecareer.runs.digests import keep_tables, kept_tables, table_digests
from iecareer.runs.kept_build import is_rebuilt, keep_build, standing_tables
from iecareer.runs.pin import Pin, read_pin
from iecareer.runs.publication_guard import published_columns, refuse_persons, refuse_undeclared
from iecareer.runs.published_tables import published_tables
from iecareer.runs.replay import finish_replay, replay_path
from iecareer.settings import home

PUBLISHED = (
    *("marts", "estimates", "lights", "instruments", "audit"),
    *("flags", "feedback", "checks", "seeds"),
)
_LEFTOVER_SECONDS = 24 * 3600


def published_path() -> Path:
    """The file that readers open."""
    return home() / "warehouse.duckdb"


def publish(run_id: str) -> dict[str, Any]:
    """Publish a finished run, unless a run that started later is already published. A replay gets its own file.

    Returns
    -------
    dict
        `run_id`, `is_published` and `n_tables`; for a replay also the result of the comparison.

    Raises
    ------
    IecareerError
        When the run has no finished marts, or `publication_guard` refuses a table.
    """
    pin = read_pin(run_id)
    if pin.replays:
        return _keep_replay(pin)
    with FileLock(home() / "runs" / "publish.lock"):
        newer = _newer_run(pin)
        if newer:
            clear_build(run_id)
            return {"run_id": run_id, "is_published": False, "newer_run": newer, "n_tables": 0}
        draft = home() / "runs" / f"{run_id}.published"
        draft.unlink(missing_ok=True)
        try:
            earlier, standing, is_same = _standing(run_id)
            n_tables = _copy(pin, draft, standing)
            keep_tables(run_id, _digests(draft, earlier, standing))
            _make_durable(draft)
            definitions = definitions_now(pin.policy)
            write_run_state(
                build_path(run_id), run_id, pin.as_of, pin.released, definitions, earlier if is_same else None
            )
            draft.replace(published_path())
        finally:
            draft.unlink(missing_ok=True)
        sync_folder(home())
        clear_run_states(but=run_id)
        keep_build(pin)
    clear_build(run_id)
    _clear_leftovers()
    return {"run_id": run_id, "is_published": True, "n_tables": n_tables}


def _standing(run_id: str) -> tuple[str, set[str], bool]:
    """An earlier run, tables that are as in that run, and whether all models are."""
    if not build_path(run_id).exists():
        return "", set(), False
    with open_build(run_id) as connection:
        return *standing_tables(connection), not is_rebuilt(connection)


def _keep_replay(pin: Pin) -> dict[str, Any]:
    """Write the tables of a replay to a separate file, and compare them with the tables of the original run."""
    place = replay_path(str(pin.replays))
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".{place.name}.{pin.run_id}")
    draft.unlink(missing_ok=True)
    try:
        n_tables = _copy(pin, draft, set())
        tables = _digests(draft, "", set())
        _make_durable(draft)
        draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(place.parent)
    found = finish_replay(pin, tables)
    clear_build(pin.run_id)
    _clear_leftovers()
    return {"run_id": pin.run_id, "is_published": False, "n_tables": n_tables, **found}


def _digests(path: Path, earlier: str, standing: set[str]) -> dict[str, Any]:
    """Digests of all tables; those of tables that stand are taken from the earlier run."""
    known = {name: digest for name, digest in (kept_tables(earlier) or {}).items() if name in standing}
    with duckdb.connect(str(path), read_only=True, config=build_config()) as connection:
        return table_digests(connection, but=known) | known


def _make_durable(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def clear_build(run_id: str) -> None:
    """Remove the private build of a run; its pin stays."""
    for folder in (build_path(run_id).parent, home() / "runs" / "dbt" / run_id, cluster_folder(run_id)):
        shutil.rmtree(folder, ignore_errors=True)


def _clear_leftovers() -> None:
    """Remove leftovers of killed or failed runs that are older than a day: builds with rows of persons, and drafts."""
    for path in builds_folder().glob("*/*.duckdb"):
        if _is_left(path):
            clear_build(path.parent.name)
    for path in (*(home() / "runs").glob("*.published"), *(home() / "replays").glob(".*.duckdb.*")):
        if _is_left(path):
            path.unlink(missing_ok=True)


def _is_left(path: Path) -> bool:
    return time.time() - path.stat().st_mtime > _LEFTOVER_SECONDS


def _newer_run(pin: Pin) -> str | None:
    """The published run, if it started after this one."""
    if not published_path().exists():
        return None
    with duckdb.connect(str(published_path()), read_only=True) as connection:
        rows = connection.execute(
            "select run_id from checks.run where started_at > ?", [pin.started_at]
        ).fetchall()
    return str(rows[0][0]) if rows else None


def _copy(pin: Pin, draft: Path, standing: set[str]) -> int:
    """Copy the listed tables, and refuse rows of persons in those that an earlier run has not published yet."""
    if not build_path(pin.run_id).exists():
        raise IecareerError(
            f"The run '{pin.run_id}' cannot be published: it has no build.", next_step="Run it again."
        )
    connection = duckdb.connect(str(draft), config=build_config())
    try:
        connection.execute(f"attach {text_literal(build_path(pin.run_id))} as build (read_only)")
        tables = published_columns(connection, "build", list(PUBLISHED))
        declared = published_tables()
        refuse_undeclared(tables, declared)
        _copy_tables(connection, tables)
        refuse_persons(connection, {name: tables[name] for name in tables if name not in standing}, declared)
        connection.execute(
            "create table checks.run (run_id varchar, as_of date, started_at varchar, published_at varchar)"
        )
        connection.execute(
            "insert into checks.run values (?, ?, ?, ?)", [pin.run_id, pin.as_of, pin.started_at, now()]
        )
        connection.execute("detach build")
        connection.execute("checkpoint")
    finally:
        connection.close()
    if not any(name.startswith("marts.") for name in tables):
        raise IecareerError(
            f"The run '{pin.run_id}' cannot be published: it has no marts.", next_step="Run it again."
        )
    return len(tables)


def _copy_tables(connection: duckdb.DuckDBPyConnection, tables: Iterable[str]) -> None:
    """Copy tables and views of the build as tables."""
    for schema in PUBLISHED:
        connection.execute(f"create schema {schema}")
    for name in tables:
        connection.execute(f"create table {name} as from build.{name}")
