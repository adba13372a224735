"""Codes as names of folders. Codes are data and may contain any characters."""

from __future__ import annotations

from urllib.parse import quote

# Folders of a release that are not of an institution.
RESERVED = ("bureau", "enterprises", "researchers", "manifest%2Ejson", "timestamp%2Etsr")


def folder_name(code: str) -> str:
    """A code as a safe folder name that is none of the `RESERVED` ones, whatever the case of its letters."""
    name = quote(code, safe="").replace(".", "%2E") or "%20"
    if name.lower() in RESERVED:
        return f"%{ord(name[0]):02X}{name[1:]}"
    return name
