"""Facts behind the reasons of a flag."""

from types import SimpleNamespace

import pandas as pd

from iecareer.flags.reasons import collect_facts

POLICY = SimpleNamespace(forecast_cohorts=8, light_rule_years=3)


def fall_of(*cohorts):
    """The facts ``match_fall`` of a program, from cohort, value and n of it and its peers."""
    key = {"year": 2023, "institution_code": "A", "program_code": "510201"}
    rows = pd.DataFrame([{**key, "match_cohort": 2022, "light_reds": 0.0, "pay_trend": 0.0}])
    names = ("cohort_year", "value", "n", "peers_value", "peers_n")
    measured = [
        {**key, "measure": "match_person", **dict(zip(names, cohort, strict=True))} for cohort in cohorts
    ]
    facts = collect_facts(rows, pd.DataFrame(measured), POLICY)
    return facts[facts["fact"] == "match_fall"].to_dict("records")


def test_a_fall_rests_on_the_smaller_number_of_people_of_both_periods():
    (few_before,) = fall_of((2022, 0.4, 30, 0.7, 60), (2018, 1.0, 1, 0.8, 90))
    assert (few_before["n"], few_before["peers_n"]) == (1, 60)
    (few_now,) = fall_of((2022, 0.4, 12, 0.7, 60), (2018, 0.9, 40, 0.8, 9))
    assert (few_now["n"], few_now["peers_n"]) == (12, 9)


def test_where_match_rose_less_than_among_peers_there_is_no_fall():
    assert fall_of((2022, 0.6, 30, 0.9, 60), (2018, 0.5, 30, 0.6, 60)) == []
