"""The life of deliveries: repeated, corrected, late, in any order, under a changed contract, taken back."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from iecareer.engine.views import register
from iecareer.errors import IecareerError
from iecareer.lake.manifest import current_deliveries, record_decision, versions
from iecareer.lake.verdicts import record_verdict
from iecareer.landing import land, reconform, waiting
from tests.people import credit_code, resident_id

MONTH = ("person_id", "enterprise_code", "month", "contribution_base", "region_code")
REVIEW = ("institution_code", "program_code", "release_id", "decision", "decided_on")
LATER = date(2027, 1, 1)


def month(base: float, when: str = "2024-07-01", person: int = 1) -> tuple[object, ...]:
    return (resident_id(person), credit_code(1), when, base, "330102")


@contextmanager
def seen(as_of: date = LATER) -> Iterator[duckdb.DuckDBPyConnection]:
    """What a run would see when every delivery passes its suite."""
    deliveries, retired = current_deliveries(as_of)
    for delivery in deliveries:
        record_verdict(delivery.delivery_id, delivery.version, "pass", [], as_of)
    deliveries, retired = current_deliveries(as_of)
    with duckdb.connect() as connection:
        connection.execute("create schema landing")
        register(connection, deliveries, retired)
        yield connection


def bases(as_of: date = LATER) -> list[tuple[Any, ...]]:
    with seen(as_of) as connection:
        query = "select month::varchar, contribution_base from landing.employment_month order by all"
        return connection.execute(query).fetchall()


def test_the_same_delivery_twice_changes_nothing(
    write_csv: Callable[..., Path], land_one: Callable[..., dict[str, Any]]
) -> None:
    path = write_csv("employment_month.csv", MONTH, [month(1), month(1, person=2), month(-1)])
    first = land_one(path)
    before = versions()
    again = land_one(path, received_on=LATER)
    assert versions() == before
    assert first["delivery_id"] == again["delivery_id"]
    assert (again["n_in"], again["n_loaded"], again["n_unchanged"], again["n_quarantined"]) == (3, 0, 2, 1)


def test_a_corrected_month_replaces_that_month_only(
    write_csv: Callable[..., Path], land_one: Callable[..., dict[str, Any]]
) -> None:
    land_one(
        write_csv("employment_month_a.csv", MONTH, [month(1), month(2, person=2), month(3, "2024-08-01")])
    )
    land_one(write_csv("employment_month_b.csv", MONTH, [month(9)]))
    assert bases() == [("2024-07-01", 9.0), ("2024-08-01", 3.0)]


def test_of_answers_the_latest_landed_wins_whatever_its_receipt(
    write_csv: Callable[..., Path], land_one: Callable[..., dict[str, Any]]
) -> None:
    row = ["4133010800", "460103", "R2025"]
    land_one(
        write_csv("curriculum_review_a.csv", REVIEW, [[*row, "planned", "2025-01-01"]]),
        received_on=date(2026, 5, 1),
    )
    land_one(
        write_csv("curriculum_review_b.csv", REVIEW, [[*row, "done", "2025-01-01"]]),
        received_on=date(2026, 4, 1),
    )
    query = "select decision from landing.curriculum_review"
    with seen() as connection:
        assert connection.execute(query).fetchall() == [("done",)]
    with seen(date(2026, 4, 15)) as connection:
        assert connection.execute(query).fetchall() == [("done",)]


def test_what_is_received_later_is_not_seen_before(
    write_csv: Callable[..., Path], land_one: Callable[..., dict[str, Any]]
) -> None:
    land_one(write_csv("employment_month_a.csv", MONTH, [month(1)]), received_on=date(2026, 1, 1))
    land_one(write_csv("employment_month_b.csv", MONTH, [month(2)]), received_on=date(2026, 2, 1))
    assert bases(date(2025, 12, 31)) == []
    assert bases(date(2026, 1, 31)) == [("2024-07-01", 1.0)]
    assert bases(date(2026, 2, 1)) == [("2024-07-01", 2.0)]


def test_record_types_land_in_any_order(
    write_csv: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [
        write_csv("employment_month.csv", MONTH, [month(1), month(2, person=2)]),
        write_csv("curriculum_review.csv", REVIEW, [["4133010800", "460103", "R", "done", "2025-01-01"]]),
        write_csv("employer_succession.csv", ("predecessor_code", "successor_code", "effective_on"),
                  [[credit_code(1), credit_code(2), "2020-01-01"]]),
    ]  # fmt: skip
    results = []
    monkeypatch.setenv("IECAREER_KEY", "ab" * 32)
    for number, order in enumerate(itertools.permutations(paths)):
        monkeypatch.setenv("IECAREER_HOME", str(tmp_path / f"home{number}"))
        for path in order:
            land("exchange", [path], date(2026, 11, 21))
        with seen() as connection:
            tables = ("employment_month", "curriculum_review", "employer_succession")
            results.append([connection.execute(f"from landing.{t} order by all").fetchall() for t in tables])
    assert all(result == results[0] for result in results)
    assert all(results[0])


def test_a_withdrawn_delivery_gives_way_to_the_one_before(
    write_csv: Callable[..., Path], land_one: Callable[..., dict[str, Any]]
) -> None:
    land_one(write_csv("employment_month_a.csv", MONTH, [month(1)]))
    wrong = land_one(write_csv("employment_month_b.csv", MONTH, [month(2)]))
    record_decision("withdraw", wrong["delivery_id"], reason="wrong file", decided_on=date(2026, 12, 1))
    assert bases() == [("2024-07-01", 1.0)]
    assert bases(date(2026, 11, 30)) == [("2024-07-01", 2.0)]


CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: {name}
version: 1.0.0
status: active
servers:
- server: files
  type: local
  path: {name}/*.csv
  format: csv
  customProperties: [{{property: priority, value: {priority}}}]
schema:
- name: employment_month
  properties:
  - {{name: person_id, logicalType: string, physicalName: person_id}}
  - {{name: enterprise_code, logicalType: string, physicalName: enterprise_code}}
  - {{name: month, logicalType: string, physicalName: month}}
  - {{name: contribution_base, logicalType: string, physicalName: contribution_base, transformLogic: {pay}}}
  - {{name: region_code, logicalType: string, physicalName: region_code}}
"""


