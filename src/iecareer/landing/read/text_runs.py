"""What a cell says whose letters are formatted one by one: text that is struck out is gone, a raised digit is a note.

A cell that is struck out as a whole may mean that the value, or the whole row, does not count. Nobody knows which, so
it stands between tildes (`~~8500~~`), which landing reports as damaged.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

RAISED = "^"
_STRUCK = "~~"


@dataclass(frozen=True)
class Run:
    """A piece of a cell's text; `is_raised` is also true for lowered text."""

    text: str
    is_struck: bool = False
    is_raised: bool = False


def said(runs: Iterable[Run]) -> str:
    """The text of a cell. A raised text behind a digit is set apart from it: 8500^1."""
    runs = list(runs)
    text = ""
    for run in runs:
        if run.text and not run.is_struck:
            text += RAISED + run.text if run.is_raised and text[-1:].isdigit() else run.text
    return text if text.strip() or not any(run.is_struck for run in runs) else struck(runs)


def struck(runs: Iterable[Run]) -> str:
    """The text of a cell that is struck out as a whole; empty if it has none."""
    text = "".join(run.text for run in runs)
    return f"{_STRUCK}{text}{_STRUCK}" if text.strip() else text
