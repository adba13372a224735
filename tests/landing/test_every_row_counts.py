"""No row vanishes uncounted: what the manifest tells of a delivery is what its files hold, however it was cut."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from iecareer.contracts import Column, RecordType, load_record_types, record_type
from iecareer.lake.manifest import versions
from iecareer.lake.parts import part_rows
from iecareer.landing import land, reconform
from iecareer.landing import versions as landing_versions
from iecareer.landing.parse import parser, value_cache
from iecareer.landing.read import decoding
from iecareer.landing.store import parquet_pieces
from iecareer.settings import lake
from tests.landing.conftest import RECEIVED_ON
from tests.landing.test_passes import CONTRACT, HEADERS
from tests.people import credit_code, resident_id

FORMS = {
    "institution_code": "4133010{:03d}",
    "program_code": "510{:03d}",
    "region_code": "3301{:02d}",
    "occupation_code": "2-02-10-{:02d}",
    "boolean": "是",
    "date": "2023-01-{:02d}",
    "month": "2023-{:02d}",
    "year": "199{}",
    "integer": "{}",
    "number": "{}",
    "money": "{}",
    "industry_code": "C1{}",
    "code": "C{}",
    "text": "T{}",
}
SMALL = (
    (parser, "_FEW_ROWS", 1),
    (parser, "_BATCH_ROWS", 100),
    (value_cache, "_MANY", 2),
    (parquet_pieces, "_COMPARED", 7),
    (decoding, "PIECE", 2000),
)
QUICK = ("employment_month", "institution", "job_posting")  # one of each delivery mode
MADE = {"person": resident_id, "credit_code": credit_code}


def cell(column: Column, chance: random.Random) -> str:
    """A good value of a column most of the time, of few that there are, so that keys come again."""
    number = chance.randrange(1, 4)
    if chance.random() < 0.02:
        return chance.choice(("", "x", "合计"))
    if column.allowed:
        return str(column.allowed[number % len(column.allowed)])
    return MADE[column.kind](number) if column.kind in MADE else FORMS[column.kind].format(number)


def deliver(kind: RecordType, folder: Path, chance: random.Random) -> tuple[list[Path], int]:
    """Files and packed files of one delivery, under names that are masked; and how many rows they hold."""
    folder.mkdir()
    headers, n_rows, texts = ",".join(column.name for column in kind.columns), 0, []
    for _ in range(6):
        rows = [
            ",".join(cell(column, chance) for column in kind.columns) for _ in range(chance.randrange(60))
        ]
        n_rows += sum(1 for row in rows if row.strip(","))
        texts.append("\n".join([headers, *rows]))
    paths = [folder / f"{kind.name}_2026010112000{number}.csv" for number in range(3)]
    for path in paths:
        path.write_text(texts.pop(), encoding="utf-8")
    packed = folder / f"{kind.name}.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for number, told in enumerate(texts):
            archive.writestr(f"{kind.name}_2026010113000{number}.csv", told)
    return [*paths, packed], n_rows


def assert_counted(kind: RecordType) -> None:
    """Every version of every delivery holds as many rows, period by period, as its document tells."""
    for delivery in versions():
        told = delivery.n_loaded + delivery.n_unchanged + delivery.n_superseded + delivery.n_quarantined
        assert told == delivery.n_in
        assert sum(part.n for part in delivery.parts) == delivery.n_loaded
        parts = [(part,) for part in delivery.parts]
        for some in (delivery.parts, *parts):
            rows = part_rows(lake(), kind, some)
            query = f"select count(*), count(distinct ({', '.join(kind.key)})) from ({rows})"
            counted = duckdb.sql(query).fetchall()[0] if rows else (0, 0)
            assert counted == (sum(part.n for part in some),) * 2


@pytest.mark.parametrize(
    "name",
    [
        name if name in QUICK else pytest.param(name, marks=pytest.mark.slow)
        for name in sorted(load_record_types())
    ],
)
def test_the_manifest_counts_what_the_files_hold(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    kind, chance = record_type(name), random.Random(name)
    for where, setting, value in SMALL:
        monkeypatch.setattr(where, setting, value)
    first, n_first = deliver(kind, tmp_path / "first", chance)
    second, n_second = deliver(kind, tmp_path / "second", chance)
    (receipt,) = land("exchange", first, RECEIVED_ON)
    assert (receipt["error"], receipt["n_in"]) == (None, n_first)
    assert receipt["n_loaded"]
    assert receipt["n_superseded"]
    (replayed,) = land("exchange", second, RECEIVED_ON, answers=())
    assert (replayed["error"], replayed["n_in"]) == (None, n_second)
    (again,) = land("exchange", first, RECEIVED_ON)
    assert again["n_unchanged"] == receipt["n_loaded"] + receipt["n_superseded"]
    assert_counted(kind)
    # Conformed anew, under other rules and the careful way, it is the same.
    monkeypatch.setattr(landing_versions, "RULES_VERSION", "other")
    monkeypatch.setattr(parser, "_FEW_ROWS", 10**9)
    anew = reconform("exchange", RECEIVED_ON + timedelta(days=1))
    assert [entry["error"] for entry in anew] == [None, None]
    assert [entry["n_loaded"] for entry in anew] == [receipt["n_loaded"], replayed["n_loaded"]]
    assert_counted(kind)


def test_an_archive_told_by_a_name_that_is_masked_is_read(
    home: Path, tmp_path: Path, system: Callable[[str, str], None]
) -> None:
    contract = CONTRACT.replace('"*.csv", format: csv', '"*.zip", format: zip')
    named = "- name: employment_month\n"
    system("office", contract.replace(named, f'{named}    physicalName: "sent_2026*"\n'))
    path = tmp_path / "sent_20260101120000.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", f"{HEADERS}\n{resident_id(1)},{credit_code(1)},2023-05,8000,330102")
    (receipt,) = land("office", [path], RECEIVED_ON)
    assert (receipt["error"], receipt["n_loaded"]) == (None, 1)


@pytest.mark.parametrize("few", [1, 10**9])
def test_files_whose_names_are_one_when_masked_are_told_apart(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(parser, "_FEW_ROWS", few)
    good = [f"{resident_id(number)},{credit_code(1)},2023-05,{{}},330102" for number in (1, 1, 2, 3)]
    other = [f"{resident_id(number)},{credit_code(1)},2023-05,{{}},330102" for number in (11, 12, 13)]
    for second, rows in enumerate((good, [*other, ",,2023-05,1,330102"])):
        path = tmp_path / "out" / f"employment_month_2026010112000{second}.csv"
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join([HEADERS, *(row.format(8000 + second) for row in rows)]), encoding="utf-8")
    (receipt,) = land("exchange", [tmp_path / "out"], RECEIVED_ON)
    counts = {name: receipt[name] for name in ("n_in", "n_loaded", "n_superseded", "n_quarantined")}
    assert counts == {"n_in": 8, "n_loaded": 6, "n_superseded": 1, "n_quarantined": 1}
    assert_counted(record_type("employment_month"))
    (delivery,) = versions()
    names = [file["name"] for file in delivery.files]
    assert names == ["employment_month_***.csv", "employment_month_***2.csv"]
