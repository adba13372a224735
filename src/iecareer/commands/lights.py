"""Commands for lights, their policy and signals: explain, list, report, compute again, try rows of policy."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from iecareer.commands.output import Json, day, refuse_empty, say, say_json, say_table, working
from iecareer.errors import IecareerError

if TYPE_CHECKING:
    from iecareer.lights.difference import Difference
    from iecareer.lights.published_warnings import PublishedWarnings

app = typer.Typer(
    help="Lights: explain one, list warnings, report a year, or compute it again.", no_args_is_help=True
)
policy_app = typer.Typer(help="Policy: what changed rows would change.", no_args_is_help=True)
signal_app = typer.Typer(help="Signals for auditors.", no_args_is_help=True)
_DIFFERENCE = ("table", "row", "column", "published", "computed")


@policy_app.callback()
def _policy() -> None:
    """Policy: what changed rows would change."""


@signal_app.callback()
def _signal() -> None:
    """Signals for auditors."""


@signal_app.command("report")
def report_signals(
    folder: Annotated[Path, typer.Argument(help="Folder of the auditors alone; made if it is missing.")],
    as_json: Json = False,
) -> None:
    """Write the auditors' workbook and CSV files: every signal, and what evidence would clear it."""
    from iecareer.bureau.audit.files import write_signals

    with working("Writing", quiet=as_json):
        found = write_signals(_warehouse(), folder)
    if as_json:
        say_json(found)
        return
    say(f"Signals: placement {found['n_placement']:,}, cooperation {found['n_cooperation']:,}.")
    say("\n".join(found["files"]))


@app.command()
def report(
    folder: Annotated[Path, typer.Argument(help="Folder of the bureau alone; made if it is missing.")],
    year: Annotated[int | None, typer.Option(help="Calendar year; default: the newest.")] = None,
    as_json: Json = False,
) -> None:
    """Write the bureau's workbook and page of a year: lights, warnings, money and reviews, exact, and no release."""
    from iecareer.bureau.files import write_report

    with working("Writing", quiet=as_json):
        found = write_report(_warehouse(), folder, year)
    if as_json:
        say_json(found)
        return
    say(f"{found['year']}: lights {found['n_lights']:,}, warnings {found['n_warnings']:,}.")
    say("\n".join(found["files"]))


@app.command()
def explain(
    unit: Annotated[str, typer.Argument(help="Area, institution, or institution/program.")],
    year: Annotated[int | None, typer.Option(help="Calendar year; default: the newest.")] = None,
    as_json: Json = False,
) -> None:
    """Explain a light: its arithmetic, what made it red, how sure it is, and the smallest change that alters it."""
    from iecareer.lights.explanation import explain as explained

    refuse_empty(unit, "UNIT")
    lines = explained(_warehouse(), unit, year)
    say_json({"unit": unit, "lines": lines}) if as_json else say("\n".join(lines))


@app.command()
def digest(
    year: Annotated[int | None, typer.Option(help="Calendar year; default: the newest.")] = None,
    since: Annotated[
        str | None, typer.Option(help="Only warnings that a night published first on this day or later.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Also warnings whose unit had the same in the year before.")
    ] = False,
    to: Annotated[
        Path | None, typer.Option(help="Folder for the digest as text, JSON and CSV; default: print it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """List the new warnings of a year, by response and deadline, then areas, institutions and programs."""
    from iecareer.bureau.warnings.digest import digest_rows, digest_text, write_digest
    from iecareer.lights.published_warnings import published_warnings

    first_day = day(since, "--since")
    found = published_warnings(_warehouse(), year)
    first = _first_published(found)
    listed = [
        one
        for one in (found.warnings if every else found.new)
        if first_day is None or date.fromisoformat(first[one.warning_id]) >= first_day
    ]
    document = {
        "year": found.year,
        "as_of": found.as_of,
        "run_id": found.run_id,
        "warnings": digest_rows(listed, first),
    }
    if to is not None:
        paths = write_digest(to, digest_text(found, listed), document)
        say_json({"files": paths}) if as_json else say("\n".join(str(path) for path in paths))
    else:
        say_json(document) if as_json else say(digest_text(found, listed))


@app.command()
def rebuild(
    year: Annotated[int, typer.Option(help="Calendar year.")],
    as_json: Json = False,
) -> None:
    """Compute the lights of a year again from stored inputs alone, and say whether they are equal."""
    from iecareer.lights.policy_change import rebuilt

    n_rows, found = rebuilt(_warehouse(), year)
    if as_json:
        say_json({"year": year, "n_rows": n_rows, "differences": _listed(found)})
    elif found:
        say_table(_listed(found), _DIFFERENCE)
    else:
        say(f"All {n_rows:,} published rows of {year} are equal to those computed again.")
    if found:
        raise typer.Exit(1)


@policy_app.command()
def diff(
    file: Annotated[
        Path, typer.Argument(help="Changed rows; named like their seed, such as policy_light.csv.")
    ],
    as_json: Json = False,
) -> None:
    """List who changes, and by how much, in the newest year if the rows of a file were in force."""
    from iecareer.lights.policy_change import policy_difference

    year, found = policy_difference(_warehouse(), file)
    if as_json:
        say_json({"year": year, "differences": _listed(found)})
    elif found:
        say_table(_listed(found), _DIFFERENCE)
    else:
        say(f"No light and no money of {year} changes.")


def _first_published(found: PublishedWarnings) -> dict[str, str]:
    """The day on which a night first published each warning; without a record, that of the published run."""
    from iecareer.lake.sent_warnings import recorded

    entries = recorded(found.year) if found.year else {}
    own = found.as_of.isoformat()
    return {
        one.warning_id: entries.get(one.warning_id, {}).get("first_published_on", own)
        for one in found.warnings
    }


def _listed(found: list[Difference]) -> list[dict[str, Any]]:
    return [
        {
            "table": difference.table,
            "row": " ".join(str(value) for value in difference.key.values() if value is not None),
            "column": difference.column,
            "published": difference.published,
            "computed": difference.computed,
        }
        for difference in found
    ]


def _warehouse() -> Path:
    from iecareer.runs.publish import published_path

    if not published_path().exists():
        raise IecareerError("Nothing is published yet.", next_step="Run 'iecareer run'.")
    return published_path()
