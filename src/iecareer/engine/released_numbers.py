"""What earlier releases published, in a private build: `landing.release` and the tables `landing.released_X`.

DuckDB makes these tables for either engine. They are empty if nothing was released, or if definitions changed since:
then every number is made anew.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import duckdb

from iecareer.database import build_config, text_literal
from iecareer.persons.release_state import (
    CONTRIBUTIONS,
    LIGHTS,
    NUMBERS,
    ReleaseState,
    has_state,
    read_state,
    read_table,
    release_state_folder,
    write_state,
)
from iecareer.settings import project_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

TABLES = ("release", "released_number", "released_contribution", "released_light")
_UNIT = "release_number integer, unit_family varchar, "
_COLUMNS = {
    NUMBERS: _UNIT
    + "kind varchar, months integer, unit_id varchar, number_name varchar, number_value double",
    CONTRIBUTIONS: _UNIT
    + "months integer, institution_code varchar, program_code varchar, cohort_year integer, member bigint, "
    "contribution varchar",
    LIGHTS: "release_number integer, unit_year varchar, part varchar, item varchar, column_name varchar, value varchar",
}
# Tables of a build whose rows a state keeps. Builds without lights lack those of schema `basis`.
_KEPT = {
    NUMBERS: ("indicators.msr_release_number",),
    CONTRIBUTIONS: ("intermediate.int_release_contribution", "basis.basis_release_light_contribution"),
    LIGHTS: ("basis.basis_release_light", "basis.release_flag"),
}


def definitions_now(policy: Mapping[str, str]) -> str:
    """Digest of everything that defines published numbers: SQL and seeds of the dbt project, and rows of policy."""
    project = project_folder("dbt_project")
    digest = hashlib.sha256()
    seeds = (path for path in (project / "seeds").rglob("*.csv") if path.parent.name != "policy")
    for path in sorted((*project.glob("m*/**/*.sql"), *seeds)):
        digest.update(f"{path.relative_to(project)}\0".encode() + path.read_bytes())
    for name, content in sorted(policy.items()):
        digest.update(f"{name}\0{content}\n".encode())
    return digest.hexdigest()


def register_released(connection: duckdb.DuckDBPyConnection, label: str | None, definitions: str) -> None:
    """Create the tables from the state of the release with this label.

    Numbers that were made under other definitions do not stand.
    """
    folder = release_state_folder(label) if label else None
    state = read_state(folder) if folder else None
    labels = (*state.labels, label) if state and label else ()
    connection.execute(
        "create or replace table landing.release (release_number integer, label varchar, as_of date)"
    )
    for number, name in enumerate(labels, start=1):
        released = read_state(release_state_folder(name))
        as_of = released.as_of if released else None
        connection.execute("insert into landing.release values (?, ?, ?)", [number, name, as_of])
    for table, columns in _COLUMNS.items():
        connection.execute(f"create or replace table landing.released_{table} ({columns})")
        if folder and state and state.definitions == definitions:
            for rows in read_table(folder, table):
                connection.register("_released", rows)
                connection.execute(f"insert into landing.released_{table} by name from _released")
                connection.unregister("_released")


def renewed_because(label: str | None, definitions: str) -> str | None:
    """Why no number stands from an earlier release: `first`, `definitions`, or None if numbers may stand."""
    state = read_state(release_state_folder(label)) if label else None
    if state is None:
        return "first"
    return None if state.definitions == definitions else "definitions"


def write_run_state(
    build: Path, run_id: str, as_of: date, label: str | None, definitions: str, earlier: str | None = None
) -> None:
    """Write what a release of this run would publish, from the file of its build, if the build has published tables.

    `earlier` is a run with the same numbers and contributions. They are taken from its state if that is there.
    """
    released = read_state(release_state_folder(label)) if label else None
    labels = (*released.labels, label) if released and label else ()
    state = ReleaseState(run_id, as_of.isoformat(), labels, definitions)
    same = earlier if earlier and has_state(earlier, state) else None
    with duckdb.connect(config=build_config()) as connection:
        connection.execute(f"attach {text_literal(build)} as build (read_only)")
        built = {
            name
            for (name,) in connection.execute(
                """select distinct schema_name || '.' || table_name from duckdb_columns()
                where database_name = 'build'"""
            ).fetchall()
        }
        queries = {
            table: " union all by name ".join(f"from build.{name}" for name in names if name in built)
            for table, names in _KEPT.items()
        }
        if queries[NUMBERS]:
            written = (LIGHTS,) if same else tuple(queries)
            kept = {table: queries[table] for table in written if queries[table]}
            write_state(connection, state, kept, same)
