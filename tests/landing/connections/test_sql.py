"""Live tables: everything first, then what is new; nothing lost, nothing twice, no digit changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from iecareer.engine.views import register
from iecareer.lake.manifest import versions
from iecareer.landing import land, reconform
from iecareer.landing.receive import slices
from iecareer.landing.receive.database import rows
from tests.landing.connections.months import MORNING, fill, insert, make_table, month
from tests.landing.connections.servers import PASSWORD, Office
from tests.people import credit_code, resident_id

DAY = date(2026, 11, 21)


def landed(**expected: Any) -> dict[str, Any]:
    """Land what is new and compare the one receipt."""
    (receipt,) = land("bureau", None, DAY)
    assert {name: receipt[name] for name in expected} == expected, receipt
    return receipt


def nothing_new() -> None:
    before = versions()
    assert land("bureau", None, DAY) == []
    assert versions() == before


def current(record_type: str = "employment_month", columns: str = "*") -> list[tuple[Any, ...]]:
    """The rows in force, as staging reads them, were every delivery accepted."""
    newest = {delivery.delivery_id: delivery for delivery in versions()}.values()
    accepted = tuple(d.__class__(**{**d.__dict__, "decision": "accept"}) for d in newest)
    with duckdb.connect() as connection:
        connection.execute("create schema landing")
        register(connection, accepted)
        return connection.execute(f"select {columns} from landing.{record_type} order by all").fetchall()


def test_the_first_fetch_brings_everything_and_the_second_nothing(
    office: Office, contract: Callable[..., Path]
) -> None:
    contract(office.server)
    make_table(office)
    fill(office, people=20, months=3)
    landed(n_in=60, n_loaded=60, error=None)
    nothing_new()
    rows = current(columns="month, contribution_base, region_code, person_key, enterprise_code")
    assert len(rows) == 60
    assert {row[:3] for row in rows} == {(date(2020, m, 1), 8500.5, "330102") for m in (1, 2, 3)}
    assert all(len(row[3]) == 32 for row in rows)


def test_a_touched_month_is_fetched_again_as_a_whole_and_no_other(
    office: Office, contract: Callable[..., Path]
) -> None:
    contract(office.server)
    make_table(office)
    fill(office, people=20, months=3)
    landed(n_in=60)
    insert(office, [month(77, 1, at=MORNING + timedelta(days=30))])
    receipt = landed(n_in=21, n_loaded=21)
    delivery = next(d for d in versions() if d.delivery_id == receipt["delivery_id"])
    assert [(part.period, part.n) for part in delivery.parts] == [("2020-02", 21)]
    assert len(current()) == 61
    nothing_new()


def test_a_row_that_comes_late_with_an_old_cursor_is_seen_by_its_month(
    office: Office, contract: Callable[..., Path]
) -> None:
    contract(office.server)
    make_table(office)
    fill(office, people=5, months=2)
    landed(n_in=10)
    insert(office, [month(88, 0, at=MORNING - timedelta(days=300))])
    landed(n_in=6)
    assert len(current()) == 11


def test_a_row_moved_to_another_month_leaves_the_old_one(
    office: Office, contract: Callable[..., Path]
) -> None:
    contract(office.server)
    make_table(office)
    fill(office, people=5, months=3)
    landed(n_in=15)
    person = month(0, 0)["sfz"]
    moved = "2026-10-20 08:00:00" + ("+08" if office.kind == "postgres" else "")
    office.run(
        f"update pay set ym = '2020-03-01', updated_at = '{moved}' where sfz = '{person}' and ym = '2020-01-01'"
    )
    office.run(f"delete from pay where sfz = '{month(1, 1)['sfz']}' and ym = '2020-02-01'")
    landed(n_in=4 + 4 + 6, n_superseded=1)
    assert [n for (n,) in _counts()] == [4, 4, 5]
    nothing_new()


def _counts() -> list[tuple[int]]:
    rows = current(columns="month")
    return [(sum(1 for row in rows if row == which),) for which in sorted(set(rows))]


def test_a_month_without_any_row_left_is_emptied(office: Office, contract: Callable[..., Path]) -> None:
    contract(office.server)
    make_table(office)
    fill(office, people=5, months=2)
    landed(n_in=10)
    office.run("delete from pay where ym = '2020-01-01'")
    landed(n_in=0, n_loaded=0, error=None)
    assert {row[0] for row in current(columns="month")} == {date(2020, 2, 1)}
    nothing_new()
    reconform("bureau", DAY)
    assert {row[0] for row in current(columns="month")} == {date(2020, 2, 1)}


def test_rows_that_are_again_as_they_were_count_again(office: Office, contract: Callable[..., Path]) -> None:
    """A, then B, then A again: the bytes of the third fetch are those of the first."""
    contract(office.server, extract={})
    make_table(office)
    insert(office, [month(0, 0), month(1, 0)])
    first = landed(n_in=2)
    office.run(f"delete from pay where sfz = '{month(1, 0)['sfz']}'")
    landed(n_in=1)
    insert(office, [month(1, 0)])
    third = landed(n_in=2, n_loaded=2)
    assert third["delivery_id"] != first["delivery_id"]
    assert len(current()) == 2
    landed(n_loaded=0, n_unchanged=2, delivery_id=third["delivery_id"])


UPSERT: dict[str, Any] = {"record_type": "employer_succession", "selector": "physicalName: table:moves"}
_STAMP = {"sqlite": "text", "postgres": "timestamp", "mariadb": "datetime"}


def make_moves(office: Office, cursor: str | None = None) -> None:
    office.run(
        f"create table moves (old varchar(18), new varchar(18), day date, seen {cursor or _STAMP[office.kind]})"
    )


def move(office: Office, old: int, new: int, seen: Any) -> None:
    row = {"old": credit_code(old), "new": credit_code(new), "day": "2026-03-01", "seen": seen}
    office.run("insert into moves values (:old, :new, :day, :seen)", [row])


def test_rows_that_share_the_watermark_are_not_lost(office: Office, contract: Callable[..., Path]) -> None:
    contract(office.server, extract={"cursor": "seen"}, **UPSERT)
    make_moves(office)
    move(office, 1, 2, "2026-10-01 08:00:00")
    move(office, 3, 4, "2026-10-02 08:00:00")
    landed(n_in=2)
    nothing_new()
    move(office, 5, 6, "2026-10-02 08:00:00")
    landed(n_in=2, n_loaded=2)
    nothing_new()
    assert len(current("employer_succession")) == 3


def test_a_late_commit_within_the_lookback_is_not_lost(office: Office, contract: Callable[..., Path]) -> None:
    if office.kind == "sqlite":
        pytest.skip("SQLite has one writer at a time, and its points in time are text")
    contract(office.server, extract={"cursor": "seen"}, **UPSERT)
    make_moves(office)
    move(office, 1, 2, "2026-10-02 08:00:00")
    landed(n_in=1)
    move(office, 3, 4, "2026-10-02 07:10:00")
    landed(n_in=2)
    move(office, 5, 6, "2026-10-02 06:50:00")
    nothing_new()
    contract(office.server, extract={"cursor": "seen", "lookback": "2h"}, **UPSERT)
    landed(n_in=3)
    assert len(current("employer_succession")) == 3


def test_the_newest_row_of_a_key_wins_within_a_fetch_and_after(
    office: Office, contract: Callable[..., Path]
) -> None:
    contract(office.server, extract={"cursor": "seen"}, **UPSERT)
    make_moves(office, "integer")
    move(office, 1, 9, 10)
    move(office, 1, 2, 9)
    landed(n_in=2, n_loaded=1, n_superseded=1)
    assert current("employer_succession", "successor_code") == [(credit_code(9),)]
    move(office, 1, 5, 100)
    landed(n_in=2, n_superseded=1)
    assert current("employer_succession", "successor_code") == [(credit_code(5),)]


def test_rows_without_a_cursor_come_every_time(office: Office, contract: Callable[..., Path]) -> None:
    contract(office.server, extract={"cursor": "seen"}, **UPSERT)
    make_moves(office, "integer")
    move(office, 1, 2, 1)
    move(office, 3, 4, None)
    landed(n_in=2)
    nothing_new()
    move(office, 5, 6, None)
    landed(n_in=3)


@pytest.mark.parametrize(
    ("kind", "empty"),
    [
        ("integer", None),
        pytest.param("varchar(30)", None, marks=pytest.mark.slow),
        pytest.param("varchar(30)", "", marks=pytest.mark.slow),
    ],
)
def test_a_column_of_empty_cursors(
    office: Office, contract: Callable[..., Path], kind: str, empty: str | None
) -> None:
    cursor = int if kind == "integer" else str
    contract(office.server, extract={"cursor": "seen"}, **UPSERT)
    make_moves(office, kind)
    for number in range(5):
        move(office, number, number + 100, empty)
    landed(n_in=5, n_loaded=5)
    nothing_new()
    for number in range(5, 15):
        move(office, number, number + 100, empty)
    landed(n_in=15)
    nothing_new()
    assert len(current("employer_succession")) == 15
    office.run(
        "update moves set new = :new where old = :old", [{"old": credit_code(3), "new": credit_code(900)}]
    )
    landed(n_in=15)
    nothing_new()
    office.run("delete from moves where old = :old", [{"old": credit_code(4)}])
    landed(n_in=14)
    office.run("update moves set seen = :seen where old = :old", [{"old": credit_code(5), "seen": cursor(7)}])
    landed(n_in=14)
    nothing_new()
    move(office, 50, 51, cursor(9))
    move(office, 52, 53, empty)
    landed(n_in=16)
    nothing_new()
    assert (credit_code(900),) in current("employer_succession", "successor_code")


def test_a_changed_row_without_a_cursor_is_fetched_beside_rows_that_have_one(
    office: Office, contract: Callable[..., Path]
) -> None:
    contract(office.server, extract={"cursor": "seen"}, **UPSERT)
    make_moves(office, "integer")
    for number in range(5):
        move(office, number, number + 100, number)
    move(office, 7, 107, None)
    landed(n_in=6)
    nothing_new()
    office.run(
        "update moves set new = :new where old = :old", [{"old": credit_code(7), "new": credit_code(900)}]
    )
    landed(n_in=2)
    nothing_new()
    assert (credit_code(900),) in current("employer_succession", "successor_code")


def test_a_month_whose_rows_have_no_cursor_is_fetched_when_one_changes(
    office: Office, contract: Callable[..., Path]
) -> None:
    contract(office.server)
    make_table(office)
    fill(office, people=4, months=2)
    office.run("update pay set updated_at = null where ym = '2020-02-01'")
    landed(n_in=8)
    nothing_new()
    office.run(
        "update pay set js = 9000 where ym = '2020-02-01' and sfz = :sfz", [{"sfz": month(1, 1)["sfz"]}]
    )
    landed(n_in=4)
    nothing_new()
    assert [row[0] for row in current(columns="contribution_base")].count(9000) == 1


def test_a_query_with_since_asks_for_no_more_than_it_must(
    office: Office, contract: Callable[..., Path]
) -> None:
    query = "select old, new, day, seen from moves where seen >= :since"
    extract = {"cursor": "seen", "cursorStart": "5", "query": query}
    contract(
        office.server, extract=extract, record_type="employer_succession", selector="description: a query"
    )
    make_moves(office, "integer")
    for number in (1, 5, 7):
        move(office, number, number + 100, number)
    landed(n_in=2)
    nothing_new()
    move(office, 8, 9, 8)
    landed(n_in=2)
    assert len(current("employer_succession")) == 3


def test_a_list_is_fetched_whole_and_a_deleted_row_is_gone(
    office: Office, contract: Callable[..., Path]
) -> None:
    contract(office.server, record_type="program", selector="physicalName: table:catalogue", extract={})
    office.run(
        "create table catalogue (code varchar(6), edition integer, name varchar(50), level varchar(50))"
    )
    rows = [
        {"code": code, "edition": 2021, "name": "机电一体化", "level": "higher_vocational"}
        for code in ("460301", "460302", "460305")
    ]
    office.run("insert into catalogue values (:code, :edition, :name, :level)", rows)
    landed(n_in=3, n_loaded=3)
    landed(n_in=3, n_loaded=0, n_unchanged=3)
    office.run("delete from catalogue where code = '460302'")
    landed(n_in=2, n_loaded=2)
    assert current("program", "program_code, program_name") == [
        ("460301", "机电一体化"),
        ("460305", "机电一体化"),
    ]


def test_identity_numbers_keep_their_digits_or_are_quarantined(
    office: Office, contract: Callable[..., Path]
) -> None:
    """As a big integer or a numeric they are exact; as floating-point numbers they have lost digits."""
    whole = next(i for i in map(resident_id, range(900)) if i[-1].isdigit() and not i.endswith("0"))
    contract(office.server, extract={})
    number, money = {"sqlite": ("integer", "real")}.get(office.kind, ("bigint", "numeric(18, 6)"))
    double = {"sqlite": "real", "postgres": "double precision"}.get(office.kind, "double")
    for kind, good in ((number, 1), ({"sqlite": "text"}.get(office.kind, "numeric(20, 2)"), 1), (double, 0)):
        office.run("drop table if exists pay")
        office.run(f"create table pay (sfz {kind}, dm varchar(18), ym varchar(6), js {money}, qh char(10))")
        office.run(f"insert into pay values ({whole}, '{credit_code(1)}', '202607', 8500.50, '330102')")
        receipt = landed(n_in=1, n_quarantined=1 - good, error=None)
        assert receipt["reasons"] == ({} if good else {"bad_checksum:person_id": 1})
    assert not any(whole in str(delivery) for delivery in versions())


def test_the_period_column_may_be_text_of_several_forms(
    office: Office, contract: Callable[..., Path]
) -> None:
    contract(office.server)
    told = _STAMP[office.kind]
    office.run(f"create table pay (sfz text, dm text, ym varchar(20), js text, qh text, updated_at {told})")
    for person, form in enumerate(("202607", "2026年7月", "2026.08", "不详", None)):
        row = month(person, 0) | {"ym": form, "updated_at": "2026-10-01 08:00:00"}
        insert(office, [row])
    landed(n_in=5, n_loaded=3, n_quarantined=2)
    nothing_new()
    insert(office, [month(9, 0) | {"ym": "2026/7", "updated_at": "2026-10-05 08:00:00"}])
    landed(n_in=3, n_loaded=3)
    assert len(current()) == 4


def test_another_table_starts_anew(office: Office, contract: Callable[..., Path]) -> None:
    make_moves(office, "integer")
    move(office, 1, 2, 50)
    contract(office.server, extract={"cursor": "seen"}, **UPSERT)
    landed(n_in=1)
    query = "select * from moves where seen < 1000"
    told = {"cursor": "seen", "query": query}
    contract(office.server, extract=told, record_type="employer_succession", selector="description: a query")
    move(office, 3, 4, 7)
    landed(n_in=2)


@pytest.mark.parametrize(
    ("extract", "said"),
    [
        ({"cursor": "seeen"}, "no column 'seeen' .did you mean seen"),
        ({"cursor": "old", "lookback": "2h"}, "lookback needs"),
        ({"cursor": "seen", "lookback": "2h"}, "lookback must be"),
    ],
)
def test_what_does_not_fit_the_table_is_said(
    office: Office, contract: Callable[..., Path], extract: dict[str, str], said: str
) -> None:
    contract(office.server, extract=extract, **UPSERT)
    make_moves(office, "integer")
    move(office, 1, 2, 1)
    assert re.search(said, land("bureau", None, DAY)[0]["error"] or "")
    assert versions() == []


def test_a_missing_table_and_a_broken_query_say_so_without_a_value(
    office: Office, contract: Callable[..., Path]
) -> None:
    make_moves(office)
    contract(
        office.server, extract={}, record_type="employer_succession", selector="physicalName: table:gone"
    )
    error = land("bureau", None, DAY)[0]["error"]
    assert "could not be read" in error
    assert "select" not in error.lower()
    assert PASSWORD not in error
    query = "select 'secret-value' as old, 1/0 as seen fromm moves"
    told = {"cursor": "seen", "query": query}
    contract(office.server, extract=told, record_type="employer_succession", selector="description: a query")
    error = land("bureau", None, DAY)[0]["error"]
    assert "could not be read" in error
    assert "secret-value" not in error
    assert versions() == []


def test_a_query_cannot_write(office: Office, contract: Callable[..., Path]) -> None:
    make_moves(office, "integer")
    move(office, 1, 2, 1)
    query = "with gone as (delete from moves returning old, new, day, seen) select * from gone"
    told = {"cursor": "seen", "query": query}
    contract(office.server, extract=told, record_type="employer_succession", selector="description: a query")
    assert land("bureau", None, DAY)[0]["error"]
    assert office.ask("select count(*) from moves") == [(1,)]


def test_names_that_are_no_plain_words(office: Office, contract: Callable[..., Path]) -> None:
    names = {
        "person_id": "身份证号",
        "enterprise_code": "select",
        "month": "缴费 月份",
        "contribution_base": "js%s",
        "region_code": "Qh",
    }
    quote = "`" if office.kind == "mariadb" else '"'
    told = ", ".join(f"{quote}{name}{quote} varchar(30)" for name in names.values())
    contract(office.server, extract={"cursor": "更新"}, columns=names)
    office.run(f"create table pay ({told}, {quote}更新{quote} integer)")
    row = month(0, 5)
    values = ", ".join(f"'{value}'" for value in (row["sfz"], row["dm"], "2020年6月", "0.85万", "330102"))
    office.run(f"insert into pay values ({values}, 7)")
    landed(n_in=1, n_loaded=1, error=None)
    nothing_new()
    assert current(columns="month, contribution_base") == [(date(2020, 6, 1), 8500.0)]


def test_odd_values_are_quarantined_and_never_stop_the_rest(
    office: Office, contract: Callable[..., Path]
) -> None:
    contract(office.server, extract={})
    kind = {"postgres": "timestamp", "mariadb": "datetime"}.get(office.kind, "text")
    blob = {"postgres": "bytea", "mariadb": "varbinary(30)"}.get(office.kind, "blob")
    office.run(
        f"create table pay (sfz {blob}, dm varchar(30), ym {kind}, js double precision, qh varchar(30))"
    )
    odd = {
        "postgres": ["'infinity'", "'0044-03-15 BC'", "'294276-01-01'"],
        "mariadb": ["'9999-12-31'", "null", "'1000-01-01'"],
    }.get(office.kind, ["x'00ff'", "'\n'", "1e300"])
    person = month(0, 0)["sfz"]
    hexed = person.encode().hex()
    told = f"'\\x{hexed}'" if office.kind == "postgres" else f"x'{hexed}'"
    for moment in ["'2020-06-01'", *odd]:
        office.run(
            f"insert into pay values ({told}, '{month(0, 0)['dm']}', {moment}, 8500.5, '330102')".replace(
                ":", "\\:"
            )
        )
    landed(n_in=4, n_loaded=1, n_quarantined=3, error=None)
    assert current(columns="month, contribution_base") == [(date(2020, 6, 1), 8500.5)]


def test_a_server_that_breaks_off_in_the_middle_loses_nothing(
    office: Office, contract: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    if office.kind == "sqlite":
        pytest.skip("a file does not break off")
    contract(office.server)
    make_table(office)
    fill(office, people=1000, months=20)
    monkeypatch.setattr(slices, "SLICE_ROWS", 5000)
    monkeypatch.setattr(rows, "_BATCH", 2000)
    archive = slices.receive_bytes

    def archive_and_cut(data: bytes) -> tuple[str, int]:
        """Archive a slice, and have the office end every session but its own."""
        if office.kind == "postgres":
            others = "pid <> pg_backend_pid() and backend_type = 'client backend'"
            office.ask(f"select pg_terminate_backend(pid) from pg_stat_activity where {others}")
        else:
            listed = "select id from information_schema.processlist where id <> connection_id()"
            for (number,) in office.ask(listed):
                office.run(f"kill {number}")
        return archive(data)

    monkeypatch.setattr(slices, "receive_bytes", archive_and_cut)
    (receipt,) = land("bureau", None, DAY)
    assert "could not be read" in (receipt["error"] or ""), receipt
    assert versions() == []
    monkeypatch.setattr(slices, "receive_bytes", archive)
    landed(n_in=20_000, n_loaded=20_000, error=None)


def test_a_cursor_that_is_a_persons_number_is_refused_and_kept_nowhere(
    home: Path, office: Office, contract: Callable[..., Path]
) -> None:
    contract(office.server, extract={"cursor": "sfz"})
    make_table(office)
    rows = [month(number, 1) for number in range(9)]
    insert(office, rows)
    (receipt,) = land("bureau", None, DAY)
    said = str(receipt) + "".join(path.read_text() for path in home.glob("lake/manifest/**/*.json"))
    assert "cursor" in said
    assert [row["sfz"] for row in rows if row["sfz"] in said] == []
