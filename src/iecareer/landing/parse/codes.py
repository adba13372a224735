"""Codes of regions, institutions and programs: their forms, and the codes that names stand for.

A region's name is looked up in the list of divisions, the others in the lists that were delivered.
"""

from __future__ import annotations

from typing import Any

import duckdb

from iecareer.contracts import Column
from iecareer.contracts.divisions import division_codes, known_divisions
from iecareer.database import text_literal
from iecareer.landing.code_lists import AMBIGUOUS, LACKING, CodeLists

_FUNCTIONS = ("named_division", "known_division", "named_institution", "named_program", "program_of_level")
_FORMS = {
    "institution_code": "[0-9]{10}",
    # Codes of the undergraduate catalogue may end in K, T or TK.
    "program_code": "[0-9]{6}[A-Z]{0,2}",
}
KINDS = ("region_code", *_FORMS)
# Codes of towns and villages begin with the code of their county.
_BELOW_COUNTY = "[0-9]{9}([0-9]{3})?"


def register(connection: duckdb.DuckDBPyConnection, lists: CodeLists) -> None:
    """Define the SQL functions that look codes and names up."""
    import pyarrow as pa
    import pyarrow.compute as pc

    text: Any = "VARCHAR"
    truth: Any = "BOOLEAN"
    arrow: Any = "arrow"
    known = pa.array(sorted(known_divisions()))
    connection.create_function(
        "known_division", lambda codes: pc.is_in(codes, value_set=known), [text], truth, type=arrow
    )
    connection.create_function("named_division", _named_division, [text], text)
    connection.create_function("named_institution", lists.institution, [text], text)
    connection.create_function("named_program", lists.program, [text], text)
    connection.create_function("program_of_level", lists.program_of_level, [text, text], text)


def remove(connection: duckdb.DuckDBPyConnection) -> None:
    """Remove these functions, which are registered for the whole process."""
    for name in _FUNCTIONS:
        connection.remove_function(name)


def macros() -> list[str]:
    """Statements that define the SQL macros of this module on a connection."""
    return [
        # The characters of codes are one byte each; only names are looked up.
        "create macro is_name(text) as strlen(text) <> length(text)",
        # 33 and 3302 become 330000 and 330200; 330102000 and 330102000000 become 330102.
        """create macro six_digits(text) as case
            when regexp_full_match(text, '[0-9]{2}([0-9]{2})?') then rpad(text, 6, '0')
            when regexp_full_match(text, '[0-9]{6}(000)?000') then text[:6] else text end""",
        """create macro region_of(text) as case when is_name(text) then named_division(text)
            when length(text) = 6 then text
            when known_division(six_digits(text)) then six_digits(text) else text end""",
        "create macro institution_of(text) as case when is_name(text) then named_institution(text) else text end",
        "create macro program_of(text) as case when is_name(text) then named_program(text) else upper(text) end",
    ]


def form_checks(column: Column, value: str, others: str) -> list[tuple[str, str]]:
    """SQL conditions under which a value is not a valid code of the column, each with its reason.

    `others` is SQL that is true for a value that another check reports.
    """
    marks = {AMBIGUOUS: "ambiguous_name"}
    if column.kind == "region_code":
        is_code = f"known_division({value})"
        is_below = (
            f"regexp_full_match({value}, '{_BELOW_COUNTY}') and coalesce(known_division({value}[:6]), false)"
        )
        other = {is_below: "other_level"}
    else:
        is_code, other = f"regexp_full_match({value}, '{_FORMS[column.kind]}')", {}
        marks |= {LACKING: "list_lacks"}
    said = {f"{value} = {text_literal(mark)}": reason for mark, reason in marks.items()}
    cases = [(f"coalesce({is_code}, true)", "null"), (others, "null")]
    cases += [(sql, f"'{why}'") for sql, why in (said | other).items()]
    why = f"case {' '.join(f'when {sql} then {reason}' for sql, reason in cases)} else 'not_a_code' end"
    reasons = [*(said | other).values(), "not_a_code"]
    return [(f"coalesce(({why}) = '{reason}', false)", reason) for reason in reasons]


def program_value(column: Column, *, has_level: bool) -> str:
    """SQL of the code of a program; a name with several codes is looked up again at the row's level of study."""
    plain = f"p_{column.name}"
    if not has_level:
        return plain
    return f"""case when {plain} = {text_literal(AMBIGUOUS)}
        then coalesce(program_of_level(t_{column.name}, p_study_level), {plain}) else {plain} end"""


def _named_division(name: str) -> str:
    codes = division_codes(name)
    return codes[0] if len(codes) == 1 else AMBIGUOUS if codes else name
