"""The mark that says of a filled-in workbook which record type it holds, and which office filled it in.

It stands in a cell for people and among the document's properties, so it outlives a new file name, other sheet
names, lost title rows and other programs that save the workbook.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# With this word begins the first cell of the example row, in no record ever loaded.
EXAMPLE = "示例"
# No run of digits long enough for an identity number.
OFFICE = re.compile(r"(?!.*\d{14})[0-9A-Za-z][0-9A-Za-z_]{0,39}", re.ASCII)
_MARK = re.compile(rb"iecareer:([a-z_]{1,60})(?::([0-9A-Za-z_]{1,40}))?(?![\w:])")


@dataclass(frozen=True, order=True)
class Mark:
    """A record type and the office that fills it in, "" where the template names none."""

    record_type: str
    office: str = ""

    def __str__(self) -> str:
        """The mark as it stands in the workbook."""
        return ":".join(filter(None, ("iecareer", self.record_type, self.office)))


def marks_in(text: bytes) -> Iterator[Mark]:
    """Every mark that stands in a piece of a file."""
    for found in _MARK.finditer(text):
        yield Mark(found[1].decode(), (found[2] or b"").decode())
