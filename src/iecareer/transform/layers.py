"""Building one layer of the dbt project for a run, on the engine that the run pinned."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from iecareer.database import spill_folder
from iecareer.engine import cluster
from iecareer.engine.graduate_numbers import register_graduate_numbers
from iecareer.engine.released_numbers import TABLES, definitions_now, register_released
from iecareer.engine.views import register
from iecareer.errors import IecareerError
from iecareer.runs.build import made_room, open_build
from iecareer.runs.kept_build import add_rebuilt, changed_sources, changed_tables, is_taken, name_compared
from iecareer.runs.pin import Pin, read_pin, run_in_use
from iecareer.settings import home, memory_limit, project_folder
from iecareer.transform.invocation import build, parse
from iecareer.transform.project import project_of
from iecareer.transform.rebuild import SOURCE_SYSTEMS, ModelGraph

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
        if begins:
            overlapped = register(connection, pin.deliveries, pin.retired)
            register_released(connection, pin.released, definitions_now(pin.policy))
        is_begun = is_taken(connection)
    if begins:
        _count_overlapped(pin.run_id, overlapped)
    if is_begun:
        return _rebuild(pin, layer)
    counted = _duckdb_build(pin, [*MODELS[layer], *([_SEEDS] if begins else [])])
    if begins and pin.recipe:
        tables = _graph(pin).compared(has_other_sources=True).values()
        with open_build(pin.run_id) as connection:
            name_compared(connection, tables)
    return counted


def _rebuild(pin: Pin, layer: str) -> dict[str, int]:
    """Build those models of the layer that differ from the earlier night from whose build this one began."""
    graph = _graph(pin)
    with open_build(pin.run_id) as connection:
        sources = changed_sources(connection, pin)
    tables = graph.compared(has_other_sources=SOURCE_SYSTEMS in sources)
    stale = graph.after(sources=sources - {SOURCE_SYSTEMS})
    compared = _of_layer(layer, {*tables} - stale)
    counted = _duckdb_build(pin, compared, tests="none")
    with open_build(pin.run_id) as connection:
        changed = changed_tables(connection, [tables[name] for name in {*tables} - stale])
    stale |= graph.after(models=[name for name, table in tables.items() if table in changed])
    built = _of_layer(layer, stale)
    with open_build(pin.run_id) as connection:
        add_rebuilt(connection, built)
    rebuilt = _duckdb_build(pin, built)
    return {name: counted[name] + rebuilt[name] for name in counted}


def _of_layer(layer: str, names: Iterable[str]) -> list[str]:
    prefixes = tuple(pattern.partition("*")[0] for pattern in MODELS[layer])
    return sorted(name for name in names if name.startswith(prefixes))


def _graph(pin: Pin) -> ModelGraph:
    _set_environment(pin)
    artifacts = home() / "runs" / "dbt" / pin.run_id
    return ModelGraph(parse("local", _variables(pin), _project(pin), artifacts))


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
    _count_overlapped(pin.run_id, answer["overlapped"])
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


def _count_overlapped(run_id: str, overlapped: dict[str, int]) -> None:
    """Subtract rows replaced by another source from n_loaded: landing loaded them, but they do not count."""
    with open_build(run_id) as connection:
        for delivery_id, n in overlapped.items():
            connection.execute(
                """update checks.delivery set n_overlapped = $n, n_loaded = n_loaded - $n
                where delivery_id = $delivery and n_overlapped = 0""",
                {"n": n, "delivery": delivery_id},
            )
