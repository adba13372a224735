"""Commands that load deliveries: simulate, land, reconform."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from iecareer.clock import today
from iecareer.commands.inbox_files import inbox_names, some_of
from iecareer.commands.output import Json, counts, day, say, say_json, say_table, working
from iecareer.commands.receipts import write_receipts

RECEIPT = (
    "source_id", "record_type", "n_files", "n_rows", "n_in", "n_loaded", "n_unchanged", "n_superseded",
    "n_conflicting", "n_left_out", "n_quarantined",
)  # fmt: skip


def add_to(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command()(simulate)
    app.command()(land)
    app.command()(reconform)


def simulate(
    folder: Annotated[Path, typer.Argument(help="Folder to write; it must be new or empty.")],
    graduates: Annotated[int, typer.Option(min=1000, help="Number of graduates.")] = 30_000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the random numbers.")] = 0,
    fakes: Annotated[
        bool, typer.Option("--fakes", help="Embellish some program-cohorts, for signals to find.")
    ] = False,
    varied: Annotated[
        bool,
        typer.Option(
            "--varied", help="Draw falls, sizes, institutions, whole codes and courses from the seed."
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Simulate a region: write deliveries with realistic faults, and the true values in truth.json."""
    from iecareer.errors import IecareerError
    from iecareer.simulation import simulate as write_region

    if folder.exists() and any(folder.iterdir()):
        raise IecareerError(f"The folder {folder} is not empty.", next_step="Name a new one.")
    with working("Simulating", quiet=as_json):
        truth = write_region(folder, graduates=graduates, seed=seed, has_fakes=fakes, is_varied=varied)
    if as_json:
        say_json(
            {
                "folder": str(folder),
                "truth": str(folder / "truth.json"),
                "n_graduates": graduates,
                "seed": seed,
            }
        )
    else:
        say(
            f"{len(truth['deliveries'])} record types from {graduates:,} graduates in {folder}; "
            "the true values are in truth.json."
        )


def land(
    source: Annotated[str, typer.Argument(help="Source system, or 'exchange'.")],
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files or folders; default: the source's files in the inbox.")
    ] = None,
    received_on: Annotated[
        str | None, typer.Option(help="Day of receipt, YYYY-MM-DD; default: today.")
    ] = None,
    receipt: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Also write the signed receipts into this folder.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Load deliveries of one source system: archive the files and convert them to record types.

    Each delivery gets a signed receipt for its office, in the folder 'receipts' of the home.
    """
    from iecareer import landing

    received = day(received_on, "--received-on")
    with working(f"Landing {source}", quiet=as_json):
        receipts = landing.land(source, paths or None, received)
    if left := landing.unrecognised(source, paths or []):
        typer.echo(
            f"Ignored, because they match no record type of {source}: {', '.join(left[:10])} ({len(left)}).",
            err=True,
        )
    if not paths and (left := inbox_names(landing.untaken(source))):
        typer.echo(f"Not taken, because no source's contract fits them: {some_of(left)}.", err=True)
    if receipt:
        write_receipts([found["delivery_id"] for found in receipts if not found["error"]], receipt)
    show_receipts(receipts, as_json)


def reconform(
    source: Annotated[str, typer.Argument(help="Source system.")],
    on: Annotated[
        str | None, typer.Option(help="Day from which the new version applies; default: today.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Convert the archived deliveries of a source again, after its contract was corrected."""
    from iecareer import landing

    effective = day(on, "--on")
    with working(f"Converting {source}", quiet=as_json):
        receipts = landing.reconform(source, effective)
    if not as_json and any(not receipt["error"] for receipt in receipts):
        say(
            f"What is converted differently applies from {effective or today()}. A run as of an earlier day uses the "
            "earlier version."
        )
    show_receipts(receipts, as_json)


