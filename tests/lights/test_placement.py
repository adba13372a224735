"""Placement signals: the worked example, and what must not change them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import duckdb
import numpy as np
import pytest
from scipy.stats import betabinom

from iecareer.lights.beta_binomial import tail
from iecareer.lights.placement import judge_placement
from tests.lights.tables import build_light_policy

# Hits of J0 and of its six peers, of 20 people each.
HITS = (8, 0, 1, 1, 2, 1, 9)


@pytest.fixture
def build() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        build_light_policy(connection, date(2025, 3, 1))
        yield connection


def judge(
    connection: duckdb.DuckDBPyConnection, rows: list[tuple[object, ...]]
) -> dict[str, tuple[object, ...]]:
    """Judge cells (institution, program, n, hits) of cohort 2023; rows by institution."""
    connection.execute(
        """create or replace table intermediate.int_placement_count (institution_code varchar, program_code varchar,
        cohort_year integer, signal varchar, n bigint, n_hits bigint)"""
    )
    for institution, program, n, hits in rows:
        connection.execute(
            "insert into intermediate.int_placement_count values (?, ?, 2023, 'flexible', ?, ?)",
            [institution, program, n, hits],
        )
    judge_placement(connection)
    found = connection.execute(
        """select institution_code, over_dispersion, p_value, q_value, is_signal, status, peer_level, peers_n
        from audit.placement_signal"""
    ).fetchall()
    return {row[0]: row[1:] for row in found}


def test_the_example_is_recomputed(build: duckdb.DuckDBPyConnection) -> None:
    found = judge(build, [(f"J{k}", "460103", 20, hits) for k, hits in enumerate(HITS)])
    assert found["J0"][:3] == pytest.approx((1.392966, 0.004268, 0.014937), abs=5e-7)
    assert found["J0"][3:] == (True, "ok", "program", 120)
    assert found["J6"][1] == pytest.approx(0.000654, abs=5e-7)


def test_with_four_peers_the_group_is_asked_and_without_enough_there_nobody(
    build: duckdb.DuckDBPyConnection,
) -> None:
    rows = [(f"J{k}", "460103", 20, hits) for k, hits in enumerate(HITS[:5])]
    assert {row[4] for row in judge(build, rows).values()} == {"too_few"}
    found = judge(build, [*rows, ("K", "460104", 20, 1)])
    assert found["J0"][4:] == ("ok", "group", 100)


def test_ten_people_are_judged_and_nine_are_not(build: duckdb.DuckDBPyConnection) -> None:
    peers = [(f"J{k}", "460103", 20, 1) for k in range(6)]
    for n, status in ((9, "too_few"), (10, "ok")):
        found = judge(build, [*peers, ("K", "460103", n, n)])
        assert (found["K"][4], found["K"][3]) == (status, status == "ok")


def test_the_tail_is_that_of_scipy() -> None:
    for n, a, b in ((20, 10.4, 76.5), (400, 0.5, 900.0), (3, 2.0, 2.0)):
        k = np.arange(n + 1)
        found = [tail(int(hits), n, a, b) for hits in k]
        assert found == pytest.approx(betabinom.sf(k - 1, n, a, b), rel=1e-9)
