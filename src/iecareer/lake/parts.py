"""Reading parts of deliveries: the rows of some periods, from files that may contain more periods."""

from __future__ import annotations

import glob
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from iecareer.contracts import RecordType
from iecareer.database import text_literal
from iecareer.lake.manifest import Part

Periods = tuple[str, ...]


def part_rows(lake: Path, kind: RecordType, parts: Iterable[Part]) -> str | None:
    """DuckDB SQL for the rows of these parts, with all columns of their files; None if the parts have no rows.

    Parameters
    ----------
    lake : Path
        Folder to which the paths of parts are relative.
    kind : RecordType
        The record type of the parts.
    parts : iterable of Part
        Parts of one or several deliveries. Parts that share a file are read together.
    """
    arms = [_rows(lake, kind, paths, wanted) for wanted, paths in files_by_periods(parts).items()]
    return " union all by name ".join(arms) or None


def files_by_periods(parts: Iterable[Part]) -> dict[Periods, list[str]]:
    """Paths of the files with rows of these parts, grouped by the periods to read from them."""
    periods: dict[str, set[str]] = defaultdict(set)
    for part in parts:
        if part.n:
            periods[part.path].add(part.period or "")
    alike: dict[Periods, list[str]] = defaultdict(list)
    for path, wanted in periods.items():
        alike[tuple(sorted(wanted))].append(path)
    return alike


def of_periods(kind: RecordType, periods: Periods) -> str:
    """SQL condition that selects these periods, for both engines; empty if there are no periods."""
    if kind.period_column is None:
        return ""
    months = ", ".join(f"date '{period}-01'" for period in periods)
    return f" where {kind.period_column} in ({months})"


def place(lake: Path, path: str) -> str:
    """The files of a part as a pattern for DuckDB.

    Only ``*`` within the part's path is a wildcard; the folder before it is literal.
    """
    return f"{glob.escape(str(lake))}/{path}"


def _rows(lake: Path, kind: RecordType, paths: list[str], periods: Periods) -> str:
    files = ", ".join(text_literal(place(lake, path)) for path in paths)
    rows = f"select * from read_parquet([{files}], hive_partitioning = false, union_by_name = true)"
    return rows + of_periods(kind, periods)
