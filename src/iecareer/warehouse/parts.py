"""Reading parts of deliveries: the rows of some periods out of files that may hold more of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from iecareer.contracts import RecordType
from iecareer.warehouse.build import text_literal
from iecareer.warehouse.manifest import Part


def part_rows(lake: Path, kind: RecordType, parts: Iterable[Part]) -> str | None:
    """SQL of the rows of these parts, with every column their files have; None when they hold no row.

    Parameters
    ----------
    lake : Path
        Folder to which the paths of parts are relative.
    kind : RecordType
        The record type of the parts.
    parts : iterable of Part
        Parts of one delivery or of several; those that share a file are read from it together.
    """
    periods: dict[str, set[str]] = defaultdict(set)
    for part in parts:
        if part.n:
            periods[part.path].add(part.period or "")
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for path, wanted in periods.items():
        alike[tuple(sorted(wanted))].append(text_literal(lake / path))
    return " union all by name ".join(_rows(kind, files, wanted) for wanted, files in alike.items()) or None


def _rows(kind: RecordType, files: list[str], periods: tuple[str, ...]) -> str:
    rows = (
        f"select * from read_parquet([{', '.join(files)}], hive_partitioning = false, union_by_name = true)"
    )
    if kind.period_column is None:
        return rows
    months = ", ".join(f"date '{period}-01'" for period in periods)
    return f"{rows} where {kind.period_column} in ({months})"
