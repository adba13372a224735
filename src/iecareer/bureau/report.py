"""What the bureau's page and workbook show of one year: lights, warnings, money and reviews, exactly as published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from iecareer.bureau.names import Names, code_of, read_names
from iecareer.bureau.policy import Policy, read_policy, rows_of
from iecareer.database import text_literal
from iecareer.errors import IecareerError

Row = dict[str, Any]
SCOPES = ("area", "institution", "program")
LIGHTS = ("red", "yellow", "green", "not_judged")
RESPONSES = ("rectification", "supervision", "consultation", "notice")
_CODES = "area_code, institution_code, program_code"
_BY_UNIT = f"list_position({list(SCOPES)}, scope), {_CODES}"
_WORST_FIRST = f"""list_position({list(SCOPES)}, scope), list_position({list(LIGHTS)}, light),
    is_consequential desc, index nulls first, {_CODES}"""
# Tables of instruments with the order of their rows.
_INSTRUMENTS = {
    "allocation": "area_code, institution_code",
    "floating_fund": "rank, area_code",
    "enterprise_credit": "is_aaa desc, interns_short, enterprise_code",
    "enterprise_exit": "is_exit desc, is_poor desc, enterprise_code",
    "equity_share": "institution_code, agreement_id",
    "insurance_subsidy": "institution_code, policy_id",
    "area_appraisal": "area_code",
}
_REVIEWS = """from published.instruments.review_cycle
    order by is_due desc, due_on nulls first, disagrees desc nulls last, institution_code"""
# Areas with a light in another year only.
_WITHOUT_LIGHT = """select area_code from published.lights.light where scope = 'area'
    group by area_code having not bool_or(year = $year) order by area_code"""


@dataclass(frozen=True)
class Report:
    """One year of a published warehouse.

    Parameters
    ----------
    year : int
        Calendar year of lights, warnings and money.
    as_of, run_id
        Day and name of the run.
    lights : list of dict
        Rows of ``lights.light``, the worst first.
    indicators : list of dict
        Rows of ``lights.light_indicator``.
    warnings : list of dict
        Rows of ``lights.warning``, the strongest response first.
    instruments : dict
        Rows of the year by table of the schema ``instruments``.
    reviews : list of dict
        Rows of ``instruments.review_cycle``, due ones first.
    before : dict
        Lights of the year before by scope and code.
    without_light : list of str
        Codes of areas that have a light in another year, but not in this one.
    """

    year: int
    as_of: date
    run_id: str
    policy: Policy
    names: Names
    lights: list[Row]
    indicators: list[Row]
    warnings: list[Row]
    instruments: dict[str, list[Row]]
    reviews: list[Row]
    before: dict[tuple[str, str], Row]
    without_light: list[str]

    def of_scope(self, scope: str) -> list[Row]:
        """Lights of a scope."""
        return [row for row in self.lights if row["scope"] == scope]

    @cached_property
    def _by_unit(self) -> dict[tuple[str, str], list[Row]]:
        found: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in self.indicators:
            found[row["scope"], code_of(row)].append(row)
        return found

    def before_of(self, light: Row) -> Row | None:
        """The light of the same unit in the year before; None without one."""
        return self.before.get((light["scope"], code_of(light)))

    def indicators_of(self, light: Row) -> list[Row]:
        """The rows of a light's indicators."""
        return self._by_unit.get((light["scope"], code_of(light)), [])


@contextmanager
def opened(warehouse: Path, what: str = "lights") -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB file in memory, with the warehouse attached as ``published`` (read-only).

    `what` is read from it: lights or signals.

    Raises
    ------
    IecareerError
        When the warehouse lacks a table that is asked for: an older version published it.
    """
    with duckdb.connect() as connection:
        connection.execute(f"attach {text_literal(warehouse)} as published (read_only)")
        try:
            yield connection
        except duckdb.CatalogException:
            raise IecareerError(
                f"The published warehouse has no {what}.",
                next_step="Run 'iecareer run' with this version first.",
            ) from None


def run_of(connection: duckdb.DuckDBPyConnection) -> tuple[str, date]:
    """Name and day of the published run."""
    (run,) = rows_of(connection, "from published.checks.run")
    return str(run.get("run_id", "")), run["as_of"]


def read_report(warehouse: Path, year: int | None = None) -> Report:
    """The report of a year; default: the newest with a light.

    Raises
    ------
    IecareerError
        When the warehouse has no light, or none of the year.
    """
    with opened(warehouse) as connection:
        chosen = _year(connection, year)
        run_id, as_of = run_of(connection)
        before = _of_year(connection, "lights.light", "area_code", chosen - 1)
        return Report(
            year=chosen,
            as_of=as_of,
            run_id=run_id,
            policy=read_policy(connection, as_of),
            names=read_names(connection, date(chosen, 12, 31)),
            lights=_of_year(connection, "lights.light", _WORST_FIRST, chosen),
            indicators=_of_year(
                connection, "lights.light_indicator", f"{_BY_UNIT}, level, weight desc, indicator", chosen
            ),
            warnings=_of_year(
                connection,
                "lights.warning",
                f"list_position({list(RESPONSES)}, response), {_BY_UNIT}, cause",
                chosen,
            ),
            instruments={
                name: _of_year(connection, f"instruments.{name}", order, chosen)
                for name, order in _INSTRUMENTS.items()
            },
            reviews=rows_of(connection, _REVIEWS),
            before={(row["scope"], code_of(row)): row for row in before},
            without_light=[row["area_code"] for row in rows_of(connection, _WITHOUT_LIGHT, year=chosen)],
        )


def _of_year(connection: duckdb.DuckDBPyConnection, table: str, order: str, year: int) -> list[Row]:
    """The rows of a year of a published table, in an order."""
    return rows_of(connection, f"from published.{table} where year = $year order by {order}", year=year)


def _year(connection: duckdb.DuckDBPyConnection, year: int | None) -> int:
    years = [
        row["year"]
        for row in rows_of(connection, "select distinct year from published.lights.light order by year")
    ]
    if not years:
        raise IecareerError(
            "The published warehouse has no light of any year.",
            next_step="A light needs cooperation data or outcomes of graduates: see docs/lights.md.",
        )
    if year is not None and year not in years:
        raise IecareerError(
            f"No light of {year} is published.",
            next_step=f"Years with a light: {', '.join(map(str, years))}.",
        )
    return int(year or years[-1])
