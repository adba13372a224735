"""Commands for receipts: show one, prove one, print the key that signs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from iecareer.commands.output import Json, refuse_empty, say, say_json
from iecareer.errors import IecareerError

app = typer.Typer(
    help="Receipts: what an office delivered, signed, with its place in the log of deliveries.",
    no_args_is_help=True,
)


@app.command()
def show(
    receipt: Annotated[str, typer.Argument(metavar="FILE", help="A receipt; or a delivery id of this home.")],
    as_json: Json = False,
) -> None:
    """Show a receipt: what was received, when, and its entry in the log."""
    from iecareer.ledger.deliveries import newest_receipt
    from iecareer.ledger.receipts import verify_document

    refuse_empty(receipt, "FILE")
    document = read_document(Path(receipt)) if Path(receipt).is_file() else newest_receipt(receipt)
    found = verify_document(document)
    if as_json:
        say_json(document)
    else:
        entry = document["receipt"]["entry"] if "receipt" in document else document["entry"]
        for name, value in entry.items():
            if name not in ("files", "signature"):
                say(f"{name}: {value}")
        for file in entry["files"]:
            say(f"file: {file['size']:,} bytes, sha256 {file['sha256']}")
        say("\n".join(found.problems) if found.problems else found.shown)
    if found.problems:
        raise typer.Exit(1)


@app.command()
def prove(
    file: Annotated[Path, typer.Argument(help="A receipt that this home gave.")],
    to: Annotated[Path | None, typer.Option(help="File for the proof; default: standard output.")] = None,
    as_json: Json = False,
) -> None:
    """Prove from the log of this home that a delivery is still in it, or that the log was changed.

    The proof is for the office: 'iecareer verify' checks it without a home.
    """
    from iecareer.ledger.deliveries import delivery_log, differences, text_of
    from iecareer.ledger.receipts import proof_of, verify_document
    from iecareer.ledger.signing import own_key, public_key_of

    receipt, log, key = read_document(file), delivery_log(), own_key()
    proof = proof_of(receipt, log, key)
    found = verify_document(proof)
    problems = [*found.problems, *log.problems(public_key_of(key)), *differences(receipt["entry"])]
    if to:
        to.write_text(text_of(proof), encoding="utf-8")
    if as_json:
        say_json({"is_intact": not problems, "problems": problems, "proof": proof})
    else:
        if not to:
            say_json(proof)
        typer.echo("\n".join(problems) or found.shown, err=True)
    if problems:
        raise typer.Exit(1)


@app.command("key")
def public_key(as_json: Json = False) -> None:
    """Print the public key of this home (PEM) for offices and colleges, and its fingerprint on standard error."""
    from iecareer.ledger.signing import fingerprint_of, own_key, public_key_of

    pem = public_key_of(own_key())
    if as_json:
        say_json({"public_key": pem, "fingerprint": fingerprint_of(pem)})
    else:
        say(pem.strip())
        typer.echo(f"Fingerprint: {fingerprint_of(pem)}", err=True)


def read_document(path: Path) -> Any:
    """The JSON document in a file.

    Raises
    ------
    IecareerError
        When the file cannot be read, or is not JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        raise IecareerError(
            f"{path} is not a receipt or a proof.", next_step="Name the file as the bureau gave it."
        ) from None


def write_receipts(delivery_ids: list[str], folder: Path) -> None:
    """Write the newest receipt of each delivery into a folder for the office."""
    from iecareer.ledger.deliveries import newest_receipt, text_of

    folder.mkdir(parents=True, exist_ok=True)
    for delivery_id in delivery_ids:
        receipt = newest_receipt(delivery_id)
        entry = receipt["entry"]
        name = f"receipt_{entry['source_id']}_{entry['record_type']}_{delivery_id}.json"
        (folder / name).write_text(text_of(receipt), encoding="utf-8")
