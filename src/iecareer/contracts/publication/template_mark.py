"""The mark in a template that identifies its record type and the office that fills it in.

The mark is in a cell and in the document properties. So it survives a new file name, renamed sheets, deleted title rows
and saving with another program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# The first cell of the example row begins with this word, which marks a row that is never loaded.
EXAMPLE = "示例"
# Codes have no run of digits as long as an identity number.
OFFICE = re.compile(r"(?!.*\d{14})[0-9A-Za-z][0-9A-Za-z_]{0,39}", re.ASCII)
_MARK = re.compile(rb"iecareer:([a-z_]{1,60})(?::([0-9A-Za-z_]{1,40}))?(?![\w:])")


@dataclass(frozen=True, order=True)
class Mark:
    """A record type and the office that fills it in, or ""."""

    record_type: str
    office: str = ""

    def __str__(self) -> str:
        """The mark as text in the workbook."""
        return ":".join(filter(None, ("iecareer", self.record_type, self.office)))


def marks_in(text: bytes) -> Iterator[Mark]:
    """All marks in a part of a file."""
    for found in _MARK.finditer(text):
        yield Mark(found[1].decode(), (found[2] or b"").decode())
