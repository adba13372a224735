"""Names of files in the inbox, as messages show them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from iecareer.landing.names import masked_name
from iecareer.settings import inbox

_SHOWN = 10


def inbox_names(files: Sequence[Path]) -> list[str]:
    """Files by their paths below the inbox, without anything that could be a number of a person."""
    return [masked_name(path.relative_to(inbox()).as_posix()) for path in files]


def some_of(names: Sequence[str]) -> str:
    """The first ten names, and how many more there are."""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
