"""Commands for the nightly run: `run`, `demo`, and one command per stage."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from iecareer.clock import today
from iecareer.commands.check_findings import short
from iecareer.commands.landing import RECEIPT
from iecareer.commands.output import Json, day, say, say_json, say_table, working
from iecareer.commands.replay import replay_run
from iecareer.errors import IecareerError
from iecareer.settings import home

if TYPE_CHECKING:
    from iecareer.lake.manifest import Delivery

STAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "checks": ("iecareer.checks:judge_deliveries", ()),
    "staging": ("iecareer.transform.layers:build_layer", ("staging",)),
    "skills": ("iecareer.skills:build_skills", ()),
    "intermediate": ("iecareer.transform.layers:build_layer", ("intermediate",)),
    "marts": ("iecareer.transform.layers:build_layer", ("marts",)),
    "estimates": ("iecareer.estimates:build_estimates", ()),
    "lights": ("iecareer.lights:build_lights", ()),
    "flags": ("iecareer.flags:build_flags", ()),
    "feedback": ("iecareer.feedback:build_feedback", ()),
    "audit": ("iecareer.checks:judge_candidate", ()),
    "publish": ("iecareer.runs.publish:publish", ()),
    "warnings": ("iecareer.nightly:send_warnings", ()),
}
AsOf = Annotated[str | None, typer.Option("--as-of", help="Reference date, YYYY-MM-DD; default: today.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command()(run)
    app.command()(demo)
    for name in STAGES:
        app.command(name, help=f"Run only the stage '{name}'.", rich_help_panel="Single stages")(_stage(name))


def run(
    as_of: AsOf = None,
    target: Annotated[
        str | None,
        typer.Option(
            help="Engine: local or cluster; default: local, or for a replay the engine of the original run."
        ),
    ] = None,
    replay: Annotated[
        str | None,
        typer.Option(help="Repeat this past run on the deliveries it used; nothing is landed or published."),
    ] = None,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict", help="Exit 1 if a delivery was stopped, or if a replay differs from its run."
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Run all stages: land new deliveries, check, build, estimate, flag, prepare feedback, publish, send warnings."""
    if target not in (None, "local", "cluster"):
        raise typer.BadParameter(f"'{target}' is neither local nor cluster.", param_hint="--target")
    if replay is not None:
        if as_of is not None:
            raise typer.BadParameter("a replay uses the reference date of its run.", param_hint="--as-of")
        replay_run(replay, target, strict=strict, as_json=as_json)
        return
    document = _run_night(day(as_of, "--as-of") or today(), target, as_json)
    if as_json:
        say_json(document)
    else:
        _say_night(document)
    if strict and document["stopped"]:
        raise typer.Exit(1)


def demo(
    graduates: Annotated[int, typer.Option(min=1000, help="Number of graduates.")] = 30_000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the random numbers.")] = 2,
    folder: Annotated[
        Path,
        typer.Option(
            help="Folder of the demonstration; each combination of graduates and seed gets a subfolder."
        ),
    ] = Path("demo"),
) -> None:
    """Simulate a region, run all stages on it, release the feedback and list the files to open."""
    from iecareer.feedback import release
    from iecareer.simulation import simulate

    place = folder / f"region-{graduates}-{seed}"
    os.environ["IECAREER_INBOX"] = str((place / "inbox").absolute())
    os.environ["IECAREER_HOME"] = str((place / "home").absolute())
    if not (place / "inbox" / "truth.json").exists():
        say(f"Simulating {graduates:,} graduates ...")
        simulate(place / "inbox", graduates=graduates, seed=seed)
    say("Running all stages ...")
    _say_night(_run_night(today(), None, as_json=False))
    say("Releasing the feedback ...")
    _say_where_to_look(release(None))


def _run_night(as_of: date, target: str | None, as_json: bool) -> dict[str, Any]:
    from iecareer.lake.manifest import versions
    from iecareer.nightly import run_nightly
    from iecareer.runs.pin import read_pin

    before = {delivery.delivery_id: delivery for delivery in versions()}
    with working("Running all stages", quiet=as_json) as show_step:
        report = run_nightly(as_of, target=target, on_begin=show_step)
    published, judged = report.result("publish") or {}, report.result("checks") or {}
    pin = read_pin(report.run_id)
    landed = [
        {name: receipt.get(name) for name in (*RECEIPT, "delivery_id")}
        for step in report.steps
        if step.step == "landing"
        for receipt in step.result or []
    ]
    return {
        "run_id": report.run_id,
        "as_of": as_of,
        "is_published": published.get("is_published", False),
        "newer_run": published.get("newer_run"),
        "steps": [{"step": step.name, "seconds": round(step.seconds, 2)} for step in report.steps],
        "landed": landed,
        "looked_up": _looked_up(before, pin.deliveries, {receipt["delivery_id"] for receipt in landed}),
        "restarted": [step.name for step in report.steps if _n_restarts(step.result)],
        "failed_sources": report.failed_sources,
        "silent": judged.get("silent", []),
        "alert": judged.get("alert"),
        "warnings": report.result("warnings"),
        "stopped": [_named(d) for d in pin.deliveries if d.verdict == "stop" and not d.is_accepted],
        "warned": [_named(d) for d in pin.deliveries if d.delivery_id in judged.get("newly_warned", [])],
    }


