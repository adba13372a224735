"""Pay as adverts and forms state it: ranges, one end of a range, and words that mean that no pay is stated.

Pay is per month. A year has twelve months; pay by the day, the hour or the piece states no pay of a month, because
nobody knows how many of them a month has. Text that cannot be read with certainty becomes null at both ends.
"""

from __future__ import annotations

import re

from iecareer.contracts import Column
from iecareer.database import text_literal
from iecareer.landing.parse.pay_units import MONTHS_PER_YEAR, PAY_UNITS, factor_sql
from iecareer.sources import Mapping

_YEARLY = "年薪|年收入|年|year|yr|annum"
_MONTHLY = "月薪|月收入|月工资|月|month|mo"
_OTHER = "日薪|时薪|周薪|天|日|小时|时|周|次|件|单|场|班|节|课时|day|hour|hr|h|week"
_PER = rf"\s*(?:(?:/|每|per\s)\s*({_YEARLY}|{_MONTHLY}|{_OTHER})|p\.a\.|)"
_CURRENCY = "人民币|CNY|RMB|¥"
# Other words before an amount may say that it is no pay of a month in yuan: $8k-12k, 试用期3000-5000.
_BEFORE = (
    r"(?:税前|税后|综合)?(?:(年薪|年收入|月薪|月收入|月工资|日薪|时薪|周薪|)|薪资|工资|薪酬|薪水|待遇|底薪|每月)"
    rf"\s*:?\s*(?:{_CURRENCY})?\s*"
)
_DIGITS = "([0-9][0-9.,]*)"
_UNIT = rf"\s*([{PAY_UNITS}]?)\s*(元|{_CURRENCY}|)"
_MONTHS_PAID = r"\s*(?:[·.x×*,(]?\s*[0-9]{2}\s*薪\)?)?"
_SINGLE = rf"(?i)^{_BEFORE}{_DIGITS}{_UNIT}{_PER}{_MONTHS_PAID}$"
_RANGE = (
    rf"(?i)^{_BEFORE}{_DIGITS}{_UNIT}{_PER}\s*(?:[-~至到—–−〜]+|to)\s*(?:{_CURRENCY})?\s*"
    rf"{_DIGITS}{_UNIT}{_PER}{_MONTHS_PAID}$"
)
# One end of a range: the amount stands before or after the word.
_BEHIND = r"\s*((?:(?:/|每|per\s)\s*[^\s/0-9]+)?)$"
_FROM = rf"(?i)^(?:(?:from|at least|不低于|至少|≥|>=)\s*(.+?)|(.+?)\s*(?:[及或]?以上|\+|起)){_BEHIND}"
_UP_TO = rf"(?i)^(?:(?:up to|at most|不高于|不超过|至多|≤|<=)\s*(.+?)|(.+?)\s*[及或]?以[下内]){_BEHIND}"
UNSTATED = ("面议", "薪资面议", "薪酬面议", "工资面议", "月薪面议", "待遇面议", "negotiable")
# Less is no pay of a month: the unit is missing (8-12 for 8k-12k), or the time (150-200 a day). A lower end without a
# unit is in yuan if it would exceed the upper end in the unit of that, and can be pay at all.
_LEAST_PAY = 500
# More is no pay of a month either: a unit is too much (8000-12000k).
MOST_PAY = 1_000_000
# Ends of a year's pay that are further apart are of different times: 8千-12万/年.
_WIDEST_YEARLY = 10
_RANGE_CALL = re.compile(r"\brange_(?:low|high)(?=\s*\()", re.IGNORECASE)


def macros() -> list[str]:
    """Statements that define the SQL function `is_unstated` on a connection."""
    return [f"create macro is_unstated(text) as lower(text) in ({', '.join(map(text_literal, UNSTATED))})"]


