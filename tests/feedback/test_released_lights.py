"""Two releases of a region: lights, warnings and flags move when ten graduations behind them changed, or a fact did."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from tests.feedback.lights_of_people import FAMILIES, YEAR, House, People, invented

Rows = dict[str, dict[tuple[Any, ...], tuple[Any, ...]]]


@pytest.fixture
def house(tmp_path: Path, home: Path) -> House:
    return House(tmp_path / "build.duckdb")


def released(house: House, home: Path, people: People) -> Rows:
    house.publish(people)
    first = house.build(people)
    house.release(home)
    return first


def by_program(rows: Rows) -> dict[tuple[str, str], dict[str, dict[Any, Any]]]:
    """Everything that is told of each program, by table and key."""
    found: dict[tuple[str, str], dict[str, dict[Any, Any]]] = {}
    for table, keyed in rows.items():
        for key, values in keyed.items():
            program = key[:2] if table == "program_flag" else key[1:3]
            found.setdefault(program, {}).setdefault(table, {})[key] = values
    return found


def without_place(rows: dict[str, dict[Any, Any]], table: str = "") -> dict[str, dict[Any, Any]]:
    """Rows without the release that they stand from, which is their last column."""
    return {
        name: {key: values[:-1] for key, values in keyed.items()}
        for name, keyed in rows.items()
        if table in ("", name)
    }


def moved(
    before: Rows, after: Rows, programs: list[tuple[str, str]], table: str = ""
) -> list[tuple[str, str]]:
    then, now = by_program(before), by_program(after)
    return [
        one
        for one in programs
        if without_place(then.get(one, {}), table) != without_place(now.get(one, {}), table)
    ]


def stands_from(rows: Rows, programs: list[tuple[str, str]]) -> list[set[Any]]:
    found = by_program(rows)
    return [{values[-1] for keyed in found[one].values() for values in keyed.values()} for one in programs]


def programs_of(people: People) -> list[tuple[str, str]]:
    return sorted({*zip(people.told["institution_code"], people.told["program_code"], strict=True)})


def split(n: int, chance: random.Random) -> dict[str, int]:
    """So many changes in two indicators of different cohorts, that is, of as many persons."""
    others = [
        "retention_12",
        "promotion_36",
        chance.choice(("job_match", "register_employment", "certificate_pass")),
    ]
    chance.shuffle(others)
    first = chance.randint(0, n)
    return {others[0]: first, others[1]: n - first}


def test_nine_changes_move_nothing_and_ten_move_light_warnings_and_flag(house: House, home: Path) -> None:
    people, chance = invented(60, seed=1), random.Random(2)
    first = released(house, home, people)
    programs = programs_of(people)
    nine, ten = programs[::2], programs[1::2]
    for n, some in ((9, nine), (10, ten)):
        for program in some:
            people.change(program, split(n, chance))
    second = house.build(people)
    assert moved(first, second, nine) == []
    assert stands_from(second, nine) == [{"R1"}] * len(nine)
    assert stands_from(second, ten) == [{None}] * len(ten)
    assert len(moved(first, second, ten)) > len(ten) / 2
    for table in ("light", "warning", "program_flag"):
        assert moved(first, second, ten, table), table


def test_a_light_is_compared_with_the_release_that_it_stands_from(house: House, home: Path) -> None:
    people = invented(21, seed=3)
    released(house, home, people)
    programs = programs_of(people)
    for at, program in enumerate(programs):
        people.change(program, {"job_match": 5, "retention_12": 4 if at % 2 else 5})
    second = house.build(people)
    house.release(home)
    third = house.build(people)
    assert moved(second, third, programs) == []
    assert stands_from(third, programs) == [{"R1" if at % 2 else "R2"} for at in range(21)]
    for program in programs:
        people.change(program, {"promotion_36": 1})
    fourth = house.build(people)
    # nine before and one now are ten since the first release; one is one since the second
    assert stands_from(fourth, programs) == [{None if at % 2 else "R2"} for at in range(21)]


def test_a_fact_moves_the_unit_that_it_is_behind_and_no_other(house: House, home: Path) -> None:
    people = invented(14, seed=4)
    first = released(house, home, people)
    programs = programs_of(people)
    facts = people.facts
    is_it = (facts["program_code"] == programs[0][1]) & (facts["institution_code"] == programs[0][0])
    facts.loc[is_it & (facts["indicator"] == "months_since_new_version"), "value"] = 59.0
    # interns who joined are persons: their share is no fact
    facts.loc[facts["indicator"] == "intern_conversion", "value"] = 0.1
    second = house.build(people)
    assert moved(first, second, programs) == [programs[0]]
    assert stands_from(second, programs[:2]) == [{None}, {"R1"}]
    institutions = {key for key in first["light"] if key[0] == "institution"}
    assert institutions
    assert {second["light"][key][-1] for key in institutions} == {"R1"}


def test_what_happened_after_the_horizon_is_no_change(house: House, home: Path) -> None:
    people = invented(7, seed=5)
    released(house, home, people)
    told = people.told
    told.loc[(told["unit_family"] == "retention") & (told["contribution"] == "stayed"), "contribution"] = "24"
    told.loc[(told["unit_family"] == "promotion") & (told["contribution"] == "stayed"), "contribution"] = "60"
    second = house.build(people)
    assert stands_from(second, programs_of(people)) == [{"R1"}] * 7


def test_a_light_does_not_appear_because_of_one_graduation(house: House, home: Path) -> None:
    """Nine are too few to be judged. With the tenth the unit stands as it is: without a light."""
    people = invented(7, seed=6)
    told, (program, *_) = people.told, programs_of(people)
    own = told[of_program(people, program)]
    place = own.groupby("indicator").cumcount()
    nine = People(told.drop(own.index[place >= 9]), people.facts)
    ten = People(told.drop(own.index[place >= 10]), people.facts)
    first = released(house, home, nine)
    assert not of_result(first, program)
    one_more = own.index[(place == 9) & (own["indicator"] == "job_match")]
    second = house.build(People(told.drop(own.index[place >= 9].difference(one_more)), people.facts))
    assert moved(first, second, [program]) == []
    house.label = None
    assert of_result(house.build(ten), program)


def of_program(people: People, program: tuple[str, str]) -> Any:
    told = people.told
    return (told["institution_code"] == program[0]) & (told["program_code"] == program[1])


def of_result(rows: Rows, program: tuple[str, str]) -> set[str]:
    """Indicators about persons that are judged for a program."""
    return {
        key[4]
        for key, values in rows["light_indicator"].items()
        if key[1:3] == program
        and key[4] in FAMILIES
        and values[-2] in ("ok", "not_shown")
        and key[4] != "certificate_pass"
    }


def test_a_program_with_few_examined_names_neither_their_share_nor_a_sum(house: House) -> None:
    people = invented(14, seed=7)
    program, other, *_ = programs_of(people)
    examined = of_program(people, program) & (people.told["indicator"] == "certificate_pass")
    people.told = people.told.drop(people.told.index[examined][6:])
    house.publish(people)
    house.hide("certificate", program)
    rows = house.build(people)
    light = rows["light"]["program", *program, YEAR]
    assert light[0] in ("red", "yellow", "green")
    assert light[5] is None
    told_of = {key[4]: values for key, values in rows["light_indicator"].items() if key[1:3] == program}
    assert told_of["certificate_pass"][2:7] == (None,) * 5
    assert told_of["certificate_pass"][-2] == "too_few"
    assert {values[5:7] for values in told_of.values()} == {(None, None)}
    # of another program the same sums are told
    assert rows["light"]["program", *other, YEAR][5] is not None
    assert any(values[5] is not None for key, values in rows["light_indicator"].items() if key[1:3] == other)


def test_no_score_tells_more_than_the_published_share(house: House) -> None:
    """Of two regions with the same published shares, scores and contributions of people are the same."""
    people = invented(21, seed=8)
    house.publish(people)
    before = house.build(people)
    other = people.copy()
    for program in programs_of(people):
        other.change(program, {"job_match": 2, "certificate_pass": 2})
    after = house.build(other)
    of_people = [key for key in before["light_indicator"] if key[4] in FAMILIES]
    assert len(of_people) > 100
    assert [
        k for k in of_people if before["light_indicator"][k][2:6] != after["light_indicator"][k][2:6]
    ] == []
    # the index does tell: it is made of what is not rounded
    assert any(before["light"][key] != after["light"][key] for key in before["light"])


@pytest.mark.slow
def test_two_thousand_single_changes_move_no_light(house: House, home: Path) -> None:
    people, chance = invented(2_100, seed=9), random.Random(10)
    first = released(house, home, people)
    programs = programs_of(people)
    left = []
    for program in programs:
        indicator = chance.choice(list(FAMILIES))
        if chance.random() < 0.3:
            family, _, years_before, _ = FAMILIES[indicator]
            is_it = of_program(people, program) & (people.told["unit_family"] == family)
            is_it &= people.told["cohort_year"] == YEAR - years_before
            left.append(people.told.index[is_it][0])
        else:
            people.change(program, {indicator: 1})
    people.told = people.told.drop(left)
    second = house.build(people)
    assert moved(first, second, programs) == []
    # a release that is made anew at every change shows them
    weakened = house.build(people, min_changes=1)
    assert len(moved(first, weakened, programs)) > 300
