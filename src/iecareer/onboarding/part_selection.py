"""Which sheets, tables, members or files one record type is read from: all that look alike, not the first of them."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Sequence
from pathlib import PurePath

from iecareer.landing.archive import masked_name
from iecareer.onboarding.sample_reader import Sample

_SHEET = "sheet:"
_NUMBERS = re.compile(r"[\d_.\-年月]*\d[\d_.\-年月]*")


def selector(chosen: Sample, alike: Sequence[Sample], others: Sequence[Sample]) -> str:
    """The narrowest `physicalName` that takes the chosen part and those alike and none of the others.

    Names are generalised by their numbers, as of years, then as a whole; that of a sheet only for others alike, since
    sheets keep their names from one delivery to the next. Where a pattern would take others too, or the part is a
    table of a database, it is the chosen part alone.
    """
    # A part may be named by a person's number, which no contract holds.
    own = masked_name(_told(chosen)).replace("***", "*")
    if own.startswith("table:"):
        return own
    prefix, name = (_SHEET, own.removeprefix(_SHEET)) if own.startswith(_SHEET) else ("", own)
    ending = "" if prefix else PurePath(name).suffix
    patterns = [prefix + _NUMBERS.sub("*", name.removesuffix(ending)) + ending, f"{prefix}*{ending}"]
    return next(
        (
            pattern
            for pattern in ([own, *patterns] if prefix else patterns)
            if all(takes(pattern, part) for part in (chosen, *alike))
            and not any(takes(pattern, part) for part in others)
        ),
        own,
    )


def takes(pattern: str, part: Sample) -> bool:
    """Whether a `physicalName` holds for a part of a sample."""
    told = _told(part)
    is_sheet = told.startswith(_SHEET)
    return pattern == told or (pattern.startswith(_SHEET) == is_sheet and _matches(part, pattern))


def _matches(part: Sample, pattern: str) -> bool:
    return fnmatch.fnmatchcase(re.sub(r"\[([*?[])\]", r"\1", _told(part)), pattern)


def _told(part: Sample) -> str:
    """What the part would be named by in a contract, if it stood alone."""
    return part.selector or part.name