def _looked_up(
    before: dict[str, Delivery], pinned: Sequence[Delivery], landed: set[str]
) -> list[dict[str, Any]]:
    """Deliveries that this night converted anew because a list of names came or changed, with their counts."""
    return [
        {
            "delivery_id": d.delivery_id,
            "source_id": d.source_id,
            "record_type": d.record_type,
            "n_loaded": d.n_loaded,
            "n_loaded_before": before[d.delivery_id].n_loaded,
            "n_quarantined": d.n_quarantined,
            "n_quarantined_before": before[d.delivery_id].n_quarantined,
        }
        for d in pinned
        if d.delivery_id in before
        and d.delivery_id not in landed
        and d.conformed_at > before[d.delivery_id].conformed_at
    ]


def _named(delivery: Delivery) -> dict[str, Any]:
    return {
        "delivery_id": delivery.delivery_id,
        "source_id": delivery.source_id,
        "record_type": delivery.record_type,
        "failed": list(delivery.failed),
        "stopping": list(delivery.stopping),
    }


def _n_restarts(result: Any) -> int:
    return int(result.get("n_restarts", 0)) if isinstance(result, dict) else 0


def _say_night(document: dict[str, Any]) -> None:
    say_table(document["steps"], ("step", "seconds"))
    if document["landed"]:
        say_table(document["landed"], RECEIPT)
    else:
        say("Landed: nothing new." if not document["looked_up"] else "Landed: no new files.")
    for again in document["looked_up"]:
        say(
            f"Names looked up again in the lists: {again['source_id']}/{again['record_type']} "
            f"({short(again['delivery_id'])}): {again['n_loaded']:,} loaded (before {again['n_loaded_before']:,}), "
            f"{again['n_quarantined']:,} quarantined (before {again['n_quarantined_before']:,})."
        )
    for step in document["restarted"]:
        typer.echo(
            f"Restarted: {step}. Spark's Java process ended before the step did; see docs/cluster.md.",
            err=True,
        )
    for source, problem in document["failed_sources"].items():
        typer.echo(f"Not landed: {source}. {problem}", err=True)
    if document["silent"]:
        typer.echo(f"Overdue: {', '.join(document['silent'])}. See 'iecareer status'.", err=True)
    for stop in document["stopped"]:
        typer.echo(
            f"Stopped by its checks: {stop['source_id']}/{stop['record_type']} ({stop['delivery_id']}): "
            f"{', '.join(stop['stopping'])}. See 'iecareer status'.",
            err=True,
        )
    for warning in document["warned"]:
        typer.echo(
            f"Warned: {warning['source_id']}/{warning['record_type']} ({short(warning['delivery_id'])}): "
            f"{', '.join(warning['failed'])}. See 'iecareer status'.",
            err=True,
        )
    for problem in _unsent(document["warnings"] or {}):
        typer.echo(f"New warnings were not sent: {problem} See 'iecareer status'.", err=True)
    if document["is_published"]:
        say(f"Run {document['run_id']} as of {document['as_of']} is published: {home() / 'warehouse.duckdb'}")
    else:
        say(
            f"Run {document['run_id']} was not published: a newer run, {document['newer_run']}, is already published."
        )


def _unsent(sending: dict[str, Any]) -> list[str]:
    """Why new warnings of lights were not sent, per channel."""
    failed = [f"{channel}: {reason}." for channel, reason in sending.get("not_sent", {}).items()]
    return failed + ([sending["problem"]] if "problem" in sending else [])


def _say_where_to_look(folder: Path) -> None:
    """Print paths of the workbook, page and a table of the college with the largest page."""
    from iecareer.feedback.bureau_folder import NAME as BUREAU

    recipients = sorted(path for path in folder.iterdir() if any(path.glob("*.xlsx")))
    colleges = [path for path in recipients if path.name != BUREAU]
    if not colleges:
        raise IecareerError("The release holds no college.", next_step="See 'iecareer status'.")
    college = max(colleges, key=lambda path: sum(f.stat().st_size for f in path.rglob("*.html")))
    shown = Path(os.path.relpath(college))
    say("\nOpen")
    for what, pattern in (
        ("the workbook", "*.xlsx"),
        ("the page", "*.html"),
        ("a table", "data/retention.csv"),
    ):
        for path in sorted(shown.glob(pattern))[:1]:
            say(f"  {what:13}{path}")
    say(f"  {'all folders':13}{Path(os.path.relpath(folder))}")


def _stage(name: str) -> Callable[..., None]:
    place, further = STAGES[name]

    def command(
        run_id: Annotated[
            str | None, typer.Option(help="Run id; default: the newest run, or a new one for 'checks'.")
        ] = None,
        as_of: AsOf = None,
        as_json: Json = False,
    ) -> None:
        chosen = run_id or (_new_run(as_of) if name == "checks" else _newest_run())
        module, function = place.split(":")
        with working(name, quiet=as_json):
            result = getattr(import_module(module), function)(chosen, *further)
        say_json(result) if as_json else say(", ".join(f"{key} {value}" for key, value in result.items()))

    return command


def _new_run(as_of: str | None) -> str:
    from iecareer.nightly import pin_night

    return pin_night(f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}", day(as_of, "--as-of") or today()).run_id


def _newest_run() -> str:
    pins = sorted((home() / "runs").glob("*.json"))
    if not pins:
        raise IecareerError(
            "No run has started.", next_step="Start one with 'iecareer checks' or 'iecareer run'."
        )
    return pins[-1].stem
