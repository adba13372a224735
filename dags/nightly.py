"""The night: land what waits, judge it, build the indicators, adjust, flag, prepare feedback, publish.

The order of steps lives here and nowhere else. Steps hand over through tables and files; between tasks
travel ids and counts only, never a value of a person's row. A source that fails to land is red and stops
nobody else.
"""

from datetime import UTC, date, datetime

from airflow.sdk import Param, chain, dag, get_current_context, task

from iecareer.nightly import lent_connection, pin_night, refuse_errors, stage, step

TEXT = ["null", "string"]
PARAMS = {
    "as_of": Param(None, type=TEXT, format="date", description="Reference date; empty: today."),
    "target": Param(None, enum=[None, "local", "cluster"], description="Engine; empty: local."),
    "landing": Param(default=True, type="boolean", description="Land first what waits in the inbox."),
    "replay": Param(None, type=TEXT, description="Past run to make again; nothing is landed or published."),
}


@task
@step
def sources() -> list[str]:
    """Name the source systems, those with a broken contract too: their failure shall be seen."""
    from iecareer.sources import broken_contracts, load_systems

    broken = [name.removesuffix(".odcs.yaml") for name in broken_contracts()]
    params = get_current_context()["params"]
    return sorted({*load_systems(), *broken}) if params["landing"] and not params["replay"] else []


@task(map_index_template="{{ task.op_kwargs['source_id'] }}")
@step
def landing(source_id: str) -> list[dict]:
    """Receive and conform what waits for one source system; returns counts per delivery."""
    from iecareer.landing import land

    with lent_connection(source_id):
        return refuse_errors(land(source_id))


@task(trigger_rule="all_done")
@step
def pin() -> str:
    """Fix what this run sees; its id is the start of the run, so that ids sort as runs began."""
    context = get_current_context()
    started, params = context["dag_run"].start_date, context["params"]
    day = date.fromisoformat(params["as_of"]) if params["as_of"] else started.astimezone().date()
    return pin_night(f"{started:%Y%m%dT%H%M%S%f}", day, params["target"], params["replay"]).run_id


@dag(
    schedule="30 1 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    params=PARAMS,
    doc_md=__doc__,
    tags=["iecareer"],
)
def nightly() -> None:
    """Chain the steps."""
    checks = task(stage("iecareer.checks:judge_deliveries"), task_id="checks")
    build = task(stage("iecareer.transform.layers:build_layer"))
    estimates = task(stage("iecareer.estimates:build_estimates"), task_id="estimates")
    flags = task(stage("iecareer.flags:build_flags"), task_id="flags")
    feedback = task(stage("iecareer.feedback:build_feedback"), task_id="feedback")
    audit = task(stage("iecareer.checks:judge_candidate"), task_id="audit")
    publish = task(stage("iecareer.runs.publish:publish"), task_id="publish")

    landed = landing.expand(source_id=sources())
    night = pin()
    layers = [build.override(task_id=layer)(night, layer) for layer in ("staging", "intermediate", "marts")]
    judged = [estimates(night), flags(night), feedback(night), audit(night)]
    chain(landed, night, checks(night), *layers, *judged, publish(night))


NIGHTLY = nightly()
