"""Which files the path of a contract means: names in any case, brackets as a pattern or as they stand."""

from __future__ import annotations

import fnmatch
import unicodedata
from collections.abc import Iterator
from pathlib import Path, PurePosixPath


def fits(name: str, pattern: str) -> bool:
    """Whether the name of a file fits a pattern.

    File shares write endings, and often whole names, in capitals. In a pattern ``[1]`` is a set of characters; in a
    name that was copied into a contract it stands for itself. Both fit.
    """
    text, wanted = _folded(name), _folded(pattern)
    return fnmatch.fnmatchcase(text, wanted) or fnmatch.fnmatchcase(text, _as_it_stands(wanted))


def folders_of(root: Path, pattern: str) -> list[Path]:
    """The folders below `root` in which files of the path `pattern` lie."""
    parent = PurePosixPath(pattern).parent.as_posix()
    if parent == ".":
        return [root]
    found = {*root.glob(parent), *root.glob(_as_it_stands(parent))}
    return sorted(folder for folder in found if folder.is_dir())


def files_of(root: Path, pattern: str) -> list[Path]:
    """The files below `root` that fit the path `pattern`, sorted; hidden ones and those of open workbooks left out."""
    name = PurePosixPath(pattern).name
    found = {path for folder in folders_of(root, pattern) for path in visible_files(folder)}
    return sorted(path for path in found if fits(path.name, name))


def visible_files(folder: Path) -> Iterator[Path]:
    """The files directly in a folder, without hidden ones and those that office programs write beside an open book."""
    for path in folder.iterdir():
        if not path.name.startswith((".", "~$")) and path.is_file():
            yield path


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _as_it_stands(pattern: str) -> str:
    """The pattern with every opening bracket as a character of the name, but ``*`` and ``?`` as they are."""
    return pattern.replace("[", "[[]")
