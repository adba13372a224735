"""The worked example of the design: every number that its page gives, recomputed by the models."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from tests.lights.claims import agrees, found_value, read_claims
from tests.lights.example import AS_OF, EAST, I1, I2, WEST, example
from tests.lights.tables import build_instruments, build_lights, write


@pytest.fixture(scope="module")
def built() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        write(connection, example())
        build_lights(connection, AS_OF)
        build_instruments(connection, AS_OF)
        yield connection


def test_the_page_of_the_example_is_recomputed(
    built: duckdb.DuckDBPyConnection, shared: Callable[[str], Path]
) -> None:
    page = shared("design/lights-example.md")
    claims = [claim for claim in read_claims(page) if claim.table.startswith(("lights.", "instruments."))]
    assert len(claims) > 90
    found = [(claim, found_value(built, claim, 2024)) for claim in claims]
    assert [(claim, value) for claim, value in found if not agrees(value, claim.value)] == []


def test_the_light_of_an_institution_is_the_one_worked_by_hand(built: duckdb.DuckDBPyConnection) -> None:
    """25/30/45: .25 · 54 + .30 · 69.5 + .45 · 62.932331; limits from the errors of nine indicators."""
    found = built.execute(
        """select participation, process, result, index, index_low, index_high, reaches, light
        from lights.light where scope = 'institution' and institution_code = ? and year = 2024""",
        [I1],
    ).fetchall()
    numbers = (54.0, 69.5, 62.932331, 62.669549, 43.973427, 72.796616)
    assert found[0][:6] == pytest.approx(numbers, abs=5e-7)
    assert found[0][6:] == ("red|green", "yellow")


def test_red_lines_and_consequences_are_those_worked_by_hand(built: duckdb.DuckDBPyConnection) -> None:
    found = built.execute(
        """select coalesce(institution_code, area_code), light, red_lines, is_consequential, index is null
        from lights.light where year = 2024 and scope <> 'program' and light = 'red' order by 1"""
    ).fetchall()
    assert found == [
        (EAST, "red", "", False, False),
        (I2, "red", "enterprise_participation|key_equipment_failure", False, True),
        ("4161000003", "red", "enterprise_participation", True, True),
        (WEST, "red", "enterprise_participation", True, True),
    ]


def test_a_light_without_an_index_says_nothing_about_its_limits(built: duckdb.DuckDBPyConnection) -> None:
    found = built.execute(
        """select count(*), count(index_low), count(band), count(reaches), count(is_certain)
        from lights.light where index is null"""
    ).fetchall()
    assert found[0][0] > 5
    assert found[0][1:] == (0, 0, 0, 0)


def test_neutral_amounts_add_up_to_the_bases(built: duckdb.DuckDBPyConnection) -> None:
    found = built.execute(
        "select neutral_amount_cny, amount_cny from instruments.allocation order by institution_code"
    ).fetchall()
    assert [[str(cell) for cell in row] for row in found] == [
        ["1041554.06", "1037500.00"],
        ["557432.43", "555000.00"],
        ["251013.52", "250000.01"],
    ]
