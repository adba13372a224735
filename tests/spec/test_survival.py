"""Retention against lifelines on the same durations, and against published numbers."""

from __future__ import annotations

import duckdb
import pytest

from tests.spec.survival import LEUKEMIA, RANDOM, random_durations

PROGRAMS = sorted({program for program, _, _ in random_durations()})


@pytest.mark.parametrize("program", PROGRAMS)
def test_retention_equals_lifelines(built: duckdb.DuckDBPyConnection, program: str) -> None:
    from lifelines import KaplanMeierFitter

    durations = [(months, event) for code, months, event in random_durations() if code == program]
    fitter = KaplanMeierFitter().fit(*zip(*durations, strict=True))
    interval = fitter.confidence_interval_survival_function_
    rows = built.execute(
        """select months, retention, ci_low, ci_high from marts.msr_retention_curve
        where institution_code = ? and program_code = ? order by months""",
        [RANDOM, program],
    ).fetchall()
    assert len(rows) > 40
    for months, retention, low, high in rows:
        assert retention == pytest.approx(float(fitter.predict(months)), abs=1e-12)
        if 0 < retention < 1:
            at = interval.index[interval.index <= months][-1]
            assert (low, high) == pytest.approx(tuple(interval.loc[at]), abs=1e-9)
        else:
            assert (low, high) == (None, None)


@pytest.mark.parametrize("program", PROGRAMS)
def test_restricted_mean_is_the_sum_of_the_curve(built: duckdb.DuckDBPyConnection, program: str) -> None:
    rows = built.execute(
        """select curve.retention, retention.rmst_60
        from marts.msr_retention_curve as curve
        inner join marts.msr_retention as retention using (institution_code, program_code, cohort_year)
        where institution_code = ? and program_code = ? and horizon_months = 60 and curve.months < 60""",
        [RANDOM, program],
    ).fetchall()
    assert len(rows) == 60
    assert sum(row[0] for row in rows) == pytest.approx(rows[0][1], abs=1e-9)


def test_leukemia(built: duckdb.DuckDBPyConnection) -> None:
    """The remission times under 6-MP (Rx = 0): S(6), S(10) and its log-log interval as published."""
    curve = dict(
        built.execute(
            """select months, [retention, ci_low, ci_high] from marts.msr_retention_curve
            where institution_code = ? and program_code = '460100'""",
            [LEUKEMIA],
        ).fetchall()
    )
    assert curve[6][0] == pytest.approx(0.857143, abs=5e-7)
    assert curve[10] == pytest.approx([0.752941, 0.5032, 0.8894], abs=5e-5)


def test_leukemia_medians(built: duckdb.DuckDBPyConnection) -> None:
    medians = built.execute(
        """select program_code, min(months) from marts.msr_retention_curve
        where institution_code = ? and program_code is not null and retention <= 0.5
        group by program_code order by program_code""",
        [LEUKEMIA],
    ).fetchall()
    assert medians == [("460100", 23), ("460101", 8)]
