"""Names of institutions and programs for headings; if a region delivered no name, the code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.feedback.catalog import columns_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


# Names come from the published dimension, or else from the staging layer of the same build.
_PLACES = ("marts.dim_{}", "staging.stg_{}")
_NEWEST = ("valid_from", "edition")
_MARTS = ("msr_response", "msr_employment", "msr_retention", "msr_starting_salary", "msr_job_match")


def prepare_directory(connection: DuckDBPyConnection) -> None:
    """Write ``feedback.institution`` and ``feedback.program``: one row per code seen in the marts."""
    _prepare(connection, "institution", ("institution_name", "region_code", "region_class"))
    _prepare(connection, "program", ("program_name", "study_level"))


def _prepare(connection: DuckDBPyConnection, noun: str, wanted: tuple[str, ...]) -> None:
    code, name = f"{noun}_code", wanted[0]
    codes = " union ".join(f"select {code} from marts.{mart} where {code} is not null" for mart in _MARTS)
    listed = ", ".join(f"d.{column}" for column in wanted[1:])
    connection.execute(f"""create or replace table feedback.{noun} as
        select c.{code}, coalesce(nullif(trim(d.{name}), ''), c.{code}) as {name}, {listed}
        from ({codes}) c left join ({_names(connection, noun, wanted)}) d using ({code}) order by 1""")


def _names(connection: DuckDBPyConnection, noun: str, wanted: tuple[str, ...]) -> str:
    """SELECT of one row per code with its newest name, from the first relation that exists."""
    code = f"{noun}_code"
    for place in _PLACES:
        present = columns_of(connection, place.format(noun))
        if wanted[0] not in present:
            continue
        listed = ", ".join(column if column in present else f"null::varchar as {column}" for column in wanted)
        newest = [f"{column} desc" for column in _NEWEST if column in present]
        order = ", ".join([code, *newest])
        return f"select distinct on ({code}) {code}, {listed} from {place.format(noun)} order by {order}"
    nothing = ", ".join(f"null::varchar as {column}" for column in (code, *wanted))
    return f"select {nothing} where false"
