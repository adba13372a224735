"""Job titles that a bureau codes itself, in the file ``job-titles.csv`` beside its contracts.

Input: CSV in UTF-8 with the columns ``job_title`` and ``occupation_code`` in every folder of sources. Output: coded
titles. A title of the file has the code of the file; the learner learns from it too.
"""

from __future__ import annotations

import csv
from pathlib import Path

from iecareer.errors import IecareerError
from iecareer.occupations.classification import CodedTitle, occupations
from iecareer.occupations.wording import key_of
from iecareer.settings import source_folders

ADDED_TITLES = "job-titles.csv"
_COLUMNS = ("job_title", "occupation_code")
_ADVICE = "Write the columns job_title and occupation_code, one title per row."


def added_titles() -> tuple[CodedTitle, ...]:
    """The titles of all folders of sources, in the order of their lines.

    Raises
    ------
    IecareerError
        When a file is not CSV in UTF-8, lacks a column, or a row has no title, an unknown code, or a title with two
        codes. File and line are named.
    """
    paths = [folder / ADDED_TITLES for folder in source_folders()]
    codes: dict[str, str] = {}
    return tuple(title for path in paths if path.is_file() for title in _read(path, codes))


def _read(path: Path, codes: dict[str, str]) -> list[CodedTitle]:
    """The titles of one file; `codes` are those of the titles read so far."""
    reader = None
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, strict=True)
            missing = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise IecareerError(f"{path}:1: no column {' and '.join(missing)}.", next_step=_ADVICE)
            rows = [(reader.line_num, row) for row in reader]
    except UnicodeDecodeError:
        raise IecareerError(f"{path} is not in UTF-8.", next_step="Save it as 'CSV UTF-8'.") from None
    except csv.Error:
        line = reader.reader.line_num if reader else 1
        raise IecareerError(f"{path}:{line}: not CSV.", next_step=_ADVICE) from None
    return [_checked(row, f"{path}:{line}", codes) for line, row in rows]


def _checked(row: dict[str, str], place: str, codes: dict[str, str]) -> CodedTitle:
    title, code = ((row[name] or "").strip() for name in _COLUMNS)
    if None in row or not title:
        raise IecareerError(f"{place}: the row has no title, or too many cells.", next_step=_ADVICE)
    if code not in occupations():
        raise IecareerError(
            f"{place}: column occupation_code: no code of the classification of 2022.",
            next_step="Write a code such as 4-07-03-04.",
        )
    if codes.setdefault(key_of(title), code) != code:
        raise IecareerError(f"{place}: the title has another code above.", next_step="Keep one of them.")
    return CodedTitle(title, code)
