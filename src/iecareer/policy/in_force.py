"""Reads the policy numbers in force on the day of a run into a dataclass of the caller.

Input: the model ``staging.stg_policy_number`` of the run's build, which selects the rows in force. Output: a
dataclass with one number per field. No other Python code reads the seeds of a build.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from iecareer.errors import IecareerError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

T = TypeVar("T")

TABLE = "staging.stg_policy_number"


def read_numbers(connection: duckdb.DuckDBPyConnection, kind: type[T], seeds: Sequence[str]) -> T:
    """The numbers in force, one per field of a dataclass.

    Parameters
    ----------
    connection : DuckDBPyConnection
        A build with its staging layer.
    kind : type
        Dataclass whose fields are numbers, with the names of rows of the seeds.
    seeds : sequence of str
        The seeds that contain the names, such as ``policy_flag``. No name may be in two of them.

    Raises
    ------
    IecareerError
        When the build has no policy, or a name has no number or several numbers.
    """
    found = _found(connection, seeds)
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    for problem, wrong in (
        ("no number", [name for name in names if name not in found]),
        ("several numbers", [name for name in names if len(found.get(name, ())) > 1]),
    ):
        if wrong:
            raise IecareerError(
                f"Policy has {problem} in force for {len(wrong)} names: {', '.join(wrong)}.",
                next_step=f"Check the seeds: {', '.join(f'dbt_project/seeds/policy/{s}.csv' for s in seeds)}.",
            )
    numbers: dict[str, Any] = {name: found[name][0] for name in names}
    return kind(**numbers)


def _found(connection: duckdb.DuckDBPyConnection, seeds: Sequence[str]) -> dict[str, list[float]]:
    """Numbers by name."""
    import duckdb

    try:
        rows = connection.execute(
            f"select name, value from {TABLE} where list_contains($seeds, seed) and value is not null",
            {"seeds": list(seeds)},
        ).fetchall()
    except duckdb.CatalogException as error:
        raise IecareerError(
            f"The build has no table {TABLE}.", next_step="Build the staging layer first."
        ) from error
    found: dict[str, list[float]] = {}
    for name, value in rows:
        found.setdefault(name, []).append(float(value))
    return found
