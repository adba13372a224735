"""Verdicts of suites on deliveries: stored by the day they apply to, and by the run that used them.

A verdict for a later day is ignored on an earlier day, so a run as of a past day gives the same result as then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from iecareer.documents import read_document, write_document
from iecareer.settings import home


@dataclass(frozen=True)
class Verdict:
    """The verdict of a suite (pass, warn or stop), the failed expectations, and the day that the verdict applies to.

    `stopping` are the failed expectations that stop a delivery.
    """

    word: str
    failed: tuple[str, ...]
    as_of: date
    stopping: tuple[str, ...] = ()


def record_verdict(
    delivery_id: str,
    version: str,
    verdict: str,
    failed: Iterable[str],
    as_of: date,
    stopping: Iterable[str] | None = None,
) -> None:
    """Store a verdict for a day; a later verdict for the same day replaces it."""
    document = {"verdict": verdict, "failed": list(failed), "as_of": as_of}
    if stopping is not None:
        document["stopping"] = list(stopping)
    write_document(_folder() / f"{delivery_id}.{version}.{as_of}.json", document)


def standing_verdicts(as_of: date, delivery_id: str = "*") -> dict[str, Verdict]:
    """For each ``<delivery>.<version>`` the verdict of the newest day up to `as_of`."""
    newest: dict[str, tuple[str, Path]] = {}
    for path in _folder().glob(f"{delivery_id}.*.json"):
        name, day = _name_and_day(path)
        if day <= str(as_of) and day >= newest.get(name, ("", path))[0]:
            newest[name] = (day, path)
    return {name: _verdict(read_document(path)) for name, (_, path) in newest.items()}


def keep_run_verdicts(run_id: str, verdicts: dict[str, Verdict]) -> None:
    """Store the verdicts that a run used; later verdicts do not change them."""
    document = {
        name: {
            "verdict": given.word,
            "failed": list(given.failed),
            "as_of": given.as_of,
            "stopping": list(given.stopping),
        }
        for name, given in verdicts.items()
    }
    write_document(_of_run(run_id), document)


def run_verdicts(run_id: str) -> dict[str, Verdict] | None:
    """The verdicts that a run used; None if the run has not checked its deliveries yet."""
    path = _of_run(run_id)
    return {name: _verdict(entry) for name, entry in read_document(path).items()} if path.exists() else None


def _folder() -> Path:
    return home() / "lake" / "manifest" / "verdicts"


def _of_run(run_id: str) -> Path:
    return home() / "runs" / "verdicts" / f"{run_id}.json"


def _name_and_day(path: Path) -> tuple[str, str]:
    """Delivery with version, and day, from a file's name. Versions before 0.2 wrote no day into the name."""
    parts = path.name.removesuffix(".json").split(".")
    day = parts[2] if len(parts) > 2 else str(read_document(path)["as_of"])
    return ".".join(parts[:2]), day


def _verdict(document: dict[str, Any]) -> Verdict:
    # Versions before 0.3 did not say which of the failed expectations stop.
    stopping = document.get("stopping", document["failed"] if document["verdict"] == "stop" else ())
    day = date.fromisoformat(document["as_of"])
    return Verdict(document["verdict"], tuple(document["failed"]), day, tuple(stopping))
