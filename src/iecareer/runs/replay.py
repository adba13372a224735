"""Replays: a past run made again from what it pinned, beside the published warehouse and never over it.

Comes in: the pin and the verdicts of the past run. Goes out: the pin of a run that sees the same deliveries under
the same rows of policy, and afterwards how its tables compare. What cannot be the same is reported or refused.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from importlib import metadata
from pathlib import Path
from typing import Any

from iecareer.clock import now
from iecareer.contracts import load_record_types
from iecareer.documents import read_document, write_document
from iecareer.errors import IecareerError
from iecareer.lake.manifest import Delivery
from iecareer.lake.verdicts import keep_run_verdicts, run_verdicts
from iecareer.persons.data_swap import persons_version
from iecareer.persons.locks import persons_in_use
from iecareer.runs.digests import Digest, differing, kept_tables
from iecareer.runs.pin import Pin, pin_path, read_pin, write_pin
from iecareer.runs.recipe import Recipe, code_digests, library_versions, part_digest
from iecareer.settings import home, lake


@dataclass(frozen=True)
class Past:
    """A past run that can be made again.

    Parameters
    ----------
    pin : Pin
        What it saw.
    recipe : Recipe
        What it was made with.
    changes : tuple of str
        What computes otherwise now than it did then; empty when the same code runs on the same libraries.
    notes : tuple of str
        What else a reader must know.
    """

    pin: Pin
    recipe: Recipe
    changes: tuple[str, ...]
    notes: tuple[str, ...]


def replay_path(run_id: str) -> Path:
    """Where the tables of a replayed run are; no table with a row per person is among them."""
    return home() / "replays" / f"{run_id}.duckdb"


def past_run(run_id: str, *, target: str | None = None) -> Past:
    """The run of that id, after everything it was made of has been looked at.

    Raises
    ------
    IecareerError
        When there is no such run, or it cannot be made again: the message says what is missing and what to do.
    """
    pinned = _pinned(run_id)
    recipe = pinned.recipe
    if recipe is None:
        raise IecareerError(
            f"The run '{run_id}' was made by a version that did not record what it was made with.",
            next_step=f"Rebuild its day with today's code and policy: iecareer run --as-of {pinned.as_of}.",
        )
    if run_verdicts(run_id) is None:
        raise IecareerError(
            f"The run '{run_id}' ended before its deliveries were judged: there is nothing to make again.",
            next_step=f"Rebuild its day: iecareer run --as-of {pinned.as_of}.",
        )
    with persons_in_use():
        _refuse_lost(pinned, recipe)
        notes = _notes(pinned, recipe)
    changes = _changes(recipe)
    if target and target != pinned.target:
        changes = (*changes, f"the engine is {target} instead of {pinned.target}")
    return Past(pinned, recipe, changes, notes)


def pin_replay(run_id: str, replayed: str, *, target: str | None = None) -> Pin:
    """Pin a run that makes `replayed` again; raises as :func:`past_run` does."""
    past = past_run(replayed, target=target)
    keep_run_verdicts(run_id, run_verdicts(replayed) or {})
    _keep(run_id, {"replays": replayed, "changes": past.changes, "notes": past.notes})
    return write_pin(
        replace(
            past.pin,
            run_id=run_id,
            started_at=now(),
            persons_version=persons_version(),
            target=target or past.pin.target,
            replays=replayed,
        )
    )


def finish_replay(pinned: Pin, tables: dict[str, Digest]) -> dict[str, Any]:
    """Keep and give what is known of a replay once its tables are there: whether they are those of then."""
    then = kept_tables(str(pinned.replays))
    report = replay_report(pinned.run_id) | {
        "path": str(replay_path(str(pinned.replays)).relative_to(home())),
        "is_compared": then is not None,
        "n_compared": len(then or {}),
        "differing": differing(then, tables) if then is not None else {},
    }
    _keep(pinned.run_id, report)
    return report


def replay_report(run_id: str) -> dict[str, Any]:
    """The report of a replay, by its own id: the run it replays, what changed since, how its tables compare."""
    document: dict[str, Any] = read_document(_report_path(run_id))
    return document


def _pinned(run_id: str) -> Pin:
    if run_id != Path(run_id).name or not pin_path(run_id).exists():
        replays = {path.stem for path in _report_path("*").parent.glob("*.json")}
        known = sorted({path.stem for path in (home() / "runs").glob("*.json")} - replays)
        near = get_close_matches(run_id, known, n=3, cutoff=0.8)
        raise IecareerError(
            f"There is no run '{run_id}'" + (f"; did you mean {' or '.join(near)}?" if near else "."),
            next_step=f"The newest run is {known[-1]}." if known else "No run has started yet.",
        )
    pinned = read_pin(run_id)
    if pinned.replays:
        raise IecareerError(
            f"The run '{run_id}' is itself a replay.",
            next_step=f"Replay the run it rebuilds: {pinned.replays}.",
        )
    return pinned


def _refuse_lost(pinned: Pin, recipe: Recipe) -> None:
    """Refuse when conformed files are not those that the run read; a swap of rows of persons rewrites theirs."""
    is_swapped = pinned.persons_version != persons_version()
    lost = [
        delivery
        for delivery in pinned.deliveries
        if delivery.is_accepted and _is_lost(delivery, recipe, is_swapped=is_swapped)
    ]
    if lost:
        named = ", ".join(f"{d.source_id}/{d.record_type} {d.delivery_id}.{d.version}" for d in lost[:3])
        raise IecareerError(
            f"The conformed files of {len(lost)} of {len(pinned.deliveries)} deliveries are not those that the run "
            f"'{pinned.run_id}' read: {named}.",
            next_step=f"Restore their folders below {lake() / 'landing'} from a backup of that time.",
        )


def _is_lost(delivery: Delivery, recipe: Recipe, *, is_swapped: bool) -> bool:
    paths = {part.path for part in delivery.parts}
    if all(part_digest(path) == recipe.parts.get(path) for path in paths):
        return False
    columns = {column.stored_name for column in load_record_types()[delivery.record_type].columns}
    n = sum(part.n for part in delivery.parts)
    return not is_swapped or "person_key" not in columns or n != sum(map(_n_rows, paths))


def _n_rows(pattern: str) -> int:
    import pyarrow.parquet as pq

    return sum(pq.read_metadata(path).num_rows for path in lake().glob(pattern))


def _notes(pinned: Pin, recipe: Recipe) -> tuple[str, ...]:
    n_left = sum(part.n for delivery in pinned.deliveries for part in delivery.parts)
    notes = []
    if n_left < recipe.n_rows:
        notes.append(
            f"{recipe.n_rows - n_left} of {recipe.n_rows} rows are of persons erased since; they are not made again."
        )
    if pinned.persons_version != persons_version():
        notes.append("Pseudonyms were replaced or persons erased since; rows of persons were written anew.")
    return tuple(notes)


def _changes(recipe: Recipe) -> tuple[str, ...]:
    """What computes otherwise now, in words."""
    parts = sorted({name for name, _ in {*code_digests().items()} ^ {*recipe.code.items()}})
    version = metadata.version("iecareer")
    changes = (
        [f"the code of {', '.join(parts)} (version {recipe.package} then, {version} now)"] if parts else []
    )
    here = library_versions()
    for name in sorted({*here, *recipe.libraries}):
        then, now_ = recipe.libraries.get(name, "none"), here.get(name, "none")
        changes += [f"{name} ({then} then, {now_} now)"] if then != now_ else []
    return tuple(changes)


def _keep(run_id: str, document: dict[str, Any]) -> None:
    write_document(_report_path(run_id), document)


def _report_path(run_id: str) -> Path:
    return home() / "runs" / "replays" / f"{run_id}.json"
