"""What changed rows of policy would change: lights and money of a published warehouse."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from iecareer.errors import IecareerError
from iecareer.lights.difference import Difference, differences
from iecareer.lights.recomputed import recomputed
from iecareer.policy.light_rows import SEEDS
from iecareer.policy.seeds import seed_with

# Tables and the columns that are told.
TOLD: Mapping[str, tuple[str, ...]] = {
    "lights.light": ("light", "index", "is_consequential"),
    "lights.warning": ("response",),
    "instruments.allocation": ("amount_cny", "neutral_amount_cny"),
    "instruments.floating_fund": ("fund_cny",),
    "instruments.insurance_subsidy": ("subsidy_cny", "refund_cny"),
    "instruments.area_appraisal": ("points", "subsidy_cut"),
}


def policy_difference(warehouse: Path, file: Path) -> tuple[int | None, list[Difference]]:
    """The newest year with lights, and who changes in it and by how much, if the rows of a file were in force.

    Parameters
    ----------
    warehouse : Path
        A published warehouse.
    file : Path
        CSV file with the name and the headers of a policy seed. Its rows replace published rows of the same names.

    Raises
    ------
    IecareerError
        When the file has no seed's name or its rows make no sense.
    """
    if file.name not in SEEDS:
        raise IecareerError(
            f"{file.name} is no seed of lights or instruments.",
            next_step=f"Name it like one of: {', '.join(SEEDS)}.",
        )
    if not file.is_file():
        raise IecareerError(f"There is no file {file}.", next_step="Check the path.")
    with recomputed(warehouse, {file.stem: seed_with(file)}) as (connection, _):
        ((year,),) = connection.execute("select max(year) from published.lights.light").fetchall()
        found = [
            difference
            for table, columns in TOLD.items()
            for difference in differences(connection, table, year)
            if difference.column in columns
        ]
    return year, found


def rebuilt(warehouse: Path, year: int) -> tuple[int, list[Difference]]:
    """The rows computed again from stored inputs for a year, and where they differ from the published ones.

    Raises
    ------
    IecareerError
        When no light of the year is published.
    """
    tables = ("lights.light_indicator", "lights.light", "lights.warning", "instruments.allocation")
    with recomputed(warehouse) as (connection, _):
        counted = [_count(connection, f"published.{table}", year) for table in tables]
        if not counted[1]:
            raise IecareerError(
                f"No light of {year} is published.", next_step="See 'iecareer light rebuild --help'."
            )
        return sum(counted), [found for table in tables for found in differences(connection, table, year)]


def _count(connection: Any, table: str, year: int) -> int:
    ((n,),) = connection.execute(f"select count(*) from {table} where year = ?", [year]).fetchall()
    return int(n)
