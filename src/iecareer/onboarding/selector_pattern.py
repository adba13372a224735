"""Choose the pattern that selects the sheets, tables, archive members or files of one record type."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Sequence
from pathlib import PurePath

from iecareer.landing.names import masked_name
from iecareer.onboarding.sample_reader import Sample
from iecareer.sources.file_names import fits

_SHEET = "sheet:"
_NUMBERS = re.compile(r"[\d_.\-年月]*\d[\d_.\-年月]*")


def selector(chosen: Sample, alike: Sequence[Sample], others: Sequence[Sample]) -> str:
    """The narrowest `physicalName` that selects the chosen part and those alike, but none of the others.

    First the numbers in the name, such as years, become wildcards, then the whole name. Sheets keep their names from
    one delivery to the next, so a sheet's name is generalised only to include others alike. If every pattern would
    select others too, or the part is a database table, the result selects the chosen part alone.
    """
    # A name may contain a person's number, which a contract must not hold.
    own = masked_name(_physical_name(chosen)).replace("***", "*")
    if own.startswith("table:"):
        return own
    prefix, name = (_SHEET, own.removeprefix(_SHEET)) if own.startswith(_SHEET) else ("", own)
    ending = "" if prefix else PurePath(name).suffix
    patterns = [prefix + _NUMBERS.sub("*", name.removesuffix(ending)) + ending, f"{prefix}*{ending}"]
    return next(
        (
            pattern
            for pattern in ([own, *patterns] if prefix else patterns)
            if all(selects(pattern, part) for part in (chosen, *alike))
            and not any(selects(pattern, part) for part in others)
        ),
        own,
    )


def selects(pattern: str, part: Sample) -> bool:
    """Whether a `physicalName` selects a part of a sample."""
    name = _physical_name(part)
    is_sheet = name.startswith(_SHEET)
    return pattern == name or (pattern.startswith(_SHEET) == is_sheet and _matches(part, pattern))


def _matches(part: Sample, pattern: str) -> bool:
    name = re.sub(r"\[([*?[])\]", r"\1", _physical_name(part))
    return fnmatch.fnmatchcase(name, pattern) if pattern.startswith(_SHEET) else fits(name, pattern)


def _physical_name(part: Sample) -> str:
    """The name of the part in a contract, without wildcards."""
    return part.selector or part.name
