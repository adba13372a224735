"""The rows of policy in force on the day of a published run: the numbers that pages, workbooks and sentences show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from iecareer.lights.models import POLICY
from iecareer.transform.rendered import compute

if TYPE_CHECKING:
    from datetime import date

    import duckdb

Row = dict[str, Any]
# Weights of indicators and levels by scope and region class, with those that stand for all other classes.
_WEIGHT = "basis_light_weight"
SEEDS = ("policy_light", "policy_instrument", "policy_signal")


@dataclass(frozen=True)
class Policy:
    """Policy in force.

    Parameters
    ----------
    numbers : list of dict
        seed, name, value, unit, effective_from, document, clause, description.
    indicators : list of dict
        scope, indicator, level, anchor, worst, best, years_before, months, min_n.
    red_lines : list of dict
        scope, indicator, comparison, threshold.
    weights : list of dict
        scope, region_class, indicator, level, weight, level_weight, weight_of_level.
    rates : list of dict
        region_class, rate.
    """

    numbers: list[Row]
    indicators: list[Row]
    red_lines: list[Row]
    weights: list[Row]
    rates: list[Row]

    def number(self, name: str) -> float:
        """A policy number of lights, instruments or signals by name."""
        return float(next(row["value"] for row in self.numbers if row["name"] == name))

    def whole(self, name: str) -> int:
        """The same, as a whole number."""
        return int(self.number(name))

    def red_line(self, scope: str, indicator: str) -> Row:
        """The red line of an indicator."""
        return next(row for row in self.red_lines if (row["scope"], row["indicator"]) == (scope, indicator))

    def expected(self, scope: str, region_class: str | None) -> list[Row]:
        """The indicators of a scope, with their weights for a region class."""
        classes = {row["region_class"] for row in self.weights}
        of_class = region_class if region_class in classes else "any"
        return [row for row in self.weights if (row["scope"], row["region_class"]) == (scope, of_class)]


def read_policy(connection: duckdb.DuckDBPyConnection, as_of: date) -> Policy:
    """The policy of the warehouse that is attached as ``published``, in force on a day.

    Raises
    ------
    duckdb.CatalogException
        When the warehouse has no policy of lights.
    """
    for schema in ("seeds", "marts"):
        connection.execute(f"create schema if not exists {schema}")
    named = connection.execute(
        """select table_name from information_schema.tables
        where table_catalog = 'published' and table_schema = 'seeds'"""
    ).fetchall()
    for (name,) in named:
        connection.execute(f"create view seeds.{name} as from published.seeds.{name}")
    connection.execute("create view marts.dim_institution as from published.marts.dim_institution")
    compute(connection, [*POLICY, _WEIGHT], as_of)
    return Policy(
        rows_of(
            connection,
            f"from staging.stg_policy_number where seed in {SEEDS} order by seed, name",
        ),
        rows_of(connection, "from staging.stg_policy_light_indicator order by scope, level, indicator"),
        rows_of(connection, "from staging.stg_policy_red_line order by scope, indicator"),
        rows_of(
            connection, f"from basis.{_WEIGHT} order by scope, region_class, level, weight desc, indicator"
        ),
        rows_of(connection, "from staging.stg_policy_insurance_rate order by region_class"),
    )


def rows_of(connection: duckdb.DuckDBPyConnection, query: str, **values: object) -> list[Row]:
    """The rows of a query, by column name."""
    cursor = connection.execute(query, values or None)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
