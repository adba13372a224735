"""Receives files: archives the files at the given paths, in order, under the names they have in the delivery."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from iecareer.errors import IecareerError
from iecareer.landing.names import masked_name
from iecareer.landing.receive.archive import receive
from iecareer.landing.receive.templates import refuse_replacing
from iecareer.landing.received import Received
from iecareer.settings import inbox
from iecareer.sources import SourceSystem


def files_at(paths: Iterable[Path]) -> list[Path]:
    """The files at these paths; for a folder, all files in it.

    Raises
    ------
    IecareerError
        When a path does not exist.
    """
    files: list[Path] = []
    for path in paths:
        if not path.exists():
            raise IecareerError(
                f"There is no file or folder {masked_name(str(path))}.", next_step="Check the path."
            )
        inside = path.rglob("*") if path.is_dir() else [path]
        # Office programs write a file ~$NAME while a workbook is open.
        files += [file for file in inside if file.is_file() and not file.name.startswith((".", "~$"))]
    return in_order(set(files))


def in_order(files: Iterable[Path]) -> list[Path]:
    """Files in landing order: rows of later files replace rows of earlier files."""
    return sorted(files, key=lambda file: (file.name, str(file)))


def place_names(files: list[Path]) -> list[str]:
    """Names that are unique across folders: relative to the inbox, or to the common folder."""
    if all(file.absolute().is_relative_to(inbox()) for file in files):
        root = inbox()
    else:
        root = Path(os.path.commonpath([file.absolute().parent for file in files]))
    names: list[str] = []
    for file in files:
        name = masked_name(file.absolute().relative_to(root).as_posix())
        # Different names may become equal when masked, such as exports named by their time in seconds.
        names.append(name.replace("***", f"***{len(names) + 1}", 1) if name in names else name)
    return names


def receive_files(
    system: SourceSystem, record_type_name: str, paths: list[Path], *, is_replay: bool
) -> list[Received]:
    """Archive the files of one record type.

    Raises
    ------
    IecareerError
        When a file cannot be read, or a template without an office would replace another office's delivery.
    """
    if not is_replay:
        refuse_replacing(system, record_type_name, paths)
    return [Received(name, *receive(path)) for name, path in zip(place_names(paths), paths, strict=True)]
