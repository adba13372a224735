"""Why DuckDB failed, in words of our own: its own words may quote a row, so none of them is passed on."""

from __future__ import annotations

import re

from iecareer.settings import memory_limit

# dbt puts one line of its own before the engine's.
_BEFORE = r"\s*(?:\w+ Error in \w+ \S+ \([^\n]*\)\n\s*)?"
# Kind of error, a part of its message, and the cause that we report.
_CAUSES = (
    ("Out of Memory Error", "failed to offload", "the disk is full, nothing more can be spilled"),
    ("Out of Memory Error", "", "out of memory, it may use {memory}, see IECAREER_MEMORY_LIMIT"),
    (
        "(?:IO|TransactionContext|FATAL) Error",
        "No space left on device|Disk quota exceeded",
        "the disk is full",
    ),
    (
        "(?:IO|TransactionContext|FATAL) Error",
        "Permission denied|Read-only file system|Operation not permitted",
        "a file of the home may not be read or written",
    ),
    ("IO Error", "Could not set lock on file", "another process has the build open"),
    (
        "(?:Invalid Input|Parser|Catalog|Binder) Error",
        "Unrecognized configuration propert|Unknown unit for memory|Memory must have a number",
        "a setting of DuckDB is wrong",
    ),
)


def cause_of(message: str) -> str | None:
    """The cause that the message of an error shows: memory, disk, permission, lock or setting; None for any other.

    Parameters
    ----------
    message : str
        The text of DuckDB's error, or of dbt's with DuckDB's in it. Nothing of it is in the answer.
    """
    for kind, part, cause in _CAUSES:
        if re.match(rf"{_BEFORE}{kind}: [^\n]*(?:{part})", message):
            return cause.format(memory=memory_limit())
    return None
