"""Feedback tables with values that must not be released fail their checks."""

from __future__ import annotations

import duckdb
import pytest

from iecareer.checks import judge_feedback
from iecareer.errors import IecareerError

ROLLUP = """'program' as scope, '4133010800' as institution_code, '460103' as program_code,
    null::varchar as program_group_code, null::varchar as region_class, null::varchar as mode,
    null::varchar as enterprise_code, 2023 as cohort_from, 2023 as cohort_to"""
PEERS = """'lower' as mark, null::double as smallest_difference, 'program' as peer_level, 6 as n_peers,
    .8 as peer_median, null::varchar as stands_from, 'ok' as status"""
RESPONSE = f"""
    select {ROLLUP}, wave_months, n, 20 as k, .5 as response_rate, .4 as ci_low, .6 as ci_high, {PEERS}
    from (values (6, 40), (12, 10)) as w(wave_months, n)
"""


@pytest.fixture
def failed():
    """Names of the expectations on feedback.response that fail on the rows of a query."""

    def judge(query: str) -> list[str]:
        with duckdb.connect() as connection:
            connection.execute("create schema feedback")
            connection.execute(
                """create table feedback.policy as
                select * from (values ('min_n_rate', 10), ('min_peers', 5), ('rounding_base', 5)) as p(name, value)"""
            )
            connection.execute(f"create table feedback.response as {query}")
            outcomes = judge_feedback(connection)
            told = connection.execute("select count(*) from checks.feedback").fetchone()
            assert told == (len(outcomes),)
            assert all(not outcome.success for outcome in outcomes if outcome.table != "response")
            return [o.expectation for o in outcomes if o.table == "response" and not o.success]

    return judge


def test_a_sound_table_passes(failed):
    assert failed(RESPONSE) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("* replace ('too_few' as status)", "response_rate_withheld"),
        ("* replace ('fine' as status)", "status_known"),
        ("* replace (1.2 as response_rate, 1 as ci_high)", "response_rate_is_share"),
        ("* replace (5 as n)", "n_not_small"),
        ("* replace (41 as n)", "n_rounded"),
        ("* replace (19 as k)", "k_rounded"),
        ("* replace ('above' as mark)", "mark_known"),
        ("* replace (null::integer as n)", "n_behind_value"),
        ("* replace (.7 as ci_low)", "response_rate_not_below_ci_low"),
        ("* replace (4 as n_peers)", "n_peers_enough"),
        ("* replace (6 as wave_months)", "one_row_per_key"),
        ("*, 'x' as person_key", "columns"),
    ],
)
def test_each_fault_is_named(failed, change, expected):
    assert expected in failed(f"select {change} from ({RESPONSE})")


def test_a_table_that_cannot_be_judged_is_an_error(failed):
    with pytest.raises(IecareerError, match="cannot be evaluated"):
        failed(f"select * exclude (k) from ({RESPONSE})")
