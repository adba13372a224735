"""Job titles of a CSV file, for ``iecareer occupation code``."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from iecareer.errors import IecareerError

_COLUMN = "job_title"


def titles_of(path: Path) -> list[str]:
    """The column ``job_title`` of the file, one title per row.

    Raises
    ------
    IecareerError
        When the file is missing, is not CSV in UTF-8, lacks the column, or has a row of another width.
    """
    csv.field_size_limit(sys.maxsize)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            header = next(reader, [])
            if _COLUMN not in header:
                raise IecareerError(
                    f"{path.name}:1: no column {_COLUMN}.", next_step="Name it in the first line."
                )
            return [_cell(row, header, f"{path.name}:{reader.line_num}") for row in reader]
    except FileNotFoundError:
        raise IecareerError(f"There is no file {path}.", next_step="Check the path.") from None
    except UnicodeDecodeError as error:
        raise IecareerError(
            f"{path.name} is not UTF-8 (byte {error.start}).", next_step="Save it as UTF-8."
        ) from None
    except csv.Error as error:
        raise IecareerError(f"{path.name} is not CSV: {error}.", next_step="Save it as CSV.") from None


def _cell(row: list[str], header: list[str], place: str) -> str:
    # A file of one column may have empty titles, which CSV writes as empty lines.
    if len(header) == 1 and not row:
        return ""
    if len(row) != len(header):
        raise IecareerError(
            f"{place}: the row has not as many cells as the first line.",
            next_step="Put titles with commas or line breaks in double quotes.",
        )
    return row[header.index(_COLUMN)]
