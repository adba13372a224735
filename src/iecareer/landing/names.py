"""Names of files, sheets and headers: how they are compared, and how they may be stored or shown."""

from __future__ import annotations

import re
import unicodedata

from iecareer.landing.invisible import without_invisible

_MASKED_DIGITS = 6


def normal_header(text: object) -> str:
    """A header as it is compared: NFKC, without invisible letters, line breaks, outer blanks and NULs at its end."""
    visible = without_invisible(unicodedata.normalize("NFKC", str(text or ""))).rstrip("\0 ")
    return " ".join(visible.replace("\\n", " ").split())


def masked_name(name: str) -> str:
    """A name of a file or sheet without anything that could be an identity number."""
    return re.sub(r"\d{14,}[0-9Xx]?", "***", name)


def is_showable(header: str) -> bool:
    """Whether a header may be shown: if the header row is wrong, it may be a person's value."""
    return sum(character.isdigit() for character in header) < _MASKED_DIGITS


def masked_header(header: str) -> str:
    """A header in a form that may be stored."""
    return header if is_showable(header) else "***"
