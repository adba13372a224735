"""Casts from text to value: one SQL expression per kind of column, the same for all source systems.

Input is NFKC-normalised, trimmed text. Text that cannot be read becomes null, which the row checks report.
"""

from __future__ import annotations

from iecareer.contracts import Column
from iecareer.landing.parse import codes, dates, national_lists, pay
from iecareer.landing.parse.pay_units import FACTORS, factor_sql

_AMOUNT = (
    r"^(?:人民币|CNY|RMB|¥|每月)?\s*([+-]?[0-9](?:[0-9., ]*[0-9.])?(?:[eE][+-]?[0-9]+)?)\s*"
    rf"([{''.join(FACTORS)}]?)\s*"
    r"(?:元|人民币|CNY|RMB|¥)?\s*(?:/\s*月|每月)?$"
)


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
        **dict.fromkeys(("integer", "number", "money"), f"read_number({text})"),
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


def value_expression(column: Column, plain: str) -> str:
    """SQL that converts the plain form to the column's type; null if the text cannot be read."""
    match column.kind:
        case "integer":
            return f"whole_number({plain})"
        case "year":
            return f"case when {plain} between 1900 and 2200 then whole_number({plain}) end"
        case "boolean":
            return f"read_boolean({plain})"
        case _:
            return plain
