"""Measures as of a year, and peers without the program itself."""

from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from planted_region import AS_OF, Region, build_models, fill

from iecareer.flags.features import build_features, build_labels
from iecareer.flags.peers import compare_with_peers
from iecareer.flags.policy import read_policy

SEEDS = Path(__file__).parents[2] / "dbt_project" / "seeds" / "policy"
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
        "using (graduate_id, wave_months) where wave_months = 6"
    ).df()
    return answers, compared, build_features(connection, compared, policy)


def test_peers_are_all_other_institutions_of_the_narrowest_group_that_is_large_enough(known):
    answers, compared, _ = known
    answers = answers[answers["is_match"].notna()]
    rows = compared[(compared["measure"] == "match") & (compared["year"] == AS_OF.year)]
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
    then = compared[(compared["measure"] == "match") & (compared["year"] == day.year)]
    assert then["cohort_year"].max() == 2019
    known_then = answers[answers["is_match"].notna() & (answers["responded_on"] <= day)]
    assert then["n"].sum() == len(known_then[known_then["cohort_year"] <= 2019])


def test_targets_pool_the_two_following_cohorts_and_wait_for_both(known):
    _, compared, units = known
    labels = build_labels(compared, units)
    first = labels.groupby("year")["known_in"].min()
    assert (first.index + 2 == first).all()
    assert labels["year"].max() == 2022
    unit = labels.iloc[0]
    pair = compared[
        (compared["institution_code"] == unit["institution_code"])
        & (compared["program_code"] == unit["program_code"])
        & (compared["year"] == unit["known_in"])
    ]
    following = pair[(pair["measure"] == "match") & (pair["cohort_year"] > unit["match_cohort"])]
    pooled = pair[(pair["measure"] == "match_next") & (pair["cohort_year"] == unit["match_cohort"])]
    assert pooled["n"].item() == following["n"].sum()


def test_pay_and_retention_wait_until_every_month_behind_them_has_passed(known):
    _, compared, _ = known
    newest = compared[compared["year"] == 2024].groupby("measure", observed=True)["cohort_year"].max()
    assert (newest["match"], newest["pay"], newest["retention"]) == (2023, 2023, 2022)


def of_unit(compared: pd.DataFrame, unit: dict, years: int) -> pd.DataFrame:
    """The last cohorts of a unit's matches, oldest first."""
    rows = compared[(compared["measure"] == "match") & (compared["year"] == unit["year"])]
    rows = rows[
        (rows["institution_code"] == unit["institution_code"])
        & (rows["program_code"] == unit["program_code"])
    ]
    return rows[rows["cohort_year"] > unit["match_cohort"] - years].sort_values("cohort_year")


def test_the_light_rule_counts_cohorts_that_match_less_than_their_peers(known):
    _, compared, features = known
    numbers = pd.read_csv(SEEDS / "policy_flag.csv").set_index("name")["value"].astype(float)
    n_red = 0
    for unit in features.sample(60, random_state=0).to_dict("records"):
        rows = of_unit(compared, unit, int(numbers["light_rule_years"]))
        reds = (rows["value"] < rows["peers_value"] - numbers["match_margin"]).sum()
        assert reds == (0 if pd.isna(unit["light_reds"]) else unit["light_reds"])
        n_red += reds
    assert n_red > 20


def test_the_more_a_program_fell_against_its_peers_the_more_probable_is_a_fall(known):
    _, compared, features = known
    fell, fallen = [], []
    for unit in features.to_dict("records"):
        gaps = of_unit(compared, unit, 6)
        gap = (gaps["value"] - gaps["peers_value"]).to_numpy()
        if len(gap) == 6:
            fell.append(gap[:3].mean() - gap[-2:].mean())
            fallen.append(unit["fallen"])
    assert len(fell) > 30
    assert np.corrcoef(fell, fallen)[0, 1] > 0.4


def test_pay_that_falls_against_peers_has_a_falling_trend(known):
    _, compared, features = known
    n_falling = 0
    for unit in features.to_dict("records"):
        rows = compared[(compared["measure"] == "pay") & (compared["year"] == unit["year"])]
        rows = rows[
            (rows["institution_code"] == unit["institution_code"])
            & (rows["program_code"] == unit["program_code"])
        ]
        gap = rows.sort_values("cohort_year")["gap"]
        if len(gap) > 1 and gap.is_monotonic_decreasing:
            assert unit["pay_trend"] < 0
            n_falling += 1
    assert n_falling > 10


def test_units_with_few_answers_in_their_newest_cohorts_are_not_scored(known):
    _, compared, features = known
    numbers = pd.read_csv(SEEDS / "policy_flag.csv").set_index("name")["value"].astype(float)
    match = compared[compared["measure"] == "match"]
    newest = match.groupby("year")["cohort_year"].transform("max")
    counted = (
        match[match["cohort_year"] > newest - 2]
        .groupby(["year", "institution_code", "program_code"])["n"]
        .sum()
    )
    scored = set(map(tuple, features[["year", "institution_code", "program_code"]].to_numpy().tolist()))
    assert scored == {unit for unit, n in counted.items() if n >= numbers["min_answers"]}
    assert 0 < len(scored) < len(counted)
    assert features["n_newest"].min() >= numbers["min_answers"]


def test_each_year_uses_the_prior_that_predicted_better_until_then():
    connection = duckdb.connect()
    region = Region(n_institutions=16, n_graduates=60, fall=0.07, begins=(2017, 2023), steps=5, spread=0.03)
    fill(connection, 5, region)
    build_models(connection, AS_OF)
    compared = compare_with_peers(connection, read_policy(connection))
    used = compared.dropna(subset="prior").groupby("year", observed=True)["prior"].unique()
    assert (used.str.len() == 1).all()
    assert used[AS_OF.year][0] == "two_groups"
    assert used[used.index.min()][0] == "single"