def test_of_several_sources_a_key_counts_once_from_the_lowest_priority(
    write_csv: Callable[..., Path],
    system: Callable[[str, str], None],
    land_one: Callable[..., dict[str, Any]],
) -> None:
    system("first", CONTRACT.format(name="first", priority=10, pay="value"))
    system("second", CONTRACT.format(name="second", priority=20, pay="value"))
    land_one(write_csv("b.csv", MONTH, [month(2), month(3, person=2)]), source="second")
    land_one(write_csv("a.csv", MONTH, [month(1)]), source="first")
    assert bases() == [("2024-07-01", 1.0), ("2024-07-01", 3.0)]
    with duckdb.connect() as connection:
        connection.execute("create schema landing")
        deliveries, retired = current_deliveries(LATER)
        overlapped = register(connection, deliveries, retired)
    assert list(overlapped.values()) == [1]


def test_a_corrected_contract_conforms_the_archived_bytes_anew_from_its_day_on(
    write_csv: Callable[..., Path],
    system: Callable[[str, str], None],
    land_one: Callable[..., dict[str, Any]],
) -> None:
    system("bureau", CONTRACT.format(name="bureau", priority=10, pay="value"))
    path = write_csv("a.csv", MONTH, [month(1200)])
    first = land_one(path, source="bureau")
    path.unlink()
    system("bureau", CONTRACT.format(name="bureau", priority=10, pay="value / 12"))
    (again,) = reconform("bureau", on=date(2026, 12, 1))
    assert again["delivery_id"] == first["delivery_id"]
    assert bases() == [("2024-07-01", 100.0)]
    assert bases(date(2026, 11, 30)) == [("2024-07-01", 1200.0)]


