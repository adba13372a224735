"""Pay as adverts and forms tell it: ranges, one end of a range alone, and words that stand for no amount at all."""

from __future__ import annotations

from iecareer.contracts import Column
from iecareer.database import text_literal
from iecareer.sources import Mapping

_RANGE = (
    r"^\D{0,4}?([0-9][0-9.,]*[千万kK]?)\s*(?:元)?\s*[-~至到—–]+\s*([0-9][0-9.,]*([千万kK]?))\s*(?:元|CNY|RMB)?"
    r"\s*(?:/\s*[年月])?(?:[·.x×*]\s*[0-9]+薪)?$"
)
_YEARLY = r"/\s*年"
# One end alone: the amount stands before the word or behind it.
_FROM = r"(?i)^(?:(?:from|at least|不低于|至少|≥|>=)\s*(.+)|(.+?)\s*(?:[及或]?以上|\+|起))\s*(?:/\s*月)?$"
_UP_TO = r"(?i)^(?:(?:up to|at most|不高于|不超过|至多|≤|<=)\s*(.+)|(.+?)\s*[及或]?以[下内])\s*(?:/\s*月)?$"
UNTOLD = ("面议", "薪资面议", "薪酬面议", "工资面议", "月薪面议", "待遇面议", "negotiable")


def macros() -> list[str]:
    """Statements that define the SQL functions of this module on a connection."""
    amount = " || ".join(f"regexp_extract(regexp_replace(text, '{_YEARLY}', ''), form, {n})" for n in (1, 2))
    months = f"case when regexp_matches(text, '{_YEARLY}') then 12 else 1 end"
    return [
        f"create macro is_untold(text) as lower(text) in ({', '.join(map(text_literal, UNTOLD))})",
        # Named once: what stands in every place of an expression is set up for each piece of a column, needed or not.
        f"create macro open_end(text, form) as list_transform([{amount}], lambda pay: told_number(pay))[1] / {months}",
        f"""create macro is_open(text) as
            open_end(text, '{_FROM}') is not null or open_end(text, '{_UP_TO}') is not null""",
        # The two ends of a range of pay: the unit of the upper end holds for both, a year has twelve months.
        f"""create macro range_end(text, number, form) as case when regexp_matches(text, '{_RANGE}')
            then told_number(regexp_extract(text, '{_RANGE}', number) || case
                    when regexp_matches(regexp_extract(text, '{_RANGE}', number), '[千万kK]$') then ''
                    else regexp_extract(text, '{_RANGE}', 3) end)
                / {months}
            else coalesce(read_number(text), open_end(text, form)) end""",
        f"create macro range_low(text) as range_end(text, 1, '{_FROM}')",
        f"create macro range_high(text) as range_end(text, 2, '{_UP_TO}')",
    ]


def is_pay(column: Column) -> bool:
    """Whether it is an amount that need not be told."""
    return column.kind == "money" and not column.required


def is_unread(mapping: Mapping | None, text: str) -> str:
    """SQL that is true of a text of which no pay was made, unless it says that none is told; asked of few.

    Of what is read as a range nothing is told either where it has the other end alone.
    """
    is_range = mapping is not None and "range_" in (mapping.transform or "").lower()
    return f"not (is_untold({text}){f' or is_open({text})' if is_range else ''})"
