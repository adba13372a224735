"""Wide tables: one row a person, and a column for each month. For a draft they are turned into one row a month."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace

import duckdb

from iecareer.onboarding.sample_reader import MONTH_IN_HEADER, Sample

_FEWEST = 3
_HEADER = "月份"
_PLACE = "{month}"
_BASE = "缴费基数"
_NAMES_BASE = re.compile("基数|缴费|base", re.IGNORECASE)


@dataclass(frozen=True)
class MonthsAcross:
    """The pattern of the headers that are months, and the headers of the two columns that replace them.

    `others` are the patterns of further headers of the same months, such as wages beside bases. `is_sure` says that the
    pattern is the only one that names what is wanted.
    """

    pattern: str
    month: str
    amount: str
    others: tuple[str, ...] = ()
    is_sure: bool = True


def month_in(header: str) -> re.Match[str] | None:
    """The month in a header such as 2023年1月缴费基数, if it holds one."""
    return MONTH_IN_HEADER.search(header)


def along(connection: duckdb.DuckDBPyConnection, sample: Sample) -> tuple[Sample, MonthsAcross] | None:
    """Load the table `sample` into `sample_along`, with a row for each filled cell of a month; None without months."""
    patterns: dict[str, dict[str, str]] = defaultdict(dict)
    for header in sample.columns:
        if found := month_in(header):
            pattern = f"{header[: found.start()]}{_PLACE}{header[found.end() :]}"
            patterns[pattern][header] = re.sub("[_ ]", "-", found[1])
    families = {p: months for p, months in patterns.items() if len(set(months.values())) >= _FEWEST}
    if not families:
        return None
    named = [p for p in families if _NAMES_BASE.search(p)]
    pattern, *others = sorted(families, key=lambda p: (p not in named, -len(families[p])))
    months = families[pattern]
    amount = pattern.replace(_PLACE, "").strip(" _-.:/") or _BASE
    across = MonthsAcross(pattern, _HEADER, amount, tuple(others), not others or len(named) == 1)
    columns = ", ".join(sample.columns[header] for header in months)
    places = ", ".join("(?, ?)" for _ in months)
    connection.execute(
        f"""create or replace temp table sample_along as
        select * exclude (place) from (unpivot sample on {columns} into name place value across_amount)
        join (values {places}) as named(place, across_month) using (place)""",
        [text for header, month in months.items() for text in (sample.columns[header], month)],
    )
    kept = {
        header: column
        for header, column in sample.columns.items()
        if not any(header in family for family in families.values())
    }
    made = {across.month: "across_month", across.amount: "across_amount"}
    return replace(sample, columns=kept | made), across
