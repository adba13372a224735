"""Profile the columns of a sample: shares of cells in each format, ranges, and the values if there are few."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import duckdb

from iecareer.landing.parse.codes import FORMS
from iecareer.landing.parse.pay_units import PAY_UNITS
from iecareer.onboarding.dictionary import cell_words, division_code
from iecareer.onboarding.sample_reader import Sample

FEW = 60
_NEARLY_ALL = 0.97
_SOME = 0.03
_OFTEN = 0.2
_LONGEST_DATE = 40
_LONGEST_DIVISION = 30
_MOST_DIVISIONS = 2_000
_DATE_FORMATS = (
    "%m/%d/%Y", "%d/%m/%Y", "%m/%d/%y", "%d/%m/%y", "%m/%d/%y %H:%M", "%d/%m/%y %H:%M", "%m/%d/%Y %H:%M",
    "%d/%m/%Y %H:%M", "%d.%m.%Y", "%d.%m.%y", "%d-%m-%Y", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%b %d, %Y",
    "%d %B %Y", "%B %d, %Y", "%b-%y", "%b %Y", "%B %Y", "%m/%Y", "%Y%m%d%H%M%S",
)  # fmt: skip
PROVINCE = "(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])"
_UNIT = f"[{PAY_UNITS}元]?"
_RANGE = rf"[^0-9]{{0,3}}[0-9.]+\s?{_UNIT}\s?[-~—–至到]{{1,2}}\s?[0-9.]+\s?{_UNIT}([/元·].*)?"
# Text that depends on the moment of retrieval: 3 days ago, 127 views.
_PASSING = (
    "[0-9]+ ?(分钟|小时|天|日|周|个?月)[之以]?前|刚刚|[0-9]+ ?[人次] ?(浏览|查看|投递|申请|关注)|"
    "[0-9]+[+]? ?(minute|hour|day|week|month)s? ago|[0-9]+[+]? ?(views?|applicants?|clicks?|visits?)([^a-z]|$)"
)
# Amounts with a decimal comma, such as 1.234,50 €.
_EURO = "(€|EUR|Euro|CHF)?"
_COMMA = f"{_EURO} ?[+-]?([0-9]{{1,3}}([. ’][0-9]{{3}})+,[0-9]+|[0-9]+,([0-9]{{1,2}}|[0-9]{{4,}})) ?{_EURO}"
# Amounts such as 1,234, where the comma may be either.
_EITHER = f"{_EURO} ?[+-]?[0-9]{{1,3}},[0-9]{{3}} ?{_EURO}"
_DOTS = f"{_EURO} ?[0-9]{{1,3}}([.][0-9]{{3}})+ ?{_EURO}"
_SERIAL = "(2[1-9]|[3-6][0-9])[0-9]{3}([.][0-9]+)?"
_YEAR_MONTH = "(19|20)[0-9]{2}[年./-]?[0-9]{1,2}月?"
# The delimiter of files with a decimal comma.
EUROPEAN = ";"
COMMA, EITHER = f"regexp_full_match(t, '{_COMMA}')", f"regexp_full_match(t, '{_EITHER}')"
_SHARES = {
    "resident": "resident_is_valid(t, resident_stem(t), resident_check(try_cast(resident_stem(t) as bigint)))",
    "permit": "is_permit_number(t)",
    "key": "regexp_full_match(t, '[0-9a-fA-F]{64}')",
    "credit": "is_credit_code(upper(t))",
    "division": f"regexp_full_match(t, '{PROVINCE}[0-9]{{4}}')",
    "institution": "regexp_full_match(t, '[1-9][0-9]{9}')",
    "ministry": f"regexp_full_match(t, '[2-5]{PROVINCE}[0-9]{{7}}')",
    "program": "regexp_full_match(t, '[0-9]{6}')",
    "occupation": "regexp_full_match(t, '[1-8]-[0-9]{2}-[0-9]{2}-[0-9]{2}')",
    "occupation_level": f"regexp_full_match(t, '{FORMS['occupation_code']}')",
    "industry": f"regexp_full_match(industry_of(t), '{FORMS['industry_code']}')",
    "date": "is_date",
    "bare": "regexp_full_match(t, '[0-9]{5,}([.]0*)?')",
    "span": f"regexp_full_match(t, '{_YEAR_MONTH} ?[-~—–至到]{{1,2}} ?{_YEAR_MONTH}')",
    "serial": f"regexp_full_match(t, '{_SERIAL}')",
    "month": "regexp_full_match(dated_text(arabic_digits(t)), '[0-9]{4}-?[0-9]{1,2}(-0?1)?')",
    "number": f"read_number(t) is not null or {COMMA} or regexp_full_match(t, '{_DOTS}')",
    "comma": COMMA,
    "either": EITHER,
    "point": "regexp_full_match(t, '[+-]?([0-9]{1,3}(,[0-9]{3})+[.][0-9]+|[0-9]+[.]([0-9]{1,2}|[0-9]{4,}))')",
    "unit": "has_own_unit(t) and read_number(t) is not null",
    "dots": f"regexp_full_match(t, '{_DOTS}')",
    "whole": "regexp_full_match(t, '[+-]?[0-9]+([.]0*)?')",
    "year": "read_number(regexp_replace(t, '年$', '')) between 1900 and 2100",
    "range": f"regexp_full_match(t, '{_RANGE}')",
    "digit": "regexp_matches(t, '[0-9]')",
    "volatile": f"length(t) <= 40 and regexp_matches(lower(t), '{_PASSING}')",
}


@dataclass(frozen=True)
class Profile:
    """One column of a sample.

    `shares` refer to filled cells, not counting marks of empty cells. `median` is that of the amounts. `values` holds
    the distinct values with their counts if there are few; never show them for a column that names persons.
    `mixed_formats` read the dates that are not in a usual format, in a column that has both. `factor` is the unit named
    above the headers.
    """

    header: str
    n: int
    n_filled: int
    n_distinct: int
    shares: dict[str, float]
    low: float | None
    median: float | None
    longest: int
    mean_length: float
    values: dict[str, int] = field(default_factory=dict)
    empty_marks: tuple[str, ...] = ()
    date_formats: tuple[str, ...] = ()
    mixed_formats: tuple[str, ...] = ()
    factor: str | None = None
    delimiter: str | None = None

    @property
    def is_decimal_comma(self) -> bool:
        """Whether the comma is the decimal mark, by unambiguous amounts or else by the delimiter."""
        is_likely = self.delimiter == EUROPEAN and not self.share("point")
        return self.share("comma") >= _OFTEN or (is_likely and self.share("either") >= _OFTEN)

    @property
    def date_format(self) -> str | None:
        """The date format to state in the contract, or None."""
        return self.date_formats[0] if self.date_formats else None

    def share(self, name: str) -> float:
        """One of the shares; 0 for an empty column."""
        return self.shares.get(name, 0.0)

    @property
    def distinct_share(self) -> float:
        """Distinct values per filled cell."""
        return self.n_distinct / self.n_filled if self.n_filled else 0.0

    @property
    def is_personal(self) -> bool:
        """Whether cells may be numbers of persons."""
        return self.share("resident") > 0 or self.share("key") > 0


def profiles(
    connection: duckdb.DuckDBPyConnection, sample: Sample, limit: int = 400, table: str = "sample"
) -> list[Profile]:
    """Profile the first `limit` columns of the table `sample`, in the order of the file."""
    headers = dict(list(sample.columns.items())[:limit])
    listed = ", ".join(headers.values())
    connection.execute(
        f"""create or replace temp table cells as
        select place, t, n, parsed_date(plain) is not null and not {_SHARES["serial"]} as is_date
        from (
            select *, plain_date(t) as plain from (
                select place, normal(cell) as t, count(*) as n
                from (unpivot (select {listed} from {table} where coalesce(not _malformed, true)) on {listed}
                    into name place value cell)
                group by all having t is not null
            )
        )"""
    )
    values = _values(connection)
    marks = _empty_marks(connection)
    connection.execute("delete from cells using marks where cells.place = marks.place and cells.t = marks.t")
    counted = _counted(connection, sample.delimiter)
    formats, named = _date_formats(connection), _named_divisions(connection)
    return [
        replace(
            _profile(header, sample.n_rows, counted.get(place), values.get(place, {}), marks.get(place, ()),
                     formats.get(place, ((), ())), named.get(place, 0.0)),
            factor=sample.factor,
            delimiter=sample.delimiter,
        )
        for header, place in headers.items()
    ]  # fmt: skip


def _profile(
    header: str,
    n: int,
    counted: tuple[Any, ...] | None,
    values: dict[str, int],
    marks: tuple[str, ...],
    formats: tuple[tuple[str, ...], tuple[str, ...]],
    named: float,
) -> Profile:
    if counted is None:
        return Profile(header, n, 0, 0, {}, None, None, 0, 0.0, values, marks)
    n_filled, n_distinct, low, median, longest, mean_length = counted[len(_SHARES) :]
    shares = {name: float(counted[at] or 0) / n_filled for at, name in enumerate(_SHARES)}
    is_date = shares["date"] < 0.5 <= shares["digit"] and longest <= _LONGEST_DATE
    return Profile(
        header=header,
        n=n,
        n_filled=int(n_filled),
        n_distinct=int(n_distinct),
        shares=shares | {"named_division": named / n_filled},
        low=low,
        median=median,
        longest=int(longest),
        mean_length=float(mean_length),
        values=values,
        empty_marks=marks,
        date_formats=formats[0] if is_date else (),
        mixed_formats=formats[1] if longest <= _LONGEST_DATE else (),
    )


def _counted(connection: duckdb.DuckDBPyConnection, delimiter: str | None) -> dict[str, tuple[Any, ...]]:
    """Per column: the counts for all shares, then filled cells, distinct values, minimum, median and lengths."""
    counts = ", ".join(f"sum(n) filter ({sql}) as n_{name}" for name, sql in _SHARES.items())
    with_comma = f"{COMMA} or {EITHER}" if delimiter == EUROPEAN else COMMA
    amount = f"case when {with_comma} then decimal_comma(t) else read_number(t) end"
    rows = connection.execute(
        f"""with amounts as (
            select place, {amount} as amount, n from cells where {amount} is not null
        ), medians as (
            select place, min(amount) filter (2 * up_to >= n_all) as median from (
                select place, amount, sum(n) over (partition by place order by amount) as up_to,
                    sum(n) over (partition by place) as n_all
                from amounts
            ) group by place
        )
        select place, {counts}, sum(n), count(*), min({amount}), any_value(median), max(length(t)),
        sum(length(t) * n) / sum(n) from cells left join medians using (place) group by place"""
    ).fetchall()
    return {place: tuple(row) for place, *row in rows}


def _values(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, int]]:
    """Values with their counts, most frequent first, of columns with few distinct values."""
    rows = connection.execute(
        f"select place, t, n from cells qualify count(*) over (partition by place) <= {FEW} order by n desc, t"
    ).fetchall()
    found: dict[str, dict[str, int]] = {}
    for place, text, n in rows:
        found.setdefault(place, {})[text] = int(n)
    return found


def _empty_marks(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, ...]]:
    """Values that mean an empty cell, per column: known marks, and numbers such as 9999 far from all others."""
    known = cell_words()
    odd = [f"{number}{end}" for number in sorted(known.empty_numbers) for end in ("", ".0")]
    connection.execute(
        """create or replace temp table marks as
        with others as (
            select place, min(read_number(t)) as low, max(read_number(t)) as high, count(*) as n_others
            from cells where t not in (select unnest($odd)) group by place
        )
        select place, t, n from cells where lower(t) in (select unnest($marks))
        union
        select place, t, n from cells join others using (place)
        where t in (select unnest($odd)) and n > 1 and n_others > 1
        and (read_number(t) < least(low, 0) or read_number(t) > 2 * high or low is null)""",
        {"odd": odd, "marks": [*known.empty, *known.open_end, *known.everything, *known.empty_ranges]},
    )
    found: dict[str, tuple[str, ...]] = {}
    for place, text in connection.execute("select place, t from marks order by n desc, t").fetchall():
        found[place] = (*found.get(place, ()), text)
    return found


def _named_divisions(connection: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """Per column, how many cells name a province or large city; columns with very many values are skipped."""
    rows = connection.execute(
        f"""select place, t, n from cells where length(t) <= {_LONGEST_DIVISION}
        qualify count(*) over (partition by place) <= {_MOST_DIVISIONS}"""
    ).fetchall()
    found: dict[str, float] = {}
    for place, text, n in rows:
        if division_code(text):
            found[place] = found.get(place, 0.0) + n
    return found


def _date_formats(
    connection: duckdb.DuckDBPyConnection,
) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Per column, two lists of date formats, month-first formats before day-first ones.

    The first list reads almost all cells. The second reads the cells that are neither usual dates nor Excel's serial
    numbers, in a column that has both.
    """
    usual = f"({_SHARES['date']}) or ({_SHARES['serial']})"
    tried = ", ".join(
        f"coalesce(sum(n) filter (try_strptime(t, '{form}') is not null), 0) / sum(n), "
        f"coalesce(sum(n) filter (try_strptime(t, '{form}') is not null or is_usual), 0) / sum(n)"
        for form in _DATE_FORMATS
    )
    rows = connection.execute(
        f"""select place, coalesce(sum(n) filter (is_usual), 0) / sum(n), {tried}
        from (select *, {usual} as is_usual from cells) group by place"""
    ).fetchall()
    return {place: _reading(n_usual, shares) for place, n_usual, *shares in rows}


def _reading(usual: float, shares: list[float]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    tried = list(zip(_DATE_FORMATS, shares[::2], shares[1::2], strict=True))
    alone = tuple(form for form, own, _ in tried if own >= _NEARLY_ALL)
    is_mixed = not alone and _SOME <= usual < _NEARLY_ALL
    return alone, tuple(
        form for form, own, both in tried if is_mixed and own >= _SOME and both >= _NEARLY_ALL
    )
