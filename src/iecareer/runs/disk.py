"""The disk space that a night needs, estimated from the size of the conformed files in the lake."""

from __future__ import annotations

import shutil

from iecareer.errors import IecareerError
from iecareer.settings import home, lake

# Bytes of build, spilled data and published file per byte of conformed Parquet, and the minimum for any night;
# measured in docs/decisions/memory-limit-and-unencrypted-spilling.md.
_PER_BYTE = 5.0
_LEAST = 300 << 20


def refuse_full_disk() -> None:
    """Check that the disk of the home has enough free space for a night.

    Raises
    ------
    IecareerError
        When less space is free than a night is estimated to need.
    OSError
        When the home cannot be written.
    """
    folder = home() / "runs"
    folder.mkdir(parents=True, exist_ok=True)
    free, needed = shutil.disk_usage(folder).free, _needed()
    if free < needed:
        raise IecareerError(
            f"A night needs about {_gib(needed)} of disk space below {folder}; {_gib(free)} are free.",
            next_step="Free space, or move the home (IECAREER_HOME) to a larger disk.",
        )


def conformed_bytes() -> int:
    """Size of the conformed Parquet files in the lake."""
    return sum(file.stat().st_size for file in (lake() / "landing").rglob("*.parquet"))


def _needed() -> int:
    return _LEAST + int(_PER_BYTE * conformed_bytes())


def _gib(size: int) -> str:
    return f"{size / (1 << 30):.1f} GiB"
