"""Letters that nobody sees: marks of direction, joiners, fillers, control characters.

NUL is none of them: at the end of a text it is filling, between letters it shows damage.
"""

from __future__ import annotations

import re

# Line breaks of other systems, which are blanks like other line breaks.
LINE_BREAKS = "\x85\u2028\u2029"
_CONTROLS = r"\x01-\x08\x0b\x0c\x0e-\x1f\x7f"
_RANGES = (
    "\x80-\x84", "\x86-\x9f", "\xad", "\u034f", "\u061c", "\u115f-\u1160", "\u17b4-\u17b5", "\u180b-\u180f",
    "\u200b-\u200f", "\u202a-\u202e", "\u2060-\u206f", "\u2800", "\u3164", "\ufe00-\ufe0f", "\ufeff", "\uffa0",
    "\ufff9-\ufffb", "\U000e0000-\U000e0fff",
)  # fmt: skip
# Regular expressions of one such letter, in ASCII and in any text; valid in Python and in DuckDB.
INVISIBLE_ASCII = f"[{_CONTROLS}]"
INVISIBLE = f"[{_CONTROLS}{''.join(_RANGES)}]"
_FOUND = re.compile(INVISIBLE)


def without_invisible(text: str) -> str:
    """The text without such letters."""
    return _FOUND.sub("", text)
