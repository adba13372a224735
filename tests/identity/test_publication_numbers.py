"""Publication numbers: what the text of the design says, whatever was rotated, erased, repeated or landed before."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from iecareer.documents import read_document, write_document
from iecareer.engine.cluster import cluster_folder
from iecareer.engine.views import register
from iecareer.lake.manifest import versions
from iecareer.landing import reconform
from iecareer.landing.erasure.erase import erase
from iecareer.landing.parse import value_cache
from iecareer.persons.keys import derive
from iecareer.persons.pseudonyms import generation_key
from iecareer.persons.rotation import rotate
from iecareer.persons.subject import subject
from iecareer.runs.build import build_path
from tests.engines.clusters import SPARK
from tests.identity.conftest import RECEIVED_ON
from tests.nights import build
from tests.people import resident_id

Deliver = Callable[..., dict[str, Any]]
Numbers = dict[tuple[str, str, str], tuple[int, int, int]]
COLLEGE = "4133010800"
PROGRAM = "460103"
BY_NUMBER = [resident_id(n) for n in range(4)]
AS_PSEUDONYM = ["ab" * 32, "CD" * 32]
PERSONS = [*BY_NUMBER, *AS_PSEUDONYM]


def graduates(persons: Iterable[str], program: str = PROGRAM) -> str:
    head = (
        "person_id,institution_code,program_code,study_level,training_mode,enrolled_on,graduated_on,sex,"
        "birth_year,origin_region_code,entry_score"
    )
    told = "higher_vocational,regular,2017-09-01,2020-06-30,female,1999,330102,0.5"
    return "\n".join([head, *(f"{person},{COLLEGE},{program},{told}" for person in persons)]) + "\n"


def by_hand(key: bytes, message: str) -> str:
    return hmac.new(key, message.encode(), hashlib.sha256).hexdigest()


def first_pseudonym(person: str) -> str:
    return person.lower() if len(person) == 64 else by_hand(derive("pseudonym"), f"resident:{person}")


def expected(persons: Iterable[str], program: str = PROGRAM, generation: int = 0) -> Numbers:
    """The numbers by the text: the pseudonym of generation 0, of a home of an earlier version that of its last."""
    found = {}
    for person in persons:
        made_from = first_pseudonym(person)
        for number in range(1, generation + 1):
            made_from = by_hand(generation_key(number), made_from)
        hashes = [
            by_hand(derive("publication"), f"{made_from}{COLLEGE}{program}{added}")
            for added in ("", "registration", "followed")
        ]
        one, two, three = (int.from_bytes(bytes.fromhex(digits)[:4], "big") for digits in hashes)
        found[subject(person).person_key, COLLEGE, program] = (one, two, three)
    return found


def numbers() -> Numbers:
    """What a run would read; each row of `landing.graduate` has its numbers."""
    passed = [replace(delivery, verdict="pass") for delivery in versions()]
    with duckdb.connect() as connection:
        connection.execute("create schema landing")
        register(connection, passed)
        rows = connection.execute("from landing.graduate_number").fetchall()
        key = "person_key, institution_code, program_code"
        current = connection.execute(f"select {key} from landing.graduate").fetchall()
    assert sorted(row[:3] for row in rows) == sorted(current)
    return {(key.hex(), college, program): tuple(of) for key, college, program, *of in rows}


def files(home: Path) -> list[Path]:
    return sorted(home.glob("lake/landing/graduate/**/*.parquet"))


def as_an_earlier_version(home: Path) -> None:
    """Take the column out of every file, and out of the state what that version did not write."""
    for path in files(home):
        pq.write_table(pq.read_table(path).drop_columns(["publication_numbers"]), path)
    state = home / "lake" / "persons.json"
    if state.exists():
        document = read_document(state)
        del document["numbered_generation"]
        write_document(state, document)


def test_numbers_are_those_of_the_text(home: Path, deliver: Deliver) -> None:
    deliver("graduate.csv", graduates(PERSONS))
    assert numbers() == expected(PERSONS)
    assert len({number for three in numbers().values() for number in three}) == 18


def test_no_rotation_changes_a_number_whenever_the_row_was_landed(home: Path, deliver: Deliver) -> None:
    deliver("graduate_1.csv", graduates(PERSONS[:3]))
    as_an_earlier_version(home)
    assert numbers() == expected(PERSONS[:3])
    deliver("graduate_2.csv", graduates(PERSONS[3:]))
    rotate("drill")
    assert numbers() == expected(PERSONS)
    deliver("graduate_3.csv", graduates(PERSONS, "460104"))
    rotate("drill")
    deliver("graduate_4.csv", graduates(PERSONS, "460105"))
    deliver("graduate_5.csv", graduates(reversed(PERSONS)))
    every = expected(PERSONS) | expected(PERSONS, "460104") | expected(PERSONS, "460105")
    assert len(every) == 18
    assert numbers() == every
    reconform("exchange")
    assert numbers() == every


def test_a_home_that_an_earlier_version_rotated_begins_with_its_pseudonyms(
    home: Path, deliver: Deliver
) -> None:
    deliver("graduate_1.csv", graduates(PERSONS))
    rotate("drill")
    as_an_earlier_version(home)
    assert numbers() == expected(PERSONS, generation=1)
    deliver("graduate_2.csv", graduates(PERSONS[:3], "460104"))
    rotate("drill")
    deliver("graduate_3.csv", graduates(PERSONS[3:], "460104"))
    deliver("graduate_4.csv", graduates(reversed(PERSONS)))
    erase(subject(resident_id(9)), "request")
    every = expected(PERSONS, generation=1) | expected(PERSONS, "460104", generation=1)
    assert numbers() == every


@pytest.mark.parametrize("rotations", [0, 1])
def test_rows_that_are_looked_up_and_rows_that_are_held_have_their_numbers(
    home: Path, deliver: Deliver, monkeypatch: pytest.MonkeyPatch, rotations: int
) -> None:
    """Most rows of a large file are looked up, but none with an unreadable cell; numbers that end in 000 are held."""
    monkeypatch.setattr("iecareer.landing.parse.parser._FEW_ROWS", 20)
    looked_up: list[str] = []
    keep = value_cache.ValueCache._keep

    def noted(self: value_cache.ValueCache, column: Any, table: str) -> None:
        looked_up.append(column.name)
        keep(self, column, table)

    monkeypatch.setattr(value_cache.ValueCache, "_keep", noted)
    for _ in range(rotations):
        rotate("drill")
    born = (f"199903{day}" for day in range(10, 31))
    held = next(number for day in born if (number := resident_id(100, born=day)).endswith("000"))
    persons = [*PERSONS, held, *(resident_id(n) for n in range(100, 200))]
    unreadable = graduates(PERSONS, "460104").replace("0.5", "?").partition("\n")[2]
    deliver("graduate.csv", graduates([*persons, *persons]) + unreadable)
    assert "person_id" in looked_up
    assert numbers() == expected(persons) | expected(PERSONS, "460104")


def test_an_erased_person_has_no_numbers(home: Path, deliver: Deliver) -> None:
    deliver("graduate_1.csv", graduates(PERSONS))
    deliver("graduate_2.csv", graduates(PERSONS, "460104"))
    erase(subject(PERSONS[0]), "request")
    rotate("drill")
    deliver("graduate_3.csv", graduates(PERSONS, "460105"))
    left = PERSONS[1:]
    assert numbers() == expected(left) | expected(left, "460104") | expected(left, "460105")


def test_the_lake_tells_no_number_and_nothing_joins_it_with_a_copy_from_before(
    home: Path, deliver: Deliver
) -> None:
    deliver("graduate_1.csv", graduates(PERSONS))
    before = kept(home)
    assert len(before) == len(PERSONS)
    for _ in range(2):
        cells, told = kept(home), repr([pq.read_table(path).to_pydict() for path in files(home)])
        for three in expected(PERSONS).values():
            assert not any(number.to_bytes(4, "big") in cell for number in three for cell in cells)
            assert not any(str(number) in told for number in three)
        rotate("drill")
    assert not before & kept(home)


def kept(home: Path) -> set[bytes]:
    cells = [pq.read_table(path)["publication_numbers"].to_pylist() for path in files(home)]
    assert all(len(cell) == 12 for column in cells for cell in column)
    return {cell for column in cells for cell in column}


def test_the_column_is_no_value_of_a_row(home: Path, deliver: Deliver) -> None:
    """A file landed twice is unchanged, exact repeats are no conflicts, and the same rows are the same bytes."""
    receipt = deliver("graduate.csv", graduates([*PERSONS, *PERSONS]))
    assert (receipt["n_loaded"], receipt["n_superseded"], receipt["n_conflicting"]) == (6, 6, 0)
    whole = [path.read_bytes() for path in files(home)]
    as_an_earlier_version(home)
    assert deliver("graduate.csv", graduates([*PERSONS, *PERSONS]))["n_unchanged"] == 12
    for path in (home / "lake" / "manifest" / "deliveries").glob("*.json"):
        path.unlink()
    deliver("graduate.csv", graduates([*PERSONS, *PERSONS]))
    assert [path.read_bytes() for path in files(home)] == whole


def test_no_other_record_type_has_the_column(home: Path, deliver: Deliver) -> None:
    rotate("drill")
    assert deliver("destination_registration.csv", REGISTERED)["n_loaded"] == 1
    (path,) = home.glob("lake/landing/destination_registration/**/*.parquet")
    assert "publication_numbers" not in pq.read_schema(path).names
    assert numbers() == {}


REGISTERED = f"""person_id,institution_code,program_code,registered_on,destination
{PERSONS[0]},{COLLEGE},{PROGRAM},2020-08-31,agreement
"""


@pytest.mark.parametrize("target", ["local", pytest.param("cluster", marks=SPARK)])
def test_a_night_has_them_on_either_engine(home: Path, deliver: Deliver, target: str) -> None:
    deliver("graduate_1.csv", graduates(PERSONS))
    rotate("drill")
    deliver("graduate_2.csv", graduates(PERSONS, "460104"))
    night = build(RECEIVED_ON, ("staging",), target)
    with duckdb.connect(str(build_path(night)), read_only=True) as connection:
        rows = connection.execute("from staging.stg_graduate_number").fetchall()
        described = connection.execute("describe staging.stg_graduate_number").fetchall()
    found = {(key.hex(), college, program): tuple(of) for key, college, program, *of in rows}
    assert found == expected(PERSONS) | expected(PERSONS, "460104")
    assert {kind for _, kind, *_ in described[3:]} == {"BIGINT"}
    secrets = (derive("publication"), derive("publication numbers 1"))
    for path in (build_path(night), *cluster_folder(night).rglob("*")):
        data = path.read_bytes() if path.is_file() else b""
        padded = [bytes(b ^ 0x36 for b in key).hex().encode() for key in secrets]
        assert not any(digits in data for digits in padded), path
