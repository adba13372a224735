"""The vault knows every person once, encrypted, and answers for one of them."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from iecareer.errors import IecareerError
from iecareer.landing.erasure.erase import erase
from iecareer.persons import vault
from iecareer.persons.presence import identity_behind, whereabouts
from iecareer.persons.rotation import rotate
from iecareer.persons.subject import subject
from tests.identity.conftest import keys, months
from tests.people import resident_id

Deliver = Callable[..., dict[str, Any]]
PERSONS = [resident_id(n) for n in range(20)]


def known() -> list[str]:
    """Every identity in the vault, as often as it is there."""
    return sorted(identity for batch in vault.batches() for identity in batch["identity"].to_pylist())


def test_every_person_is_kept_once_however_written_and_however_often(home: Path, deliver: Deliver) -> None:
    born = resident_id(5, born="19510307")
    forms = [born, born.lower(), born[:6] + born[8:17]]
    deliver("employment_month_1.csv", months([*PERSONS, "ab" * 32]))
    for number, form in enumerate(forms, start=2):
        deliver(f"employment_month_{number}.csv", months([*PERSONS, form], f"2024-{number + 4:02}"))
    assert known() == sorted(f"resident:{number}" for number in [*PERSONS, born])
    assert len(vault.vault_files()) == 2


def test_nothing_of_it_can_be_read_and_damage_is_told(home: Path, deliver: Deliver) -> None:
    deliver("employment_month.csv", months(PERSONS))
    (path,) = vault.vault_files()
    data = path.read_bytes()
    assert not any(word in data for word in (b"PAR1", b"identity", b"resident", PERSONS[0].encode()))
    for damaged in (data[:-1], data[:20] + bytes([data[20] ^ 1]) + data[21:], b""):
        path.write_bytes(damaged)
        with pytest.raises(IecareerError, match="cannot be opened"):
            known()


def test_one_file_does_not_open_as_another(home: Path, deliver: Deliver) -> None:
    deliver("employment_month.csv", months(PERSONS))
    (path,) = vault.vault_files()
    path.rename(path.with_name("other"))
    with pytest.raises(IecareerError, match="cannot be opened"):
        known()


def many(n: int) -> list[str]:
    """So many valid resident numbers, all different."""
    chance = random.Random(1)
    days = [f"{year}{month:02}{day:02}" for year in range(1960, 2000) for month in (1, 7) for day in (3, 9)]
    return chance.sample([resident_id(i, born=born) for born in days for i in range(500)], n)


def test_large_deliveries_leave_nobody_out_and_bring_nobody_back(home: Path, deliver: Deliver) -> None:
    persons = many(60_000)
    deliver("employment_month_1.csv", months(persons[:40_000]))
    erase(subject(persons[7]), "request of the person")
    receipt = deliver("employment_month_2.csv", months(persons, "2024-06"))
    assert (receipt["n_loaded"], receipt["reasons"]) == (59_999, {"erased": 1})
    assert known() == sorted(f"resident:{number}" for number in persons if number != persons[7])
    assert len(keys(home)) == 59_999


@pytest.mark.parametrize("rotations", [0, 2])
def test_an_officer_finds_a_person_and_who_is_behind_a_pseudonym(
    home: Path, deliver: Deliver, rotations: int
) -> None:
    deliver("employment_month_1.csv", months(PERSONS))
    deliver("employment_month_2.csv", months(PERSONS[:3], "2024-06"))
    old = subject(PERSONS[1]).person_key
    for _ in range(rotations):
        rotate("drill")
    assert [row["n_rows"] for row in whereabouts(subject(PERSONS[1]), "request")] == [1, 1]
    assert [row["n_rows"] for row in whereabouts(subject(PERSONS[7]), "request")] == [1]
    assert whereabouts(subject(resident_id(999)), "request") == []
    assert identity_behind(subject(PERSONS[1]).person_key, "request") == f"resident:{PERSONS[1]}"
    assert (identity_behind(old, "request") is None) == bool(rotations)
    erase(subject(PERSONS[1]), "request")
    assert identity_behind(subject(PERSONS[1]).person_key, "request") is None


@pytest.mark.parametrize("text", ["", " ", "3301021999030700", "330102199902300011", "ab" * 31, "?"])
def test_what_names_nobody_is_refused_without_saying_it(home: Path, text: str) -> None:
    with pytest.raises(IecareerError) as raised:
        subject(text)
    assert not text.strip() or text not in str(raised.value)
    with pytest.raises(IecareerError, match="no source system"):
        subject(text, "nobody")
