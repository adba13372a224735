"""Files that only their owner can read: folder 0700, files 0600, each written whole or not at all.

A folder holds files of one reader, the bureau or the auditors, and is no part of a release.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from pathlib import Path

from iecareer import settings
from iecareer.documents import sync_folder
from iecareer.errors import IecareerError
from iecareer.feedback.manifest import read_manifest

# Beginnings of the names of the bureau's and of the auditors' files, which end in a year or in a day.
LIGHTS, SIGNALS = "lights_", "signals_"
_NAMES = {
    LIGHTS: r"lights_(\w+_)?\d{4}\.(xlsx|html|txt|json|csv)",
    SIGNALS: r"signals_(\w+_)?\d{4}-\d\d-\d\d\.(xlsx|csv)",
}
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
# Folders of a release lie at most so deep in it: enterprises/CODE/data.
_DEEPEST = 4


def private_folder(folder: Path, apart_from: str) -> Path:
    """The folder, made if it is missing.

    Parameters
    ----------
    folder : Path
        Where files shall be written.
    apart_from : str
        `LIGHTS` or `SIGNALS`: files that may not be in the same folder, nor in one above it or directly below it.

    Raises
    ------
    IecareerError
        When others can open the folder, it is part of a release, or the other reader's files are in or around it.
    """
    place = folder.absolute()
    _refuse_releases(place)
    _refuse_others_files(place, apart_from)
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise IecareerError(f"{place} is no folder.", next_step="Name a new folder.") from None
    if place.stat().st_mode & _OTHERS:
        raise IecareerError(
            f"Others can open the folder {place}.",
            next_step="Name a new folder, or one that only you can open (mode 700).",
        )
    return place


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, in place of an earlier one."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)


def _refuse_releases(place: Path) -> None:
    real = place.resolve()
    releases = (settings.home() / "releases").resolve()
    if real.is_relative_to(releases) or any(map(_is_released, (real, *real.parents)[:_DEEPEST])):
        raise IecareerError(
            f"{place} is part of a release; what is made here is exact and never released.",
            next_step="Name a folder outside of releases.",
        )


def _is_released(folder: Path) -> bool:
    """Whether a folder has the manifest of a release."""
    try:
        read_manifest(folder)
    except (IecareerError, OSError):
        return False
    return True


def _refuse_others_files(place: Path, apart_from: str) -> None:
    for near in (place, *place.resolve().parents, *_inside(place)):
        if any(re.fullmatch(_NAMES[apart_from], one.name) for one in _inside(near)):
            raise IecareerError(
                f"The folder {near} has files {apart_from}*: the bureau and the auditors have separate folders.",
                next_step="Name a folder elsewhere.",
            )


def _inside(folder: Path) -> list[Path]:
    """What is directly in a folder; nothing if it cannot be read, is missing or is a file."""
    try:
        return list(folder.iterdir())
    except OSError:
        return []