def test_the_inbox_waits_for_what_is_new_only(
    write_csv: Callable[..., Path], system: Callable[[str, str], None], home: Path
) -> None:
    system("bureau", CONTRACT.format(name="bureau", priority=10, pay="value"))
    july = write_csv("07.csv", MONTH, [month(1)], folder="inbox/bureau")
    assert waiting("bureau") == [july]
    assert [receipt["n_loaded"] for receipt in land("bureau")] == [1]
    assert land("bureau") == []
    august = write_csv("08.csv", MONTH, [month(2, "2024-08-01")], folder="inbox/bureau")
    assert waiting("bureau") == [august]
    land("bureau")
    assert bases() == [("2024-07-01", 1.0), ("2024-08-01", 2.0)]


def test_one_record_type_that_fails_leaves_the_others_alone(
    write_csv: Callable[..., Path], home: Path
) -> None:
    good = write_csv("employment_month.csv", MONTH, [month(1)])
    bad = write_csv("curriculum_review.csv", REVIEW[:-1], [["4133010800", "460103", "R", "done"]])
    by_type = {receipt["record_type"]: receipt for receipt in land("exchange", [good, bad])}
    assert by_type["employment_month"]["n_loaded"] == 1
    assert (
        "the header 'decided_on' or '决定日期' for the required column decided_on is missing"
        in by_type["curriculum_review"]["error"]
    )
    assert [delivery.record_type for delivery in versions()] == ["employment_month"]


def test_an_sql_error_in_a_contract_names_its_column(
    write_csv: Callable[..., Path],
    system: Callable[[str, str], None],
    land_one: Callable[..., dict[str, Any]],
) -> None:
    system("bureau", CONTRACT.format(name="bureau", priority=10, pay="value / no_such_header"))
    error = land_one(write_csv("a.csv", MONTH, [month(1)]), source="bureau")["error"]
    assert "transformLogic of employment_month.contribution_base" in error


def test_nothing_fits_and_nothing_there(write_csv: Callable[..., Path], home: Path) -> None:
    with pytest.raises(IecareerError, match="none of the 1 file"):
        land("exchange", [write_csv("notes.csv", ("a",), [])])
    with pytest.raises(IecareerError, match="There is no file or folder"):
        land("exchange", [home / "nowhere"])
    with pytest.raises(IecareerError, match="did you mean exchange"):
        land("exchang")


def test_raw_bytes_come_back_and_a_damaged_archive_is_noticed(
    write_csv: Callable[..., Path], land_one: Callable[..., dict[str, Any]]
) -> None:
    from iecareer.landing.receive.archive import Archived, archive_path

    path = write_csv("employment_month.csv", MONTH, [month(1)])
    land_one(path)
    (file,) = versions()[0].files
    assert Archived(file["sha256"]).whole() == path.read_bytes()
    stored = archive_path(file["sha256"])
    assert resident_id(1).encode() not in stored.read_bytes()
    damaged = bytearray(stored.read_bytes())
    damaged[30] ^= 1
    stored.write_bytes(damaged)
    with pytest.raises(IecareerError, match="cannot be decrypted"):
        Archived(file["sha256"]).whole()


def test_a_lost_key_is_not_silently_replaced(
    write_csv: Callable[..., Path], land_one: Callable[..., dict[str, Any]], home: Path
) -> None:
    land_one(write_csv("employment_month.csv", MONTH, [month(1)]))
    assert (home / "key").stat().st_mode & 0o777 == 0o600
    (home / "key").unlink()
    with pytest.raises(IecareerError, match=r"key file .* is missing"):
        land_one(write_csv("employment_month.csv", MONTH, [month(2)]))
