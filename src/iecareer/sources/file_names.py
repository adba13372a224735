"""Finds the files of a contract's path. Upper and lower case may differ; brackets may be a pattern or literal."""

from __future__ import annotations

import fnmatch
import unicodedata
from collections.abc import Iterator
from pathlib import Path, PurePosixPath


def fits(name: str, pattern: str) -> bool:
    """Whether the name of a file fits a pattern.

    File shares often write endings or whole names in capitals. In a pattern ``[1]`` is a set of characters; in a name
    copied into a contract it is literal text. Both fit.
    """
    text, wanted = _folded(name), _folded(pattern)
    return fnmatch.fnmatchcase(text, wanted) or fnmatch.fnmatchcase(text, _as_it_stands(wanted))


def folders_of(root: Path, pattern: str) -> list[Path]:
    """The folders below `root` that contain files of the path `pattern`."""
    parent = PurePosixPath(pattern).parent.as_posix()
    if parent == ".":
        return [root]
    found = {*root.glob(parent), *root.glob(_as_it_stands(parent))}
    return sorted(folder for folder in found if folder.is_dir())


def files_of(root: Path, pattern: str) -> list[Path]:
    """The files below `root` that fit the path `pattern`, sorted, without hidden files and lock files."""
    name = PurePosixPath(pattern).name
    found = {path for folder in folders_of(root, pattern) for path in visible_files(folder)}
    return sorted(path for path in found if fits(path.name, name))


def visible_files(folder: Path) -> Iterator[Path]:
    """The files directly in a folder, without hidden files and lock files of open workbooks."""
    for path in folder.iterdir():
        if not path.name.startswith((".", "~$")) and path.is_file():
            yield path


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _as_it_stands(pattern: str) -> str:
    """The pattern with literal opening brackets; ``*`` and ``?`` stay wildcards."""
    return pattern.replace("[", "[[]")
