"""The swap of rows of persons: many files of the home are replaced in one step.

Rotation and erasure use a swap. Every new file is written below `lake/swap-<version>/`, under the path it will have
in the home. Then one document, `lake/persons.json`, commits the swap. Moving the files to their places can be
interrupted and repeated; `locks` finishes it before anybody reads rows of persons again.
"""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from iecareer.documents import read_document, sync_folder, write_document
from iecareer.persons.sealing import sealed_text, unsealed_text
from iecareer.settings import home, lake

_PURPOSE = "erased persons"
# In 0.1 this folder was called `switch-<version>`, and `version` in documents `switch`.
_FOLDER = re.compile(r"(?:swap|switch)-(\d+)")


@dataclass(frozen=True)
class PersonsState:
    """The state of rows of persons.

    `version` counts all swaps, `generation` counts the rotations. `erased` has the current pseudonyms of erased
    persons, whose rows must not be loaded again. Publication numbers are made from the pseudonyms of
    `numbered_generation`: 0, or in a home of an earlier version the generation that it had then.
    """

    version: int = 0
    generation: int = 0
    erased: frozenset[str] = frozenset()
    numbered_generation: int = 0


def persons_state() -> PersonsState:
    """The current state of rows of persons.

    Raises
    ------
    IecareerError
        When the state was written with another key than the home has now.
    """
    path = _document()
    if not path.exists():
        return PersonsState()
    document = read_document(path)
    version = _version(document)
    erased = unsealed_text(document["erased"], _PURPOSE, str(version)).split()
    # Versions before 0.3 had no publication numbers.
    numbered = document.get("numbered_generation", document["generation"])
    return PersonsState(version, document["generation"], frozenset(erased), numbered)


def persons_version() -> int:
    """The number of swaps so far; this needs no key."""
    return _version(read_document(_document())) if _document().exists() else 0


def staging_folder(version: int) -> Path:
    """The folder in which the swap to that version prepares its files."""
    return lake() / f"swap-{version}"


def staged(folder: Path, target: Path) -> Path:
    """The path at which to write the replacement of `target`; an empty file removes `target`."""
    path = folder / target.relative_to(home())
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def commit_swap(folder: Path, generation: int, erased: frozenset[str]) -> None:
    """Commit the swap: once `lake/persons.json` is written, all files in `folder` count as the current ones."""
    version = version_of(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for path in (*folder.rglob("*"), folder, folder.parent):
        _sync(path)
    document = {
        "version": version,
        "generation": generation,
        "numbered_generation": persons_state().numbered_generation,
        "erased": sealed_text(" ".join(sorted(erased)), _PURPOSE, str(version)),
    }
    write_document(_document(), document)


def complete_swap() -> None:
    """Move files of the last committed swap to their places and remove uncommitted ones; needs the exclusive lock."""
    for folder in unfinished_swaps():
        if version_of(folder) == persons_version():
            _clear_derived()
            _bring(folder)
        shutil.rmtree(folder)


def unfinished_swaps() -> list[Path]:
    """Folders of swaps that were interrupted before or after their commit."""
    return [path for path in lake().glob("sw*-*") if _FOLDER.fullmatch(path.name)]


def version_of(folder: Path) -> int:
    """The version that the files in a staging folder belong to."""
    found = _FOLDER.fullmatch(folder.name)
    if found is None:
        raise ValueError(folder.name)
    return int(found[1])


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
    """Remove data derived from rows of persons, which can be computed again: builds, incremental state, spills."""
    runs = home() / "runs"
    for folder in (
        lake() / "state",
        runs / "builds",
        runs / "kept",
        runs / "dbt",
        runs / "spill",
        *runs.glob("*.spark"),
        *runs.glob("*.released/plain"),
    ):
        shutil.rmtree(folder, ignore_errors=True)


def _document() -> Path:
    return lake() / "persons.json"


def _version(document: dict[str, object]) -> int:
    return int(str(document.get("version", document.get("switch"))))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
