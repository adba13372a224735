"""Commands for releases: freeze one, verify one. `verify` also takes receipts and proofs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from iecareer.commands.output import Json, refuse_empty, say, say_json, working
from iecareer.commands.receipts import read_document


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command()(release)
    app.command()(verify)


def release(
    label: Annotated[
        str | None, typer.Option(help="Name of the release; default: its date and number.")
    ] = None,
    approve: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who approves the release; default: your login name.")
    ] = None,
    supersedes: Annotated[
        str | None, typer.Option(metavar="LABEL", help="The release that this one replaces; needs --reason.")
    ] = None,
    reason: Annotated[
        str | None, typer.Option(help="Why it replaces that release; all readers see it.")
    ] = None,
    candidate: Annotated[
        bool,
        typer.Option("--candidate", help="Release nothing: only say how it would differ from the last one."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Release the published feedback: write one signed folder per college that never changes again."""
    from iecareer.feedback import Decision, candidate_difference
    from iecareer.feedback import release as freeze

    for option, text in (("--approve", approve), ("--supersedes", supersedes), ("--reason", reason)):
        if text is not None:
            refuse_empty(text, option)
    if candidate:
        if label or approve or supersedes or reason:
            raise typer.BadParameter("stands alone: it releases nothing.", param_hint="--candidate")
        sentences = candidate_difference()
        say_json({"difference": sentences}) if as_json else say("\n".join(sentences))
        return
    if (supersedes is None) != (reason is None):
        raise typer.BadParameter("go together.", param_hint="--supersedes, --reason")
    with working("Releasing", quiet=as_json):
        folder = freeze(label, Decision(approve, supersedes, reason))
    say_json({"folder": str(folder)}) if as_json else say(f"Released: {folder}")


def verify(
    path: Annotated[
        Path,
        typer.Argument(help="Folder of a release, or of one college within it; or a receipt or a proof."),
    ],
    key: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Public key of the bureau (PEM), if you have it from the bureau itself."
        ),
    ] = None,
    certificates: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Certificates (PEM) of the authority that stamped the time of a release."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check that a release, a receipt or a proof is as it was signed. It needs no home.

    It says what has been shown and what has not.
    """
    from iecareer.feedback import verify as verify_folder
    from iecareer.ledger.receipts import verify_document
    from iecareer.ledger.signing import read_public_key

    pinned = read_public_key(key) if key else None
    if path.is_file():
        found = verify_document(read_document(path), pinned)
    else:
        found = verify_folder(path, pinned, certificates=certificates)
    if as_json:
        say_json(
            {
                "path": str(path),
                "is_intact": found.is_intact,
                "problems": found.problems,
                "shown": found.shown if found.is_intact else None,
                "not_shown": found.not_shown,
                "notes": found.notes,
                "fingerprint": found.fingerprint,
            }
        )
    else:
        say("\n".join(found.problems or (found.shown, found.not_shown)))
        for note in found.notes:
            say(note)
        if found.fingerprint:
            say(f"Fingerprint of the key: {found.fingerprint}")
    if not found.is_intact:
        raise typer.Exit(1)
