"""What the cells of each column of a sample look like: shares, ranges and, where there are few, its values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import duckdb

from iecareer.onboarding.dictionary import division_code, plain_value, words
from iecareer.onboarding.sample import Sample

FEW = 60
_DATE_FORMATS = (
    "%m/%d/%Y", "%d/%m/%Y", "%m/%d/%y", "%d/%m/%y", "%m/%d/%y %H:%M", "%d/%m/%y %H:%M", "%m/%d/%Y %H:%M",
    "%d/%m/%Y %H:%M", "%d.%m.%Y", "%d.%m.%y", "%d-%m-%Y", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%b %d, %Y",
    "%d %B %Y", "%B %d, %Y", "%b-%y", "%b %Y", "%B %Y", "%m/%Y", "%Y%m%d%H%M%S",
)  # fmt: skip
_DIVISION = "(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])[0-9]{4}"
_RANGE = r"[^0-9]{0,3}[0-9.]+\s?([kK]|千|万|元)?\s?[-~—–至到]{1,2}\s?[0-9.]+\s?([kK]|千|万|元)?([/元·].*)?"
_SHARES = {
    "resident": "resident_is_valid(t, resident_stem(t), resident_check(try_cast(resident_stem(t) as bigint)))",
    "key": "regexp_full_match(t, '[0-9a-fA-F]{64}')",
    "credit": "is_credit_code(upper(t))",
    "division": f"regexp_full_match(t, '{_DIVISION}')",
    "institution": "regexp_full_match(t, '[1-9][0-9]{9}')",
    "program": "regexp_full_match(t, '[0-9]{6}')",
    "occupation": "regexp_full_match(t, '[1-8]-[0-9]{2}-[0-9]{2}-[0-9]{2}')",
    "date": "parsed_date(plain_date(t)) is not null and not regexp_full_match(t, '[2-6][0-9]{4}([.][0-9]+)?')",
    "serial": "regexp_full_match(t, '[2-6][0-9]{4}([.][0-9]+)?')",
    "month": "regexp_full_match(dated_text(arabic_digits(t)), '[0-9]{4}-?[0-9]{1,2}(-0?1)?')",
    "number": "read_number(t) is not null",
    "whole": "regexp_full_match(t, '[+-]?[0-9]+([.]0*)?')",
    "year": "read_number(regexp_replace(t, '年$', '')) between 1900 and 2100",
    "range": f"regexp_full_match(t, '{_RANGE}')",
    "digit": "regexp_matches(t, '[0-9]')",
}


@dataclass(frozen=True)
class Profile:
    """One column of a sample; shares are of its filled cells without marks of emptiness.

    `values` are its values with their counts where they are few; they are words of the office for categories, and
    must not be shown of a column that names persons.
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
    date_format: str | None = None

    def share(self, name: str) -> float:
        """One of the shares, 0 for a column without any cell."""
        return self.shares.get(name, 0.0)

    @property
    def distinct_share(self) -> float:
        """Distinct values per filled cell."""
        return self.n_distinct / self.n_filled if self.n_filled else 0.0

    @property
    def is_personal(self) -> bool:
        """Whether its cells may be numbers of persons."""
        return self.share("resident") > 0 or self.share("key") > 0


def profiles(connection: duckdb.DuckDBPyConnection, sample: Sample, limit: int = 400) -> list[Profile]:
    """Profiles of the first columns of the table `sample`, in the order of the file."""
    return [_profile(connection, header, column) for header, column in list(sample.columns.items())[:limit]]


def _profile(connection: duckdb.DuckDBPyConnection, header: str, column: str) -> Profile:
    connection.execute(
        f"""create or replace temp table cells as
        select normal({column}) as t, count(*) as n from sample where not _malformed group by 1"""
    )
    values = _values(connection)
    marks = _empty_marks(connection)
    connection.execute("delete from cells where t in (select unnest(?))", [list(marks)])
    told = ", ".join(f"sum(n) filter ({sql}) as {name}" for name, sql in _SHARES.items())
    row = connection.execute(
        f"""select {told}, sum(n), count(*), min(read_number(t)), median(read_number(t)), max(length(t)),
        sum(length(t) * n) / sum(n) from cells where t is not null"""
    ).fetchall()[0]
    n_filled = int(row[len(_SHARES)] or 0)
    shares = {name: float(row[at] or 0) / n_filled if n_filled else 0.0 for at, name in enumerate(_SHARES)}
    total = connection.execute("select coalesce(sum(n), 0) from cells").fetchall()[0][0]
    n_distinct, low, median, longest, mean_length = row[len(_SHARES) + 1 :]
    return Profile(
        header=header,
        n=int(total),
        n_filled=n_filled,
        n_distinct=int(n_distinct),
        shares=shares | _named_divisions(connection, n_filled, int(n_distinct)),
        low=low,
        median=median,
        longest=int(longest or 0),
        mean_length=float(mean_length or 0),
        values=values,
        empty_marks=marks,
        date_format=_date_format(connection, n_filled) if shares["date"] < 0.5 else None,
    )


def _empty_marks(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Values of this column that say nothing: marks of emptiness, and odd numbers far from all others."""
    known = words()
    marks = [*known.empty, *known.open_end, *known.everything, *known.empty_ranges]
    found = connection.execute(
        "select t from cells where lower(t) in (select unnest(?)) order by n desc, t", [marks]
    ).fetchall()
    odd = connection.execute(
        """with others as (
            select min(read_number(t)) as low, max(read_number(t)) as high, count(*) as n_others
            from cells where t not in (select unnest($odd))
        )
        select t from cells, others where t in (select unnest($odd)) and n > 1 and n_others > 1
        and (read_number(t) < least(low, 0) or read_number(t) > 2 * high or low is null) order by n desc, t""",
        {"odd": [f"{number}{end}" for number in sorted(known.empty_numbers) for end in ("", ".0")]},
    ).fetchall()
    return tuple(text for (text,) in [*found, *odd])


def _values(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """All values with their counts, the most frequent first; none where there are many."""
    found = connection.execute(
        f"select t, n from cells where t is not null order by n desc, t limit {FEW + 1}"
    ).fetchall()
    return {text: int(n) for text, n in found} if len(found) <= FEW else {}


def _named_divisions(
    connection: duckdb.DuckDBPyConnection, n_filled: int, n_distinct: int
) -> dict[str, float]:
    """The share of cells that name a province or large city."""
    if not n_filled or n_distinct > 2_000:
        return {}
    rows = connection.execute("select t, n from cells where t is not null and length(t) <= 30").fetchall()
    return {"named_division": sum(n for text, n in rows if division_code(text)) / n_filled}


def _date_format(connection: duckdb.DuckDBPyConnection, n_filled: int) -> str | None:
    """The format that reads nearly all cells, the first of equals; day first only when a month first fails."""
    for date_format in _DATE_FORMATS if n_filled else ():
        read = connection.execute(
            "select coalesce(sum(n) filter (try_strptime(t, $1) is not null), 0) from cells where t is not null",
            [date_format],
        ).fetchall()[0][0]
        if read >= 0.97 * n_filled:
            return date_format
    return None


def known_values(profile: Profile, names: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The column's own words that the dictionary knows, and what they mean."""
    for value in profile.values:
        if plain_value(value) in names:
            yield value, names[plain_value(value)]
