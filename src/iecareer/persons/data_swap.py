"""The swap of rows of persons: many files of the home are replaced as one.

Pseudonyms are replaced and persons erased this way. Every new file is written below `lake/swap-<version>/`, at the
place it will have in the home. Then one document is written, `lake/persons.json`, which puts the new files into force.
Moving them to their places can be cut short and repeated, and is finished before anybody reads again (see `locks`).
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

    `version` counts the swaps so far, `generation` how often pseudonyms were replaced; `erased` are the present
    pseudonyms of persons who were erased and must not come back.
    """

    version: int = 0
    generation: int = 0
    erased: frozenset[str] = frozenset()


def persons_state() -> PersonsState:
    """The present state of rows of persons.

    Raises
    ------
    IecareerError
        When the home has another key than the state was written with.
    """
    path = _document()
    if not path.exists():
        return PersonsState()
    document = read_document(path)
    version = _version(document)
    erased = unsealed_text(document["erased"], _PURPOSE, str(version)).split()
    return PersonsState(version, document["generation"], frozenset(erased))


def persons_version() -> int:
    """How often rows of persons have been swapped; needs no key."""
    return _version(read_document(_document())) if _document().exists() else 0


def staging_folder(version: int) -> Path:
    """The folder in which the files of that version are prepared."""
    return lake() / f"swap-{version}"


def staged(folder: Path, target: Path) -> Path:
    """Where to write the file that replaces `target` in the swap; an empty file removes the target."""
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
        "erased": sealed_text(" ".join(sorted(erased)), _PURPOSE, str(version)),
    }
    write_document(_document(), document)


def complete_swap() -> None:
    """Under the exclusive lock: move files of the last swap to their places, remove those of one never committed."""
    for folder in unfinished_swaps():
        if version_of(folder) == persons_version():
            _clear_derived()
            _bring(folder)
        shutil.rmtree(folder)


def unfinished_swaps() -> list[Path]:
    """Folders of swaps that were cut short, before or after they were committed."""
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
    """Remove what was made of rows of persons and can be made again: private builds, incremental state, spills."""
    runs = home() / "runs"
    for path in (*runs.glob("*.duckdb"), *runs.glob("*.duckdb.wal")):
        path.unlink(missing_ok=True)
    for folder in (lake() / "state", runs / "dbt", runs / "spill", *runs.glob("*.spark")):
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
