"""Commands for identities: rotate pseudonyms, erase, find or trace a person, read the access log.

The commands read the identifier from a hidden prompt or from standard input. They refuse it as an argument, because
arguments stay in the shell history and in the process list.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from iecareer.commands.output import Json, refuse_empty, say, say_json, say_table, working

app = typer.Typer(help="Identities: rotation, erasure, access log.", no_args_is_help=True)
_ACCEPT_ANY_ARGUMENT = {"allow_extra_args": True, "ignore_unknown_options": True}
Reason = Annotated[str, typer.Option(help="The reason; it is logged. Do not name the person.")]
Source = Annotated[
    str | None, typer.Option(help="Source system whose own identifier you enter; default: a resident number.")
]


@app.command()
def rotate(reason: Reason, as_json: Json = False) -> None:
    """Replace every pseudonym in this home. A nightly run in progress must be restarted."""
    from iecareer.persons.rotation import rotate as rotate_all

    refuse_empty(reason, "--reason")
    with working("Replacing pseudonyms", quiet=as_json):
        done = rotate_all(reason)
    if as_json:
        say_json({"generation": done.generation, "n_files": done.n_files, "n_persons": done.n_persons})
    else:
        say(
            f"{done.n_persons:,} pseudonyms replaced ({done.n_files:,} file(s)). "
            f"The generation is now {done.generation}. The next run updates the indicators."
        )


@app.command(context_settings=_ACCEPT_ANY_ARGUMENT)
def erase(
    context: typer.Context,
    reason: Reason,
    source: Source = None,
    discard_unreadable: Annotated[
        bool, typer.Option(help="Delete archived files that their contract can no longer read.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Erase one person, and drop this person's rows from later deliveries."""
    from iecareer.landing.erasure.erase import erase as erase_person
    from iecareer.persons.subject import subject

    refuse_empty(reason, "--reason")
    person = subject(_read_hidden(context, "Whom to erase (hidden): "), source)
    with working("Erasing", quiet=as_json):
        erase_person(person, reason, discard_unreadable=discard_unreadable)
    if as_json:
        say_json({"is_erased": True})
    else:
        say("Rows, vault and archive hold nothing about this person. Rows in later deliveries are dropped.")
        say("The next run updates the indicators. Clear your backups of the home yourself.")


@app.command(context_settings=_ACCEPT_ANY_ARGUMENT)
def find(context: typer.Context, reason: Reason, source: Source = None, as_json: Json = False) -> None:
    """Count one person's rows, by delivery."""
    from iecareer.persons.presence import whereabouts
    from iecareer.persons.subject import subject

    refuse_empty(reason, "--reason")
    rows = whereabouts(subject(_read_hidden(context, "Whom to find (hidden): "), source), reason)
    columns = ("delivery_id", "source_id", "record_type", "received_on", "conformed_on", "n_rows")
    if as_json:
        say_json(rows)
    elif rows:
        say_table(rows, columns)
    else:
        say("No row of this person.")


@app.command(context_settings=_ACCEPT_ANY_ARGUMENT)
def trace(context: typer.Context, reason: Reason, as_json: Json = False) -> None:
    """Look up a current pseudonym in the vault and print the identity."""
    from iecareer.errors import IecareerError
    from iecareer.persons.presence import identity_behind

    refuse_empty(reason, "--reason")
    identity = identity_behind(_read_hidden(context, "Pseudonym (hidden): ").strip().lower(), reason)
    if identity is None:
        raise IecareerError(
            "The vault has no person with this pseudonym.",
            next_step="It may be from before a rotation, or delivered as a pseudonym, or the person was erased.",
        )
    say_json({"identity": identity}) if as_json else say(identity)


@app.command()
def log(as_json: Json = False) -> None:
    """Show who used identities, when and why. Exit 1 if the log was altered."""
    from iecareer.persons.access_log import read_log

    entries, problem = read_log()
    columns = ("n", "at", "user", "kind", "outcome", "reason")
    if as_json:
        say_json({"holds": problem is None, "problem": problem, "entries": entries})
    else:
        say_table(entries, columns)
        say("The log is intact: no line was changed or removed." if problem is None else "")
    if problem:
        typer.echo(f"Error: The access log is not intact: {problem}", err=True)
        typer.echo("       See docs/runbooks/the-access-log-is-broken.md.", err=True)
        raise typer.Exit(1)


def _read_hidden(context: typer.Context, question: str) -> str:
    if context.args:
        raise typer.BadParameter("enter the identifier at the prompt, not as an argument.")
    if sys.stdin.isatty():
        from getpass import getpass

        return getpass(question)
    return sys.stdin.readline()
