"""Lineage of a layer as OpenLineage events: one per model, as children of the task's event.

Input: the documents that dbt writes for a build. Output: names of models, of their columns and of the tables they
read, never values of rows. The transport is the one configured for Airflow's OpenLineage provider. If the provider is
missing or disabled, nothing is sent. A task does not fail if an event cannot be sent.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from iecareer.documents import read_document
from iecareer.settings import home

if TYPE_CHECKING:
    from openlineage.client.event_v2 import RunEvent
    from openlineage.client.facet_v2 import parent_run

NAMESPACE = "iecareer"
_PRODUCER = "urn:iecareer:dbt"
_log = logging.getLogger(__name__)


def emits_models(build: Callable[..., Any]) -> Callable[..., Any]:
    """Make a step that builds a layer emit one event per model. The step is called with run id and layer."""

    @functools.wraps(build)
    def run(run_id: str, layer: str) -> Any:
        result = build(run_id, layer)
        try:
            emit_models(run_id)
        except Exception as error:
            _log.warning("The lineage of %s was not emitted: %s.", layer, type(error).__name__)
        return result

    return run


def emit_models(run_id: str) -> int:
    """Emit one event per model of the layer that the run built last; returns their number."""
    try:
        from airflow.providers.openlineage.api import emit, is_openlineage_active
    except ImportError:
        return 0
    if not is_openlineage_active():
        return 0
    events = list(model_events(_artifacts(run_id), _parent()))
    for event in events:
        emit(event)
    return len(events)


def model_events(artifacts: Path, parent: parent_run.ParentRunFacet | None = None) -> Iterator[RunEvent]:
    """One event per model in dbt's ``run_results.json``; what the model read and wrote is from ``manifest.json``.

    Parameters
    ----------
    artifacts : Path
        Folder of these two files.
    parent : ParentRunFacet, optional
        The run of the task that built them.
    """
    from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState

    manifest = read_document(artifacts / "manifest.json")
    tables = {**manifest["nodes"], **manifest["sources"]}
    for result in read_document(artifacts / "run_results.json")["results"]:
        model = manifest["nodes"].get(result["unique_id"], {})
        if model.get("resource_type") != "model":
            continue
        read = [tables[name] for name in model["depends_on"]["nodes"] if name in tables]
        yield RunEvent(
            eventType=RunState.COMPLETE,
            eventTime=result["timing"][-1]["completed_at"],
            run=Run(str(uuid4()), {"parent": parent} if parent else {}),
            job=Job(NAMESPACE, f"dbt.{model['name']}"),
            inputs=[InputDataset(NAMESPACE, _table(node)) for node in read],
            outputs=[OutputDataset(NAMESPACE, _table(model), facets=_columns(model))],
            producer=_PRODUCER,
        )


def _table(node: dict[str, Any]) -> str:
    return f"{node['schema']}.{node.get('identifier') or node.get('alias') or node['name']}"


def _columns(model: dict[str, Any]) -> dict[str, Any]:
    from openlineage.client.facet_v2 import schema_dataset as schema

    columns = model["columns"].values()
    fields = [
        schema.SchemaDatasetFacetFields(column["name"], column["data_type"], column["description"])
        for column in columns
    ]
    return {"schema": schema.SchemaDatasetFacet(fields=fields)}


def _artifacts(run_id: str) -> Path:
    """The folder with dbt's documents of the layer just built: the newer one of the two engines' folders."""
    folders = [home() / "runs" / "dbt" / run_id, home() / "runs" / f"{run_id}.spark" / "dbt"]
    found = [folder for folder in folders if (folder / "run_results.json").exists()]
    return max(found, key=lambda folder: (folder / "run_results.json").stat().st_mtime)


def _parent() -> parent_run.ParentRunFacet:
    from airflow.providers.openlineage import conf
    from airflow.providers.openlineage.plugins import macros
    from airflow.sdk import get_current_context
    from openlineage.client.facet_v2 import parent_run

    task = get_current_context()["ti"]
    return parent_run.ParentRunFacet(
        run=parent_run.Run(runId=macros.lineage_run_id(task)),
        job=parent_run.Job(namespace=conf.namespace(), name=macros.lineage_job_name(task)),
    )
