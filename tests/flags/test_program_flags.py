"""Flags of a region with planted truth, from the build's tables to the two tables of schema flags."""

from dataclasses import replace
from datetime import date

import duckdb
import numpy as np
import pandas as pd
import pytest
from planted_region import AS_OF, Region, fill, flag, names_of

from iecareer.errors import IecareerError
from iecareer.flags import flag_programs, validation
from iecareer.flags.tables import PROGRAM_FLAG, SCORECARD


def flags_of(connection, columns="*"):
    return connection.execute(
        f"select {columns} from flags.program_flag order by institution_code, program_code"
    ).df()


def flagged_region(seed, region=Region(), as_of=AS_OF):  # noqa: B008
    connection = duckdb.connect()
    truth = fill(connection, seed, region)
    planted = names_of(truth[truth.planted])
    flag(connection, as_of)
    flags = flags_of(connection)
    names = zip(flags["institution_code"], flags["program_code"], strict=True)
    return connection, flags.assign(is_planted=[name in planted for name in names])


@pytest.fixture(scope="module")
def planted():
    return [flagged_region(seed) for seed in range(5)]


@pytest.fixture(scope="module")
def nothing_planted():
    return [flagged_region(seed, Region(planted_share=0.0, mixed_sizes=True)) for seed in range(5)]


def test_planted_programs_are_at_least_twice_as_frequent_among_flags(planted):
    lifts = [
        flags.loc[flags["is_flagged"], "is_planted"].mean() / flags["is_planted"].mean()
        for _, flags in planted
        if flags["is_flagged"].any()
    ]
    assert len(lifts) >= 3
    assert np.mean(lifts) >= 2


def test_flags_keep_to_the_budget_and_to_the_rate(planted):
    for _, flags in planted:
        assert flags["is_flagged"].mean() <= 0.1
        assert flags.loc[flags["is_flagged"], "q_value"].le(0.4 + 1e-9).all()
        assert flags.sort_values("q_value", kind="stable")["score"].diff().dropna().le(1e-9).all()


def test_where_nothing_falls_hardly_anything_is_flagged_at_any_size(nothing_planted):
    flags = pd.concat([flags for _, flags in nothing_planted])
    shares = flags.groupby("size_band")["is_flagged"].mean()
    assert set(shares.index) == {"small", "medium", "large"}
    assert shares.max() - shares.min() <= 0.02
    assert shares.max() <= 0.02


def test_false_alarms_are_as_frequent_at_every_size():
    flags = pd.concat([flagged_region(seed, Region(mixed_sizes=True))[1] for seed in range(4)])
    alarms = flags[~flags["is_planted"]].groupby("size_band")["is_flagged"].mean()
    assert flags[flags["is_planted"]]["is_flagged"].mean() > 0.4
    assert alarms.max() - alarms.min() <= 0.02


def test_the_scorecard_names_one_scorer_and_says_why(planted, nothing_planted):
    for connection, flags in planted + nothing_planted:
        card = connection.execute("select * from flags.scorecard").df()
        assert list(card.columns) == list(SCORECARD)
        chosen = card.loc[card["chosen"], "model"].unique()
        assert len(chosen) == 1
        assert set(flags["model"]) == set(chosen)
        baselines = card[(card["size_band"] == "all") & (card["model"] != "model")].set_index("model")
        best = baselines["log_loss"].idxmin()
        is_worse = baselines.loc[best, "model_gain_upper"] < 0
        assert chosen[0] == (best if is_worse else "model")
        assert card["reason"].str.len().gt(20).all()


def test_the_same_build_gives_the_same_list(planted):
    connection, before = planted[0]
    flag(connection, AS_OF)
    pd.testing.assert_frame_equal(flags_of(connection), before[list(PROGRAM_FLAG)])


def test_sentences_about_people_have_no_numbers_of_people(planted):
    _, flags = flagged_region(3, Region(n_graduates=12))
    flags = pd.concat([flags, *[flags for _, flags in planted]])
    for place in (1, 2, 3):
        reasons = flags[flags[f"reason_{place}_measure"].notna()]
        about_courses = reasons[f"reason_{place}_measure"].isin(
            ["course_age", "hours_changed", "hours_rewritten"]
        )
        assert reasons.loc[~about_courses, f"reason_{place}_n"].dropna().ge(10).all()
        for language in ("zh", "en"):
            text = reasons[f"reason_{place}_{language}"]
            assert not text[~about_courses].str.contains(r"%|n =|\d{2,} people").any()
            assert text[about_courses].str.contains(r"\d").all()
    assert flags.loc[flags["is_flagged"], "reason_1_zh"].notna().all()
    assert flags.loc[flags["is_flagged"], "what_would_clear_en"].str.startswith("Clears when").all()


