"""The digest of a year's warnings for the bureau: text to read, and rows for machines.

Input: published warnings. Output: text, grouped by response and deadline, then areas, institutions and programs; rows
with the columns of `lights.warning` and names, as JSON and CSV.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from iecareer.bureau.private_folder import LIGHTS, SIGNALS, private_folder, write_private
from iecareer.bureau.warnings.words import causes, causes_with_numbers, counted, response, unit
from iecareer.bureau.words import of_value
from iecareer.feedback.data_files import csv_bytes
from iecareer.lights.published_warnings import PublishedWarning, PublishedWarnings

_COLUMNS = (
    *("warning_id", "scope", "area_code", "institution_code", "program_code", "unit_name", "year", "cause"),
    *("cause_zh", "response", "response_zh", "detail", "rectify_by", "is_new", "first_published_on"),
)


def digest_text(published: PublishedWarnings, warnings: Sequence[PublishedWarning]) -> str:
    """The digest to read.

    Parameters
    ----------
    published : PublishedWarnings
        The year and the run.
    warnings : sequence of PublishedWarning
        Those of its warnings that are listed, in its order.
    """
    year = published.year or ""
    lines = [
        f"预警摘要 {year} · Digest of warnings {year}",
        f"数据截至 {published.as_of}，批次 {published.run_id} · as of {published.as_of}, run {published.run_id}",
        _total(warnings),
    ]
    for asked, same in groupby(warnings, key=response):
        lines += ["", f"{asked.zh} · {asked.en}", *_group([*same])]
    return "\n".join(lines)


def digest_rows(
    warnings: Sequence[PublishedWarning], first_published: dict[str, str]
) -> list[dict[str, Any]]:
    """One row per warning; `first_published` has the day on which a night first published it, by id."""
    rows = []
    for warning in warnings:
        known = {name: getattr(warning, name) for name in _COLUMNS if hasattr(warning, name)}
        words = {"cause_zh": causes([warning]).zh, "response_zh": response(warning).zh}
        first = first_published.get(warning.warning_id)
        row = known | words | {"first_published_on": first}
        rows.append({name: row[name] for name in _COLUMNS})
    return rows


def write_digest(folder: Path, text: str, document: dict[str, Any]) -> list[Path]:
    """Write ``lights_warnings_<year>`` as ``.txt``, ``.json`` and ``.csv`` (UTF-8 with BOM for Excel); their paths.

    Only their owner can read folder and files, because the numbers are exact.

    Raises
    ------
    IecareerError
        When others can open the folder, or it has files of the auditors or of a release.
    """
    place, name = private_folder(folder, apart_from=SIGNALS), f"{LIGHTS}warnings_{document['year']}"
    rows = document["warnings"]
    contents = {
        "txt": f"{text}\n".encode(),
        "json": (json.dumps(document, ensure_ascii=False, indent=2, default=str) + "\n").encode(),
        "csv": csv_bytes({column: [row[column] for row in rows] for column in _COLUMNS}),
    }
    for ending, content in contents.items():
        write_private(place / f"{name}.{ending}", content)
    return [place / f"{name}.{ending}" for ending in contents]


def _total(warnings: Sequence[PublishedWarning]) -> str:
    if not warnings:
        return "没有预警 · no warnings"
    n, n_new = len(warnings), sum(one.is_new for one in warnings)
    asked = counted(warnings)
    return f"共 {n} 条，新增 {n_new} 条：{asked.zh} · {n} in all, {n_new} new: {asked.en}"


def _group(warnings: Sequence[PublishedWarning]) -> Iterator[str]:
    """The lines of one response: per scope, one line per unit with all its causes."""
    for scope, of_scope in groupby(warnings, key=lambda one: one.scope):
        word = of_value("scope", scope)
        yield f"  {word.zh} · {word.en}"
        for _, of_unit in groupby(of_scope, key=lambda one: one.unit):
            same = [*of_unit]
            yield f"    {unit(same[0])}：{causes_with_numbers(same)} · {causes(same).en}"
