"""One DAG per source system, made from its contract: receive and conform what waits, at its own cadence.

The page of the DAG says how the source's headers map; its assets are the record types it fills. A landing that
fails is tried again twice before its task is red. A contract that cannot be read becomes a DAG that fails and
says why; the others are not touched by it.
"""

from datetime import UTC, datetime, timedelta

from airflow.sdk import DAG, Asset, dag, task

from iecareer.nightly import lent_connection, refuse_errors, step
from iecareer.sources import broken_contracts, load_systems
from iecareer.sources.page import source_page

# A file may still be on its way when it is found; what is wrong with it in an hour is wrong with it.
PATIENCE = {
    "retries": 2,
    "retry_delay": timedelta(minutes=10),
    "retry_exponential_backoff": True,
    "execution_timeout": timedelta(hours=6),
}


@task
@step
def landing(source_id: str) -> list[dict]:
    """Receive and conform what waits; returns counts per delivery."""
    from iecareer.landing import land

    with lent_connection(source_id):
        return refuse_errors(land(source_id))


def ingest(source_id: str, cadence: timedelta | None, title: str, text: str, **more: object) -> DAG:
    """Make the DAG of one source system; `more` is said of its task."""

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
        landing.override(**more)(source_id=source_id)

    return one_source()


for system in load_systems().values():
    kinds = [table.record_type for table in system.tables]
    assets = [Asset(name=kind, uri=f"iecareer://landing/{kind}") for kind in kinds]
    title, text = f"ingest · {system.name}", source_page(system)
    ingest(system.source_id, system.cadence, title, text, outlets=assets, **PATIENCE)
for file_name, problem in broken_contracts().items():
    name = file_name.removesuffix(".odcs.yaml")
    ingest(name, None, f"ingest · {name} · broken contract", problem, retries=0)
