"""Names of institutions and programs become codes by the delivered lists; what they lack waits for the next list."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from iecareer.contracts import record_type
from iecareer.lake import manifest
from iecareer.lake.manifest import current_deliveries, record_decision, versions
from iecareer.lake.parts import part_rows
from iecareer.lake.verdicts import record_verdict
from iecareer.landing import deliver, land, look_up_again, reconform
from iecareer.landing.parse import parser
from iecareer.nightly.pinning import begin_run
from iecareer.runs.pin import read_pin
from iecareer.settings import lake
from tests.landing.conftest import RECEIVED_ON
from tests.people import resident_id

NEXT = RECEIVED_ON + timedelta(days=1)
GRADUATE = (
    "person_id", "institution_code", "program_code", "study_level", "training_mode", "enrolled_on", "graduated_on",
    "sex", "birth_year", "origin_region_code",
)  # fmt: skip
INSTITUTION = (
    "institution_code", "institution_name", "study_level", "region_code", "region_class", "valid_from", "valid_to",
)  # fmt: skip
PROGRAM = ("program_code", "edition", "program_name", "study_level")
COLLEGE, OTHER = "4133012036", "4133012999"
Office = Callable[..., dict[str, Any]]


def student(
    institution: str = COLLEGE, program: str = "460103", level: str = "higher_vocational"
) -> list[object]:
    days = ("2018-09-01", "2021-06-30", "male", 1999, "330102")
    return [institution, program, level, "regular", *days]


def college(name: str, code: str = COLLEGE, since: str = "2010-01-01", until: str = "") -> list[object]:
    return [code, name, "higher_vocational", "330100", "east", since, until]


@pytest.fixture
def bring(home: Path, write_csv: Callable[..., Path]) -> Office:
    """Land rows of one record type; every file has other bytes."""

    def one(
        kind: str, rows: Iterable[list[object]], day: date = RECEIVED_ON, part: str = ""
    ) -> dict[str, Any]:
        if kind == "graduate":
            rows = [[resident_id(at + 1), *row] for at, row in enumerate(rows)]
        headers = {"graduate": GRADUATE, "institution": INSTITUTION, "program": PROGRAM}[kind]
        path = write_csv(f"{kind}{part}.csv", headers, list(rows))
        (receipt,) = land("exchange", [path], day)
        assert receipt["error"] is None
        kept = ("n_loaded", "n_unchanged", "n_superseded", "n_left_out", "n_quarantined")
        assert receipt["n_in"] == sum(receipt[name] for name in kept)
        return receipt

    return one


def codes(column: str, day: date = NEXT, kind: str = "graduate") -> list[str]:
    """The codes of the rows that count on a day."""
    parts = [part for d in current_deliveries(day)[0] if d.record_type == kind for part in d.parts]
    rows = part_rows(lake(), record_type(kind), parts)
    return (
        [code for (code,) in duckdb.sql(f"select {column} from ({rows}) order by 1").fetchall()]
        if rows
        else []
    )


@pytest.mark.parametrize(
    ("listed", "told"),
    [
        ("宁波职业技术学院", "宁波职业技术学院"),
        ("宁波职业技术学院", "　宁波职业 技术学院 "),
        ("宁波学院（北仑校区）", "宁波学院(北仑校区)"),
        ("宁波学院(北仑校区)", "宁波学院（北仑校区）"),
        ("宁波学院", "宁波\u200b学院"),
        ("宁波ＩＴ学院", "宁波IT学院"),
    ],
)
def test_a_name_of_an_institution_becomes_its_code(bring: Office, listed: str, told: str) -> None:
    bring("institution", [college(listed), college("别的学院", OTHER)])
    receipt = bring("graduate", [student(told), student(OTHER)])
    assert (receipt["n_loaded"], receipt["reasons"]) == (2, {})
    assert codes("institution_code") == [COLLEGE, OTHER]


def test_a_name_of_another_period_or_source_counts_as_well(
    bring: Office, system: Callable[[str, str], None], write_csv: Callable[..., Path]
) -> None:
    bring("institution", [college("旧名学院", until="2015-12-31"), college("新名学院", since="2016-01-01")])
    contract = f"""
