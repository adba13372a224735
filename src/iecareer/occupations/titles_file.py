"""Job titles of a CSV file, for ``iecareer occupation code``."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

from iecareer.errors import IecareerError

_COLUMN = "job_title"


def titles_of(path: Path) -> list[str]:
    """The column ``job_title`` of the file, one title per row.

    Raises
    ------
    IecareerError
        When the file is missing, is not CSV in UTF-8, lacks the column or has it twice, or has a row of another width.
    """
    csv.field_size_limit(sys.maxsize)
    try:
        # The whole file is decoded at once, so that an error names the byte of the file.
        content = path.read_bytes().decode("utf-8-sig")
        reader = csv.reader(io.StringIO(content, newline=""), strict=True)
        header = next(reader, [])
        if header.count(_COLUMN) != 1:
            raise IecareerError(
                f"{path.name}:1: {header.count(_COLUMN) or 'no'} column {_COLUMN}.",
                next_step="The first line must name it once.",
            )
        return [_cell(row, header, f"{path.name}:{reader.line_num}") for row in reader]
    except FileNotFoundError:
        raise IecareerError(f"There is no file {path}.", next_step="Check the path.") from None
    except IsADirectoryError:
        raise IecareerError(f"{path} is a folder.", next_step="Name a CSV file.") from None
    except OSError as error:
        raise IecareerError(
            f"{path} cannot be read: {error.strerror}.", next_step="Check its permissions."
        ) from None
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
