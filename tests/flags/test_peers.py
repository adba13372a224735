"""Measures as of a year, and peers without the program itself."""

from datetime import date

import duckdb
import pandas as pd
import pytest
from planted_region import AS_OF, Region, build_models, fill

from iecareer.flags.features import build_features, build_labels
from iecareer.flags.peers import compare_with_peers
from iecareer.flags.policy import read_policy

SMALL = Region(n_institutions=10, n_programs=3, n_codes=7, n_graduates=20)


@pytest.fixture(scope="module")
def known():
    """A region's answers, and its measures beside peers."""
    connection = duckdb.connect()
    fill(connection, 11, SMALL)
    build_models(connection, AS_OF)
    policy = read_policy(connection)
    compared = compare_with_peers(connection, policy)
    answers = connection.execute(
        "select * from intermediate.int_due_wave left join intermediate.int_job_match "
        "using (graduate_id, wave_months)"
    ).df()
    return answers, compared, build_features(connection, compared, policy)


def test_peers_are_all_other_institutions_of_the_narrowest_group_that_is_large_enough(known):
    answers, compared, _ = known
    answers = answers[answers["is_match"].notna()]
    rows = compared[(compared["measure"] == "match") & (compared["as_of"] == pd.Timestamp(AS_OF))]
    assert len(rows) > 200
    assert set(rows["peers_level"]) == {"program", "group", "field"}
    for row in rows.sample(60, random_state=0).to_dict("records"):
        cohort = answers[answers["cohort_year"] == row["cohort_year"]]
        others = cohort[cohort["institution_code"] != row["institution_code"]]
        for width, level in ((6, "program"), (4, "group"), (2, "field")):
            peers = others[others["program_code"].str[:width] == row["program_code"][:width]]
            n_programs = len(peers[["institution_code", "program_code"]].drop_duplicates())
            if n_programs >= 5 or level == "field":
                assert (row["peers_level"], row["peers_n_programs"]) == (level, n_programs)
                break
        assert row["peers_n"] == len(peers)
        assert row["peers_value"] == pytest.approx(peers["is_match"].mean(), abs=1e-9)


def test_a_year_sees_only_answers_given_by_then(known):
    answers, compared, _ = known
    day = pd.Timestamp(date(2020, 12, 31))
    then = compared[(compared["measure"] == "match") & (compared["as_of"] == day)]
    assert then["cohort_year"].max() == 2019
    known_then = answers[answers["is_match"].notna() & (answers["responded_on"] <= day)]
    assert then["n"].sum() == len(known_then[known_then["cohort_year"] <= 2019])


def test_targets_pool_the_two_following_cohorts_and_wait_for_both(known):
    _, compared, units = known
    labels = build_labels(compared, units)
    first = labels.groupby("as_of")["known_on"].min()
    assert (first.index.year + 2 == first.dt.year).all()
    assert labels["as_of"].max() == pd.Timestamp(date(2022, 12, 31))
    unit = labels.iloc[0]
    pair = compared[
        (compared["institution_code"] == unit["institution_code"])
        & (compared["program_code"] == unit["program_code"])
        & (compared["as_of"] == unit["known_on"])
    ]
    following = pair[(pair["measure"] == "match") & (pair["cohort_year"] > unit["match_cohort"])]
    pooled = pair[(pair["measure"] == "match_next") & (pair["cohort_year"] == unit["match_cohort"])]
    assert pooled["n"].item() == following["n"].sum()


def test_pay_and_retention_wait_until_every_month_behind_them_has_passed(known):
    _, compared, _ = known
    newest = compared[compared["as_of"] == "2024-12-31"].groupby("measure")["cohort_year"].max()
    assert (newest["match"], newest["pay"], newest["retention"]) == (2023, 2023, 2022)
