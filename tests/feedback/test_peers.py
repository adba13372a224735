"""Peers: same program elsewhere, else group, else major field; never the institution's own programs."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import pytest
from synthetic_marts import prepare

AS_OF = date(2026, 11, 21)


def response_of(build: duckdb.DuckDBPyConnection, programs: list[tuple[str, str, float]]) -> dict[str, Any]:
    """Peers of institution ``A`` when the response mart holds exactly these (institution, program, rate)."""
    build.execute("delete from marts.msr_response")
    build.execute("insert into marts.dim_program values ('460201', '机电设备', 'higher_vocational')")
    build.executemany(
        """insert into marts.msr_response by name select ? as institution_code, ? as program_code,
        2024 as cohort_year, 6 as wave_months, 50 as n, 20 as n_respondents, ? as response_rate, 0.1 as ci_low,
        0.9 as ci_high, 'ok' as status""",
        programs,
    )
    prepare(build, AS_OF)
    result = build.execute("select * from feedback.response where institution_code = 'A'")
    names = [column[0] for column in result.description]
    return dict(zip(names, result.fetchall()[0], strict=True))


@pytest.mark.parametrize(
    ("codes", "level"),
    [
        (["460103"] * 5, "program"),
        (["460103"] * 4 + ["460104"], "group"),
        (["460103"] * 4 + ["460201"], "field"),
        (["460103"] * 4 + ["510201"], None),
    ],
)
def test_level_is_the_finest_with_five(build: Any, codes: list[str], level: str | None) -> None:
    others = [(f"P{i}", code, 0.1 * (i + 1)) for i, code in enumerate(codes)]
    row = response_of(build, [("A", "460103", 0.99), *others])
    assert row["peer_level"] == level
    if level:
        assert row["n_peers"] == 5
        assert row["peer_median"] == pytest.approx(0.3)
        assert (row["peer_q25"], row["peer_q75"]) == (pytest.approx(0.2), pytest.approx(0.4))


def test_own_programs_are_no_peers(build: Any) -> None:
    own = [("A", "460103", 0.99), ("A", "460104", 0.98)]
    row = response_of(build, own + [(f"P{i}", "460103", 0.5) for i in range(4)])
    assert row["peer_level"] is None


def test_withheld_cells_are_no_peers(build: Any) -> None:
    rows = [("A", "460103", 0.99), *[(f"P{i}", "460103", 0.5) for i in range(5)]]
    response_of(build, rows)
    build.execute("update marts.msr_response set n = 9 where institution_code = 'P0'")
    prepare(build, AS_OF)
    found = build.execute("select peer_level from feedback.response where institution_code = 'A'").fetchall()
    assert found == [(None,)]
