"""A release: freeze the published feedback for colleges, then verify it as a college would.

Started only by hand: a release is a deliberate decision, and its files never change.
"""

from airflow.sdk import Param, dag, get_current_context, task

from iecareer.nightly import assets, call, step
from iecareer.nightly.task_defaults import dag_defaults

PARAMS = {
    "label": Param(None, type=["null", "string"], description="Name of the release; if empty, its date."),
    "approved_by": Param(
        None,
        type=["null", "string"],
        description="Who approves the release; if empty, the account of the worker.",
    ),
}


@task
@step
def release() -> str:
    """Freeze the candidate; returns the name of its folder below ``releases/``."""
    params = get_current_context()["params"]
    return call("iecareer.nightly.releasing:freeze", params["label"], params["approved_by"])


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
