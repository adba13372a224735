"""A release: freeze the newest candidate of the feedback for colleges, then check it as a college would.

Started by hand, never by the clock: publishing is an act of its own, and what is released never changes.
"""

from airflow.sdk import Param, dag, get_current_context, task

from iecareer.nightly import assets, call, step
from iecareer.nightly.task_defaults import dag_defaults

PARAMS = {"label": Param(None, type=["null", "string"], description="Name of the release; empty: its date.")}


@task
@step
def release() -> str:
    """Freeze the candidate; returns the name of its folder below ``releases/``."""
    return call("iecareer.nightly.releasing:freeze", get_current_context()["params"]["label"])


@task(outlets=[assets.release()])
@step
def verify(name: str) -> str:
    """Compare every file of the release with the ledger."""
    return call("iecareer.nightly.releasing:verify_release", name)


@dag(
    dag_id="release",
    dag_display_name="iecareer · release",
    description="Freeze the published feedback, one folder per college, then verify it.",
    schedule=None,
    params=PARAMS,
    doc_md=__doc__,
    **dag_defaults(retries=0),
)
def frozen_release() -> None:
    """Chain the two steps."""
    verify(release())


frozen_release()
