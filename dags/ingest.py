"""One DAG per source system, made from its contract: receive and conform what waits, as often as it delivers.

The page of the DAG says how the source's headers map; its assets are the record types it fills, and the night waits
for them. A landing that fails is tried again twice before its task is red; one that finds nothing new is skipped.
A contract that cannot be read becomes a DAG that fails and says why; the others are not touched by it.
"""

from datetime import timedelta

from airflow.sdk import DAG, dag, task

from iecareer.nightly import assets, call, refuse_errors, skipped_unless, step
from iecareer.nightly.schedule import source_schedule
from iecareer.nightly.task_defaults import dag_defaults
from iecareer.sources import broken_contracts, load_systems
from iecareer.sources.page import source_page

# A file may still be on its way when it is found; what is wrong with it in an hour is wrong with it.
PATIENCE = {
    "retries": 2,
    "retry_policy": None,
    "retry_delay": timedelta(minutes=10),
    "retry_exponential_backoff": True,
}


@task
@skipped_unless(bool, "Nothing new has come.")
@step
def landing(source_id: str) -> list[dict]:
    """Receive and conform what waits; returns counts per delivery."""
    return refuse_errors(call("iecareer.landing:land", source_id))


def ingest(source_id: str, title: str, text: str, frequency: timedelta | None, **of_task: object) -> DAG:
    """Make the DAG of one source system; without a frequency it is started by hand."""

    @dag(
        dag_id=f"ingest__{source_id}",
        dag_display_name=title,
        schedule=source_schedule(frequency) if frequency else None,
        doc_md=text,
        **dag_defaults(tags=["iecareer", "ingest"]),
    )
    def one_source() -> None:
        landing.override(**of_task)(source_id=source_id)

    return one_source()


for system in load_systems().values():
    outlets = assets.landed(table.record_type for table in system.tables)
    owner = system.team or "iecareer"
    title, text = f"ingest · {system.name}", source_page(system)
    ingest(system.source_id, title, text, system.cadence, outlets=outlets, owner=owner, **PATIENCE)
for file_name, problem in broken_contracts().items():
    name = file_name.removesuffix(".odcs.yaml")
    ingest(name, f"ingest · {name} · broken contract", problem, None, retries=0)