def show_receipts(receipts: list[dict[str, Any]], as_json: bool) -> None:
    """Print the receipts; exit 1 if a record type failed."""
    failed = [receipt for receipt in receipts if receipt["error"]]
    if as_json:
        say_json(receipts)
    elif not receipts:
        say("Nothing new.")
    else:
        if len(failed) < len(receipts):
            say_table([receipt for receipt in receipts if not receipt["error"]], RECEIPT)
        for receipt in receipts:
            _say_findings(receipt)
        for receipt in failed:
            typer.echo(f"Error: {receipt['record_type']} was not landed. {receipt['error']}", err=True)
        if n_open := _n_not_judged(receipts):
            say(
                f"Not judged yet: {n_open}. 'iecareer checks', or the next 'iecareer run', gives each its verdict "
                "(pass, warn or stop), which 'iecareer status' shows."
            )
    if failed:
        raise typer.Exit(1)


def _n_not_judged(receipts: list[dict[str, Any]]) -> int:
    """How many of the landed deliveries no suite has judged yet."""
    from iecareer.lake.manifest import versions

    landed = {receipt["delivery_id"] for receipt in receipts if not receipt["error"]}
    newest = {delivery.delivery_id: delivery for delivery in versions() if delivery.delivery_id in landed}
    return sum(delivery.verdict is None for delivery in newest.values())


def rejected_codes(receipt: dict[str, Any]) -> list[str]:
    """The columns in which credit codes failed the check."""
    from iecareer.contracts import record_type

    failed = {
        why.partition(":")[2]
        for why in (receipt["reasons"] | receipt["emptied"])
        if why.startswith("bad_checksum:")
    }
    columns = record_type(receipt["record_type"]).columns
    return [column.name for column in columns if column.kind == "credit_code" and column.name in failed]


def permit_advice(reasons: Iterable[str]) -> str | None:
    """What to do about persons whose number has the form of a permit or passport; None without such rows."""
    columns = [why.partition(":")[2] for why in reasons if why.startswith("permit_number:")]
    if not columns:
        return None
    return (
        f"Numbers in {', '.join(columns)} have the form of a permit of residents of Hong Kong, Macao or Taiwan, or of a"
        " passport; probably they are no typing errors. Ask the office for the number of the residence permit (居住证, "
        "18 digits), which is understood. Until it comes these rows stay in quarantine and count in no indicator."
    )


def _say_findings(receipt: dict[str, Any]) -> None:
    """Print why rows were not loaded, and how the headers changed."""
    from iecareer.settings import own_sources
    from iecareer.sources.issued_codes import ISSUED_CODES

    kind = receipt["record_type"]
    if receipt["reasons"]:
        say(f"Quarantined {kind}: {counts(receipt['reasons'])}")
    if receipt["emptied"]:
        say(f"Emptied optional cells of {kind}, their rows loaded: {counts(receipt['emptied'])}")
    if lacking := sorted(
        why.partition(":")[2] for why in receipt["reasons"] if why.startswith("list_lacks:")
    ):
        say(
            f"Names in {', '.join(lacking)} are in no list delivered by the day of receipt. Land the list "
            "(record type institution or program); the next 'iecareer run' then converts these rows again."
        )
    if advice := permit_advice(receipt["reasons"]):
        say(advice)
    if rejected := rejected_codes(receipt):
        say(
            f"If credit codes in {', '.join(rejected)} were issued although their check character is wrong, list them "
            f"in {own_sources() / ISSUED_CODES}, column enterprise_code, then run "
            f"'iecareer reconform {receipt['source_id']}'."
        )
    if receipt["left_out"]:
        say(f"Left out of {kind} by rowFilter: {counts(receipt['left_out'])}")
    if receipt["n_conflicting"]:
        n_good = receipt["n_loaded"] + receipt["n_superseded"]
        say(
            f"Conflicting {kind}: {receipt['n_conflicting']:,} of {n_good:,} records share their key with another "
            "record of the delivery that says something else, and gave way to it."
        )
    if receipt["new_columns"]:
        say(f"New columns of {kind}, not used: {', '.join(receipt['new_columns'])}")
    if receipt["missing_columns"]:
        say(f"Missing columns of {kind}: {', '.join(receipt['missing_columns'])}")
