"""The rules of docs/delivery-life.md, one test each; those on modes and replays have tests elsewhere too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from iecareer.lake.manifest import versions
from iecareer.landing import land, waiting
from tests.landing.test_deliveries import CONTRACT, MONTH, REVIEW, month, seen
from tests.people import credit_code, resident_id

PROGRAM = ("program_code", "edition", "program_name", "study_level")
Write = Callable[..., Path]
Land = Callable[..., dict[str, Any]]


def programs() -> list[str]:
    with seen() as connection:
        found = connection.execute("select program_name from landing.program order by all").fetchall()
    return [name for (name,) in found]


def months(columns: str = "strftime(month, '%Y-%m'), contribution_base") -> list[tuple[Any, ...]]:
    with seen() as connection:
        return connection.execute(f"select {columns} from landing.employment_month order by all").fetchall()


def program(name: str, code: str = "460103") -> tuple[object, ...]:
    return (code, 2021, name, "higher_vocational")


def test_a_row_gone_from_the_next_snapshot_or_month_is_gone(write_csv: Write, land_one: Land) -> None:
    land_one(write_csv("program_1.csv", PROGRAM, [program("a"), program("b", "460104")]))
    land_one(write_csv("program_2.csv", PROGRAM, [program("a2")]))
    assert programs() == ["a2"]
    land_one(write_csv("employment_month_1.csv", MONTH, [month(1), month(2, person=2)]))
    land_one(write_csv("employment_month_2.csv", MONTH, [month(1)]))
    assert months() == [("2024-07", 1.0)]


def test_a_row_gone_from_the_next_file_of_answers_stays(write_csv: Write, land_one: Land) -> None:
    rows = [["4133010800", "460103", release, "planned", "2025-01-01"] for release in ("R1", "R2")]
    land_one(write_csv("curriculum_review_1.csv", REVIEW, rows))
    land_one(write_csv("curriculum_review_2.csv", REVIEW, rows[:1]))
    with seen() as connection:
        assert connection.execute("select count(*) from landing.curriculum_review").fetchall() == [(2,)]


def test_headers_alone_empty_a_snapshot_and_leave_months_and_answers(
    write_csv: Write, land_one: Land
) -> None:
    land_one(write_csv("program_1.csv", PROGRAM, [program("a")]))
    land_one(write_csv("employment_month_1.csv", MONTH, [month(1)]))
    assert land_one(write_csv("program_2.csv", PROGRAM, []))["n_in"] == 0
    assert land_one(write_csv("employment_month_2.csv", MONTH, []))["n_in"] == 0
    assert (programs(), months()) == ([], [("2024-07", 1.0)])


def test_a_file_without_a_byte_is_refused_and_changes_nothing(write_csv: Write, land_one: Land) -> None:
    land_one(write_csv("program_1.csv", PROGRAM, [program("a")]))
    empty = write_csv("program_2.csv", PROGRAM, [])
    empty.write_bytes(b"")
    assert "empty" in land_one(empty)["error"]
    assert programs() == ["a"]


def test_old_months_of_a_source_that_never_had_them_join_the_newer(write_csv: Write, land_one: Land) -> None:
    land_one(write_csv("employment_month_1.csv", MONTH, [month(1, "2024-07-01")]))
    land_one(write_csv("employment_month_2.csv", MONTH, [month(2, "2019-01-01"), month(3, "2018-12-01")]))
    assert months() == [("2018-12", 3.0), ("2019-01", 2.0), ("2024-07", 1.0)]


def test_an_older_file_that_comes_late_counts_as_the_newest_word(write_csv: Write, land_one: Land) -> None:
    corrected = write_csv("employment_month_2.csv", MONTH, [month(2)])
    first = write_csv("employment_month_1.csv", MONTH, [month(1)])
    land_one(corrected, received_on=date(2026, 1, 2))
    late = land_one(first, received_on=date(2026, 1, 1))
    assert months() == [("2024-07", 1.0)]
    assert versions()[-1].delivery_id == late["delivery_id"]


def test_a_key_withdrawn_by_the_first_source_comes_from_the_second(
    write_csv: Write, system: Callable[[str, str], None], land_one: Land
) -> None:
    for name, priority in (("first", 10), ("second", 20)):
        system(name, CONTRACT.format(name=name, priority=priority, pay="value"))
    land_one(write_csv("a.csv", MONTH, [month(1), month(1, person=2)]), source="first")
    land_one(write_csv("b.csv", MONTH, [month(2)]), source="second")
    columns = "contribution_base, source_id"
    assert months(columns) == [(1.0, "first"), (1.0, "first")]
    land_one(write_csv("c.csv", MONTH, [month(3, person=2)]), source="first")
    assert months(columns) == [(2.0, "second"), (3.0, "first")]


def test_of_lists_all_files_in_the_inbox_make_one_delivery_again(
    write_csv: Write, system: Callable[[str, str], None], home: Path
) -> None:
    contract = CONTRACT.format(name="bureau", priority=10, pay="value")
    head, _, _ = contract.partition("schema:")
    columns = "".join(
        f"  - {{name: {name}, logicalType: string, physicalName: {name}}}\n" for name in PROGRAM
    )
    system("bureau", f"{head}schema:\n- name: program\n  properties:\n{columns}")
    first = write_csv("a.csv", PROGRAM, [program("a")], folder="inbox/bureau")
    land("bureau")
    second = write_csv("b.csv", PROGRAM, [program("b", "460104")], folder="inbox/bureau")
    assert waiting("bureau") == [first, second]
    assert [receipt["n_in"] for receipt in land("bureau")] == [2]
    assert programs() == ["a", "b"]


def test_a_new_column_is_told_once_and_a_lost_one_too(
    write_csv: Write, system: Callable[[str, str], None], land_one: Land
) -> None:
    contract = CONTRACT.format(name="bureau", priority=10, pay="value")
    optional = (
        "  - {name: weekly_hours, logicalType: string, physicalName: 周工时, synonyms: [{synonym: 工时}]}\n"
    )
    survey = (
        contract.partition("schema:")[0] + "schema:\n- name: followup_response\n  properties:\n" + optional
    )
    needed = ("person_id", "institution_code", "program_code", "wave_months", "responded_on", "activity")
    survey += "".join(f"  - {{name: {n}, logicalType: string, physicalName: {n}}}\n" for n in needed)
    system("bureau", survey)
    row = [resident_id(1), "4133010800", "460103", 6, "2026-01-01", "employed"]

    def landed(number: int, *more: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        path = write_csv(f"{number}.csv", (*needed, *more), [[*row, *("1" for _ in more)]])
        receipt = land_one(path, source="bureau")
        assert receipt["error"] is None
        (delivery,) = (d for d in versions() if d.delivery_id == receipt["delivery_id"])
        assert (delivery.new_columns, delivery.missing_columns) == (
            receipt["new_columns"],
            receipt["missing_columns"],
        )
        return receipt["new_columns"], receipt["missing_columns"]

    assert landed(1, "周工时") == ((), ())
    assert landed(2, "周工时", "微信号", "备注") == (("备注", "微信号"), ())
    assert landed(3, "工时", "微信号", "备注") == ((), ())
    assert landed(4, "微信号") == ((), ("周工时",))
    assert landed(5, "微信号", resident_id(3)) == (("***",), ("周工时",))


def test_columns_of_the_exchange_format_are_missed_only_if_they_were_there(
    write_csv: Write, land_one: Land
) -> None:
    row = ["4133010800", "460103", "R", "done", "2025-01-01"]
    assert land_one(write_csv("curriculum_review_1.csv", REVIEW, [row]))["missing_columns"] == ()
    more = (*REVIEW, "reason")
    assert land_one(write_csv("curriculum_review_2.csv", more, [[*row, "x"]]))["new_columns"] == ()
    assert land_one(write_csv("curriculum_review_3.csv", REVIEW, [[*row[:2], "S", *row[3:]]]))[
        "missing_columns"
    ] == ("reason",)


def test_one_file_of_several_that_lacks_a_column_is_enough_to_be_told(
    write_csv: Write, land_one: Land
) -> None:
    row = ["4133010800", "460103", "R", "done", "2025-01-01"]
    more = (*REVIEW, "reason")
    land_one(write_csv("curriculum_review_1.csv", more, [[*row, "x"]]))
    both = [
        write_csv("curriculum_review_2.csv", more, [[*row, "y"]]),
        write_csv("curriculum_review_3.csv", REVIEW, [row]),
    ]
    assert land_one(*both)["missing_columns"] == ("reason",)


@pytest.mark.parametrize("code", ["done", "unheard_of"])
def test_a_code_that_no_list_knows_is_quarantined(write_csv: Write, land_one: Land, code: str) -> None:
    row = ["4133010800", "460103", "R", code, "2025-01-01"]
    receipt = land_one(write_csv("curriculum_review.csv", REVIEW, [row]))
    assert receipt["reasons"] == ({} if code == "done" else {"not_in_list:decision": 1})


def test_a_credit_code_is_no_header_to_keep() -> None:
    from iecareer.landing.names import masked_header

    assert masked_header(credit_code(1)) == "***"
    assert masked_header("2023年工资") == "2023年工资"
