"""The worked example of the design: every number that its page gives, recomputed by the models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.lights.claims import agrees, found_value, read_claims
from tests.lights.example import AS_OF, example
from tests.lights.tables import build_lights, write

# What the page says in print, of the tables that are computed from the given marts.
JUDGED = ("lights.",)


@pytest.fixture(scope="module")
def built() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        write(connection, example())
        build_lights(connection, AS_OF)
        yield connection


def test_the_page_of_the_example_is_recomputed(built: duckdb.DuckDBPyConnection, shared: Path) -> None:
    page = shared / "design" / "lights-example.md"
    if not page.is_file():
        pytest.skip(f"{page} is not there")
    claims = [claim for claim in read_claims(page) if claim.table.startswith(JUDGED)]
    assert len(claims) > 40
    found = [(claim, found_value(built, claim, 2024)) for claim in claims]
    assert [(claim, value) for claim, value in found if not agrees(value, claim.value)] == []
