"""What becomes known later changes nothing about an earlier day: deleted or scrambled, features and scores stay."""

from datetime import date

import duckdb
import numpy as np
import pandas as pd
import pytest
from planted_region import AS_OF, Region, build_models, fill, flag

from iecareer.flags.features import FEATURES, UNIT, build_features, build_labels
from iecareer.flags.peers import compare_with_peers
from iecareer.flags.policy import read_policy
from iecareer.flags.scorers import COLUMNS, ask, fit_scorer, training_rows

YEAR = 2022
THEN = date(YEAR, 12, 31)
REGION = Region(n_institutions=16, begins=(2017, 2023), steps=5, size_log_sd=0.8)
# Some of those who have told of their job at wave 12 answer wave 6 only after that day.
LATE = """update intermediate.int_due_wave set responded_on = date '2023-02-01'
    where wave_months = 6 and is_answered and cohort_year = 2021 and graduate_id % 3 = 0"""
# At the end of 2022, pay is complete up to the cohort of 2021 and retention up to that of 2020.
SCRAMBLED = (
    """update intermediate.int_job_match as job_match set is_match = (due.graduate_id % 2 = 0)
    from intermediate.int_due_wave as due where due.responded_on > $day
    and due.graduate_id = job_match.graduate_id and due.wave_months = job_match.wave_months""",
    """update intermediate.int_graduate set study_level = 'other'
    where graduated_on > $day and institution_code < '4100000008'""",
    "update staging.stg_course set hours = 7, syllabus = 'same' where effective_from > $day",
    "update intermediate.int_flag_pay set log_pay = 3 - log_pay where cohort_year >= year($day)",
    "update indicators.msr_retention set retention = 1 - retention where cohort_year >= year($day) - 1",
)
# A feature that each of them would change.
CHANGED = ("match_forecast", "match_forecast", "hours_rewritten", "pay", "retention")
DELETED = (
    """delete from intermediate.int_job_match as job_match using intermediate.int_due_wave as due
    where due.responded_on > $day
    and due.graduate_id = job_match.graduate_id and due.wave_months = job_match.wave_months""",
    "update intermediate.int_due_wave set is_answered = false, responded_on = null where responded_on > $day",
    "delete from intermediate.int_graduate where graduated_on > $day",
    "delete from staging.stg_course where effective_from > $day",
    "delete from intermediate.int_flag_pay where cohort_year >= year($day)",
    "delete from indicators.msr_retention where cohort_year >= year($day) - 1",
)


def filled():
    """A build with answers to wave 6 that come after those to wave 12."""
    connection = duckdb.connect()
    fill(connection, 7, REGION)
    connection.execute(LATE)
    return connection


def known_then(statements, as_of):
    """Features of the judged years up to `YEAR`, targets known by then, and each scorer's probabilities for `YEAR`."""
    connection = filled()
    for statement in statements:
        connection.execute(statement, {"day": THEN})
    build_models(connection, as_of)
    policy = read_policy(connection)
    compared = compare_with_peers(connection, policy)
    units = build_features(connection, compared, policy)
    units = units[units["year"] <= YEAR].reset_index(drop=True)
    training = training_rows(units, build_labels(compared, units), YEAR)
    today = units[units["year"] == YEAR]
    return units, training, {name: ask(name, fit_scorer(name, training), today) for name in COLUMNS}


@pytest.fixture(scope="module")
def before():
    return known_then((), AS_OF)


@pytest.mark.parametrize(
    ("statements", "as_of"),
    [(SCRAMBLED, AS_OF), (DELETED, AS_OF), (DELETED, THEN)],
    ids=["scrambled", "deleted", "deleted, on that day"],
)
def test_features_targets_and_probabilities_of_a_year_stay(before, statements, as_of):
    units, training, probabilities = known_then(statements, as_of)
    assert len(units) > 200
    pd.testing.assert_frame_equal(units, before[0], rtol=0, atol=1e-12)
    pd.testing.assert_frame_equal(training, before[1], rtol=0, atol=1e-12)
    for name, probability in probabilities.items():
        np.testing.assert_allclose(probability, before[2][name], rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("statement", "feature"),
    [*zip(SCRAMBLED, CHANGED, strict=True)],
    ids=["answers", "levels of study", "courses", "pay", "retention"],
)
def test_each_of_these_changes_would_be_seen_before_that_day(before, statement, feature):
    connection = filled()
    connection.execute(statement, {"day": date(YEAR - 6, 12, 31)})
    build_models(connection, AS_OF)
    policy = read_policy(connection)
    units = build_features(connection, compare_with_peers(connection, policy), policy)
    both = before[0].merge(units, on=UNIT, suffixes=("", "_changed"))
    assert feature in FEATURES
    assert (both[feature] - both[f"{feature}_changed"]).abs().max() > 0.01


def test_a_list_of_a_past_day_stays_when_later_rows_are_deleted():
    lists = []
    for statements in ((), DELETED):
        connection = filled()
        for statement in statements:
            connection.execute(statement, {"day": THEN})
        assert flag(connection, THEN)["n_programs"] > 20
        lists.append(
            connection.execute("from flags.program_flag order by institution_code, program_code").df()
        )
    pd.testing.assert_frame_equal(*lists, rtol=0, atol=1e-12)
