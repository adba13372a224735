"""Skills of the texts in a CSV file, for ``iecareer skill find``.

Input: a CSV file with the columns ``id`` and ``text``. Output: rows of :data:`COLUMNS`, one per text and skill, with
offsets in characters of the text as given.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from iecareer.errors import IecareerError
from iecareer.skills.matcher import Matcher

COLUMNS = ("id", "start", "end", "span", "skill_id", "kind", "level")
_NEEDED = ("id", "text")


def find_in_file(path: Path, matcher: Matcher) -> Iterator[dict[str, object]]:
    """The skills of each text of the file at `path`, in the order of the file and of the places.

    Raises
    ------
    IecareerError
        When the file is missing, is not UTF-8 CSV, lacks a column or has it twice, or has a row of another width.
    """
    for identifier, text in _texts(path):
        for hit in matcher.demanded(text):
            yield {"id": identifier} | {name: getattr(hit, name) for name in COLUMNS[1:]}


def _texts(path: Path) -> Iterator[tuple[str, str]]:
    csv.field_size_limit(sys.maxsize)
    try:
        # The whole file is decoded at once, so that an error names the byte of the file.
        content = path.read_bytes().decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(content, newline=""), strict=True)
        names = [*(reader.fieldnames or ())]
        if wrong := [
            f"{names.count(name) or 'no'} column {name}" for name in _NEEDED if names.count(name) != 1
        ]:
            raise IecareerError(
                f"{path.name}:1: {' and '.join(wrong)}.",
                next_step="The first line must name the columns id and text, each once.",
            )
        for row in reader:
            if None in row or None in row.values():
                raise IecareerError(
                    f"{path.name}:{reader.line_num}: the row has not as many cells as the first line.",
                    next_step="Put texts with commas or line breaks in double quotes.",
                )
            yield row["id"], row["text"]
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
