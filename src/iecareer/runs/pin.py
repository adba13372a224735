"""The pin of a run: its deliveries, its engine and the recipe of its numbers, fixed when the run starts.

Input: the manifest of the lake. Output: one document per run, `runs/<run id>.json`, written once and atomically.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path

from iecareer.clock import now
from iecareer.documents import read_document, write_document
from iecareer.errors import IecareerError
from iecareer.lake.manifest import Delivery, Retired, current_deliveries, delivery_of, lake_lock, with_verdict
from iecareer.lake.verdicts import run_verdicts, standing_verdicts
from iecareer.persons.data_swap import persons_version
from iecareer.persons.locks import persons_in_use
from iecareer.persons.release_state import last_released
from iecareer.runs.recipe import Recipe
from iecareer.settings import home


@dataclass(frozen=True)
class Pin:
    """What one run sees: the deliveries known when it started, and the source systems retired by then.

    `persons_version` is the version of rows of persons at the start; the run cannot continue after a swap. `target`
    is the engine. `recipe` is everything else the numbers depend on (None in old pins). `replays` is the run that
    this run replays. `released` is the newest release then, whose numbers may stand.
    """

    run_id: str
    as_of: date
    started_at: str
    deliveries: tuple[Delivery, ...]
    retired: Retired = field(default_factory=dict)
    persons_version: int = 0
    target: str = "local"
    recipe: Recipe | None = None
    replays: str | None = None
    released: str | None = None

    @property
    def policy(self) -> dict[str, str]:
        """Policy seed → digest; empty in old pins."""
        return self.recipe.policy if self.recipe else {}


def pin_path(run_id: str) -> Path:
    """The path of a run's pin."""
    return home() / "runs" / f"{run_id}.json"


def pin(run_id: str, as_of: date, *, target: str = "local", rules: str = "") -> Pin:
    """Write the pin of the run. A second call with the same run id returns the first pin.

    `rules` is the current version of the conversion rules.

    Raises
    ------
    IecareerError
        When rows of policy cannot be understood.
    """
    if pin_path(run_id).exists():
        return read_pin(run_id)
    with persons_in_use():
        with lake_lock():
            deliveries, retired = current_deliveries(as_of)
            pinned = Pin(run_id, as_of, now(), tuple(deliveries), retired, persons_version(), target)
            pinned = replace(pinned, released=last_released())
        parts = [part for delivery in deliveries for part in delivery.parts]
        made_with = Recipe.now(rules, {part.path for part in parts}, sum(part.n for part in parts))
        return write_pin(replace(pinned, recipe=made_with))


def write_pin(pinned: Pin) -> Pin:
    """Write the pin. A run exists from then on."""
    write_document(pin_path(pinned.run_id), asdict(pinned))
    return pinned


def read_pin(run_id: str) -> Pin:
    """The pin of a run, with the verdicts that the run used. Before the checks it has the verdicts in force on its day.

    Raises
    ------
    IecareerError
        When no run of that id has started.
    """
    path = pin_path(run_id)
    if not path.exists():
        raise IecareerError(f"No run '{run_id}' has started.", next_step="Start one with 'iecareer run'.")
    document = read_document(path)
    as_of = date.fromisoformat(document["as_of"])
    verdicts = run_verdicts(run_id)
    verdicts = standing_verdicts(as_of) if verdicts is None else verdicts
    recipe = document.get("recipe")
    return Pin(
        run_id=document["run_id"],
        as_of=as_of,
        started_at=document["started_at"],
        deliveries=tuple(with_verdict(delivery_of(entry), verdicts) for entry in document["deliveries"]),
        retired=_retired(document["retired"]),
        persons_version=_persons_version(document),
        target=document.get("target", "local"),
        recipe=Recipe(**recipe) if recipe else None,
        replays=document.get("replays"),
        released=document.get("released"),
    )


@contextmanager
def run_in_use(run_id: str) -> Iterator[None]:
    """Prevent swaps of rows of persons while the run works on these rows.

    Raises
    ------
    IecareerError
        When pseudonyms were replaced or a person was erased since the run began: its rows are out of date.
    """
    with persons_in_use():
        path = pin_path(run_id)
        if path.exists() and _persons_version(read_document(path)) != persons_version():
            raise IecareerError(
                f"The run '{run_id}' began before pseudonyms were replaced or a person was erased, "
                "and cannot go on.",
                next_step="Start the night again: iecareer run.",
            )
        yield


def _retired(entry: dict[str, str | None] | list[str]) -> Retired:
    """The retired sources of a pin; pins before 0.3 list them without successors."""
    return dict.fromkeys(entry) if isinstance(entry, list) else entry


def _persons_version(document: dict[str, object]) -> int:
    """The version of rows of persons in a pin's document. Version 0.1 called this field `switch`."""
    return int(str(document.get("persons_version", document.get("switch", 0))))
