"""One DAG per source system, made from its contract: land its waiting files as often as the source delivers.

The DAG's page shows the header mapping of the source. Its assets are the record types that it fills; the night waits
for them. A failed landing is retried twice before its task fails. A landing that finds nothing new is skipped. The DAG
of a draft has no schedule. An unreadable contract becomes a DAG that fails with the reason, without affecting other
DAGs.
"""

from datetime import timedelta

from airflow.sdk import DAG, dag, task

from iecareer.nightly import assets, call, refuse_errors, skipped_unless, step
from iecareer.nightly.schedule import source_schedule
from iecareer.nightly.task_defaults import dag_defaults
from iecareer.sources import broken_contracts, load_systems
from iecareer.sources.page import source_page

# A file may be found while it is still being copied; an error that remains after an hour is an error of the file.
PATIENCE = {
    "retries": 2,
    "retry_policy": None,
    "retry_delay": timedelta(minutes=10),
    "retry_exponential_backoff": True,
}


@task
@skipped_unless(bool, "There are no new files or rows.")
@step
def landing(source_id: str) -> list[dict]:
    """Land the waiting files or new rows; returns counts per delivery."""
    return refuse_errors(call("iecareer.landing:land", source_id))


def ingest(source_id: str, title: str, text: str, frequency: timedelta | None, **of_task: object) -> DAG:
    """Make the DAG of one source system. Without a frequency it is only started by hand."""

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
    cadence = None if system.is_draft else system.cadence
    ingest(system.source_id, title, text, cadence, outlets=outlets, owner=owner, **PATIENCE)
for file_name, problem in broken_contracts().items():
    name = file_name.removesuffix(".odcs.yaml")
    ingest(name, f"ingest · {name} · broken contract", problem, None, retries=0)
