"""The period of each value of a live source's period column, by the rules that parse its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import chain

from iecareer.contracts import record_type
from iecareer.landing.names import normal_header
from iecareer.landing.parse.connection import open_landing
from iecareer.landing.parse.parser import Parser
from iecareer.landing.read.chunk import Chunk
from iecareer.landing.read.raw_table import load_rows
from iecareer.sources import SourceSystem, Table
from iecareer.sources.row_rules import RowRules


def parse_periods(
    system: SourceSystem,
    table: Table,
    received_on: date,
    names: Sequence[str],
    columns: Sequence[Sequence[str | None]],
) -> list[str | None]:
    """The period (``YYYY-MM``) of each row of these text columns; None for a row without a period.

    Parameters
    ----------
    names, columns
        Names and texts of the columns from which the period is read.
    """
    kind = record_type(table.record_type)
    column = next(column for column in kind.columns if column.name == kind.period_column)
    alone = replace(kind, columns=(column,), key=(column.name,), rules=())
    mappings = tuple(mapping for mapping in table.mappings if mapping.column == column.name)
    of_periods = replace(table, mappings=mappings, rules=RowRules())
    chunk = Chunk({normal_header(name): f"c{place}" for place, name in enumerate(names)})
    n_rows, periods = len(columns[0]), dict[int, str]()
    with open_landing() as connection:
        load_rows(connection, range(n_rows), [False] * n_rows, columns)
        parser = Parser(connection, system, of_periods, alone, received_on)
        for rows in chain(parser.parse(chunk, kind.name), parser.finish()):
            found = connection.execute(f"select _line, strftime({column.name}, '%Y-%m') from {rows}")
            periods.update(dict(found.fetchall()))
    return [periods.get(line) for line in range(n_rows)]
