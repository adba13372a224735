"""Casts from text to value: one SQL expression per kind of column, the same for all source systems.

Input is NFKC-normalised, trimmed text. Text that cannot be read becomes null, which the row checks report.
"""

from __future__ import annotations

import re

from iecareer.contracts import Column
from iecareer.landing.parse import codes, dates, national_lists, pay
from iecareer.landing.parse.pay_units import FACTORS, factor_sql

_AMOUNT = (
    r"^(?:人民币|CNY|RMB|¥|每月)?\s*([+-]?[0-9](?:[0-9., ]*[0-9.])?(?:[eE][+-]?[0-9]+)?)\s*"
    rf"([{''.join(FACTORS)}]?)\s*"
    r"(?:元|人民币|CNY|RMB|¥)?\s*(?:/\s*月|每月)?$"
)
# 8.500 is 8.5, or 8,500 in the writing of other countries. 0.850 and 8500.125 are one number only.
_EITHER_POINT = (
    r"(?:人民币|CNY|RMB|¥|每月)?\s*[+-]?{digits}[.][0-9]{{3}}\s*(?:元|人民币|CNY|RMB|¥)?\s*(?:/\s*月|每月)?"
)
_OWN_UNIT = rf"[0-9]\s*[{''.join(FACTORS)}]"
_IN_YUAN = r"[0-9]\s*元"
# An expression that multiplies by what the header says the unit is.
_BY_UNIT = re.compile(r"\s*value\s*\*\s*(10{3,8})(?![0-9.])")
_THOUSAND = 1000


def macros() -> list[str]:
    """Statements that define the SQL functions of this module on a connection."""
    return [
        r"""create macro plain_number(text) as
            case when regexp_full_match(text, '[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?')
                then try_cast(text as double) end""",
        # A comma or a blank is read only as a thousands separator: 1,2 is not a number.
        r"""create macro ungrouped_digits(text) as case
            when regexp_full_match(text, '[+-]?[0-9]{1,3}([, ][0-9]{3})+(\.[0-9]*)?')
            then replace(replace(text, ',', ''), ' ', '') else text end""",
        # A unit must come after all digits: 8千5 is not read, because it could be taken for 85,000.
        f"""create macro number_with_unit(text) as plain_number(ungrouped_digits(regexp_extract(text, '{_AMOUNT}', 1)))
            * {factor_sql(f"regexp_extract(text, '{_AMOUNT}', 2)")}""",
        "create macro read_number(text) as coalesce(plain_number(text), number_with_unit(text))",
        # Pay per month is neither below 500 nor above 999,999. So a point with three digits may be either only below.
        *(
            f"create macro {name}(text) as regexp_full_match(text, '{_EITHER_POINT.format(digits=digits)}')"
            for name, digits in (
                ("has_either_point", "[1-9][0-9]{0,2}"),
                ("has_either_point_in_pay", "(?:[1-9][0-9]?|[1-4][0-9]{2})"),
            )
        ),
        # What an expression gives as text may have such a point, too; what it computed has a decimal point.
        *(
            f"""create macro clear_{name}(found) as case when typeof(found) = 'VARCHAR' and {doubt}(found::varchar)
                then null else found::varchar end"""
            for name, doubt in (("amount", "has_either_point"), ("pay", "has_either_point_in_pay"))
        ),
        f"create macro has_own_unit(text) as regexp_matches(text, '{_OWN_UNIT}')",
        f"create macro is_in_yuan(text) as regexp_matches(text, '{_IN_YUAN}')",
        # 1.234,50 € has a decimal comma. A point that is not a thousands separator is not read.
        r"""create macro plain_european(text) as case
            when regexp_full_match(text, '[+-]?([0-9]{1,3}([.][0-9]{3})+|[0-9]+)(,[0-9]*)?')
            then try_cast(replace(replace(text, '.', ''), ',', '.') as double) end""",
        "create macro decimal_comma(text) as plain_european(regexp_replace(text, '[ ’€]|EUR|Euro|CHF', '', 'g'))",
        *pay.macros(),
        *national_lists.macros(),
        *codes.macros(),
        "create macro whole_number(number) as case when number = round(number) then try_cast(number as integer) end",
        *dates.macros(),
        """create macro read_boolean(text) as case
            when lower(text) in ('true', 't', 'yes', 'y', '1', '是') then true
            when lower(text) in ('false', 'f', 'no', 'n', '0', '否') then false end""",
    ]


def plain_expression(column: Column, text: str) -> str | None:
    """SQL of the plain form of the normalised text expression `text`; None if the text already has its plain form.

    Plain forms: a number for amounts and years, ISO-like text for dates, the code for names of regions,
    institutions, programs and industries, the 17-digit stem for persons, the value that a code or name of a national
    list means.
    """
    if column.codes:
        return national_lists.understood(column, text)
    forms = {
        "number": f"read_number({text})",
        **dict.fromkeys(("integer", "money"), amount_expression(column, text)),
        "year": f"read_number(regexp_replace({text}, '年$', ''))",
        **dict.fromkeys(("date", "month"), f"plain_date({text})"),
        "credit_code": f"upper({text})",
        "occupation_code": f"replace(translate({text}, '\u2010\u2012\u2013\u2014\u2015\u2212', '------'), ' ', '')",
        "region_code": f"region_of({text})",
        "institution_code": f"institution_of({text})",
        "program_code": f"program_of({text})",
        "industry_code": f"industry_of({text})",
        "person": f"resident_stem({text})",
    }
    return forms.get(column.kind)


def amount_expression(column: Column, text: str) -> str:
    """SQL of the number in a text; null if a point in it may be a decimal point or separate thousands."""
    if column.maximum is not None and column.maximum < _THOUSAND:
        return f"read_number({text})"
    is_either = f"has_either_point{'_in_pay' if is_monthly(column) else ''}({text})"
    return f"case when {is_either} then null else read_number({text}) end"


def transformed_amount(column: Column, text: str, transform: str) -> str:
    """SQL of `value` in an expression on an amount or count.

    If the expression multiplies it by a unit, a cell that names its own unit counts by that one. One that says 元 is
    null, because 1.2元 under a header in 万元 may be 12,000.
    """
    if unit := _BY_UNIT.match(transform):
        by = f"case when has_own_unit({text}) then {unit[1]} when is_in_yuan({text}) then null else 1 end"
        return f"read_number({text}) / {by}"
    return f"read_number({text})" if column.kind == "number" else amount_expression(column, text)


def given_amount(column: Column, found: str) -> str:
    """SQL of what an expression gives for a column, as text; null if it is a text whose point may be either."""
    if column.kind not in ("integer", "money") or (column.maximum is not None and column.maximum < _THOUSAND):
        return f"({found})::varchar"
    return f"clear_{'pay' if is_monthly(column) else 'amount'}(({found}))"


def is_monthly(column: Column) -> bool:
    """Whether the column is pay per month."""
    return column.kind == "money" and "per month" in (column.unit or "")


def value_expression(column: Column, plain: str) -> str:
    """SQL that converts the plain form to the column's type; null if the text cannot be read."""
    match column.kind:
        case "integer":
            return f"whole_number({plain})"
        case "money" if is_monthly(column):
            return f"case when {plain} > {pay.MOST_PAY} and has_own_unit(t_{column.name}) then null else {plain} end"
        case "year":
            return f"case when {plain} between 1900 and 2200 then whole_number({plain}) end"
        case "boolean":
            return f"read_boolean({plain})"
        case _:
            return plain
