"""Causes of DuckDB's errors in our own words, because DuckDB's text may quote a row."""

from __future__ import annotations

import re

from iecareer.settings import memory_limit

# dbt puts a line before the engine's message.
_BEFORE = r"\s*(?:\w+ Error in \w+ \S+ \([^\n]*\)\n\s*)?"
# Kind of error, a part of its message, and the cause that we report.
_CAUSES = (
    ("Out of Memory Error", "failed to offload", "the disk is full, no more data can be spilled"),
    ("Out of Memory Error", "", "out of memory (limit {memory}, see IECAREER_MEMORY_LIMIT)"),
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
    """The cause of an error by its message: memory, disk, permission, lock or setting; None for any other cause.

    Parameters
    ----------
    message : str
        The text of DuckDB's error, or of dbt's error that contains it. The result contains none of this text.
    """
    for kind, part, cause in _CAUSES:
        if re.match(rf"{_BEFORE}{kind}: [^\n]*(?:{part})", message):
            return cause.format(memory=memory_limit())
    return None
