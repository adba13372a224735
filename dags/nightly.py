"""The night: land waiting files, check, build, estimate, light, flag, prepare feedback, publish, send new warnings.

Only this file defines the order of the steps. Steps exchange tables and files. Tasks pass only ids and counts to each
other, never a value of a person's row. A source that cannot be landed fails its own task and stops no other task.
"""

from airflow.sdk import Param, chain, dag, get_current_context, task

from iecareer.nightly import call, refuse_errors, send_warnings, skipped_unless, stage, step
from iecareer.nightly.assets import warehouse
from iecareer.nightly.lineage import emits_models
from iecareer.nightly.schedule import night_deadline, night_schedule, night_title, timezone
from iecareer.nightly.task_defaults import dag_defaults

LAYERS = ("staging", "intermediate", "marts")
BUILT = ("skills", "estimates", "lights", "flags", "feedback")
PUBLISHED = skipped_unless(lambda result: result["is_published"], "This run is not published.")
PUBLISH = PUBLISHED(stage("iecareer.runs.publish:publish"))
PARAMS = {
    "as_of": Param(None, type=["null", "string"], format="date", description="Reference date, else today."),
    "target": Param(None, enum=[None, "local", "cluster"], description="Engine; if empty, local."),
    "landing": Param(default=True, type="boolean", description="Land the waiting files of the inbox first."),
    "replay": Param(None, type=["null", "string"], description="Past run to replay; nothing is published."),
}


@task
@step
def sources() -> list[str]:
    """Name all sources but drafts; also those with a broken contract, so that their failure is visible."""
    from iecareer.sources import broken_contracts, load_systems

    broken = [name.removesuffix(".odcs.yaml") for name in broken_contracts()]
    params = get_current_context()["params"]
    active = [name for name, system in load_systems().items() if not system.is_draft]
    return sorted({*active, *broken}) if params["landing"] and not params["replay"] else []


@task(map_index_template="{{ task.op_kwargs['source_id'] }}")
@step
def landing(source_id: str) -> list[dict]:
    """Land the waiting files or new rows of one source system; returns counts per delivery."""
    return refuse_errors(call("iecareer.landing:land", source_id))


@task(trigger_rule="all_done")
@step
def pin() -> str:
    """Look names up again, then pin the deliveries. The run id is the start time: ids sort in the runs' order."""
    started, params = get_current_context()["dag_run"].start_date, get_current_context()["params"]
    day = params["as_of"] or started.astimezone(timezone()).date().isoformat()
    run_id, how = f"{started:%Y%m%dT%H%M%S%f}", [params[name] for name in ("target", "replay", "landing")]
    return call("iecareer.nightly.pinning:begin_run", run_id, day, *how)


@dag(
    dag_display_name=night_title(),
    description="Land waiting files, check, build, estimate, flag, prepare feedback, audit, publish, warn.",
    schedule=night_schedule(),
    deadline=night_deadline(),
    params=PARAMS,
    doc_md=__doc__,
    **dag_defaults(),
)
def nightly() -> None:
    """Chain the steps."""
    checks = task(stage("iecareer.checks:judge_deliveries"), task_id="checks")
    build = task(emits_models(stage("iecareer.transform.layers:build_layer")))
    skills, *built = [task(stage(f"iecareer.{name}:build_{name}"), task_id=name) for name in BUILT]
    audit = task(stage("iecareer.checks:judge_candidate"), task_id="audit")
    publish = task(PUBLISH, task_id="publish", outlets=[warehouse()])
    warnings = task(step(send_warnings), task_id="warnings")
    night = pin()
    staging, *layers = [build.override(task_id=layer)(night, layer) for layer in LAYERS]
    judged = [judge(night) for judge in (*built, audit, publish, warnings)]
    chain(landing.expand(source_id=sources()), night, checks(night), staging, skills(night), *layers, *judged)


NIGHTLY = nightly()
