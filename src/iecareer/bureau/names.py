"""Names beside codes: areas, institutions, programs and enterprises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from iecareer.bureau.policy import rows_of
from iecareer.contracts.divisions import division_names
from iecareer.database import text_literal
from iecareer.feedback.catalog import has_table
from iecareer.feedback.published import UNSEEN

if TYPE_CHECKING:
    import duckdb

# Published tables that name employers.
_NAMING = ("hiring_employer", "employer_retention")


@dataclass(frozen=True)
class Names:
    """Names by code. What has no name is called by its code."""

    institutions: Mapping[str, str]
    programs: Mapping[str, str]
    enterprises: Mapping[str, str]

    def area(self, code: str | None) -> str:
        """Name of an area in the list of divisions."""
        return division_names().get(code or "", code or "")

    def unit(self, row: Mapping[str, Any]) -> str:
        """What a light, warning or indicator is about."""
        if row["scope"] == "area":
            return self.area(row["area_code"])
        institution = self.institution(row["institution_code"])
        return institution if row["scope"] == "institution" else f"{institution} · {self.program(row)}"

    def institution(self, code: str) -> str:
        """Name of an institution."""
        return self.institutions.get(code) or code

    def program(self, row: Mapping[str, Any]) -> str:
        """Name of a row's program."""
        return self.programs.get(row["program_code"]) or str(row["program_code"])

    def beside(self, row: Mapping[str, Any]) -> dict[str, str]:
        """The names of all codes of a row, for columns beside them."""
        named = {}
        if row.get("area_code"):
            named["area_name"] = self.area(row["area_code"])
        if row.get("institution_code"):
            named["institution_name"] = self.institution(row["institution_code"])
        if row.get("program_code"):
            named["program_name"] = self.program(row)
        if row.get("enterprise_code"):
            named["enterprise_name"] = self.enterprises.get(row["enterprise_code"], "")
        return named


def code_of(row: Mapping[str, Any]) -> str:
    """The code of a unit, as `iecareer light explain` takes it."""
    if row["scope"] == "area":
        return str(row["area_code"])
    if row["scope"] == "institution":
        return str(row["institution_code"])
    return f"{row['institution_code']}/{row['program_code']}"


def read_names(connection: duckdb.DuckDBPyConnection, on: date) -> Names:
    """Names of the warehouse that is attached as ``published``.

    Institutions have the name that is valid on a day, else the newest begun by then, else their oldest one; programs
    that of the newest edition of the catalogue. Only enterprises whose names are published have one.
    """
    periods = rows_of(
        connection,
        f"""select institution_code, {_seen("institution_name")} from published.marts.dim_institution
        order by valid_from > $on desc, case when valid_from > $on then valid_from end desc,
          coalesce(valid_to, $on) >= $on, valid_from""",
        on=on,
    )
    editions = rows_of(
        connection,
        f"select program_code, {_seen('program_name')} from published.marts.dim_program order by edition",
    )
    employers: dict[str, str] = {}
    for table in _NAMING:
        if has_table(connection, f"feedback.{table}"):
            employers |= {
                row["enterprise_code"]: row["enterprise_name"]
                for row in rows_of(
                    connection,
                    f"""select distinct enterprise_code, {_seen("enterprise_name")}
                    from published.feedback.{table}""",
                )
                if row["enterprise_name"] != row["enterprise_code"]
            }
    return Names(
        {row["institution_code"]: row["institution_name"] for row in periods},
        {row["program_code"]: row["program_name"] for row in editions},
        employers,
    )


def _seen(column: str) -> str:
    """SQL of a name without letters that nobody sees, which could turn the direction of the text after them."""
    return f"regexp_replace({column}, {text_literal(UNSEEN)}, '', 'g') as {column}"
