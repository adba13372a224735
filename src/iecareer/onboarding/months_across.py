"""Wide tables: one row a person, and a column for each month. For a draft they are turned into one row a month."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace

import duckdb

from iecareer.onboarding.sample_reader import Sample

_MONTH = re.compile(r"(?<!\d)((?:19|20)\d\d[年./-]?(?:0?[1-9]|1[0-2])月?)(?![\d日])")
_FEWEST = 3
_HEADER = "月份"
_PLACE = "{month}"
_BASE = "缴费基数"


@dataclass(frozen=True)
class MonthsAcross:
    """The pattern of the headers that are months, and the headers of the two columns that replace them."""

    pattern: str
    month: str
    amount: str


def month_in(header: str) -> re.Match[str] | None:
    """The month in a header such as 2023年1月缴费基数, if it holds one."""
    return _MONTH.search(header)


def along(connection: duckdb.DuckDBPyConnection, sample: Sample) -> tuple[Sample, MonthsAcross] | None:
    """Load the table `sample` into `sample_along`, with a row for each filled cell of a month; None without months."""
    patterns: dict[str, dict[str, str]] = defaultdict(dict)
    for header in sample.columns:
        if found := month_in(header):
            pattern = f"{header[: found.start()]}{_PLACE}{header[found.end() :]}"
            patterns[pattern][header] = found[1]
    pattern, months = max(patterns.items(), key=lambda item: len(item[1]), default=("", {}))
    if len(set(months.values())) < _FEWEST:
        return None
    amount = pattern.replace(_PLACE, "").strip(" _-.:/") or _BASE
    across = MonthsAcross(pattern, _HEADER, amount)
    columns = ", ".join(sample.columns[header] for header in months)
    named = ", ".join("(?, ?)" for _ in months)
    connection.execute(
        f"""create or replace temp table sample_along as
        select * exclude (place) from (unpivot sample on {columns} into name place value across_amount)
        join (values {named}) as named(place, across_month) using (place)""",
        [text for header, month in months.items() for text in (sample.columns[header], month)],
    )
    kept = {header: column for header, column in sample.columns.items() if header not in months}
    made = {across.month: "across_month", across.amount: "across_amount"}
    return replace(sample, columns=kept | made), across
