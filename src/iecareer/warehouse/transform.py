"""Running dbt, one layer at a time, on the private build of a run. Nothing else in the project knows dbt."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

from iecareer.errors import IecareerError
from iecareer.settings import home, project_folder
from iecareer.warehouse.build import build_config, build_path, open_build
from iecareer.warehouse.manifest import Pin, read_pin
from iecareer.warehouse.policy import project_with
from iecareer.warehouse.switch import persons_in_use
from iecareer.warehouse.views import register

LAYERS = ("staging", "intermediate", "marts")


def build_layer(run_id: str, layer: str) -> dict[str, Any]:
    """Build one layer of the dbt project for a pinned run; returns counts of what was built and tested.

    The staging layer first makes the pinned deliveries visible and loads the seeds.

    Raises
    ------
    IecareerError
        When a model or a test fails; the failing ones are named, never their rows.
    """
    if layer not in LAYERS:
        raise IecareerError(f"There is no layer '{layer}'.", next_step=f"Layers: {', '.join(LAYERS)}.")
    pin = read_pin(run_id)
    selected = [f"path:models/{layer}"]
    if layer == "staging":
        with open_build(run_id) as connection:
            overlapped = register(connection, pin)
            for delivery_id, n in overlapped.items():
                connection.execute(
                    """update checks.delivery set n_overlapped = $n, n_loaded = n_loaded - $n
                    where delivery_id = $delivery and n_overlapped = 0""",
                    {"n": n, "delivery": delivery_id},
                )
        selected.append("resource_type:seed")
    with persons_in_use(run_id):
        counted = _invoke(run_id, selected, {"as_of": pin.as_of.isoformat()}, _project(pin, layer))
    return {"run_id": run_id, "layer": layer, **counted}


def _project(pin: Pin, layer: str) -> Path:
    """The run's own copy of the dbt project, with the rows of policy it pinned; laid out anew with its first layer."""
    if pin.recipe is None:
        return project_folder("dbt_project")
    place = home() / "runs" / "dbt" / pin.run_id / "project"
    return place if place.exists() and layer != LAYERS[0] else project_with(pin.recipe.policy, place)


def _invoke(run_id: str, selected: list[str], variables: dict[str, str], folder: Path) -> dict[str, int]:
    os.environ.update(
        IECAREER_BUILD=str(build_path(run_id)),
        IECAREER_SPILL=str(build_config()["temp_directory"]),
        DBT_SEND_ANONYMOUS_USAGE_STATS="false",
    )
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    arguments = [
        *("build", "--select", *selected, "--exclude", "test_type:unit"),
        *("--vars", json.dumps(variables), "--project-dir", str(folder), "--profiles-dir", str(folder)),
        *("--target-path", str(home() / "runs" / "dbt" / run_id), "--log-path", str(_logs())),
        *("--log-level", "none", "--log-level-file", "none", "--no-use-colors", "--no-print"),
    ]
    try:
        result = dbtRunner().invoke(arguments)
    finally:
        DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
    outcomes = list(getattr(result.result, "results", None) or [])
    failed = sorted(_told(o) for o in outcomes if str(o.status) in ("error", "fail"))
    if not result.success:
        named = ", ".join(failed[:5]) or type(result.exception).__name__
        raise IecareerError(
            f"The transformation stopped ({len(failed)} failed): {named}.",
            next_step="The published warehouse is untouched. See docs/runbooks/a-model-fails.md.",
        )
    return {"n_built": len(outcomes), "n_warned": sum(str(o.status) == "warn" for o in outcomes)}


def _logs() -> Path:
    path = home() / "logs" / "dbt"
    path.mkdir(parents=True, exist_ok=True)
    return path


def _told(outcome: Any) -> str:
    """The model or test that failed; with its message only where a model raised it itself.

    Any other message may quote a value of a row.
    """
    raised = re.search(r"Invalid Input Error: (\w+ runs in a circle: [0-9A-Z, ]+)", str(outcome.message))
    return f"{outcome.node.name}, {raised.group(1).strip()}" if raised else str(outcome.node.name)
