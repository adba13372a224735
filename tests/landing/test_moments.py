"""A point in time is the day it was in China, however its zone is written; what has no known day is set aside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from iecareer.contracts import record_type
from iecareer.landing.parse.connection import open_landing
from iecareer.landing.parse.dates import date_expression

FIRST_OF_JULY = [
    "2023-06-30T16:00:00Z",
    "2023-06-30 16:00:00+00",
    "2023-06-30 16:00:00 UTC",
    "2023-06-30 16:00:00 GMT",
    "2023-06-30T16:00:00,123Z",
    "2023-06-30 16:00:00 +0000 UTC",
    "2023-06-30 13:00:00-03",
    "2023-06-30T16:00:00+00:00[UTC]",
    "2023-06-30T16:00Z[UTC]",
    "2023-06-30T16:00[UTC]",
    "2023-06-30 16:00:00.000000 +00:00",
    "2023-06-30T16:00:00.0000000Z",
    "2023-06-30 16:00:00z",
    "2023-06-30 16:00:00+00:00:00",
    "2023-06-30T13:00:00\u221203:00",
    "2023-06-30T13:00-03:00",
    "2023-06-30 21:30:00+05:30",
    "2023-06-30 4:00:00 PM UTC",
    "2023-06-30 04:00 PM +00:00",
    "2023-06-30 12:00:00 America/New_York",
    "2023-06-30 12:00:00 EDT",
    "2023-07-01 01:00:00 JST",
    "2023-07-01 00:00:00 ASIA/SHANGHAI",
    "2023-07-01T00:00+08:00[Asia/Shanghai]",
    "2023-07-01 00:00:00 +0800 CST",
    "2023-07-01 00:00:00 +0800 CST m=+0.000012",
    "2023-07-01 00:00:00 UTC+8",
    "2023-07-01 00:00:00 GMT+0800 (中国标准时间)",
    "2023/6/30 16:00:00 UTC",
    "2023年6月30日 16:00:00Z",
    "20230630T160000Z",
    "20230630160000Z",
    "20230630160000+0000",
    "20230630160000.0Z",
    "20230701 083000",
    "20230701083000",
    "2023-07-01 08:30",
    "2023年7月1日08:30",
    "2023-07-01 24:00",
    "45107.99950231481",
    "45107.99949074074",
    "45107.99999999",
    "45108.0",
    "2023-06-30 23:59:17",
    "2023-06-30T15:59:17.000Z",
]
LAST_OF_JUNE = [
    "2023-06-30 23:59:59",
    "2023-06-30 23:59:59.999",
    "2023-06-30T23:59:59+08:00",
    "2023-06-30 15:59:59 UTC",
    "45107.99998842593",
    "45107.5",
    "2023-06-30 16:00:00",
]
UNKNOWN = [
    "2023-06-30 16:00:00 CST",
    "2023-06-30 16:00:00 IST",
    "2023-06-30 16:00:00 XYZ",
    "2023-06-30 16:00:00 Foo/Bar",
    "2023-06-30 16:00:00+25:00",
    "2023-06-30 16:00:00 星期五",
    "2023-06-30 08:30-09:30",
    "2023-06-30 25:00",
    "2023-06-30 12:60",
    "2023-06-30T16Z",
    "2023-07-01 08:30:00 至 2023-07-02",
    "20237月",
    "45108月份",
    "二〇二三七月",
    "45108年",
    "45108-",
]


def days(
    texts: list[str], *, date_format: str | None = None, name: str = "responded_on"
) -> list[date | None]:
    column = next(c for c in record_type("followup_response").columns if c.name == "responded_on")
    if name == "month":
        column = next(c for c in record_type("employment_month").columns if c.name == "month")
    day = date_expression(column, "t", "p", date_format)
    with open_landing() as connection:
        rows = connection.execute(
            f"""select {day} from (select t, plain_date(t) as p from
            (select normal(text) as t from (select unnest($texts) as text)))""",
            {"texts": texts},
        ).fetchall()
    return [day for (day,) in rows]


def test_every_notation_of_a_zone_gives_the_day_in_china(home: Path) -> None:
    assert dict(zip(FIRST_OF_JULY, days(FIRST_OF_JULY), strict=True)) == dict.fromkeys(
        FIRST_OF_JULY, date(2023, 7, 1)
    )
    assert days(LAST_OF_JUNE) == [date(2023, 6, 30)] * len(LAST_OF_JUNE)


def test_a_point_in_time_of_an_unknown_zone_has_no_day(home: Path) -> None:
    assert dict(zip(UNKNOWN, days(UNKNOWN), strict=True)) == dict.fromkeys(UNKNOWN)


def test_months_move_with_their_days(home: Path) -> None:
    assert days(FIRST_OF_JULY, name="month") == [date(2023, 7, 1)] * len(FIRST_OF_JULY)
    assert days(LAST_OF_JUNE, name="month") == [date(2023, 6, 1)] * len(LAST_OF_JUNE)


@pytest.mark.parametrize(
    ("date_format", "text", "day"),
    [
        ("%m/%d/%Y", "06/30/2023", date(2023, 6, 30)),
        ("%m/%d/%Y", "2023-07-01", date(2023, 7, 1)),
        ("%m/%d/%Y", "45108", date(2023, 7, 1)),
        ("%m/%d/%Y", "2023年7月1日", date(2023, 7, 1)),
        ("%m/%d/%Y", "2023-06-30T16:00:00Z", date(2023, 7, 1)),
        ("%d/%m/%Y", "07/01/2023", date(2023, 1, 7)),
        ("%m/%d/%Y", "07/01/2023", date(2023, 7, 1)),
        ("%Y.%m", "2023.1", date(2023, 1, 1)),
        ("%y%m%d", "201107", date(2020, 11, 7)),
        ("%m/%d/%Y", "31/12/2023", None),
    ],
)
def test_a_date_format_adds_a_form_and_takes_none_away(
    home: Path, date_format: str, text: str, day: date | None
) -> None:
    assert days([text], date_format=date_format) == [day]


def test_int96_is_a_point_in_time_in_utc(tmp_path: Path) -> None:
    import io
    from datetime import datetime

    import pyarrow as pa
    import pyarrow.parquet as pq

    from iecareer.landing.content import InMemory
    from iecareer.landing.read import Request, read

    table = pa.table(
        {"at": pa.array([datetime.fromisoformat("2023-06-30 16:00:00")], pa.timestamp("us")), "x": ["1"]}
    )
    found: dict[bool, Any] = {}
    for is_old in (True, False):
        written = io.BytesIO()
        pq.write_table(table, written, use_deprecated_int96_timestamps=is_old)
        connection = duckdb.connect()
        connection.execute("set TimeZone = 'Asia/Shanghai'")
        request = Request("test", frozenset({"at", "x"}))
        for _ in read(connection, InMemory(written.getvalue()), "parquet", request):
            found[is_old] = connection.execute("select c0 from raw").fetchall()[0][0]
            connection.execute("drop table raw")
    assert (found[True][:10], found[False][:10]) == ("2023-07-01", "2023-06-30")


@pytest.mark.parametrize("n", [1, 25_000])
def test_long_and_short_files_agree(
    write_csv: Callable[..., Path], land_one: Any, landed: Any, n: int
) -> None:
    """Long files are read by lookups."""
    headers = ("posting_id", "posted_on", "title", "region_code", "description")
    rows = [(f"A{at}", "2023-06-30 16:00:00+00", "会计", "330100", "会计") for at in range(n)]
    receipt = land_one(write_csv("job_posting.csv", headers, rows))
    assert receipt["n_loaded"] == n
    assert set(landed("job_posting", "posted_on")) == {(date(2023, 7, 1),)}
