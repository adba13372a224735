"""The bureau's workbook and page of a year, written into a folder that only their owner can open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iecareer.bureau.page import bureau_page
from iecareer.bureau.private_folder import LIGHTS, SIGNALS, private_folder, write_private
from iecareer.bureau.report import read_report
from iecareer.bureau.workbook import bureau_workbook

if TYPE_CHECKING:
    from pathlib import Path


def write_report(warehouse: Path, folder: Path, year: int | None = None) -> dict[str, Any]:
    """Write the workbook and the page of a year; default: the newest with a light.

    Returns
    -------
    dict
        `year`, `files`, `n_lights` and `n_warnings`.

    Raises
    ------
    IecareerError
        When there is no light of the year, others can open the folder, it has signals or is in a release.
    """
    report = read_report(warehouse, year)
    place = private_folder(folder, apart_from=SIGNALS)
    made = {
        f"{LIGHTS}{report.year}.xlsx": bureau_workbook(report),
        f"{LIGHTS}{report.year}.html": bureau_page(report).encode(),
    }
    for name, content in made.items():
        write_private(place / name, content)
    return {
        "year": report.year,
        "files": [str(place / name) for name in made],
        "n_lights": len(report.lights),
        "n_warnings": len(report.warnings),
    }
