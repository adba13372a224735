"""A release: freeze the newest candidate of the feedback for colleges, then check it as a college would.

Started by hand, never by the clock: publishing is an act of its own, and what is released never changes.
"""

from datetime import UTC, datetime

from airflow.sdk import Param, dag, get_current_context, task

from iecareer.nightly import step

PARAMS = {"label": Param(None, type=["null", "string"], description="Name of the release; empty: its date.")}


@task
@step
def release() -> str:
    """Freeze the candidate; returns the name of its folder below ``releases/``."""
    from iecareer.feedback import release

    return release(get_current_context()["params"]["label"]).name


@task
@step
def verify(name: str) -> str:
    """Compare every file of the release with the ledger."""
    from iecareer.errors import IecareerError
    from iecareer.feedback import verify
    from iecareer.settings import home

    if problems := verify(home() / "releases" / name):
        raise IecareerError(f"Release {name} does not agree with its ledger: {'; '.join(problems)}")
    return name


@dag(
    dag_id="release",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    params=PARAMS,
    doc_md=__doc__,
    tags=["iecareer"],
)
def frozen_release() -> None:
    """Chain the two steps."""
    verify(release())


frozen_release()
