"""Read the unit of amounts from the rows above the headers, such as 单位：万元."""

from __future__ import annotations

import re
from dataclasses import replace

import duckdb

from iecareer.errors import IecareerError
from iecareer.landing.parse.pay_units import CHINESE_UNITS
from iecareer.landing.read import Content, InMemory, Request, read
from iecareer.onboarding.dictionary import cell_words

_HEAD = 1 << 16
_UNIT = re.compile(
    rf"单位\s*[:：]\s*([^\s,，;；。)）]*[元{CHINESE_UNITS}])|\b(?:amounts|values|angaben|all) in ([a-z€.]+)",
    re.IGNORECASE,
)


def factor_above(
    connection: duckdb.DuckDBPyConnection,
    content: Content,
    file_format: str,
    request: Request,
    header_line: int,
) -> str | None:
    """The factor for amounts, as text; None if the rows above the headers name no unit.

    Creates and drops the table `raw`.
    """
    if header_line <= 1:
        return None
    head = InMemory(_beginning(content)) if file_format == "csv" else content
    try:
        pieces = read(connection, head, file_format, replace(request, headers=frozenset(), header_row=1))
        chunk = next(pieces)
        listed = ", ".join(chunk.columns.values())
        rows = connection.execute(f"select {listed} from raw where _line < ?", [header_line]).fetchall()
    except (IecareerError, StopIteration, duckdb.Error):
        return None
    finally:
        connection.execute("drop table if exists raw")
    cells = [*chunk.columns, *(cell for row in rows for cell in row if cell)]
    units = [
        unit.lower() for cell in cells for found in _UNIT.finditer(cell) for unit in found.groups() if unit
    ]
    return next(
        (f for f, marks in cell_words().factors.items() for u in units if any(m in u for m in marks)), None
    )


def _beginning(content: Content) -> bytes:
    """The first complete lines of a text; in encodings with zero bytes (UTF-16), the first bytes."""
    head = next(iter(content.chunks()), b"")[:_HEAD]
    return head if b"\0" in head else head[: head.rfind(b"\n") + 1]
