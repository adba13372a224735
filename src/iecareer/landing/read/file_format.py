"""The format of a file by its first bytes, because offices name HTML tables and text `.xls` and pack any file."""

from __future__ import annotations

import json
from pathlib import PurePath

from iecareer.errors import IecareerError
from iecareer.landing.read.chunk import Request
from iecareer.landing.read.refused_formats import refuse_by_content

_BY_SUFFIX = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".xlsx": "xlsx", ".xlsm": "xlsx", ".xls": "xls",
    ".et": "xls", ".ods": "ods",
    ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet", ".html": "html", ".htm": "html",
    ".db": "sqlite", ".sqlite": "sqlite", ".sqlite3": "sqlite", ".zip": "zip", ".gz": "gzip",
}  # fmt: skip
_SIGNATURES = {
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "xls",
    b"\x09\x08\x10\x00\x00\x06": "xls",
    b"\x09\x08\x08\x00\x00\x05": "xls",
    b"\x09\x04\x06\x00": "xls",
    b"PAR1": "parquet",
    b"SQLite format 3\0": "sqlite",
    b"\x1f\x8b": "gzip",
}
_HTML = ("<html", "<table", "<!doctype html", "<meta", "<head", "<body", "<div", "<style", "<tr", "<!--")
_BINARY = ("xlsx", "xls", "ods", "parquet", "sqlite", "zip", "gzip")
_ADDRESSED = {"sheet": ("xlsx", "xls", "zip"), "table": ("sqlite", "zip"), "records": ("json", "zip")}


def format_of(name: str) -> str | None:
    """The format that a file name's ending stands for, or None."""
    return _BY_SUFFIX.get(PurePath(name).suffix.lower())


def detected_format(head: bytes, request: Request) -> str:
    """The format of a file that begins with `head`; contract and name only decide between text formats.

    Raises
    ------
    IecareerError
        When the format is not supported, or has no parts of the kind that the contract names.
    """
    found = _by_signature(head, request) or _of_text(head, request)
    part = (request.selector or "").partition(":")
    if part[1] and found not in _ADDRESSED.get(part[0], (found,)):
        raise IecareerError(
            f"{request.place}: the contract names the {part[0]} '{part[2]}', but the file is {found} by its content.",
            next_step=f"Ask for a file that has a {part[0]}, or take 'physicalName' out of the contract.",
        )
    return found


def _by_signature(head: bytes, request: Request) -> str | None:
    refuse_by_content(head, request.place)
    return next((found for signature, found in _SIGNATURES.items() if head.startswith(signature)), None)


def _of_text(head: bytes, request: Request) -> str:
    begin = _beginning(head)
    if begin.startswith(_HTML):
        return "html"
    if begin.startswith(("<?xml", "<workbook", "<")):
        is_book = "urn:schemas-microsoft-com:office:spreadsheet" in begin
        raise IecareerError(
            f"{request.place}: is {'an XML spreadsheet of Excel 2003' if is_book else 'XML'}.",
            next_step="Open it in Excel or WPS and save it as .xlsx." if is_book else "Ask for CSV or .xlsx.",
        )
    is_json = request.declared in ("json", "jsonl") or begin.startswith(
        ('{"', "[{", "{\n", "[\n", "{ ", "{\r")
    )
    if is_json:
        return _json_form(head, request)
    if request.declared in _BINARY and (b"\0" in head and head[:2] not in (b"\xff\xfe", b"\xfe\xff")):
        raise IecareerError(
            f"{request.place}: is not a .{request.declared} file, whatever its name says.",
            next_step="Check that the transfer was complete, or open it with its own program and save it again.",
        )
    return "csv"


def _beginning(head: bytes) -> str:
    """The first characters in lower case, without leading blanks and byte-order mark."""
    start = head[:4096]
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = start.decode("utf-16", errors="replace")
    else:
        text = start.decode("utf-8", errors="replace")
    return text.lstrip("\ufeff \t\r\n").lower()


def _json_form(head: bytes, request: Request) -> str:
    """Whether JSON text has one object per line, or is one document."""
    first, _, rest = head.lstrip(b"\xef\xbb\xbf \t\r\n").partition(b"\n")
    try:
        line = json.loads(first)
    except (ValueError, RecursionError):
        # If the first line is cut off or not valid: the declared format, or one document over several lines.
        return request.declared if request.declared in ("json", "jsonl") and len(first) > 1 else "json"
    if isinstance(line, list):
        return (
            "json" if not rest.strip() and (request.declared != "jsonl" or _holds_objects(line)) else "jsonl"
        )
    return "jsonl" if rest.strip() or request.declared != "json" else "json"


def _holds_objects(values: list[object]) -> bool:
    return any(isinstance(value, dict) for value in values)
