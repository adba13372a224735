"""The warnings of a published warehouse, with the names of their units.

Input: `lights.warning` and the tables with names. Output: one object per row, in the order in which people read them:
by response, then areas, institutions and programs.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from iecareer.contracts.divisions import division_names
from iecareer.errors import IecareerError

RESPONSES = ("rectification", "supervision", "consultation", "notice")
SCOPES = ("area", "institution", "program")


@dataclass(frozen=True)
class PublishedWarning:
    """One row of `lights.warning`, with names and, for a red line, its threshold `red_line`."""

    scope: str
    area_code: str | None
    institution_code: str | None
    program_code: str | None
    year: int
    cause: str
    response: str
    detail: float
    rectify_by: date | None
    is_new: bool
    red_line: float | None
    institution_name: str | None
    program_name: str | None

    @property
    def unit(self) -> str:
        """Code of the area or institution, or ``institution/program``, as `iecareer light explain` takes it."""
        if self.scope == "area":
            return str(self.area_code)
        return (
            f"{self.institution_code}/{self.program_code}"
            if self.program_code
            else str(self.institution_code)
        )

    @property
    def unit_name(self) -> str:
        """Name of the unit; empty where no table has it."""
        if self.scope == "area":
            return division_names().get(str(self.area_code), "")
        return " ".join(filter(None, (self.institution_name, self.program_name)))

    @property
    def warning_id(self) -> str:
        """12 hexadecimal digits of unit, year and cause: the same in every night."""
        text = f"{self.scope}|{self.unit}|{self.year}|{self.cause}"
        return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class PublishedWarnings:
    """The warnings of one year, and the run that published them; `year` is None if no unit has a light."""

    run_id: str
    as_of: date
    year: int | None
    warnings: tuple[PublishedWarning, ...]

    @property
    def new(self) -> tuple[PublishedWarning, ...]:
        """Those whose unit had no warning of the cause in the year before."""
        return tuple(warning for warning in self.warnings if warning.is_new)


def published_warnings(warehouse: Path, year: int | None = None) -> PublishedWarnings:
    """The warnings of a year.

    Parameters
    ----------
    warehouse : Path
        A published warehouse.
    year : int, optional
        Calendar year; default: the newest in which a unit has a light.

    Raises
    ------
    IecareerError
        When the warehouse has no lights, or none in the year.
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        try:
            years = [row[0] for row in connection.execute(_YEARS).fetchall()]
            if year is not None and year not in years:
                listed = ", ".join(str(one) for one in years) or "none"
                raise IecareerError(
                    f"There are no lights of {year}.", next_step=f"Years with lights: {listed}."
                )
            chosen = year if year is not None else max(years, default=None)
            run = connection.execute("select run_id, as_of from checks.run").fetchall()[0]
            rows = connection.execute(_WARNINGS, [chosen, [*RESPONSES], [*SCOPES]]).fetchall()
        except duckdb.CatalogException:
            raise IecareerError(
                "The published warehouse has no lights.",
                next_step="Run 'iecareer run' with this version first.",
            ) from None
    run_id, as_of = run
    return PublishedWarnings(run_id, as_of, chosen, tuple(PublishedWarning(*row) for row in rows))


_YEARS = "select distinct year from lights.light order by year"
_WARNINGS = """
select
    warning.scope, warning.area_code, warning.institution_code, warning.program_code, warning.year, warning.cause,
    warning.response, warning.detail, warning.rectify_by, warning.is_new, judged.red_line,
    institution.institution_name, program.program_name
from lights.warning as warning
left join lights.light_indicator as judged
    on
        warning.scope = judged.scope
        and warning.year = judged.year
        and warning.cause = 'red_line:' || judged.indicator
        and warning.institution_code is not distinct from judged.institution_code
        and warning.program_code is not distinct from judged.program_code
        and (warning.scope <> 'area' or warning.area_code = judged.area_code)
left join (
    select institution_code, arg_max(institution_name, valid_from) as institution_name
    from marts.dim_institution group by all
) as institution on warning.institution_code = institution.institution_code
left join (
    select program_code, arg_max(program_name, edition) as program_name from marts.dim_program group by all
) as program on warning.program_code = program.program_code
where warning.year = $1
order by
    list_position($2, warning.response), warning.rectify_by, list_position($3, warning.scope),
    warning.area_code, warning.institution_code, warning.program_code, warning.cause
"""
