"""Codes of regions, institutions, programs, industries and occupations: their forms, and the codes of names.

A region's name is looked up in the list of divisions, that of an institution or program in the lists that were
delivered. Of industries the names of the sections are known, of occupations none.
"""

from __future__ import annotations

from typing import Any

import duckdb

from iecareer.contracts import Column
from iecareer.contracts.divisions import division_codes, known_divisions
from iecareer.database import text_literal
from iecareer.landing import code_lists
from iecareer.landing.code_lists import AMBIGUOUS, DIFFERING, LACKING, CodeLists
from iecareer.landing.parse.national_lists import bare_name, text_map

_FUNCTIONS = ("named_division", "known_division", "named_institution", "named_program", "program_of_level")
FORMS = {
    "institution_code": code_lists.FORMS["institution"],
    "program_code": code_lists.FORMS["program"],
    # GB/T 4754-2017: a section, a division and its parts, or both.
    "industry_code": "[A-T]([0-9]{2,4})?|[0-9]{2,4}",
    # The classification of 2022 in its four levels: 6, 6-18, 6-18-01, 6-18-01-01.
    "occupation_code": "[1-8](-[0-9]{2}){0,3}",
}
KINDS = ("region_code", *FORMS)
_LISTED = ("institution_code", "program_code")
# The sections of GB/T 4754-2017.
_SECTIONS = {
    "A": "农、林、牧、渔业", "B": "采矿业", "C": "制造业", "D": "电力、热力、燃气及水生产和供应业", "E": "建筑业",
    "F": "批发和零售业", "G": "交通运输、仓储和邮政业", "H": "住宿和餐饮业", "I": "信息传输、软件和信息技术服务业",
    "J": "金融业", "K": "房地产业", "L": "租赁和商务服务业", "M": "科学研究和技术服务业",
    "N": "水利、环境和公共设施管理业", "O": "居民服务、修理和其他服务业", "P": "教育", "Q": "卫生和社会工作",
    "R": "文化、体育和娱乐业", "S": "公共管理、社会保障和社会组织", "T": "国际组织",
}  # fmt: skip
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
        f"""create macro industry_of(text) as case when is_name(text)
            then coalesce(value_of_whole_name(text, {_sections()}), text) else upper(text) end""",
    ]


def form_checks(column: Column, value: str, others: str) -> list[tuple[str, str]]:
    """SQL conditions under which a value is not a valid code of the column, each with its reason.

    `others` is SQL that is true for a value that another check reports.
    """
    marks: dict[str, str] = {}
    if column.kind in ("region_code", *_LISTED):
        marks[AMBIGUOUS] = "ambiguous_name"
    if column.kind in _LISTED:
        marks[LACKING] = "list_lacks"
        marks[DIFFERING] = "code_and_name_differ"
    if column.kind == "region_code":
        is_code = f"known_division({value})"
        is_below = (
            f"regexp_full_match({value}, '{_BELOW_COUNTY}') and coalesce(known_division({value}[:6]), false)"
        )
        other = {is_below: "other_level"}
    else:
        is_code, other = f"regexp_full_match({value}, '{FORMS[column.kind]}')", {}
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


def _sections() -> str:
    """SQL of a map from the bare name of each section to its letter."""
    return text_map((bare_name(name), letter) for letter, name in _SECTIONS.items())


def _named_division(name: str) -> str:
    codes = division_codes(name)
    return codes[0] if len(codes) == 1 else AMBIGUOUS if codes else name
