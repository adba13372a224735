"""Building one layer of the dbt project for a run, on the engine that the run pinned."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iecareer.database import spill_folder
from iecareer.engine import cluster
from iecareer.engine.engine import DuckDB
from iecareer.engine.graduate_numbers import register_graduate_numbers
from iecareer.engine.released_numbers import TABLES, definitions_now, register_released
from iecareer.engine.views import register, register_sources
from iecareer.errors import IecareerError
from iecareer.runs.build import made_room, open_build
from iecareer.runs.kept_build import (
    changed_sources,
    count_overlapped,
    describe_models,
    described_models,
    is_taken,
    name_rebuilt,
    rebuilt,
)
from iecareer.runs.pin import Pin, read_pin, run_in_use
from iecareer.settings import home, memory_limit, project_folder
from iecareer.transform.invocation import build, parse
from iecareer.transform.project import project_of
from iecareer.transform.rebuild import SOURCE_SYSTEMS, ModelGraph, other_rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LAYERS = ("staging", "intermediate", "marts", "lights")
_SEEDS = "resource_type:seed"
# Layer → prefix of its models' names, and the schemas that its models write to. Some seeds are named published_, too.
_PUBLISHED = "published_*,resource_type:model"
MODELS = {
    "staging": ["stg_*"],
    "intermediate": ["int_*"],
    "marts": ["msr_*", "dim_*", _PUBLISHED],
    "lights": ["basis_*", "lights_*", "instruments_*", "audit_*"],
}
_SCHEMAS = {
    "staging": ["staging"],
    "intermediate": ["intermediate"],
    "marts": ["indicators", "marts", "feedback"],
    "lights": ["basis", "lights", "instruments", "audit"],
}


def build_layer(run_id: str, layer: str) -> dict[str, Any]:
    """Build one layer of the dbt project for a pinned run; returns counts of built and tested nodes.

    The staging layer first makes the pinned deliveries visible and loads the seeds.

    Raises
    ------
    IecareerError
        When a model or a test fails; the message names them, never rows. On a cluster also when Spark is not
        installed or does not answer.
    """
    if layer not in LAYERS:
        raise IecareerError(f"There is no layer '{layer}'.", next_step=f"Layers: {', '.join(LAYERS)}.")
    pin = read_pin(run_id)
    with run_in_use(run_id):
        counted = _on_cluster(pin, layer) if pin.target == "cluster" else _on_duckdb(pin, layer)
    return {"run_id": run_id, "layer": layer, **counted}


def _on_duckdb(pin: Pin, layer: str) -> dict[str, int]:
    begins = layer == LAYERS[0]
    with open_build(pin.run_id) as connection:
        is_begun = is_taken(connection)
        if begins and is_begun:
            _find_stale(connection, pin)
        elif begins:
            _register(connection, pin)
        stale = _of_layer(layer, rebuilt(connection)) if is_begun else []
    if is_begun:
        return _duckdb_build(pin, stale)
    counted = _duckdb_build(pin, [*MODELS[layer], *([_SEEDS] if begins else [])])
    if begins and pin.recipe:
        description = _graph(pin).to_json()
        with open_build(pin.run_id) as connection:
            describe_models(connection, description)
    return counted


def _find_stale(connection: DuckDBPyConnection, pin: Pin) -> None:
    """Name the models that differ from the earlier night from whose build this one began, and show them new sources."""
    register_sources(DuckDB(connection), pin.deliveries, pin.retired)
    sources = changed_sources(connection, pin)
    _register(connection, pin, sources)
    graph = ModelGraph.from_json(described_models(connection))
    # an interrupted attempt may have rebuilt some of its models already
    stale = graph.after(sources=sources - {SOURCE_SYSTEMS}, models=rebuilt(connection))
    compared = graph.compared(has_other_sources=SOURCE_SYSTEMS in sources)
    doubtful = {name: table for name, table in compared.items() if name not in stale}
    stale |= graph.after(models=other_rows(connection, doubtful, pin.as_of))
    name_rebuilt(connection, stale, graph.tables_but(stale))


def _register(connection: DuckDBPyConnection, pin: Pin, sources: set[str] | None = None) -> None:
    """Show the models the pinned deliveries and what was released; only these tables, if the build has the others.

    Rows replaced by another source were loaded when they landed, but do not count: they are subtracted from n_loaded.
    """
    counted = register(connection, pin.deliveries, pin.retired, sources)
    if sources is None or sources.intersection(TABLES):
        register_released(connection, pin.released, definitions_now(pin.policy))
    kept = {d.delivery_id for d in pin.deliveries if sources is not None and d.record_type not in sources}
    _subtract_overlapped(connection, count_overlapped(connection, counted, kept))


def _of_layer(layer: str, names: Iterable[str]) -> list[str]:
    prefixes = tuple(pattern.partition("*")[0] for pattern in MODELS[layer])
    return sorted(name for name in names if name.startswith(prefixes))


def _graph(pin: Pin) -> ModelGraph:
    _set_environment(pin)
    artifacts = home() / "runs" / "dbt" / pin.run_id
    return ModelGraph.of(parse("local", _variables(pin), _project(pin), artifacts))


def _set_environment(pin: Pin) -> None:
    """Tell dbt's profile the build and its limits."""
    os.environ.update(
        IECAREER_BUILD=str(made_room(pin.run_id)),
        IECAREER_SPILL=str(spill_folder()),
        IECAREER_MEMORY_LIMIT=memory_limit(),
    )


