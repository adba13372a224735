"""What staging reads: one row per key, by delivery mode, across deliveries, sources and decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import pytest

from iecareer.contracts import load_record_types, record_type
from iecareer.engine.views import register
from iecareer.lake.manifest import Delivery, Part, Retired
from iecareer.runs.pin import Pin

Rows = list[tuple[Any, ...]]
Deliver = Callable[..., Delivery]
PERIOD = ("person_key", "enterprise_code", "month", "contribution_base")
UPSERT = ("institution_code", "program_code", "release_id", "decision")
SNAPSHOT = ("program_code", "edition", "program_name")


@pytest.fixture
def deliver(home: Path) -> Deliver:
    """Write rows as a conformed delivery that passed, landed after all before it."""
    numbers = count(1)

    def write(kind_name: str, columns: tuple[str, ...], rows: Rows, **changes: Any) -> Delivery:
        kind, number = record_type(kind_name), next(numbers)
        given = [f"{value!r} as {name}" for name, value in zip(columns, rows[0], strict=True)] if rows else []
        assert len(given) in (0, len(columns))
        parts = []
        by_period: dict[str | None, Rows] = {} if kind.period_column else {None: []}
        for cells in rows:
            period = str(cells[columns.index(kind.period_column)])[:7] if kind.period_column else None
            by_period.setdefault(period, []).append(cells)
        for period, own in by_period.items():
            path = home / "lake" / f"{number}-{period}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(kind_name, columns, own, path)
            parts.append(Part(period, path.name, len(own)))
        told: dict[str, Any] = {
            "delivery_id": f"d{number}", "version": "v", "source_id": "a", "record_type": kind_name,
            "mode": kind.mode, "priority": 100, "received_on": date(2026, 1, 1),
            "conformed_on": date(2026, 1, 1), "landed_at": f"{number:03d}", "conformed_at": f"{number:03d}",
            "files": (), "parts": tuple(parts), "n_in": len(rows), "n_loaded": len(rows), "n_unchanged": 0,
            "n_superseded": 0, "n_quarantined": 0, "reasons": {}, "verdict": "pass",
        }  # fmt: skip
        return Delivery(**(told | changes))

    return write


def _write(kind_name: str, columns: tuple[str, ...], rows: Rows, path: Path) -> None:
    kind = record_type(kind_name)
    with duckdb.connect() as connection:
        listed = ", ".join(f"{column.stored_name} {column.sql_type}" for column in kind.columns)
        connection.execute(f"create table t ({listed})")
        for cells in rows:
            marks = ", ".join("?" * len(cells))
            connection.execute(f"insert into t ({', '.join(columns)}) values ({marks})", list(cells))
        connection.execute(f"copy t to '{path}' (format parquet)")


@contextmanager
def registered(
    *deliveries: Delivery, retired: Retired | None = None
) -> Iterator[tuple[duckdb.DuckDBPyConnection, dict[str, int]]]:
    with duckdb.connect() as connection:
        connection.execute("create schema landing")
        pin = Pin("run", date(2026, 6, 1), "", deliveries, retired or {})
        register(connection, pin.deliveries, pin.retired)
        yield connection, register(connection, pin.deliveries, pin.retired)


def read(kind_name: str, columns: str, *deliveries: Delivery) -> Rows:
    with registered(*deliveries) as (connection, _):
        return connection.execute(f"select {columns} from landing.{kind_name} order by all").fetchall()


def test_a_record_type_that_nobody_delivered_is_empty_and_typed() -> None:
    with registered() as (connection, overlapped):
        for kind in load_record_types().values():
            described = connection.execute(f"describe landing.{kind.name}").fetchall()
            expected = [(column.stored_name, column.stored_type) for column in kind.columns]
            assert [row[:2] for row in described] == [
                *expected,
                ("source_id", "VARCHAR"),
                ("received_on", "DATE"),
            ]
            assert connection.execute(f"select count(*) from landing.{kind.name}").fetchall() == [(0,)]
        assert overlapped == {}


def month(base: float, when: str = "2024-07-01", person: str = "p") -> tuple[Any, ...]:
    return (person, "e", when, base)


def test_each_period_comes_from_the_newest_delivery_that_has_it(deliver: Deliver) -> None:
    first = deliver("employment_month", PERIOD, [month(1), month(1, person="q"), month(2, "2024-08-01")])
    second = deliver("employment_month", PERIOD, [month(3), month(4, "2024-09-01")])
    found = read("employment_month", "month::varchar, contribution_base", second, first)
    assert found == [("2024-07-01", 3.0), ("2024-08-01", 2.0), ("2024-09-01", 4.0)]


def test_a_period_delivery_without_a_good_row_replaces_nothing(deliver: Deliver) -> None:
    first = deliver("employment_month", PERIOD, [month(1)])
    assert read("employment_month", "contribution_base", first, deliver("employment_month", PERIOD, [])) == [
        (1.0,)
    ]
    assert read("employment_month", "contribution_base", deliver("employment_month", PERIOD, [])) == []


def test_a_snapshot_replaces_all_even_by_nothing(deliver: Deliver) -> None:
    first = deliver("program", SNAPSHOT, [("460103", 2021, "x"), ("460104", 2021, "y")])
    second = deliver("program", SNAPSHOT, [("460103", 2021, "z")])
    assert read("program", "program_name", first, second) == [("z",)]
    assert read("program", "program_name", first, second, deliver("program", SNAPSHOT, [])) == []


def test_a_replayed_row_joins_its_month_and_takes_the_place_of_its_key(deliver: Deliver) -> None:
    first = deliver("employment_month", PERIOD, [month(1), month(2, person="q"), month(3, "2024-08-01")])
    replay = deliver("employment_month", PERIOD, [month(9), month(8, person="r")], amends=("d1",))
    found = read("employment_month", "month::varchar, person_key, contribution_base", first, replay)
    assert found == [
        ("2024-07-01", b"p", 9.0), ("2024-07-01", b"q", 2.0), ("2024-07-01", b"r", 8.0), ("2024-08-01", b"p", 3.0),
    ]  # fmt: skip
    later = deliver("employment_month", PERIOD, [month(5)])
    found = read("employment_month", "month::varchar, person_key, contribution_base", first, replay, later)
    assert found == [("2024-07-01", b"p", 5.0), ("2024-08-01", b"p", 3.0)]


def test_a_replay_of_a_month_never_delivered_is_that_month(deliver: Deliver) -> None:
    first = deliver("employment_month", PERIOD, [month(1)])
    replay = deliver("employment_month", PERIOD, [month(2, "2024-06-01")], amends=())
    assert read("employment_month", "contribution_base", first, replay) == [(1.0,), (2.0,)]
    assert read("employment_month", "contribution_base", replay) == [(2.0,)]


def test_a_replay_lies_over_the_newest_snapshot_until_the_next_one(deliver: Deliver) -> None:
    first = deliver("program", SNAPSHOT, [("460103", 2021, "x"), ("460104", 2021, "y")])
    replay = deliver("program", SNAPSHOT, [("460103", 2021, "z"), ("460105", 2021, "w")], amends=("d1",))
    assert read("program", "program_name", replay, first) == [("w",), ("y",), ("z",)]
    later = deliver("program", SNAPSHOT, [("460103", 2021, "v")])
    assert read("program", "program_name", first, replay, later) == [("v",)]


def test_replays_never_make_a_table_of_months(deliver: Deliver) -> None:
    first = deliver("employment_month", PERIOD, [month(1)])
    replay = deliver("employment_month", PERIOD, [month(2)], amends=("d1",))
    with registered(first, replay) as (connection, _):
        query = "select table_type from information_schema.tables where table_name = 'employment_month'"
        assert connection.execute(query).fetchall() == [("VIEW",)]


def test_of_upserts_the_newest_row_of_a_key_wins_in_each_source(deliver: Deliver) -> None:
    def review(decision: str, release: str, **changes: Any) -> Delivery:
        return deliver("curriculum_review", UPSERT, [("4133010800", "460103", release, decision)], **changes)

    own = [review("planned", "R1"), review("planned", "R2"), review("done", "R1")]
    other = [review("rejected", "R1", source_id="b"), review("accepted", "R3", source_id="b")]
    found = read("curriculum_review", "release_id, decision, source_id", *other, *own)
    assert found == [("R1", "done", "a"), ("R2", "planned", "a"), ("R3", "accepted", "b")]


def test_a_changed_priority_does_not_make_an_older_delivery_the_newest(deliver: Deliver) -> None:
    old = deliver("program", SNAPSHOT, [("460103", 2021, "old")], priority=100)
    new = deliver("program", SNAPSHOT, [("460103", 2021, "new")], priority=10)
    assert read("program", "program_name", old, new) == [("new",)]
    months = [deliver("employment_month", PERIOD, [month(n)], priority=p) for n, p in ((1, 100), (2, 10))]
    assert read("employment_month", "contribution_base", *months) == [(2.0,)]
    other = deliver("program", SNAPSHOT, [("460103", 2021, "other")], priority=50, source_id="b")
    assert read("program", "program_name", old, new, other) == [("new",)]


def test_a_key_of_several_sources_counts_once_and_the_others_are_counted(deliver: Deliver) -> None:
    high = deliver("employment_month", PERIOD, [month(1), month(1, person="q")], source_id="z", priority=1)
    low = deliver("employment_month", PERIOD, [month(2), month(2, person="r")], source_id="a", priority=2)
    equal = deliver("employment_month", PERIOD, [month(3), month(3, person="r")], source_id="b", priority=2)
    with registered(low, high, equal) as (connection, overlapped):
        rows = connection.execute(
            "select person_key, source_id from landing.employment_month order by all"
        ).fetchall()
    assert rows == [(b"p", "z"), (b"q", "z"), (b"r", "a")]
    assert overlapped == {low.delivery_id: 1, equal.delivery_id: 2}


@pytest.mark.parametrize(
    ("verdict", "decision", "counts"),
    [
        ("pass", None, True),
        ("warn", None, True),
        ("stop", None, False),
        (None, None, False),
        ("stop", "accept", True),
        ("pass", "withdraw", False),
    ],
)
def test_an_operators_word_goes_before_the_suites(
    deliver: Deliver, verdict: str | None, decision: str | None, counts: bool
) -> None:
    told = deliver("employment_month", PERIOD, [month(1)], verdict=verdict, decision=decision)
    assert bool(read("employment_month", "contribution_base", told)) is counts


def test_source_systems_say_how_far_they_have_come_and_whether_they_serve(deliver: Deliver) -> None:
    ahead = deliver("employment_month", PERIOD, [month(1), month(1, "2024-09-01")])
    behind = deliver("employment_month", PERIOD, [month(1)], source_id="b")
    stopped = deliver("employment_month", PERIOD, [month(1, "2025-01-01")], source_id="b", verdict="stop")
    listed = deliver("program", SNAPSHOT, [("460103", 2021, "x")], source_id="c")
    with registered(ahead, behind, stopped, listed, retired={"b": None}) as (connection, _):
        rows = connection.execute(
            """select source_id, record_type, newest_period::varchar, is_in_service
            from landing.source_system order by all"""
        ).fetchall()
    assert rows == [
        ("a", "employment_month", "2024-09-01", True),
        ("b", "employment_month", "2024-07-01", False),
        ("c", "program", None, True),
    ]


def test_a_source_counts_as_its_last_successor_and_as_long_as_that_delivers(deliver: Deliver) -> None:
    old = deliver("employment_month", PERIOD, [month(1, "2020-01-01")], source_id="old")
    middle = deliver("employment_month", PERIOD, [month(1, "2021-01-01")], source_id="middle")
    new = deliver("employment_month", PERIOD, [month(1, "2024-01-01")], source_id="new")
    gone = deliver("employment_month", PERIOD, [month(1, "2019-01-01")], source_id="gone")
    retired = {"old": "middle", "middle": "new", "gone": None}
    with registered(old, middle, new, gone, retired=retired) as (connection, _):
        rows = connection.execute(
            """select source_id, counted_as, is_in_service, observed_through::varchar
            from landing.source_system order by all"""
        ).fetchall()
    assert rows == [
        ("gone", "gone", False, "2024-01-01"),
        ("middle", "new", True, "2024-01-01"),
        ("new", "new", True, "2024-01-01"),
        ("old", "new", True, "2024-01-01"),
    ]


def test_months_of_every_source_are_listed(deliver: Deliver) -> None:
    first = deliver("employment_month", PERIOD, [month(1)], source_id="a", priority=10)
    second = deliver(
        "employment_month", PERIOD, [month(2), month(2, "2024-09-01")], source_id="b", priority=20
    )
    with registered(first, second) as (connection, _):
        both = "select source_id, month::varchar from landing.delivered_month order by all"
        assert connection.execute(both).fetchall() == [
            ("a", "2024-07-01"),
            ("b", "2024-07-01"),
            ("b", "2024-09-01"),
        ]
    with registered(first) as (connection, _):
        assert connection.execute(both).fetchall() == [("a", "2024-07-01")]


def test_a_graduation_that_several_sources_deliver_has_its_numbers_once(deliver: Deliver) -> None:
    key = ("person_key", "institution_code", "program_code")
    first = deliver("graduate", key, [("p", "1", "460103"), ("q", "1", "460103")], source_id="a")
    again = deliver("graduate", key, [("q", "1", "460103"), ("q", "1", "460104")], source_id="a")
    other = deliver("graduate", key, [("q", "1", "460104"), ("r", "1", "460103")], source_id="b")
    taken = deliver("graduate", key, [("s", "1", "460103")], source_id="b", decision="withdraw")
    columns = f"{', '.join(key)} from landing"
    with registered(first, again, other, taken) as (connection, _):
        rows = connection.execute(f"select {columns}.graduate order by all").fetchall()
        assert connection.execute(f"select {columns}.graduate_number order by all").fetchall() == rows
        assert [row[0] for row in rows] == [b"p", b"q", b"q", b"r"]
    with registered() as (connection, _):
        assert connection.execute("from landing.graduate_number").fetchall() == []
