"""Verdicts of suites on deliveries: by the day they were given for, and those one run went by.

A verdict given for a later day is not known on an earlier one, so that a day in the past is judged as it was then.
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
    """The verdict of a suite (pass, warn or stop), the expectations that failed, and the day it was given for."""

    word: str
    failed: tuple[str, ...]
    as_of: date


def record_verdict(delivery_id: str, version: str, verdict: str, failed: Iterable[str], as_of: date) -> None:
    """Keep a verdict given for a day; one given again for the same day takes its place."""
    document = {"verdict": verdict, "failed": list(failed), "as_of": as_of}
    write_document(_folder() / f"{delivery_id}.{version}.{as_of}.json", document)


def standing_verdicts(as_of: date, delivery_id: str = "*") -> dict[str, Verdict]:
    """For each ``<delivery>.<version>``, the verdict given for the newest day up to `as_of`."""
    newest: dict[str, tuple[str, Path]] = {}
    for path in _folder().glob(f"{delivery_id}.*.json"):
        name, day = _name_and_day(path)
        if day <= str(as_of) and day >= newest.get(name, ("", path))[0]:
            newest[name] = (day, path)
    return {name: _verdict(read_document(path)) for name, (_, path) in newest.items()}


def keep_run_verdicts(run_id: str, verdicts: dict[str, Verdict]) -> None:
    """Keep the verdicts that a run used; later verdicts do not change them."""
    document = {
        name: {"verdict": given.word, "failed": list(given.failed), "as_of": given.as_of}
        for name, given in verdicts.items()
    }
    write_document(_of_run(run_id), document)


def run_verdicts(run_id: str) -> dict[str, Verdict] | None:
    """The verdicts a run went by; None when it has not judged its deliveries."""
    path = _of_run(run_id)
    return {name: _verdict(entry) for name, entry in read_document(path).items()} if path.exists() else None


def _folder() -> Path:
    return home() / "lake" / "manifest" / "verdicts"


def _of_run(run_id: str) -> Path:
    return home() / "runs" / "verdicts" / f"{run_id}.json"


def _name_and_day(path: Path) -> tuple[str, str]:
    """Delivery and version, and the day; homes written before 0.2 name no day in the file's name."""
    parts = path.name.removesuffix(".json").split(".")
    day = parts[2] if len(parts) > 2 else str(read_document(path)["as_of"])
    return ".".join(parts[:2]), day


def _verdict(document: dict[str, Any]) -> Verdict:
    return Verdict(document["verdict"], tuple(document["failed"]), date.fromisoformat(document["as_of"]))