apiVersion: v3.1.0
kind: DataContract
id: other
version: 1.0.0
status: active
servers: [{{server: files, type: local, path: "other/*.csv", format: csv}}]
schema:
- name: institution
  properties:
{"".join(f"  - {{name: {name}, logicalType: string, physicalName: {name}}}" + chr(10) for name in INSTITUTION)}"""
    system("other", contract)
    land("other", [write_csv("list.csv", INSTITUTION, [college("第三学院", OTHER)])], RECEIVED_ON)
    receipt = bring("graduate", [student("旧名学院"), student("新名学院"), student("第三学院")])
    assert receipt["n_loaded"] == 3
    assert codes("institution_code") == [COLLEGE, COLLEGE, OTHER]


@pytest.mark.parametrize("few", [1, 10**9])
def test_long_files_give_the_same_by_way_of_the_cache(
    bring: Office, write_csv: Callable[..., Path], few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parser, "_FEW_ROWS", few)
    n_rows = 40
    both = [college("双学院", code, since="2011-01-01") for code in (COLLEGE, OTHER)]
    bring("institution", [college("甲学院"), college("乙学院", OTHER), *both])
    told = ["甲学院", COLLEGE, "乙学院", "双学院", "丙学院", "12036", "", OTHER]
    rows = [
        [resident_id(at % 900 + 1, born=f"19{60 + at // 900}0307"), told[at % 8], *student()[1:]]
        for at in range(n_rows)
    ]
    (receipt,) = land("exchange", [write_csv("graduate.csv", GRADUATE, rows)], RECEIVED_ON)
    n = n_rows // 8
    assert receipt["reasons"] == {
        "ambiguous_name:institution_code": n,
        "list_lacks:institution_code": n,
        "missing:institution_code": n,
        "not_a_code:institution_code": n,
    }
    assert (receipt["n_loaded"], receipt["n_quarantined"]) == (4 * n, 4 * n)
    assert codes("institution_code") == [COLLEGE] * (2 * n) + [OTHER] * (2 * n)


@pytest.mark.parametrize(
    ("programs", "level", "code"),
    [
        ([("460103", 2021, "higher_vocational")], "higher_vocational", "460103"),
        ([("460103", 2015, "higher_vocational"), ("460103", 2021, "higher_vocational")], "bachelor", "460103"),
        ([("460103", 2021, "higher_vocational"), ("660103", 2021, "secondary_vocational")], "secondary_vocational",
         "660103"),
        ([("460103", 2021, "higher_vocational"), ("660103", 2021, "secondary_vocational")], "bachelor", None),
        ([("560103", 2015, "higher_vocational"), ("460103", 2021, "higher_vocational")], "higher_vocational", None),
        ([("080905TK", 2021, "bachelor"), ("460103", 2021, "higher_vocational")], "bachelor", "080905TK"),
    ],
)  # fmt: skip
def test_a_program_with_several_codes_is_ambiguous_unless_its_level_tells(
    bring: Office, programs: list[tuple[str, int, str]], level: str, code: str | None
) -> None:
    bring("program", [[c, edition, "数控技术", of_level] for c, edition, of_level in programs])
    receipt = bring("graduate", [student(program="数控技术", level=level)])
    assert receipt["reasons"] == ({} if code else {"ambiguous_name:program_code": 1})
    assert codes("program_code") == ([code] if code else [])


def test_two_institutions_of_one_name_are_ambiguous_until_the_list_changes(bring: Office) -> None:
    bring("institution", [college("卫生学校"), college("卫生学校", OTHER)])
    assert bring("graduate", [student("卫生学校")])["reasons"] == {"ambiguous_name:institution_code": 1}
    bring("institution", [college("卫生学校"), college("另一卫生学校", OTHER)], NEXT)
    (receipt,) = look_up_again(NEXT)
    assert (receipt["n_loaded"], receipt["n_quarantined"]) == (1, 0)


@pytest.mark.parametrize("kind", ["institution", "program"])
def test_what_the_list_lacks_waits_until_it_comes(bring: Office, kind: str) -> None:
    rows = [student("甲学院") if kind == "institution" else student(program="数控技术"), student()]
    first = bring("graduate", rows)
    assert first["reasons"] == {f"list_lacks:{kind}_code": 1}
    assert look_up_again(NEXT) == []
    listed = college("甲学院") if kind == "institution" else ["460103", 2021, "数控技术", "bachelor"]
    bring(kind, [listed], NEXT)
    (again,) = look_up_again(NEXT)
    assert (again["delivery_id"], again["n_in"], again["n_loaded"]) == (first["delivery_id"], 2, 2)
    assert (again["n_quarantined"], again["reasons"]) == (0, {})
    assert look_up_again(NEXT) == look_up_again(NEXT + timedelta(days=1)) == []
    # A run as of the day before still sees what was known then.
    assert (len(codes("institution_code", RECEIVED_ON)), len(codes("institution_code", NEXT))) == (1, 2)


def test_the_list_counts_for_rows_of_the_same_call(bring: Office, write_csv: Callable[..., Path]) -> None:
    rows = write_csv("graduate.csv", GRADUATE, [[resident_id(1), *student("甲学院")]])
    listed = write_csv("institution.csv", INSTITUTION, [college("甲学院")])
    assert [r["n_loaded"] for r in land("exchange", [rows, listed], RECEIVED_ON)] == [1, 1]


def test_a_list_received_later_does_not_count_on_an_earlier_day(bring: Office) -> None:
    bring("institution", [college("甲学院")], NEXT)
    assert bring("graduate", [student("甲学院")], RECEIVED_ON)["reasons"] == {
        "list_lacks:institution_code": 1
    }
    assert look_up_again(RECEIVED_ON) == []
    assert [receipt["n_loaded"] for receipt in look_up_again(NEXT)] == [1]


@pytest.mark.parametrize("is_withdrawn", [True, False])
def test_a_list_taken_back_or_stopped_gives_no_codes(bring: Office, is_withdrawn: bool) -> None:
    listed = bring("institution", [college("甲学院", OTHER)])
    bring("graduate", [student("甲学院"), student()])
    assert codes("institution_code") == [COLLEGE, OTHER]
    if is_withdrawn:
        record_decision("withdraw", listed["delivery_id"], reason="x", decided_on=NEXT)
    else:
        (own,) = versions(listed["delivery_id"])
        record_verdict(own.delivery_id, own.version, "stop", ["x"], NEXT, ["x"])
    (receipt,) = look_up_again(NEXT)
    assert receipt["reasons"] == {"list_lacks:institution_code": 1}
    assert codes("institution_code") == [COLLEGE]
    assert look_up_again(NEXT) == []


def test_loaded_rows_keep_their_codes_when_the_list_changes_until_reconform(bring: Office) -> None:
    bring("institution", [college("甲学院")])
    bring("graduate", [student("甲学院")])
    bring("institution", [college("甲学院", OTHER)], NEXT)
    assert look_up_again(NEXT) == []
    assert codes("institution_code") == [COLLEGE]
    reconform("exchange", NEXT)
    assert codes("institution_code") == [OTHER]
    n_versions = len(versions())
    reconform("exchange", NEXT)
    assert len(versions()) == n_versions


def test_deliveries_of_codes_are_left_alone_when_a_list_comes(bring: Office) -> None:
    bring("graduate", [student()])
    bring("institution", [college("甲学院")], NEXT)
    assert look_up_again(NEXT) == []
    assert reconform("exchange", NEXT)[-1]["n_unchanged"] == 1
    assert [d.lists for d in versions()] == [{}, {}]


def test_landing_the_same_file_again_looks_up_what_was_lacking(bring: Office) -> None:
    bring("graduate", [student("甲学院")])
    assert bring("graduate", [student("甲学院")])["n_quarantined"] == 1
    bring("institution", [college("甲学院")])
    assert bring("graduate", [student("甲学院")])["n_loaded"] == 1
    assert bring("graduate", [student("甲学院")])["n_unchanged"] == 1


def test_a_list_is_not_looked_up_in_itself(bring: Office) -> None:
    bring("institution", [college("甲学院")])
    receipt = bring("institution", [college("甲学院", "甲学院"), college("乙学院", OTHER)], part="_2")
    assert receipt["reasons"] == {"not_a_code:institution_code": 1}


def test_killed_halfway_nothing_is_lost_and_the_next_night_repairs(
    bring: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for program in ("460103", "460104"):
        bring("graduate", [student("甲学院", program), student(OTHER, program)])
    bring("institution", [college("甲学院")], NEXT)
    calls: list[int] = []

    def killed(delivery: Any) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        manifest.record_delivery(delivery)

    with monkeypatch.context() as patch:
        patch.setattr("iecareer.landing.store.manifest_entry.record_delivery", killed)
        with pytest.raises(KeyboardInterrupt):
            look_up_again(NEXT)
    assert codes("institution_code") == [COLLEGE, OTHER, OTHER]
    (receipt,) = look_up_again(NEXT)
    assert (receipt["n_in"], receipt["n_loaded"]) == (2, 2)
    assert codes("institution_code") == [COLLEGE, COLLEGE, OTHER, OTHER]


def test_the_night_looks_up_again_before_it_pins(bring: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("iecareer.runs.disk.refuse_full_disk", lambda: None)
    bring("graduate", [student("甲学院")])
    bring("institution", [college("甲学院")], NEXT)
    begin_run("20261121T000001", str(RECEIVED_ON), landing=True)
    begin_run("20261122T000001", str(NEXT), landing=False)
    begin_run("20261122T000002", str(NEXT), landing=True)
    pinned = [
        next(d.n_loaded for d in read_pin(run).deliveries if d.record_type == "graduate")
        for run in ("20261121T000001", "20261122T000001", "20261122T000002")
    ]
    assert pinned == [0, 0, 1]


def test_what_fails_is_told_and_tried_again(
    bring: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bring("graduate", [student("甲学院")])
    bring("institution", [college("甲学院")])

    def broken(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(deliver, "_parse_and_store", broken)
        begin_run("20261122T000001", str(NEXT), landing=True)
    assert "graduate could not be conformed" in caplog.text
    assert codes("institution_code") == []
    assert [receipt["n_loaded"] for receipt in look_up_again(NEXT)] == [1]


def test_an_optional_code_that_is_none_becomes_empty(
    write_csv: Callable[..., Path], land_one: Office
) -> None:
    headers = ("person_id", "employer", "started_on", "observed_on", "region_code")
    told = ["330102", "999999", "鼓楼区", "外省", "330102001", "3301"]
    rows = [(resident_id(at + 1), "甲厂", "2023-01-01", "2024-01-01", code) for at, code in enumerate(told)]
    receipt = land_one(write_csv("employment_spell.csv", headers, rows))
    assert (receipt["n_loaded"], receipt["n_quarantined"]) == (6, 0)
    assert receipt["emptied"] == {
        "ambiguous_name:region_code": 1,
        "not_a_code:region_code": 2,
        "other_level:region_code": 1,
    }


@pytest.mark.parametrize(
    ("column", "code", "reason"),
    [
        ("institution_code", "12036", "not_a_code"),
        ("institution_code", "41330120366", "not_a_code"),
        ("institution_code", "413301203X", "not_a_code"),
        ("institution_code", "9999999999", None),
        ("institution_code", "４１３３０１２０３６", None),
        ("institution_code", f"学院 {resident_id(9)}", "identity_in_text"),
        ("institution_code", "宁波\0学院", "damaged_text"),
        ("program_code", "#N/A", "error_cell"),
        ("program_code", "4601", "not_a_code"),
        ("program_code", "46010", "not_a_code"),
        ("program_code", "AI", "not_a_code"),
        ("program_code", "460103TKH", "not_a_code"),
        ("program_code", "999999", None),
        ("program_code", "120203k", None),
    ],
)
def test_codes_need_their_digits_and_no_list(
    bring: Office, column: str, code: str, reason: str | None
) -> None:
    row = student(code) if column == "institution_code" else student(program=code)
    assert bring("graduate", [row])["reasons"] == ({f"{reason}:{column}": 1} if reason else {})


LISTED = [
    ["460103", 2021, "数控技术", "higher_vocational"],
    ["510203", 2021, "软件技术", "higher_vocational"],
]


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("460103-数控技术", "460103"),
        ("460103 数控技术", "460103"),
        ("数控技术（460103）", "460103"),
        ("510203-数控技术", None),
        ("数控技术 510203", None),
        # The list of 2021 says nothing of a code of 2015, of a direction, or of a new name.
        ("560103-数控技术", "560103"),
        ("460103-数控技术(校企合作)", "460103"),
        ("460103-智能数控技术", "460103"),
    ],
)
def test_a_code_beside_the_name_of_another_program_is_set_aside(
    bring: Office, told: str, code: str | None
) -> None:
    bring("program", LISTED)
    receipt = bring("graduate", [student(program=told)])
    assert receipt["reasons"] == ({} if code else {"code_and_name_differ:program_code": 1})
    assert codes("program_code") == ([code] if code else [])


def test_a_code_beside_the_name_of_another_institution_is_set_aside_until_the_list_is_right(
    bring: Office,
) -> None:
    bring("institution", [college("甲学院"), college("乙学院", OTHER)])
    receipt = bring("graduate", [student(f"{COLLEGE}-甲学院"), student(f"{COLLEGE}-乙学院")])
    assert receipt["reasons"] == {"code_and_name_differ:institution_code": 1}
    both = [college("甲学院", until="2020-08-31"), college("乙学院", since="2020-09-01")]
    bring("institution", [*both, college("丙学院", OTHER)], NEXT)
    (receipt,) = look_up_again(NEXT)
    assert (receipt["n_loaded"], receipt["reasons"]) == (2, {})
    assert codes("institution_code") == [COLLEGE, COLLEGE]


@pytest.mark.parametrize("told", ["460103、510203", "460103-510203", "460103等", "数控技术460103"])
def test_what_is_no_code_beside_a_name_is_no_code(bring: Office, told: str) -> None:
    bring("program", LISTED)
    assert bring("graduate", [student(program=told)])["n_quarantined"] == 1
