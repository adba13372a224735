"""The worked example as a published warehouse, with names of institutions and programs and with signals."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from iecareer.bureau.report import Report, read_report
from tests.bureau.signals import write_signal_tables
from tests.lights.example import I1, I2
from tests.lights.published import write_published

# A spreadsheet would run the second name, and a browser the third.
NAMES = {I1: "甲职业技术学院", I2: "=1+1"}
PROGRAMS = {"460103": "数控<b>技术</b>", "510201": "计算机应用技术"}


def write_names(connection: duckdb.DuckDBPyConnection) -> None:
    """Names of two of the three institutions and of two programs; the others have codes only."""
    connection.execute("alter table marts.dim_institution add column institution_name varchar")
    for code, name in NAMES.items():
        connection.execute(
            "update marts.dim_institution set institution_name = ? where institution_code = ?", [name, code]
        )
    connection.execute(
        "create table marts.dim_program (program_code varchar, edition integer, program_name varchar)"
    )
    for code, name in PROGRAMS.items():
        connection.execute(
            "insert into marts.dim_program values (?, 2015, 'old'), (?, 2021, ?)", [code, code, name]
        )


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published file."""
    path = write_published(tmp_path_factory.mktemp("bureau") / "warehouse.duckdb")
    with duckdb.connect(str(path)) as connection:
        write_names(connection)
        write_signal_tables(connection)
    return path


@pytest.fixture(scope="session")
def report(warehouse: Path) -> Report:
    """The report of the newest year, 2024."""
    return read_report(warehouse)
