"""Commands about identities: replace all pseudonyms, erase a person, answer for one person, read the access log.

Whom a command is about is typed when asked or comes on standard input, never as an argument: arguments stay in the
history of the shell and in the list of processes.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from iecareer.commands.output import Json, refuse_empty, say, say_json, say_table, working

app = typer.Typer(help="Identities: rotation, erasure, access log.", no_args_is_help=True)
_TOLD_APART = {"allow_extra_args": True, "ignore_unknown_options": True}
Reason = Annotated[str, typer.Option(help="Why; it is logged. Never name the person here.")]
Source = Annotated[
    str | None, typer.Option(help="Source system whose own identifier is told; default: a resident number.")
]


@app.command()
def rotate(reason: Reason, as_json: Json = False) -> None:
    """Replace every pseudonym of this home by another one; a night under way must be started anew."""
    from iecareer.persons.rotation import rotate as rotate_all

    refuse_empty(reason, "--reason")
    with working("Replacing pseudonyms", quiet=as_json):
        done = rotate_all(reason)
    if as_json:
        say_json({"generation": done.generation, "n_files": done.n_files, "n_persons": done.n_persons})
    else:
        say(
            f"{done.n_persons:,} pseudonyms replaced ({done.n_files:,} file(s)); this is generation {done.generation}. "
            "Indicators follow at the next run."
        )


@app.command(context_settings=_TOLD_APART)
def erase(
    context: typer.Context,
    reason: Reason,
    source: Source = None,
    discard_unreadable: Annotated[
        bool, typer.Option(help="Keep nothing of archived files whose contract reads them no more.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Erase the person told on standard input, and keep later deliveries from bringing them back."""
    from iecareer.landing.erasure.erase import erase as erase_person
    from iecareer.persons.subject import subject

    refuse_empty(reason, "--reason")
    person = subject(_told(context, "Whom to erase (hidden): "), source)
    with working("Erasing", quiet=as_json):
        erase_person(person, reason, discard_unreadable=discard_unreadable)
    if as_json:
        say_json({"is_erased": True})
    else:
        say(
            "Rows, vault and archive hold nothing of this person, and later deliveries are kept from adding any."
        )
        say("Indicators follow at the next run. Backups of the home are yours to clear.")


@app.command(context_settings=_TOLD_APART)
def find(context: typer.Context, reason: Reason, source: Source = None, as_json: Json = False) -> None:
    """Count the rows of the person told on standard input, by delivery."""
    from iecareer.persons.presence import whereabouts
    from iecareer.persons.subject import subject

    refuse_empty(reason, "--reason")
    rows = whereabouts(subject(_told(context, "Whom to find (hidden): "), source), reason)
    columns = ("delivery_id", "source_id", "record_type", "received_on", "conformed_on", "n_rows")
    if as_json:
        say_json(rows)
    elif rows:
        say_table(rows, columns)
    else:
        say("No row of this person.")


@app.command(context_settings=_TOLD_APART)
def trace(context: typer.Context, reason: Reason, as_json: Json = False) -> None:
    """Say who is behind the present pseudonym told on standard input, from the vault."""
    from iecareer.errors import IecareerError
    from iecareer.persons.presence import identity_behind

    refuse_empty(reason, "--reason")
    identity = identity_behind(_told(context, "Pseudonym (hidden): ").strip().lower(), reason)
    if identity is None:
        raise IecareerError(
            "The vault knows nobody by this pseudonym.",
            next_step="It is of an earlier generation, was delivered as such, or its person was erased.",
        )
    say_json({"identity": identity}) if as_json else say(identity)


@app.command()
def log(as_json: Json = False) -> None:
    """Show who used identities, when and why, and whether the log holds; exit 1 when it does not."""
    from iecareer.persons.access_log import read_log

    entries, problem = read_log()
    columns = ("n", "at", "user", "kind", "outcome", "reason")
    if as_json:
        say_json({"holds": problem is None, "problem": problem, "entries": entries})
    else:
        say_table(entries, columns)
        say("The log holds: no line was changed or taken out." if problem is None else "")
    if problem:
        typer.echo(f"Error: The access log does not hold: {problem}", err=True)
        typer.echo("       See docs/runbooks/the-access-log-is-broken.md.", err=True)
        raise typer.Exit(1)


def _told(context: typer.Context, question: str) -> str:
    if context.args:
        raise typer.BadParameter("whom it is about is typed when asked, never given as an argument.")
    if sys.stdin.isatty():
        from getpass import getpass

        return getpass(question)
    return sys.stdin.readline()
