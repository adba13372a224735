"""Numbers of others, found again by the models: retention, tenure, incidence by reason, shares."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.agreement.conftest import (
    AMEO,
    ANSWERS,
    CAUSES,
    DAYS_PER_MONTH,
    LEUKEMIA,
    RECID,
    SURVEY,
    TRANSPLANTS,
    TURNOVER,
    TURNOVER_ALL,
)

HORIZONS = (6, 12, 36, 60)


def asked(connection: duckdb.DuckDBPyConnection, query: str, *values: object) -> list[tuple[Any, ...]]:
    return connection.execute(query, list(values)).fetchall()


def retention(connection: duckdb.DuckDBPyConnection, institution: str) -> list[float]:
    """At 6, 12, 36 and 60 months."""
    rows = asked(
        connection,
        "select retention from marts.msr_retention where institution_code = ? order by horizon_months",
        institution,
    )
    assert len(rows) == len(HORIZONS)
    return [row[0] for row in rows]


def median(connection: duckdb.DuckDBPyConnection, institution: str) -> int:
    """The first month by which half have left."""
    found = asked(
        connection,
        "select min(months) from marts.msr_retention_curve where institution_code = ? and retention <= 0.5",
        institution,
    )
    return int(found[0][0])


def test_leukemia_and_its_standard_error(agreed: duckdb.DuckDBPyConnection) -> None:
    """Rx = 0: S(6) .857143, S(10) .752941 with Greenwood's error .0963 and the log-log interval .5032 to .8894."""
    curve = dict(
        asked(
            agreed,
            """select months, [retention, ci_low, ci_high] from marts.msr_retention_curve
            where institution_code = ? and program_code = '460100'""",
            LEUKEMIA,
        )
    )
    share, low, _ = curve[10]
    # The lower end is S to the power of exp(z · error / (S · |ln S|)).
    error = -math.log(math.log(low) / math.log(share)) / 1.959963984540054 * share * math.log(share)

    assert curve[6][0] == pytest.approx(0.857143, abs=5e-7)
    assert share == pytest.approx(0.752941, abs=5e-7)
    assert curve[10][1:] == pytest.approx([0.5032, 0.8894], abs=5e-5)
    assert error == pytest.approx(0.0963, abs=5e-5)


def test_recidivism(agreed: duckdb.DuckDBPyConnection) -> None:
    """1,445 former prisoners: .941869, .873356, .704498, .637370; 46.0547 of 60 months."""
    rows = asked(agreed, "select n, rmst_60 from marts.msr_retention where institution_code = ?", RECID)

    assert retention(agreed, RECID) == pytest.approx([0.941869, 0.873356, 0.704498, 0.637370], abs=5e-7)
    assert {row[0] for row in rows} == {1445}
    assert [row[1] for row in rows] == pytest.approx([46.0547] * 4, abs=5e-5)


@pytest.mark.parametrize(
    ("cause", "published"), [(1, [0.204926, 0.272839, 0.272839]), (2, [0.175792, 0.340760, 0.481270])]
)
def test_competing_risks(agreed: duckdb.DuckDBPyConnection, cause: int, published: list[float]) -> None:
    """Relapse and death after a transplantation at 6, 12 and 36 months."""
    found = asked(
        agreed,
        """select incidence from marts.msr_retention_incidence
        where institution_code = ? and reason = ? and horizon_months <= 36 order by horizon_months""",
        TRANSPLANTS,
        CAUSES[cause],
    )

    assert [row[0] for row in found] == pytest.approx(published, abs=5e-7)


def test_tenure_with_the_duplicated_rows(
    agreed: duckdb.DuckDBPyConnection, shared: Callable[[str], Path]
) -> None:
    """Median 50.73 months, S(12) .856."""
    shared("data")
    curve = asked(
        agreed,
        # S after one separation is S before the next.
        """select months, lead(retention_before) over (order by months) as retention
        from (select distinct months, retention_before from intermediate.int_separation_step
            inner join intermediate.int_rollup using (rollup_id)
            where scope = 'program' and cohort_year is not null and institution_code = ?)
        qualify retention is not null order by months""",
        TURNOVER_ALL,
    )
    days = next(day for day, share in curve if share <= 0.5)

    assert days / DAYS_PER_MONTH == pytest.approx(50.73, abs=0.005)
    assert [share for day, share in curve if day <= 12 * DAYS_PER_MONTH][-1] == pytest.approx(0.856, abs=5e-4)


def test_tenure_without_the_duplicated_rows(
    agreed: duckdb.DuckDBPyConnection, shared: Callable[[str], Path]
) -> None:
    """49.82079 % are censored."""
    shared("data")
    people, events = asked(
        agreed,
        """select count(*), sum(is_event::int) from intermediate.int_first_spell
        where institution_code = ? and duration_months is not null""",
        TURNOVER,
    )[0]

    assert people == 1116
    assert 100 * (1 - events / people) == pytest.approx(49.82079, abs=5e-6)


def test_tenure_of_engineers(agreed: duckdb.DuckDBPyConnection, shared: Callable[[str], Path]) -> None:
    """3,958 jobs: .903417, .758476, .403761, .214512; median 28."""
    shared("data")
    people = asked(agreed, "select distinct n from marts.msr_retention where institution_code = ?", AMEO)

    assert people == [(3958,)]
    assert retention(agreed, AMEO) == pytest.approx([0.903417, 0.758476, 0.403761, 0.214512], abs=5e-7)
    assert median(agreed, AMEO) == 28


@pytest.mark.parametrize(
    ("program", "published"),
    [("460401", (0.2553, 0.3662)), ("460402", (0.0, 0.1611)), ("460403", (0.0061, 0.1718))],
)
def test_wilson(agreed: duckdb.DuckDBPyConnection, program: str, published: tuple[float, float]) -> None:
    """81 of 263, 0 of 20 and 1 of 29."""
    found = asked(
        agreed,
        """select n_respondents, n, ci_low, ci_high from marts.msr_response
        where institution_code = ? and program_code = ? and wave_months = 6""",
        SURVEY,
        program,
    )[0]

    assert found[:2] == ANSWERS[program]
    assert found[2:] == pytest.approx(published, abs=5e-5)