def range_macros() -> list[str]:
    """Statements that define `range_low`, `range_high` and `range_known` on a connection.

    DuckDB takes as long for these as for all other functions of parsing together.
    """
    listed = {
        name: ", ".join(map(text_literal, words.split("|")))
        for name, words in (("year", _YEARLY), ("month", _MONTHLY), ("other", _OTHER))
    }
    single = "['before', 'digits', 'unit', 'yuan', 'per']"
    both = "['before', 'digits', 'unit', 'yuan', 'per', 'digits_2', 'unit_2', 'yuan_2', 'per_2']"
    return [
        # By how much pay per this time is divided to get that per month: 0 where nobody knows, null without a time.
        f"""create or replace macro months_of(per) as case when lower(per) in ({listed["year"]}) then {MONTHS_PER_YEAR}
            when lower(per) in ({listed["month"]}) then 1 when lower(per) in ({listed["other"]}) then 0 end""",
        "create or replace macro monthly(amount, months) as case when months > 0 then amount / months end",
        f"create or replace macro is_monthly_pay(pay) as pay = 0 or pay between {_LEAST_PAY} and {MOST_PAY}",
        # Each of the following gives {{low, high, known}}, null if the text is of another form. `known` says that the
        # text was understood, also where it states nothing for one end or both.
        f"""create or replace macro single_pay(text) as list_transform(
            [regexp_extract(text, '{_SINGLE}', {single})], lambda p: case when p.digits <> '' then
            list_transform([monthly(
                plain_number(ungrouped_digits(p.digits)) * {factor_sql("p.unit")},
                coalesce(months_of(p.per), months_of(p.before), 1))], lambda pay: case when is_monthly_pay(pay) then {{
                low: pay, high: pay, known: true}} else {{low: null::double, high: null::double,
                known: pay is null and (months_of(p.per) = 0 or months_of(p.before) = 0)}} end)[1]
            end)[1]""",
        f"""create or replace macro lower_factor(p) as case when p.unit <> '' then {factor_sql("p.unit")}
            when p.yuan <> '' or p.unit_2 = '' then 1
            when p.low <= p.high then {factor_sql("p.unit_2")} when p.low >= {_LEAST_PAY} then 1 end""",
        # Each end by its own unit and time; what only the upper end says holds for the lower one, too.
        f"""create or replace macro pay_range(text) as list_transform(list_transform(list_transform(
            [regexp_extract(text, '{_RANGE}', {both})], lambda p: case when p.digits <> '' then {{
                low: plain_number(ungrouped_digits(p.digits)), high: plain_number(ungrouped_digits(p.digits_2)),
                unit: p.unit, unit_2: p.unit_2, yuan: p.yuan,
                months: coalesce(months_of(p.per), months_of(p.per_2), months_of(p.before), 1),
                months_2: coalesce(months_of(p.per_2), months_of(p.per), months_of(p.before), 1)}} end),
            lambda p: {{unknown: p.months = 0 or p.months_2 = 0, has: p is not null,
                is_yearly: p.months > 1,
                low: monthly(p.low * lower_factor(p), p.months),
                high: monthly(p.high * {factor_sql("p.unit_2")}, p.months_2)}}),
            lambda e: case when e.has then case
                when e.unknown then {{low: null::double, high: null::double, known: true}}
                when e.low <= e.high and is_monthly_pay(e.low) and is_monthly_pay(e.high)
                and not (e.is_yearly and e.high > {_WIDEST_YEARLY} * e.low)
                then {{low: e.low, high: e.high, known: true}}
                else {{low: null::double, high: null::double, known: false}} end end)[1]""",
        # The amount of an open range and the end that it is; of any other text the text itself, which is both ends.
        f"""create or replace macro stated_end(text) as list_transform([{{
                low: regexp_extract(text, '{_FROM}', ['after', 'before', 'per']),
                high: regexp_extract(text, '{_UP_TO}', ['after', 'before', 'per'])}}], lambda f: case
            when f.low.after || f.low.before <> ''
            then {{amount: f.low.after || f.low.before || f.low.per, is_low: true, is_high: false}}
            when f.high.after || f.high.before <> ''
            then {{amount: f.high.after || f.high.before || f.high.per, is_low: false, is_high: true}}
            else {{amount: text, is_low: true, is_high: true}} end)[1]""",
        """create or replace macro one_amount(text) as list_transform([stated_end(text)], lambda s:
            list_transform([single_pay(s.amount)], lambda e: case when e is not null then {
                low: case when s.is_low then e.low end, high: case when s.is_high then e.high end, known: e.known}
            end)[1])[1]""",
        """create or replace macro pay_ends(text) as coalesce(pay_range(text), list_transform(
            [read_number(text)], lambda number: case when is_monthly_pay(number)
            then {low: number, high: number, known: true} end)[1], one_amount(text))""",
        "create or replace macro range_low(text) as pay_ends(text).low",
        "create or replace macro range_high(text) as pay_ends(text).high",
        # One where the two above understand the text, even if they give nothing; else null.
        """create or replace macro range_known(text) as
            case when is_unstated(text) or pay_ends(text).known then 1.0::double end""",
    ]


def is_pay(column: Column) -> bool:
    """Whether the column is pay: an amount that may be missing."""
    return column.kind == "money" and not column.required


def reads_range(mapping: Mapping) -> bool:
    """Whether the mapping's expression reads a range of pay."""
    return bool(_RANGE_CALL.search(mapping.transform or ""))


def known_transform(mapping: Mapping | None) -> str | None:
    """The mapping's expression with `range_known` for the ends of ranges; None if it reads no range.

    It is null only if the expression meets a text that it cannot read: the text the expression makes of the cell, not
    the cell, decides whether an end is left open.
    """
    if mapping is None or mapping.transform is None or not reads_range(mapping):
        return None
    return _RANGE_CALL.sub("range_known", mapping.transform)


def is_unread(text: str, known: str = "false") -> str:
    """SQL that is true for a text that could not be read as pay, unless it says that no pay is stated.

    `known` is SQL that is true where an expression for ranges understood its text.
    """
    return f"not (is_unstated({text}) or {known})"
