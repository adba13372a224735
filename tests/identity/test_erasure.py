"""An erased person is nowhere in the home, opened or not, and does not come back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from iecareer.lake.manifest import versions
from iecareer.landing import land
from iecareer.landing.erasure.erase import erase
from iecareer.persons.data_swap import persons_state
from iecareer.persons.locks import persons_in_use
from iecareer.persons.rotation import rotate
from iecareer.persons.subject import subject
from iecareer.runs.build import open_build
from iecareer.runs.pin import pin, read_pin
from tests.identity.conftest import NOBODY, RECEIVED_ON, holding_key, keys, killed, months
from tests.people import resident_id

Deliver = Callable[..., dict[str, Any]]
Speaking = Callable[[str], list[str]]
PERSONS = [resident_id(n) for n in range(20)]
GONE = PERSONS[7]
WIDE = "".join(chr(ord(character) + 0xFEE0) for character in GONE)
SHORT = GONE[:6] + GONE[8:17]


def balance() -> tuple[int, ...]:
    """In = loaded + superseded + quarantined, for every version, and loaded = rows in the files it names."""
    for d in versions():
        assert d.n_in == d.n_loaded + d.n_superseded + d.n_quarantined
        assert d.n_loaded == sum(part.n for part in d.parts)
    return tuple(d.n_loaded for d in versions())


def test_the_search_finds_a_person_in_archive_and_vault(
    home: Path, deliver: Deliver, speaking_of: Speaking
) -> None:
    deliver("employment_month.csv", months(PERSONS))
    assert [found.split("-")[0] for found in speaking_of(GONE)] == ["raw", "vault"]
    assert speaking_of(NOBODY) == []


def test_nothing_speaks_of_an_erased_person(home: Path, deliver: Deliver, speaking_of: Speaking) -> None:
    deliver("employment_month_1.csv", months(PERSONS))
    deliver("employment_month_2.csv", months(PERSONS, "2024-06"))
    deliver("employment_month_3.csv", months(PERSONS[:5], "2024-07"))
    key = subject(GONE).person_key
    assert key in keys(home)
    erase(subject(GONE), "request of the person")
    assert speaking_of(GONE) == []
    assert all(speaking_of(person) for person in PERSONS if person != GONE)
    assert holding_key(home, {key}) == []
    assert len(keys(home)) == 19
    assert balance() == (19, 19, 5)
    assert [d.reasons for d in versions()] == [{"erased": 1}, {"erased": 1}, {}]


FORMS = {
    "free text": "job_posting.csv|posting_id,posted_on,title,region_code,description\n"
    f"A,2024-01-01,焊工,330102,{GONE}\n",
    "a row with a bad date": f"employment_month.csv|{months([GONE], 'soon')}",
    "a row of too many cells": "employment_month.csv|" + months(PERSONS) + f"x,{GONE},1,1,1,1,1\n",
    "full width": f"employment_month.csv|{months([WIDE])}",
    "fifteen digits": f"employment_month.csv|{months([SHORT])}",
    "lower case": f"employment_month.csv|{months([GONE.lower()])}",
    "a title": f"employment_month.csv|经办 {GONE}\n{months(PERSONS[:3])}",
    "a column that nobody reads": "employment_month.csv|"
    + months(PERSONS[:3]).replace("_code\n", f"_code,{GONE}\n").replace("330102\n", "330102,1\n"),
    "a quoted line break": "employment_month.csv|" + months(PERSONS[:3]) + f'"{GONE}\n",2024-05,"a\nb",1,1\n',
}


@pytest.mark.parametrize("form", FORMS)
def test_however_the_person_stands_there(
    home: Path, deliver: Deliver, speaking_of: Speaking, form: str
) -> None:
    name, text = FORMS[form].split("|", 1)
    deliver(name, text)
    assert speaking_of(GONE) != [], "the search does not see the form"
    erase(subject(GONE), "request of the person")
    assert speaking_of(GONE) == []
    balance()


def test_an_erased_person_does_not_come_back(home: Path, deliver: Deliver, speaking_of: Speaking) -> None:
    deliver("employment_month.csv", months(PERSONS))
    erase(subject(GONE), "request of the person")
    repeated = deliver("employment_month.csv", months(PERSONS))
    assert (repeated["n_unchanged"], repeated["n_quarantined"]) == (19, 1)
    assert speaking_of(GONE) == []
    later = deliver("employment_month_2.csv", months([*PERSONS[:9], SHORT, WIDE], "2024-06"))
    assert (later["n_loaded"], later["reasons"]) == (8, {"erased": 3})
    assert speaking_of(GONE) == []
    assert speaking_of(PERSONS[8]) != []
    assert len(keys(home)) == 19
    balance()


def test_rotation_keeps_erasure(home: Path, deliver: Deliver) -> None:
    deliver("employment_month.csv", months(PERSONS))
    erase(subject(GONE), "request of the person")
    rotate("drill")
    erase(subject(PERSONS[3]), "request of the person")
    rotate("drill")
    receipt = deliver("employment_month_2.csv", months(PERSONS, "2024-06"))
    assert (receipt["n_loaded"], receipt["reasons"]) == (18, {"erased": 2})


def test_someone_never_seen_is_kept_out_too(home: Path, deliver: Deliver) -> None:
    erase(subject(GONE), "request of the person")
    assert deliver("employment_month.csv", months(PERSONS))["reasons"] == {"erased": 1}


def test_delivered_pseudonyms_are_erased_by_themselves_or_by_number(home: Path, deliver: Deliver) -> None:
    deliver("employment_month.csv", months(["AB" * 32, *PERSONS]))
    erase(subject("ab" * 32), "request of the person")
    assert len(keys(home)) == 20
    first = subject(GONE).first
    deliver("employment_month_2.csv", months([first], "2024-06"))
    erase(subject(GONE), "request of the person")
    assert len(keys(home)) == 19
    assert sum(d.n_loaded for d in versions()) == 19
    opened_now = [path for path in home.rglob("*") if path.is_file() and first.encode() in path.read_bytes()]
    assert opened_now == []


def test_a_refused_file_that_no_delivery_names_goes_as_well(
    home: Path, tmp_path: Path, deliver: Deliver, speaking_of: Speaking
) -> None:
    path = tmp_path / "employment_month.csv"
    path.write_text(f"nobody,knows,these\n{GONE},1,2\n")
    assert land("exchange", [path], RECEIVED_ON)[0]["error"]
    assert speaking_of(GONE) != []
    erase(subject(GONE), "request of the person")
    assert speaking_of(GONE) == []


def test_what_a_killed_landing_left_half_written_goes_as_well(
    home: Path, tmp_path: Path, deliver: Deliver
) -> None:
    path = tmp_path / "employment_month.csv"
    path.write_text(months(PERSONS))
    land_it = (
        f"from pathlib import Path\nfrom iecareer.landing import land\nland('exchange', [Path('{path}')])"
    )
    killed(home, f"\n{land_it}\n", "iecareer.landing.receive.archive:_write_encrypted", after=True)
    deliver("employment_month.csv", months(PERSONS))
    (kept,) = (home / "lake" / "vault").glob("*")
    shutil.copy(kept, kept.with_name(f".{kept.name}.1.ab"))
    assert len([*(home / "lake" / "raw").glob(".*")]) == 1
    erase(subject(GONE), "request of the person")
    assert [*(home / "lake" / "raw").glob(".*"), *(home / "lake" / "vault").glob(".*")] == []


def test_a_run_that_began_before_cannot_go_on_and_its_pin_agrees_with_the_files(
    home: Path, deliver: Deliver
) -> None:
    deliver("employment_month.csv", months(PERSONS))
    pin("night", RECEIVED_ON)
    with open_build("night"):
        pass
    erase(subject(GONE), "request of the person")
    assert not (home / "runs" / "builds" / "night").exists()
    assert [(d.n_loaded, d.parts[0].n) for d in read_pin("night").deliveries] == [(19, 19)]


ERASE = f"""
from iecareer.landing.erasure.erase import erase
from iecareer.persons.subject import subject
erase(subject('{GONE}'), 'request of the person')
"""
POINTS = [
    ("iecareer.landing.erasure.erase:rewrite", True, False),
    ("iecareer.landing.erasure.erase:_stage_documents", True, False),
    ("iecareer.landing.erasure.erase:_stage_vault", True, False),
    ("iecareer.landing.erasure.erase:stage_archives", True, False),
    ("iecareer.landing.erasure.erase:commit_swap", True, True),
    ("iecareer.persons.data_swap:_clear_derived", True, True),
    ("iecareer.persons.data_swap:sync_folder", True, True),
    ("iecareer.persons.data_swap:_bring", True, True),
]


@pytest.mark.parametrize(("place", "after", "is_gone"), POINTS)
def test_killed_anywhere_the_person_is_gone_or_not_at_all(
    home: Path, deliver: Deliver, speaking_of: Speaking, place: str, after: bool, is_gone: bool
) -> None:
    deliver("employment_month_1.csv", months(PERSONS))
    deliver("employment_month_2.csv", months(PERSONS, "2024-06"))
    killed(home, ERASE, place, after=after)
    with persons_in_use():
        assert len(keys(home)) == 20 - is_gone
        assert balance() == (20 - is_gone,) * 2
        assert bool(persons_state().erased) == is_gone
    assert (speaking_of(GONE) == []) == is_gone
    deliver("employment_month_3.csv", months(PERSONS, "2024-07"))
    assert len(keys(home)) == 20 - is_gone
    erase(subject(GONE), "again")
    assert speaking_of(GONE) == []
    assert balance() == (19,) * 3
