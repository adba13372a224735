"""Names of institutions and programs for headings; codes stand in where a region delivered no names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.feedback.disclosure import columns_of
from iecareer.feedback.policy import has_table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def prepare_directory(connection: DuckDBPyConnection) -> None:
    """Write ``feedback.institution`` and ``feedback.program``: one row per code seen in the response mart."""
    _prepare(connection, "institution", ("institution_name", "region_code", "region_class"))
    _prepare(connection, "program", ("program_name", "study_level"))


def _prepare(connection: DuckDBPyConnection, noun: str, wanted: tuple[str, ...]) -> None:
    code, name, dimension = f"{noun}_code", wanted[0], f"marts.dim_{noun}"
    has_dimension = has_table(connection, "marts", f"dim_{noun}")
    present = columns_of(connection, dimension) if has_dimension else []
    listed = ", ".join(
        f"d.{column}" if column in present else f"null::varchar as {column}"
        for column in wanted
        if column != name
    )
    named = f"coalesce(nullif(d.{name}, ''), c.{code})" if name in present else f"c.{code}"
    marts = ("msr_response", "msr_employment", "msr_retention", "msr_starting_salary", "msr_job_match")
    codes = " union ".join(f"select {code} from marts.{mart} where {code} is not null" for mart in marts)
    # A dimension with editions may repeat a code; any one name will do for a heading.
    joined = (
        f"left join (select distinct on ({code}) * from {dimension}) d using ({code})"
        if has_dimension
        else ""
    )
    connection.execute(f"""create or replace table feedback.{noun} as
        select c.{code}, {named} as {name}, {listed} from ({codes}) c {joined} order by 1""")
