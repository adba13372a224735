"""A missing code list gives a warning until it arrives; then deliveries are checked against it."""

from __future__ import annotations

import pytest

from iecareer.checks.suites import read_suite
from iecareer.lake import manifest
from tests.checks.conftest import AS_OF
from tests.checks.test_deliveries import GRADUATES, INSTITUTIONS, verdict

PROGRAMS = "select {} as program_code, 2021 as edition, 'a' as program_name from range({}) as r(i)"
OWN = PROGRAMS.format("'460103'", 1)
ALL_OTHERS = PROGRAMS.format("'1202' || lpad(i::varchar, 2, '0') || 'K'", 15)


def test_answers_of_graduates_whom_no_list_names_are_told(whole_region, survey):
    answers = whole_region.land("followup_response", survey())
    word, failed = verdict(whole_region, answers)
    assert (word, failed) == (
        "warn",
        ("institution_received", "program_received", "graduate_received", "region_year_received"),
    )
    assert whole_region.result["newly_warned"] == [answers]
    told = {e.name: e.sentence_en for e in read_suite("landing/followup_response").expectations}
    assert told["graduate_received"].startswith(
        "No list of graduates has been delivered yet: these persons do not"
    )


def test_what_is_delivered_in_one_night_is_judged_together_in_any_order(whole_region):
    graduates = whole_region.land("graduate", GRADUATES.format(n=100))
    whole_region.land("program", OWN)
    whole_region.land("institution", INSTITUTIONS.format(n=100))
    assert verdict(whole_region, graduates) == ("pass", ())


def test_the_warning_lifts_itself_with_the_list_and_nothing_is_judged_before(whole_region, survey):
    answers = whole_region.land("followup_response", survey())
    whole_region.judge()
    whole_region.judge()
    assert whole_region.result["judged"] == 0
    graduates = GRADUATES.format(n=100)
    whole_region.land("graduate", graduates)
    assert verdict(whole_region, answers) == (
        "warn",
        ("institution_received", "program_received", "region_year_received"),
    )
    assert whole_region.result["judged"] == 2


def test_a_list_that_knows_none_of_the_codes_stops_what_came_before_it_and_after_it(whole_region):
    before = whole_region.land("graduate", GRADUATES.format(n=100))
    assert verdict(whole_region, before)[0] == "warn"
    programs = whole_region.land("program", ALL_OTHERS)
    after = whole_region.land("graduate", GRADUATES.format(n=101))
    judged = whole_region.judge()
    assert judged[programs].verdict == "pass"
    assert [judged[d].verdict for d in (before, after)] == ["stop", "stop"]
    assert "program_known" in judged[before].failed
    whole_region.land("program", f"{ALL_OTHERS} union all {OWN}")
    judged = whole_region.judge()
    assert [judged[d].verdict for d in (before, after)] == ["warn", "warn"]


@pytest.mark.parametrize("is_withdrawn", [True, False])
def test_a_list_that_was_taken_back_or_stopped_is_none(whole_region, is_withdrawn):
    n_bad = 0 if is_withdrawn else 20
    programs = whole_region.land("program", OWN, n_quarantined=n_bad)
    if is_withdrawn:
        manifest.record_decision("withdraw", programs, reason="sent by mistake", decided_on=AS_OF)
    graduates = whole_region.land("graduate", GRADUATES.format(n=100))
    assert "program_received" in verdict(whole_region, graduates)[1]


def test_no_column_of_codes_is_checked_against_a_list_without_asking_for_the_list():
    for kind in ("graduate", "followup_response", "employment_month", "course", "cooperation_year"):
        columns = [e.configuration["kwargs"]["column"] for e in read_suite(f"landing/{kind}").expectations]
        known = {c.removesuffix("_known_share") for c in columns if c.endswith("_known_share")}
        asked = {c.removesuffix("_without_list")[2:] for c in columns if c.endswith("_without_list")}
        assert known == asked != set()


def test_what_stops_is_named_before_what_warns(whole_region, survey):
    answers = whole_region.land("followup_response", survey(missing=0.6))
    word, failed = verdict(whole_region, answers)
    assert (word, failed[0]) == ("stop", "monthly_income_mostly_given")
    assert failed[1:] == (
        "institution_received",
        "program_received",
        "graduate_received",
        "region_year_received",
    )
