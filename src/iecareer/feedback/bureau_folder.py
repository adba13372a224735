"""The bureau's folder in a release: page, workbook, and every published table of all institutions and roll-ups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.feedback import wording
from iecareer.feedback.data_files import write_meanings, write_stream
from iecareer.feedback.page.bureau import render_bureau
from iecareer.feedback.published import read_region, stream, stream_table
from iecareer.feedback.workbook.bureau import write_bureau_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from iecareer.feedback.imprint import Imprint
    from iecareer.feedback.overview import Overview
    from iecareer.feedback.published import Edition

NAME = "bureau"
# Names of what the codes stand for.
_NAMES = {
    "institution": ("institution_code", "institution_name", "region_class"),
    "program": ("program_code", "program_name"),
}


def write_bureau(
    draft: Path, connection: DuckDBPyConnection, overview: Overview, edition: Edition, imprint: Imprint
) -> str:
    """Write the bureau's folder below `draft`; returns its name."""
    folder = draft / NAME
    data = folder / "data"
    data.mkdir(parents=True)
    for table in wording.tables():
        write_stream(data, table, stream_table(connection, table, edition))
    for table, columns in _NAMES.items():
        write_stream(
            data, table, stream(connection, f"select {', '.join(columns)} from feedback.{table} order by 1")
        )
    write_meanings(data, wording.tables())
    region = read_region(connection, edition)
    write_bureau_workbook(folder / f"{NAME}_{imprint.label}.xlsx", region, overview, edition, imprint)
    page = render_bureau(region, overview, edition, imprint)
    (folder / f"{NAME}_{imprint.label}.html").write_text(page, encoding="utf-8")
    return NAME
