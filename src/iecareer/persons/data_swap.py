"""The switch: many files of the home change as one, when pseudonyms are replaced or a person is erased.

Whoever changes rows of persons holds the exclusive lock, lays every new file below `lake/switch-<number>/` at the
place it will have in the home, and then writes one document, `lake/persons.json`. With that the change holds; moving
the files to their places can be cut short and repeated, and is finished before anybody reads again. Whoever reads or
adds rows of persons holds the shared lock. Locks end with their process.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from iecareer.documents import read_document, sync_folder, write_document
from iecareer.errors import IecareerError
from iecareer.persons.sealing import sealed_text, unsealed_text
from iecareer.settings import home

_PURPOSE = "erased persons"


@dataclass(frozen=True)
class Standing:
    """What holds for rows of persons.

    `number` counts the switches so far, `generation` how often pseudonyms were replaced; `erased` are the present
    pseudonyms of persons who were erased and must not come back.
    """

    number: int = 0
    generation: int = 0
    erased: frozenset[str] = frozenset()


def standing() -> Standing:
    """What holds now."""
    path = _document()
    if not path.exists():
        return Standing()
    told = read_document(path)
    erased = unsealed_text(told["erased"], _PURPOSE, str(told["switch"])).split()
    return Standing(told["switch"], told["generation"], frozenset(erased))


def switch_number() -> int:
    """How often rows of persons have been switched; needs no key."""
    return int(read_document(_document())["switch"]) if _document().exists() else 0


@contextmanager
def persons_in_use(run_id: str | None = None) -> Iterator[None]:
    """Keep rows of persons as they are meanwhile; many may do so at once, also within each other.

    Raises
    ------
    IecareerError
        When the run has seen rows as they were before a switch: it must not go on with others.
    """
    while True:
        if _unfinished():
            with persons_alone():
                pass
        with _locked(fcntl.LOCK_SH):
            if _unfinished():
                continue
            if run_id is not None:
                _refuse_outdated(run_id)
            yield
            return


@contextmanager
def persons_alone() -> Iterator[Path]:
    """Wait until nobody else uses rows of persons, finish what was cut short, and yield the folder for new files."""
    with _locked(fcntl.LOCK_EX):
        settle()
        folder = _staging(switch_number() + 1)
        try:
            yield folder
        finally:
            if switch_number() < _number(folder):
                shutil.rmtree(folder, ignore_errors=True)


def staged(folder: Path, target: Path) -> Path:
    """Where to write the file that shall stand at `target` after the switch; an empty file removes the target."""
    path = folder / target.relative_to(home())
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def switch_to(folder: Path, generation: int, erased: frozenset[str]) -> None:
    """Make what lies in `folder` hold, all at once."""
    number = _number(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for path in (*folder.rglob("*"), folder, folder.parent):
        _sync(path)
    document = {
        "switch": number,
        "generation": generation,
        "erased": sealed_text(" ".join(sorted(erased)), _PURPOSE, str(number)),
    }
    write_document(_document(), document)


def settle() -> None:
    """Under the exclusive lock: bring files of the last switch to their places, drop those of one never made."""
    for folder in _unfinished():
        if _number(folder) == switch_number():
            _clear_derived()
            _bring(folder)
        shutil.rmtree(folder)


def _bring(folder: Path) -> None:
    for path in sorted(file for file in folder.rglob("*") if file.is_file()):
        target = home() / path.relative_to(folder)
        if path.stat().st_size:
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
        else:
            target.unlink(missing_ok=True)
        if target.parent.exists():
            sync_folder(target.parent)


def _clear_derived() -> None:
    """Remove what was made of rows of persons and can be made again: private builds, incremental state, spills."""
    runs = home() / "runs"
    for path in (*runs.glob("*.duckdb"), *runs.glob("*.duckdb.wal")):
        path.unlink(missing_ok=True)
    for folder in (home() / "lake" / "state", runs / "dbt", runs / "spill", *runs.glob("*.spark")):
        shutil.rmtree(folder, ignore_errors=True)


def _refuse_outdated(run_id: str) -> None:
    pinned = home() / "runs" / f"{run_id}.json"
    if pinned.exists() and read_document(pinned).get("switch", 0) != switch_number():
        raise IecareerError(
            f"The run '{run_id}' began before pseudonyms were replaced or a person was erased, and cannot go on.",
            next_step="Start the night anew: iecareer run.",
        )


@contextmanager
def _locked(kind: int) -> Iterator[None]:
    path = home() / "lake" / "persons.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, kind)
        yield
    finally:
        os.close(descriptor)


def _document() -> Path:
    return home() / "lake" / "persons.json"


def _staging(number: int) -> Path:
    return home() / "lake" / f"switch-{number}"


def _unfinished() -> list[Path]:
    return [path for path in (home() / "lake").glob("switch-*") if re.fullmatch(r"switch-\d+", path.name)]


def _number(folder: Path) -> int:
    return int(folder.name.removeprefix("switch-"))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
