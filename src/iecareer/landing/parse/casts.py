"""Casts from text to value: one SQL expression per kind of column, the same for all source systems.

Input is NFKC-normalised, trimmed text. Text that cannot be read becomes null, which the row checks report.
"""

from __future__ import annotations

from iecareer.contracts import Column
from iecareer.landing.parse import national_lists, pay
from iecareer.landing.parse.pay_units import FACTORS, factor_sql

_CHINESE_DIGITS = "\u3007零○一二三四五六七八九"
_ARABIC_DIGITS = "000123456789"
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
        "create macro whole_number(number) as case when number = round(number) then try_cast(number as integer) end",
        # 十月 is 10, 十一 11, 二十 20, 二十一 21; single digits are translated one by one.
        f"""create macro arabic_digits(text) as translate(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
                text, '([一二三])十([一-九])', '\\1\\2', 'g'), '([一二三])十', '\\g<1>0', 'g'),
                '十([一-九])', '一\\1', 'g'), '十', '10', 'g'), '{_CHINESE_DIGITS}', '{_ARABIC_DIGITS}')""".replace(
            "[一-九]", "[一二三四五六七八九]"
        ).replace("\\g<1>0", "\\1\u3007"),
        # A text with a time zone is a point in time: 2023-06-30T16:00:00Z is 1 July in China.
        r"""create macro dated_text(text) as case
            when regexp_matches(text, '[T ][0-9]{1,2}:[0-9:.]+\s*(Z|[+-][0-9]{2}:?[0-9]{2})$')
                then try_cast(text as timestamptz)::date::varchar
            else regexp_replace(regexp_replace(regexp_replace(regexp_replace(
                text, '[T ][0-9]{1,2}:[0-9:.]*.*$', ''), '[年月./]', '-', 'g'), '[日号份\s]', '', 'g'), '-+$', '')
            end""",
        r"""create macro parsed_date(text) as case
            when regexp_full_match(text, '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}') then try_cast(text as date)
            when regexp_full_match(text, '[0-9]{4}-[0-9]{1,2}') then try_cast(text || '-01' as date)
            when regexp_full_match(text, '(19|20)[0-9]{6}') then try_strptime(text, '%Y%m%d')::date
            when regexp_full_match(text, '(19|20)[0-9]{4}') then try_strptime(text || '01', '%Y%m%d')::date
            when regexp_full_match(text, '[2-6][0-9]{4}(\.[0-9]+)?')
                then date '1899-12-30' + floor(text::double)::int
            when regexp_full_match(text, '(19|20)[0-9]{12}') then try_strptime(text, '%Y%m%d%H%M%S')::date
            when regexp_full_match(text, '[0-9]{1,2}-[0-9]{4}') then try_strptime('1-' || text, '%d-%m-%Y')::date
            end""",
        # 2023.10 typed into a cell becomes the number 2023.1, which could also mean January.
        r"""create macro plain_date(text) as case
            when length(text) = 6 and ends_with(text, '.1') then null
            when regexp_full_match(text, '[0-9]{4}-[0-9]{2}-[0-9]{2}|[2-6][0-9]{4}\.[0-9]+') then text
            else dated_text(arabic_digits(text)) end""",
        # The characters of codes are one byte each; only names are looked up.
        """create macro division_of(text) as
            case when strlen(text) = length(text) then text else division_code_or_name(text) end""",
        """create macro read_boolean(text) as case
            when lower(text) in ('true', 't', 'yes', 'y', '1', '是') then true
            when lower(text) in ('false', 'f', 'no', 'n', '0', '否') then false end""",
    ]


def plain_expression(column: Column, text: str) -> str | None:
    """SQL of the plain form of the normalised text expression `text`; None if the text already has its plain form.

    Plain forms: a number for amounts and years, ISO-like text for dates, the code for names of regions, the 17-digit
    stem for persons, the value that a code or name of a national list means.
    """
    if column.codes:
        return national_lists.understood(column, text)
    forms = {
        **dict.fromkeys(("integer", "number", "money"), f"read_number({text})"),
        "year": f"read_number(regexp_replace({text}, '年$', ''))",
        **dict.fromkeys(("date", "month"), f"plain_date({text})"),
        "credit_code": f"upper({text})",
        "region_code": f"division_of({text})",
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
        case "date":
            return f"parsed_date({plain})"
        case "month":
            return f"date_trunc('month', parsed_date({plain}))::date"
        case "boolean":
            return f"read_boolean({plain})"
        case _:
            return plain


def formatted_date(column: Column, text: str, date_format: str) -> str:
    """SQL that reads a date in the contract's format (DuckDB `strptime`)."""
    day = f"try_strptime({text}, '{date_format.replace(chr(39), chr(39) * 2)}')::date"
    return f"date_trunc('month', {day})::date" if column.kind == "month" else day
