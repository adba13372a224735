"""Months of social insurance in an office's own table, as many as a test wants."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

from tests.landing.connections.servers import Office
from tests.people import credit_code, resident_id

MORNING = datetime(2026, 10, 1, 8, tzinfo=timezone(timedelta(hours=8)))
_TYPES = {
    "sqlite": {"time": "text", "month": "text", "money": "real", "region": "integer"},
    "postgres": {"time": "timestamptz", "month": "date", "money": "numeric(12, 2)", "region": "integer"},
    "mariadb": {"time": "datetime(6)", "month": "date", "money": "decimal(12, 2)", "region": "integer"},
}
_BATCH = 20_000


def make_table(office: Office) -> None:
    told = _TYPES[office.kind]
    office.run(
        f"""create table pay (sfz varchar(18), dm char(18), ym {told["month"]}, js {told["money"]},
        qh {told["region"]}, updated_at {told["time"]})"""
    )


def month(
    person: int, number: int, *, at: datetime = MORNING, pay: float = 8500.5, firm: int = 0
) -> dict[str, Any]:
    """The `number`-th month (0 is January 2020) of a person as a row of the office."""
    born = date(1996, 1, 1) + timedelta(days=person // 900)
    return {
        "sfz": resident_id(person % 900, born=f"{born:%Y%m%d}"),
        "dm": credit_code(firm),
        "ym": f"{2020 + number // 12}-{number % 12 + 1:02d}-01",
        "js": pay,
        "qh": 330102,
        "updated_at": f"{at:%Y-%m-%d %H:%M:%S.%f}" + "+08:00",
    }


def insert(office: Office, rows: list[dict[str, Any]]) -> None:
    if office.kind != "postgres":
        rows = [row | {"updated_at": row["updated_at"].removesuffix("+08:00")} for row in rows]
    for first in range(0, len(rows), _BATCH):
        office.run(
            "insert into pay (sfz, dm, ym, js, qh, updated_at) values (:sfz, :dm, :ym, :js, :qh, :updated_at)",
            rows[first : first + _BATCH],
        )


def fill(office: Office, people: int, months: int) -> None:
    """Every person in every month; the months came one after another, a day apart."""
    firms = [credit_code(number) for number in range(50)]
    for number in range(months):
        at = MORNING + timedelta(days=number, microseconds=number)
        rows = [month(person, number, at=at) | {"dm": firms[person % 50]} for person in range(people)]
        insert(office, rows)