def _on_cluster(pin: Pin, layer: str) -> dict[str, int]:
    """Build with Spark. DuckDB loads the seeds, and the private build gets views of the tables that Spark wrote."""
    folder, begins = cluster.cluster_folder(pin.run_id), layer == "staging"
    if begins:
        _duckdb_build(pin, [_SEEDS])
        with open_build(pin.run_id) as connection:
            cluster.begin(folder, connection)
            register_graduate_numbers(connection, pin.deliveries)
            register_released(connection, pin.released, definitions_now(pin.policy))
            for table in ("graduate_number", *TABLES):
                cluster.lay_out(connection, "landing", table, folder)
    for schema in _SCHEMAS[layer]:
        cluster.forget(folder, schema)
    answer = cluster.spark_build(
        folder,
        _project(pin),
        MODELS[layer],
        _variables(pin),
        run_id=pin.run_id if begins else None,
    )
    with open_build(pin.run_id) as connection:
        for schema in _SCHEMAS[layer]:
            cluster.hand_over(connection, folder, schema)
        _subtract_overlapped(connection, answer["overlapped"])
    return dict(answer["built"])


def _duckdb_build(pin: Pin, selected: list[str], *, tests: str = "data") -> dict[str, int]:
    if not selected:
        return {"n_built": 0, "n_warned": 0}
    _set_environment(pin)
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    artifacts = home() / "runs" / "dbt" / pin.run_id
    is_kept = pin.recipe is not None
    try:
        return build(
            "local", selected, _variables(pin), _project(pin), artifacts, tests=tests, is_kept=is_kept
        )
    finally:
        DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]


def _project(pin: Pin) -> Path:
    """The dbt project with the run's pinned policy seeds."""
    return project_of(pin.recipe.policy) if pin.recipe else project_folder("dbt_project")


def _variables(pin: Pin) -> dict[str, str]:
    return {"as_of": pin.as_of.isoformat()}


def _subtract_overlapped(connection: DuckDBPyConnection, overlapped: dict[str, int]) -> None:
    """Count the rows of each delivery that another source replaced, and subtract them from those loaded."""
    for delivery_id, n in overlapped.items():
        connection.execute(
            """update checks.delivery set n_overlapped = $n, n_loaded = n_loaded - $n
            where delivery_id = $delivery and n_overlapped = 0""",
            {"n": n, "delivery": delivery_id},
        )
