"""Lights and warnings of institutions and programs in the form that leaves: they stand until enough changed.

Input: the models of ``dbt_project/models/publication/lights``. Output: ``feedback.light``, ``light_indicator`` and
``warning``; empty without lights. Areas are left out: of an area with two institutions, each would learn the other's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.feedback.catalog import has_table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_UNIT = {"scope": "varchar", "institution_code": "varchar", "program_code": "varchar", "year": "integer"}
# Table of schema feedback → the model that it is taken from, and its columns.
_TABLES: dict[str, tuple[str, dict[str, str]]] = {
    "light": (
        "basis.basis_released_light",
        {
            **dict.fromkeys(("light", "band", "reaches"), "varchar"),
            "is_certain": "boolean",
            "red_lines": "varchar",
            "index": "bigint",
            "is_consequential": "boolean",
            "stands_from": "varchar",
        },
    ),
    "light_indicator": (
        "basis.basis_released_indicator",
        {
            **dict.fromkeys(("indicator", "level"), "varchar"),
            "cohort_year": "integer",
            "n": "bigint",
            "value": "double",
            **dict.fromkeys(("score", "contribution"), "bigint"),
            **dict.fromkeys(("step_for_better", "red_line"), "double"),
            **dict.fromkeys(("stands_from", "status"), "varchar"),
        },
    ),
    "warning": (
        "basis.basis_released_warning",
        {
            **dict.fromkeys(("cause", "response"), "varchar"),
            "rectify_by": "date",
            "is_new": "boolean",
            "stands_from": "varchar",
        },
    ),
}


def prepare_lights(connection: DuckDBPyConnection) -> None:
    """Write the tables of lights; those of a build without lights have no rows."""
    for table, (model, own) in _TABLES.items():
        columns = _UNIT | own
        is_built = has_table(connection, model)
        listed = [f"{name if is_built else 'null'}::{kind} as {name}" for name, kind in columns.items()]
        source = model if is_built else "(select 1 where false)"
        connection.execute(f"""create or replace table feedback.{table} as
            select {", ".join(listed)} from {source} order by all""")
