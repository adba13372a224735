"""The commands of `iecareer`, one file per subject."""

from __future__ import annotations

from importlib import metadata
from typing import Annotated

import typer

from iecareer.commands import (
    contracts,
    data_dictionary,
    deliveries,
    identity,
    landing,
    lights,
    nightly,
    occupations,
    quarantine,
    receipts,
    releases,
    skills,
    sources,
    sql,
    status,
)
from iecareer.commands.output import say

app = typer.Typer(
    name="iecareer",
    help="Follow graduates for five years and report the results to their colleges.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback(invoke_without_command=True)
def about(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Follow graduates for five years and report the results to their colleges."""
    if version:
        say(metadata.version("iecareer"))
        raise typer.Exit


landing.add_to(app)
nightly.add_to(app)
releases.add_to(app)
status.add_to(app)
sql.add_to(app)
data_dictionary.add_to(app)
app.add_typer(contracts.app, name="contract")
app.add_typer(sources.app, name="source")
app.add_typer(deliveries.app, name="delivery")
app.add_typer(receipts.app, name="receipt")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(identity.app, name="identity")
app.add_typer(occupations.app, name="occupation")
app.add_typer(lights.app, name="light")
app.add_typer(lights.policy_app, name="policy")
app.add_typer(lights.signal_app, name="signal")
app.add_typer(skills.app, name="skill")