def test_where_a_baseline_is_in_use_reasons_name_only_what_it_looked_at(monkeypatch):
    facts = {"low_recently": {"match_recent"}, "low_last_year": {"match_last"}, "light_rule": {"light_reds"}}
    real = validation.validate
    for chosen, fact in facts.items():
        monkeypatch.setattr(
            validation, "validate", lambda *told, chosen=chosen: replace(real(*told), chosen=chosen)
        )
        _, flags = flagged_region(2, Region(n_institutions=12))
        measures = flags[[f"reason_{place}_measure" for place in (1, 2, 3)]].to_numpy().ravel()
        assert set(measures[pd.notna(measures)]) == fact
        assert set(flags["model"]) == {chosen}


def test_too_few_years_leave_empty_tables_and_a_word_why():
    connection = duckdb.connect()
    fill(connection, 1, Region(n_institutions=12))
    result = flag(connection, date(2019, 12, 31))
    assert result == {"n_programs": 0, "n_flagged": 0, "model": None}
    assert list(flags_of(connection).columns) == list(PROGRAM_FLAG)
    assert len(flags_of(connection)) == 0
    card = connection.execute("select model, n_units, chosen, reason from flags.scorecard").fetchall()
    assert len(card) == 1
    assert card[0][:3] == ("none", 0, False)
    assert card[0][3].startswith("No flags: complete targets of 1 years")


@pytest.mark.parametrize("as_of", [AS_OF, date(2000, 12, 31)])
def test_a_build_without_any_row_is_no_error(as_of):
    connection = duckdb.connect()
    fill(connection, 1, Region(n_institutions=6))
    tables = connection.execute(
        "select table_schema || '.' || table_name from information_schema.tables "
        "where table_schema in ('intermediate', 'staging', 'indicators')"
    ).fetchall()
    for (table,) in tables:
        connection.execute(f"delete from {table}")
    assert flag(connection, as_of)["n_programs"] == 0


def test_too_few_programs_leave_a_word_why():
    connection = duckdb.connect()
    fill(connection, 1, Region(n_institutions=6, n_programs=1, n_codes=2))
    assert flag(connection, AS_OF)["n_programs"] == 0
    (reason,) = connection.execute("select reason from flags.scorecard").fetchone()
    assert "program-years, needed 40" in reason


def test_too_few_answers_in_the_newest_cohorts_leave_a_word_why():
    connection = duckdb.connect()
    fill(connection, 1, Region(n_institutions=12))
    connection.execute("delete from intermediate.int_due_wave where cohort_year >= 2022")
    assert flag(connection, AS_OF)["n_programs"] == 0
    (reason,) = connection.execute("select reason from flags.scorecard").fetchone()
    assert reason == "No flags: no program has enough answers in its newest two due cohorts."


def test_a_missing_policy_row_is_named():
    connection = duckdb.connect()
    fill(connection, 1, Region(n_institutions=6))
    connection.execute("delete from seeds.policy_flag where name = 'review_budget'")
    with pytest.raises(IecareerError, match="review_budget"):
        flag(connection, AS_OF)
    connection.execute("drop table staging.stg_policy_number")
    with pytest.raises(IecareerError, match=r"staging\.stg_policy_number"):
        flag_programs(connection, AS_OF)


def test_the_newest_policy_in_force_counts():
    connection = duckdb.connect()
    fill(connection, 2)
    connection.execute(
        "insert into seeds.policy_flag by name select name, 0 as value, date '2024-06-01' as effective_from "
        "from seeds.policy_flag where name = 'review_budget'"
    )
    assert flag(connection, AS_OF)["n_flagged"] == 0


def test_no_table_of_the_step_has_a_row_per_person(planted):
    connection, _ = planted[0]
    columns = connection.execute(
        "select distinct column_name from information_schema.columns where table_name like 'flag_%'"
    ).fetchall()
    assert {"person_key", "graduate_id"}.isdisjoint(name for (name,) in columns)


def test_a_reason_about_pay_is_in_money():
    _, flags = flagged_region(4, Region(n_graduates=80, has_course_sign=False))
    places = [
        flags[flags[f"reason_{i}_measure"] == "pay"].rename(
            columns=lambda name, i=i: name.replace(f"_{i}_", "_")
        )
        for i in (1, 2, 3)
    ]
    pay = pd.concat([place[["reason_value", "reason_peers_value", "reason_en"]] for place in places])
    assert len(pay) > 5
    assert pay["reason_value"].between(2000, 8000).all()
    assert (pay["reason_value"] < pay["reason_peers_value"]).all()
