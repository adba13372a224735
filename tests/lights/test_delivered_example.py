"""The rest of the worked example, from files of the offices through landing: every number that its page gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from iecareer.engine.released_numbers import register_released
from iecareer.engine.views import register
from iecareer.landing import land
from iecareer.lights.placement import judge_placement
from iecareer.runs.build import open_build
from iecareer.runs.pin import pin
from tests.engines.clusters import SPARK
from tests.lights.claims import Claim, agrees, found_value, read_claims
from tests.lights.delivered_example import ENTERPRISES, write_deliveries
from tests.lights.example import AS_OF
from tests.models import build_with_inputs
from tests.nights import LAYERS, build

TABLES = ("enterprise_credit", "enterprise_exit", "insurance_subsidy")
MODELS = (
    *(f"instruments_{name}" for name in TABLES),
    "int_placement_count",
    "int_peer_level",
    "msr_employment",
)


def claims_of(page: Path) -> list[Claim]:
    """The claims that rest on rows of the offices, enterprises with their codes."""
    named = {f"instruments.{name}" for name in TABLES} | {"marts.msr_employment"}
    kept = [
        claim
        for claim in read_claims(page)
        if claim.table in named
        or (claim.table, "registered_not_insured" in claim.row) == ("audit.placement_signal", True)
    ]
    return [
        replace(claim, row=" ".join(ENTERPRISES.get(word, word) for word in claim.row.split()))
        for claim in kept
    ]


@pytest.fixture
def landed(home: Path, tmp_path: Path) -> None:
    write_deliveries(tmp_path / "files")
    receipts = land("exchange", [tmp_path / "files"], AS_OF)
    assert {receipt["record_type"]: receipt["reasons"] for receipt in receipts} == {
        path.stem: {} for path in (tmp_path / "files").glob("*.csv")
    }


def refuse_other_numbers(build: duckdb.DuckDBPyConnection, page: Path) -> None:
    judge_placement(build)
    claims = claims_of(page)
    assert {
        table: sum(claim.table == table for claim in claims) for table in sorted({c.table for c in claims})
    } == {
        "audit.placement_signal": 3,
        "instruments.enterprise_credit": 5,
        "instruments.enterprise_exit": 10,
        "instruments.insurance_subsidy": 2,
        "marts.msr_employment": 2,
    }
    found = [(claim, found_value(build, claim, 2024)) for claim in claims]
    assert [(claim, value) for claim, value in found if not agrees(value, claim.value)] == []


def test_the_page_of_the_example_is_recomputed_from_deliveries(
    landed: None, shared: Callable[[str], Path]
) -> None:
    pinned = pin("run", AS_OF)
    with open_build("run") as connection:
        register(connection, [replace(one, verdict="pass") for one in pinned.deliveries])
        register_released(connection, None, "")
        build_with_inputs(connection, MODELS, AS_OF)
        connection.execute(
            """create table marts.msr_employment as select * exclude (scope) from indicators.msr_employment
            where scope = 'program' and cohort_year is not null"""
        )
        refuse_other_numbers(connection, shared("design/lights-example.md"))


@pytest.mark.slow
@pytest.mark.parametrize("target", ["local", pytest.param("cluster", marks=SPARK)])
def test_a_night_on_either_engine_recomputes_it(
    landed: None, shared: Callable[[str], Path], target: str
) -> None:
    run_id = build(AS_OF, (*LAYERS, "lights"), target)
    with open_build(run_id) as connection:
        refuse_other_numbers(connection, shared("design/lights-example.md"))
