"""Pay as in advertisements and forms: ranges, one end of a range, and words that mean "not stated"."""

from __future__ import annotations

from iecareer.contracts import Column
from iecareer.database import text_literal
from iecareer.landing.parse.pay_units import MONTHS_PER_YEAR, PAY_UNITS
from iecareer.sources import Mapping

_RANGE = (
    rf"^\D{{0,4}}?([0-9][0-9.,]*[{PAY_UNITS}]?)\s*(?:元)?\s*"
    rf"[-~至到—–]+\s*([0-9][0-9.,]*([{PAY_UNITS}]?))\s*(?:元|CNY|RMB)?"
    r"\s*(?:/\s*[年月])?(?:[·.x×*]\s*[0-9]+薪)?$"
)
_YEARLY = r"/\s*年"
# One end of a range: the amount comes before or after the word.
_FROM = r"(?i)^(?:(?:from|at least|不低于|至少|≥|>=)\s*(.+)|(.+?)\s*(?:[及或]?以上|\+|起))\s*(?:/\s*月)?$"
_UP_TO = r"(?i)^(?:(?:up to|at most|不高于|不超过|至多|≤|<=)\s*(.+)|(.+?)\s*[及或]?以[下内])\s*(?:/\s*月)?$"
UNSTATED = ("面议", "薪资面议", "薪酬面议", "工资面议", "月薪面议", "待遇面议", "negotiable")


def macros() -> list[str]:
    """Statements that define the SQL functions of this module on a connection."""
    amount = " || ".join(f"regexp_extract(regexp_replace(text, '{_YEARLY}', ''), form, {n})" for n in (1, 2))
    months = f"case when regexp_matches(text, '{_YEARLY}') then {MONTHS_PER_YEAR} else 1 end"
    return [
        f"create macro is_unstated(text) as lower(text) in ({', '.join(map(text_literal, UNSTATED))})",
        # The amount is named only once: DuckDB prepares each part of an expression for each vector, even if unused.
        f"""create macro open_end(text, form) as
            list_transform([{amount}], lambda pay: number_with_unit(pay))[1] / {months}""",
        f"""create macro is_open(text) as
            open_end(text, '{_FROM}') is not null or open_end(text, '{_UP_TO}') is not null""",
        # The two ends of a range of pay. The unit of the upper end applies to both; a year has twelve months.
        f"""create macro range_end(text, number, form) as case when regexp_matches(text, '{_RANGE}')
            then number_with_unit(regexp_extract(text, '{_RANGE}', number) || case
                    when regexp_matches(regexp_extract(text, '{_RANGE}', number), '[{PAY_UNITS}]$') then ''
                    else regexp_extract(text, '{_RANGE}', 3) end)
                / {months}
            else coalesce(read_number(text), open_end(text, form)) end""",
        f"create macro range_low(text) as range_end(text, 1, '{_FROM}')",
        f"create macro range_high(text) as range_end(text, 2, '{_UP_TO}')",
    ]


def is_pay(column: Column) -> bool:
    """Whether the column is pay: an amount that may be missing."""
    return column.kind == "money" and not column.required


def is_unread(mapping: Mapping | None, text: str) -> str:
    """SQL that is true for a text that could not be read as pay, unless it says that no pay is stated.

    A text with only one end of a range does not state the other end.
    """
    is_range = mapping is not None and "range_" in (mapping.transform or "").lower()
    return f"not (is_unstated({text}){f' or is_open({text})' if is_range else ''})"
