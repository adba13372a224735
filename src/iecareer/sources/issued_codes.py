"""Credit codes that were issued although their check character is wrong, as the region lists them.

The list is the file ``issued-credit-codes.csv`` beside the contracts, with the column ``enterprise_code`` and any
others. It holds for every source, because a code that was issued is right wherever it comes from.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from pathlib import Path

from iecareer.errors import IecareerError
from iecareer.settings import source_folders

ISSUED_CODES = "issued-credit-codes.csv"
_COLUMN = "enterprise_code"
_FORM = re.compile("[0-9A-HJ-NPQRTUWXY]{18}")


def issued_codes() -> tuple[str, ...]:
    """The listed codes of all folders of sources, sorted.

    Raises
    ------
    IecareerError
        When a file is not text in UTF-8, lacks the column, or a code has not the form of one; the line is named.
    """
    return tuple(sorted({code for folder in source_folders() for code in _read(folder / ISSUED_CODES)}))


def _read(path: Path) -> list[str]:
    if not path.is_file():
        return []
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            names = reader.fieldnames or ()
            rows = [(reader.line_num, row) for row in reader]
    except UnicodeDecodeError:
        raise IecareerError(f"{path.name} is not in UTF-8.") from None
    if _COLUMN not in names:
        raise IecareerError(f"{path.name} has no column {_COLUMN}.", next_step="Name it in the first line.")
    codes = [(line, unicodedata.normalize("NFKC", row[_COLUMN] or "").strip().upper()) for line, row in rows]
    for line, code in codes:
        if code and not _FORM.fullmatch(code):
            raise IecareerError(
                f"{path.name}, line {line}: not a credit code, which has 18 digits and capital letters."
            )
    return [code for _, code in codes if code]
