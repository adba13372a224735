"""Alarms of program codes that fall at all institutions together."""

from datetime import date

import duckdb
import numpy as np
import pandas as pd
import pytest
from planted_region import NEVER, Region, build_models, fill

from iecareer.flags.policy import read_policy
from iecareer.flags.program_codes import judge_codes

REGION = Region(
    n_institutions=24,
    n_programs=3,
    n_codes=8,
    planted_share=0.1,
    fall=0.07,
    begins=(2018, 2020),
    steps=5,
    size_log_sd=0.8,
    institution_sd=0.02,
    cohort_sd=0.01,
    codes_fall=0.12,
)


def judged(seed, as_of, region=REGION, change=None):
    connection = duckdb.connect()
    truth = fill(connection, seed, region)
    if change:
        connection.execute(change)
    build_models(connection, as_of)
    codes = judge_codes(connection, as_of.year, read_policy(connection))
    begins = truth.groupby("program_code")["code_from"].min()
    return connection, codes.assign(begins=codes["program_code"].map(begins))


@pytest.fixture(scope="module")
def found():
    return [judged(seed, date(2023, 12, 31)) for seed in range(8)]


def test_codes_that_fall_everywhere_are_found_and_the_others_are_not_alarmed(found):
    codes = pd.concat([codes for _, codes in found])
    falls = codes["begins"] < NEVER
    assert falls.sum() == 8
    assert codes.loc[falls, "is_alarmed"].mean() >= 0.9
    assert codes.loc[~falls, "is_alarmed"].sum() <= 1


def test_share_and_n_are_those_of_the_newest_two_cohorts_at_wave_six(found):
    connection, codes = found[0]
    expected = connection.execute(
        """select program_code, count(is_match) as n, avg(is_match::int) as share
        from intermediate.int_due_wave join intermediate.int_job_match using (graduate_id, wave_months)
        where wave_months = 6 and cohort_year in (2021, 2022) group by program_code order by program_code"""
    ).df()
    pd.testing.assert_frame_equal(
        codes[["program_code", "n", "share"]], expected, check_dtype=False, rtol=0, atol=1e-12
    )


def test_what_befalls_every_code_is_no_fall_of_one():
    everywhere = """update intermediate.int_job_match set is_match = is_match and graduate_id % 2 = 0
        where graduate_id in (select graduate_id from intermediate.int_graduate where cohort_year >= 2021)"""
    region = Region(n_codes=8, planted_share=0.0)
    _, codes = judged(3, date(2023, 12, 31), region, everywhere)
    assert (codes["status"] == "ok").all()
    assert not codes["is_alarmed"].any()


def test_no_code_is_alarmed_because_other_codes_begin():
    others = (
        "program_code not in (select distinct program_code from intermediate.int_graduate order by 1 limit 2)"
    )
    begin = f"""delete from intermediate.int_due_wave where cohort_year < 2021 and {others};
        update intermediate.int_job_match set is_match = is_match or graduate_id % 4 > 0 where graduate_id in
        (select graduate_id from intermediate.int_graduate where {others})"""
    _, codes = judged(3, date(2023, 12, 31), Region(n_codes=8, planted_share=0.0), begin)
    assert (codes["status"] == "ok").all()
    assert not codes["is_alarmed"].any()


def test_a_cohort_that_nobody_answered_for_is_still_the_newest_one():
    nobody = "delete from intermediate.int_due_wave where cohort_year = 2022"
    connection, codes = judged(3, date(2023, 12, 31), Region(n_codes=8), nobody)
    (answers,) = connection.execute(
        """select count(*) from intermediate.int_due_wave
        join intermediate.int_job_match using (graduate_id, wave_months)
        where wave_months = 6 and cohort_year = 2021"""
    ).fetchone()
    assert codes["n"].sum() == answers > 0


def test_few_answers_and_few_codes_are_not_judged():
    _, codes = judged(
        1, date(2023, 12, 31), Region(n_institutions=8, n_programs=2, n_codes=6, n_graduates=12)
    )
    assert set(codes["status"]) <= {"too_few", "not_comparable"}
    assert codes["posterior"].isna().all()
    assert not codes["is_alarmed"].any()
    assert codes.loc[codes["status"] == "too_few", "share"].isna().all()
    few = judged(1, date(2023, 12, 31), Region(n_codes=4, n_programs=3))[1]
    assert set(few["status"]) == {"not_comparable"}
    assert few["share"].notna().all()


def test_coverage_and_demand_stand_beside_an_alarm_once_the_build_has_them(found):
    connection, codes = found[0]
    assert codes["skill_coverage"].isna().all()
    code = codes["program_code"].iloc[0]
    connection.execute("create schema if not exists marts")
    connection.execute(
        f"""create table marts.msr_skill_coverage as select '{code}' as program_code, 2023 as year, 'ok' as status,
        unnest(['unweighted', 'unweighted', 'hours']) as weighting, unnest([0.4, 0.6, 0.9]) as coverage"""
    )
    connection.execute(
        f"""create table marts.msr_supply_demand as select 'region' as scope, '{code[:4]}' as program_group,
        'ok' as status, unnest([2022, 2023]) as year, unnest([0.2, 0.1]) as demand_share"""
    )
    again = judge_codes(connection, 2023, read_policy(connection)).set_index("program_code")
    assert again.loc[code, "skill_coverage"] == pytest.approx(0.5)
    assert again.loc[code, "demand_trend"] == pytest.approx(np.log(0.5))
    connection.execute("update marts.msr_supply_demand set demand_share = 0 where year = 2023")
    assert np.isnan(
        judge_codes(connection, 2023, read_policy(connection)).set_index("program_code").demand_trend[code]
    )
