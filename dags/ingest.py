"""One DAG per source system, made from its contract: receive and conform what waits, at its own cadence.

A contract that cannot be read becomes a DAG that fails and says why; the others are not touched by it.
"""

from datetime import UTC, datetime, timedelta

from airflow.sdk import DAG, dag, task

from iecareer.nightly import refuse_errors, step
from iecareer.sources import broken_contracts, load_systems


@task
@step
def landing(source_id: str) -> list[dict]:
    """Receive and conform what waits; returns counts per delivery."""
    from iecareer.landing import land

    return refuse_errors(land(source_id))


def ingest(source_id: str, cadence: timedelta | None, title: str, text: str) -> DAG:
    """Make the DAG of one source system."""

    @dag(
        dag_id=f"ingest__{source_id}",
        dag_display_name=title,
        schedule=cadence,
        start_date=datetime(2026, 1, 1, tzinfo=UTC),
        catchup=False,
        max_active_runs=1,
        doc_md=text,
        tags=["iecareer", "ingest"],
    )
    def one_source() -> None:
        landing(source_id=source_id)

    return one_source()


for system in load_systems().values():
    ingest(system.source_id, system.cadence, f"ingest · {system.name}", system.description)
for file_name, problem in broken_contracts().items():
    name = file_name.removesuffix(".odcs.yaml")
    ingest(name, None, f"ingest · {name} · broken contract", problem)
