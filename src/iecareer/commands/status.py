"""`iecareer status`: the published run, stopped deliveries, warnings, overdue and retired sources."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any

import duckdb
import typer

from iecareer.clock import today
from iecareer.commands.check_findings import say_stopped, say_warned, stopped, warned
from iecareer.commands.inbox_files import inbox_names, some_of
from iecareer.commands.output import Json, say, say_json


def add_to(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(status)


def status(as_json: Json = False) -> None:
    """Show the published run, stopped deliveries and warnings, and the source that limits the last observed month."""
    from iecareer.lake.freshness import observed_through, source_states
    from iecareer.lake.manifest import current_deliveries
    from iecareer.landing import untaken

    deliveries, retired = current_deliveries(today())
    observed = observed_through(deliveries, retired)
    silent = [asdict(state) for state in source_states(deliveries, retired, today()) if state.is_silent]
    published = _published()
    document = {
        "as_of": today(),
        "published": published,
        "n_not_as_published": _n_not_as_published(published, deliveries),
        "observed_through": {"month": observed[0], "held_by": observed[1]} if observed else None,
        "n_deliveries": len(deliveries),
        "verdicts": dict(Counter(d.verdict or "not judged" for d in deliveries)),
        "n_stops_accepted": sum(d.verdict == "stop" and d.is_accepted for d in deliveries),
        "stopped": stopped(deliveries),
        "warned": warned(deliveries),
        "withdrawn": [d.delivery_id for d in deliveries if d.decision == "withdraw"],
        "retired": list(retired),
        "silent": silent,
        "coverage": _coverage(),
        "unpriced": _published_rows("checks", "unpriced", "select * from checks.unpriced order by all"),
        "drifted": _drifted(deliveries),
        "light_warnings": _light_warnings(),
        "untaken": inbox_names(untaken()),
        "drafts": _drafts(),
    }
    say_json(document) if as_json else _say_status(document)


def _light_warnings() -> dict[str, Any] | None:
    """How many new warnings of lights the published run has, and how many were not sent; None without lights."""
    from iecareer.bureau.warnings.unsent import unsent_warnings
    from iecareer.errors import IecareerError
    from iecareer.lights.published_warnings import published_warnings
    from iecareer.runs.publish import published_path

    if not published_path().exists():
        return None
    try:
        return unsent_warnings(published_warnings(published_path()))
    except IecareerError:
        return None


def _drafts() -> dict[str, int]:
    """Sources whose contract is a draft, with the number of their files in the inbox."""
    from iecareer.sources import load_systems

    return {s.source_id: len(s.waiting_files()) for s in load_systems().values() if s.is_draft}


def _published() -> dict[str, Any] | None:
    return next(iter(_published_rows("checks", "run", "select * from checks.run")), None)


def _n_not_as_published(published: dict[str, Any] | None, deliveries: list[Any]) -> int | None:
    """How many deliveries of today the published run did not use, or in another version; None if unknown."""
    from iecareer.errors import IecareerError
    from iecareer.runs.pin import read_pin

    if not published:
        return None
    try:
        pinned = read_pin(published["run_id"]).deliveries
    except IecareerError:
        return None
    seen = {(d.delivery_id, d.version, d.decision) for d in pinned}
    return len({d.delivery_id for d in deliveries if (d.delivery_id, d.version, d.decision) not in seen})


def _published_rows(schema: str, table: str, sql: str) -> list[dict[str, Any]]:
    """Rows of a published table; none if nothing is published, or an earlier version published no such table."""
    from iecareer.runs.publish import published_path

    if not published_path().exists():
        return []
    with duckdb.connect(str(published_path()), read_only=True) as connection:
        known = "select 1 from information_schema.tables where table_schema = ? and table_name = ?"
        if not connection.execute(known, [schema, table]).fetchall():
            return []
        cursor = connection.execute(sql)
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _coverage() -> list[dict[str, Any]]:
    """What the published run lacks in insured months: sources that begin late, and open months."""
    sql = """select source_id, kind, first_month, last_month, n_institutions, n_graduates, cohort_from, cohort_to
        from marts.msr_source_coverage where kind = 'open_months' or n_graduates > 0 order by source_id, first_month"""
    return _published_rows("marts", "msr_source_coverage", sql)


def _drifted(deliveries: list[Any]) -> list[dict[str, Any]]:
    """The newest delivery of each source and record type whose headers changed."""
    newest = {
        (d.source_id, d.record_type): d for d in deliveries if d.decision != "withdraw" and not d.is_replay
    }
    names = ("source_id", "record_type", "delivery_id", "new_columns", "missing_columns")
    return [
        {name: getattr(d, name) for name in names}
        for d in newest.values()
        if d.new_columns or d.missing_columns
    ]


def _say_status(document: dict[str, Any]) -> None:
    observed = document["observed_through"]
    for line in [*_published_lines(document), *_light_lines(document["light_warnings"])]:
        say(line)
    if observed:
        say(
            f"Employment is observed through {observed['month']}, the newest month of the source {observed['held_by']}."
        )
    accepted = document["n_stops_accepted"]
    counted = ", ".join(
        f"{verdict} {n}, of which {accepted} accepted" if verdict == "stop" and accepted else f"{verdict} {n}"
        for verdict, n in document["verdicts"].items()
    )
    say(f"Deliveries: {document['n_deliveries']} ({counted})")
    say_stopped(document["stopped"])
    say_warned(document["warned"])
    for drift in document["drifted"]:
        new, missing = ", ".join(drift["new_columns"]), ", ".join(drift["missing_columns"])
        changes = "; ".join(
            f"{what} {names}" for what, names in (("new", new), ("missing", missing)) if names
        )
        say(f"Headers changed: {drift['source_id']}/{drift['record_type']}: {changes}")
    for state in document["silent"]:
        say(
            f"Overdue: {state['source_id']}, last delivery on {state['last_received_on']}, "
            f"due by {state['expected_by']}"
        )
    if document["untaken"]:
        say(f"Not taken, because no source's contract fits them: {some_of(document['untaken'])}")
    for gap in document["coverage"]:
        say(_gap_sentence(gap))
    for line in _unpriced_lines(document["unpriced"]):
        say(line)
    for name, n_waiting in document["drafts"].items():
        waits = f"; {n_waiting} file(s) wait in the inbox" if n_waiting else ""
        say(f"Draft, not landed before 'iecareer source activate {name}'{waits}")
    if document["retired"]:
        say(f"Retired: {', '.join(document['retired'])}")


def _light_lines(lights: dict[str, Any] | None) -> list[str]:
    if not lights or not lights["n_new"]:
        return []
    counted = f"{lights['n_new']:,}, not sent: {lights['n_unsent']:,}"
    return [f"New warnings of lights in {lights['year']}: {counted}. List them with 'iecareer light digest'."]


def _published_lines(document: dict[str, Any]) -> list[str]:
    """The published run, and a sentence if its deliveries are not those of today."""
    published, n_differing = document["published"], document["n_not_as_published"]
    if not published:
        return ["Nothing is published yet."]
    run, as_of = published["run_id"], published["as_of"]
    lines = [f"Published: run {run} as of {as_of}, at {published['published_at']}"]
    differing = [f"the published run is as of {as_of}"] if as_of != document["as_of"] else []
    differing += (
        [f"deliveries that are not in the published run, or not like this: {n_differing:,}"]
        if n_differing
        else []
    )
    if differing:
        lines.append(
            f"What follows is the state of {document['as_of']}: {'; '.join(differing)}. Only gaps in months and pay "
            "left out are those of the published run."
        )
    return lines


def _unpriced_lines(unpriced: list[dict[str, Any]]) -> list[str]:
    """Per record type, the provinces and years whose pay the published run leaves out."""
    years: dict[str, dict[str, list[str]]] = {}
    for row in unpriced:
        years.setdefault(row["kind"], {}).setdefault(row["region_code"], []).append(str(row["year"]))
    return [
        f"Pay left out, because region_year has no price index for its province and year: {kind}: "
        + "; ".join(f"{province} {', '.join(listed)}" for province, listed in provinces.items())
        for kind, provinces in years.items()
    ]


def _gap_sentence(gap: dict[str, Any]) -> str:
    months = " to ".join(sorted({f"{gap['first_month']:%Y-%m}", f"{gap['last_month']:%Y-%m}"}))
    what = "Begins late" if gap["kind"] == "begins" else "Open months"
    if not gap["n_graduates"]:
        return f"{what}: {gap['source_id']}, {months}. Values that need these months are withheld."
    cohorts = " to ".join(sorted({str(gap["cohort_from"]), str(gap["cohort_to"])}))
    return (
        f"{what}: {gap['source_id']}, {months}. First jobs cannot be known: graduates {gap['n_graduates']}, "
        f"institutions {gap['n_institutions']}, cohorts {cohorts}."
    )
