"""Retention against lifelines on the same durations, and against published numbers."""

from __future__ import annotations

import duckdb
import pytest

from tests.spec.survival import COMPETING, LEUKEMIA, RANDOM, REASONS, random_durations, untied_causes

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


@pytest.mark.parametrize(
    ("cause", "published"),
    [(1, [0.204926, 0.272839, 0.272839]), (2, [0.175792, 0.340760, 0.481270])],
)
def test_incidence_of_competing_risks(
    built: duckdb.DuckDBPyConnection, cause: int, published: list[float]
) -> None:
    """The published incidences at 6, 12 and 36 months; in the jobs they stand a month later."""
    found = [
        built.execute(
            """select max(incidence) from intermediate.int_separation_step
            inner join intermediate.int_rollup using (rollup_id)
            where scope = 'program' and cohort_year is not null
                and institution_code = ? and reason = ? and months <= ?""",
            [COMPETING, REASONS[cause], months + 1],
        ).fetchall()[0][0]
        for months in (6, 12, 36)
    ]
    assert found == pytest.approx(published, abs=5e-7)


@pytest.mark.parametrize("cause", REASONS)
def test_incidence_and_its_interval_equal_lifelines(built: duckdb.DuckDBPyConnection, cause: int) -> None:
    from lifelines import AalenJohansenFitter

    _, durations, causes = zip(*untied_causes(), strict=True)
    fitter = AalenJohansenFitter(calculate_variance=True).fit(durations, causes, event_of_interest=cause)
    rows = built.execute(
        """select horizon_months, incidence, ci_low, ci_high from marts.msr_retention_incidence
        where institution_code = ? and reason = ? and status = 'ok'""",
        [f"{COMPETING}0", REASONS[cause]],
    ).fetchall()
    assert len(rows) >= 3
    for horizon, *found in rows:
        at = fitter.cumulative_density_.index[fitter.cumulative_density_.index <= horizon][-1]
        expected = [fitter.cumulative_density_.loc[at].iloc[0], *fitter.confidence_interval_.loc[at]]
        assert found == pytest.approx(expected, abs=1e-9)


def test_incidences_add_up_to_those_who_left(built: duckdb.DuckDBPyConnection) -> None:
    off = built.execute(
        """select max(abs(total + retention - 1)), count(*) from (
            select institution_code, program_code, cohort_year, horizon_months, sum(incidence) as total
            from marts.msr_retention_incidence group by all having count(*) = count(incidence)
        ) inner join marts.msr_retention using (institution_code, program_code, cohort_year, horizon_months)"""
    ).fetchall()[0]
    assert off[1] > 10
    assert off[0] < 1e-12
