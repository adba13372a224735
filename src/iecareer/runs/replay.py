"""Replays: a past run is repeated from its pin, into a separate file, never into the published warehouse.

Input: the pin and the verdicts of the past run. Output: the pin of a run with the same deliveries and the same rows
of policy, and later the comparison of the tables. Differences in code or data are reported or refused.
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
    """A past run that can be replayed.

    Parameters
    ----------
    pin : Pin
        The pin of the past run.
    recipe : Recipe
        The recipe of the past run.
    changes : tuple of str
        Code and libraries that differ from those of the past run; empty if none differ.
    notes : tuple of str
        Further notes for the reader.
    """

    pin: Pin
    recipe: Recipe
    changes: tuple[str, ...]
    notes: tuple[str, ...]


def replay_path(run_id: str) -> Path:
    """The file with the tables of a replayed run. It has no table with a row per person."""
    return home() / "replays" / f"{run_id}.duckdb"


def past_run(run_id: str, *, target: str | None = None) -> Past:
    """The past run, after checking everything that its numbers depend on.

    Raises
    ------
    IecareerError
        When there is no such run, or it cannot be replayed. The message says what is missing and what to do.
    """
    pinned = _pinned(run_id)
    recipe = pinned.recipe
    if recipe is None:
        raise IecareerError(
            f"The run '{run_id}' cannot be replayed: the version that made it did not record its code and policy.",
            next_step=f"Rebuild its day with today's code and policy: iecareer run --as-of {pinned.as_of}.",
        )
    if run_verdicts(run_id) is None:
        raise IecareerError(
            f"The run '{run_id}' cannot be replayed: it ended before its deliveries were checked.",
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
    """Pin a run that replays `replayed`; raises the errors of :func:`past_run`."""
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
    """Compare the tables of a replay with those of the original run; store and return the report."""
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
    """The report of the replay `run_id`: the replayed run, what has changed since, and the comparison of tables."""
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
    """Refuse if conformed files differ from those that the run read.

    A swap of rows of persons may have rewritten files.
    """
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
            f"{recipe.n_rows - n_left} of {recipe.n_rows} rows are missing, because persons were erased since the run."
        )
    if pinned.persons_version != persons_version():
        notes.append(
            "Pseudonyms were replaced or persons were erased since the run; their rows were rewritten."
        )
    return tuple(notes)


def _changes(recipe: Recipe) -> tuple[str, ...]:
    """Code and libraries that differ from those of the past run, in words."""
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
