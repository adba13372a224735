"""Verdicts at the exact thresholds: which deliveries are stopped, which get warnings, and when a stop ends."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from iecareer.lake import manifest
from iecareer.runs.build import build_path
from iecareer.sources import source_system

AS_OF = date(2026, 11, 21)
MONTHS = """
    select sha256('p' || i) as person_key, '91310000MA1FL0000X' as enterprise_code, month,
    6000 + i % 7 as contribution_base, '310115' as region_code
    from range({n}) as r(i), (values {months}) as m(month)
"""
INSTITUTIONS = """
    select lpad(i::varchar, 10, '4') as institution_code, 'college ' || i as institution_name,
    'higher_vocational' as study_level, '310115' as region_code, 'east' as region_class,
    date '2000-09-01' as valid_from from range({n}) as r(i)
"""
GRADUATES = """
    select sha256('p' || i) as person_key, lpad((i % {n})::varchar, 10, '4') as institution_code,
    '460103' as program_code, 'higher_vocational' as study_level, 'regular' as training_mode,
    date '2020-09-01' as enrolled_on, date '2023-06-30' as graduated_on, 'female' as sex,
    2002 as birth_year, '310115' as origin_region_code from range({n}) as r(i)
"""


ABROAD = """
apiVersion: v3.1.0
kind: DataContract
id: abroad
version: 1.0.0
status: active
servers: [{server: files, type: local, path: "abroad/*.csv", format: csv,
  customProperties: [{property: identityScheme, value: opaque}]}]
schema:
- name: skill_certificate
  properties:
  - {name: person_id, logicalType: string, physicalName: p}
  - {name: certificate_code, logicalType: string, physicalName: c}
  - {name: level, logicalType: string, physicalName: l}
  - {name: examined_on, logicalType: string, physicalName: e}
  - {name: passed, logicalType: string, physicalName: y}
"""


def months(n: int, *days: str) -> str:
    return MONTHS.format(n=n, months=", ".join(f"(date '{day}')" for day in days))


def verdict(region, delivery_id: str) -> tuple[str | None, tuple[str, ...]]:
    judged = region.judge()[delivery_id]
    return judged.verdict, judged.failed


def test_sixty_percent_of_wages_missing_stops_a_first_delivery(region, survey):
    first = region.land("followup_response", survey(missing=0.6))
    assert verdict(region, first) == ("stop", ("monthly_income_mostly_given",))


@pytest.mark.parametrize(
    ("missing", "word"), [(0.0, "pass"), (0.1, "pass"), (0.2, "warn"), (0.6, "stop"), (1.0, "stop")]
)
def test_missing_wages_are_judged_by_what_the_source_usually_gives(region, survey, missing, word):
    region.land("followup_response", survey())
    later = region.land("followup_response", survey(wave=12, missing=missing))
    assert verdict(region, later)[0] == word


@pytest.mark.parametrize("columns", [(), ("person_id", "activity")])
def test_a_source_without_wages_is_told_once_and_no_fault(region, survey, columns):
    told = {"source_id": "survey_platform", "columns": columns}
    first = region.land("followup_response", survey(income="null"), **told)
    second = region.land("followup_response", survey(income="null", wave=12), **told)
    judged = region.judge()
    assert judged[first].failed == ("monthly_income_given_at_all",)
    assert [judged[d].verdict for d in (first, second)] == ["warn", "pass"]


def test_a_first_delivery_without_the_wages_its_contract_promises_is_stopped(region, survey):
    promised = {"source_id": "survey_platform", "columns": ("activity", "monthly_income")}
    first = region.land("followup_response", survey(income="null"), **promised)
    few = region.land("followup_response", survey(19, wave=12, income="null"), **promised)
    judged = region.judge()
    assert (judged[first].verdict, judged[first].failed) == ("stop", ("monthly_income_mostly_given",))
    assert judged[few].verdict == "pass"


def test_a_first_file_of_the_exchange_format_may_leave_a_column_empty(region, survey):
    first = region.land("followup_response", survey(income="null"), columns=("monthly_income",))
    assert verdict(region, first) == ("warn", ("monthly_income_given_at_all",))


def test_jobs_of_a_first_delivery_are_judged_alike(region):
    jobs = """select sha256('p' || i) as person_key, 'e' as employer, date '2024-01-01' as started_on,
        date '2025-01-01' as observed_on from range(20) as r(i)"""
    promised = region.land("employment_spell", jobs, source_id="alumni", columns=("monthly_wage",))
    without = region.land("employment_spell", jobs, source_id="personnel", columns=("employer",))
    judged = region.judge()
    assert judged[promised].failed == ("monthly_wage_mostly_given",)
    assert judged[without].failed == ("monthly_wage_given_at_all",)


def test_answers_that_owe_no_wage_do_not_count(region, survey):
    idle = f"select * replace ('seeking' as activity, null as monthly_income) from ({survey(500, wave=12)})"
    delivery = region.land("followup_response", f"{survey()} union all {idle}")
    assert verdict(region, delivery)[0] == "pass"


def test_an_accepted_habit_is_the_usual_from_then_on(region, survey):
    first = region.land("followup_response", survey(missing=0.6))
    assert region.judge()[first].verdict == "stop"
    manifest.record_decision("accept", first, reason="the survey asks pay of few", decided_on=AS_OF)
    later = region.land("followup_response", survey(wave=12, missing=0.6))
    judged = region.judge()
    assert judged[first].verdict == "stop", "the verdict stays visible"
    assert judged[later].verdict == "pass"


@pytest.mark.parametrize(
    ("n_good", "n_bad", "word"),
    [(81, 19, "pass"), (379, 20, "stop"), (380, 20, "pass"), (2_013, 18, "pass"), (40, 60, "stop")],
)
def test_quarantine_stops_above_five_percent_from_twenty_rows_on(region, survey, n_good, n_bad, word):
    delivery = region.land("followup_response", survey(n_good), n_quarantined=n_bad)
    assert verdict(region, delivery) == (word, ("quarantine_share",) if word == "stop" else ())


@pytest.mark.parametrize("reason", ["totals_row", "note_row"])
def test_totals_and_notes_are_not_bad_rows(region, survey, reason):
    delivery = region.land("followup_response", survey(100), n_quarantined=30, reasons={reason: 30})
    assert verdict(region, delivery)[0] == "pass"


@pytest.mark.parametrize(("n", "word"), [(80, "pass"), (79, "stop")])
def test_a_replaced_month_keeps_four_fifths_of_its_rows(region, n, word):
    region.land("employment_month", months(100, "2026-07-01", "2026-08-01", "2026-09-01"))
    delivery = region.land("employment_month", months(n, "2026-08-01"))
    assert verdict(region, delivery) == (word, ("rows_of_replaced_month_kept",) if word == "stop" else ())


@pytest.mark.parametrize(("n", "word"), [(70, "pass"), (69, "warn"), (40, "warn"), (39, "stop")])
def test_the_newest_month_is_compared_with_the_twelve_before(region, n, word):
    region.land("employment_month", months(100, *(f"2026-0{m}-01" for m in range(1, 10))))
    delivery = region.land("employment_month", months(n, "2026-10-01"))
    assert verdict(region, delivery)[0] == word


def test_an_old_newest_month_warns(region):
    delivery = region.land("employment_month", months(100, "2025-01-01"))
    assert verdict(region, delivery) == ("warn", ("newest_month_old",))


@pytest.mark.parametrize(("n", "word"), [(80, "pass"), (79, "stop")])
def test_a_snapshot_keeps_four_fifths_of_the_list_it_replaces(region, n, word):
    region.land("institution", INSTITUTIONS.format(n=100))
    delivery = region.land("institution", INSTITUTIONS.format(n=n))
    assert verdict(region, delivery) == (word, ("rows_kept",) if word == "stop" else ())


@pytest.mark.parametrize(
    ("kind", "rows"),
    [("institution", INSTITUTIONS.format), ("employment_month", lambda n: months(n, "2026-10-01"))],
)
def test_a_replay_is_never_too_small_and_no_yardstick(region, kind, rows):
    region.land(kind, rows(n=100))
    replay = region.land(kind, rows(n=3), amends=("d001",))
    whole = region.land(kind, rows(n=79))
    judged = region.judge()
    assert judged[replay].verdict == "pass"
    assert judged[whole].verdict == "stop"


def test_a_stopped_snapshot_is_no_yardstick(region):
    region.land("institution", INSTITUTIONS.format(n=100))
    region.land("institution", INSTITUTIONS.format(n=50))
    third = region.land("institution", INSTITUTIONS.format(n=60))
    assert verdict(region, third)[0] == "stop"


def test_a_small_correction_is_never_stopped_for_its_size(region, survey):
    region.land("followup_response", survey(5_000))
    delivery = region.land("followup_response", survey(3))
    assert verdict(region, delivery)[0] == "pass"


@pytest.mark.parametrize(
    ("listed", "word"), [(100, "pass"), (98, "pass"), (97, "warn"), (80, "warn"), (79, "stop")]
)
def test_unknown_institutions_warn_and_stop_at_their_shares(region, listed, word):
    region.land("institution", INSTITUTIONS.format(n=listed))
    delivery = region.land("graduate", GRADUATES.format(n=100))
    assert verdict(region, delivery)[0] == word


@pytest.mark.parametrize(("n", "word"), [(19, "warn"), (20, "stop")])
def test_a_correction_of_a_few_rows_is_not_stopped_for_unknown_codes(region, n, word):
    region.land("institution", "select '9999999999' as institution_code, date '2000-01-01' as valid_from")
    delivery = region.land("graduate", GRADUATES.format(n=n))
    assert verdict(region, delivery)[0] == word


def test_a_source_whose_people_have_numbers_of_its_own_is_stopped_for_unknown_codes_like_any(
    region, tmp_path, monkeypatch
):
    (tmp_path / "abroad.odcs.yaml").write_text(ABROAD, encoding="utf-8")
    monkeypatch.setenv("IECAREER_SOURCES", str(tmp_path))
    assert source_system("abroad").identity_scheme == "opaque"
    region.land("institution", INSTITUTIONS.format(n=1))
    delivery = region.land("graduate", GRADUATES.format(n=100), source_id="abroad")
    assert verdict(region, delivery) == ("stop", ("institution_known", "institution_nearly_all_known"))


def test_a_stop_lifts_itself_once_the_list_arrives(region):
    region.land("institution", INSTITUTIONS.format(n=10))
    delivery = region.land("graduate", GRADUATES.format(n=100))
    assert verdict(region, delivery)[0] == "stop"
    region.land("institution", INSTITUTIONS.format(n=100))
    assert verdict(region, delivery) == ("pass", ())


def test_the_order_of_landing_does_not_matter(region):
    graduates = region.land("graduate", GRADUATES.format(n=100))
    region.land("institution", INSTITUTIONS.format(n=100))
    assert verdict(region, graduates)[0] == "pass"


@pytest.mark.parametrize(("factor", "word"), [(1, "pass"), (0.4, "warn"), (12, "stop"), (0.0001, "stop")])
def test_pay_in_a_wrong_unit_is_stopped(region, survey, factor, word):
    region.land("followup_response", survey())
    changed = survey(wave=12, income=f"6000 * {factor}")
    assert verdict(region, region.land("followup_response", changed))[0] == word


def test_pay_without_a_price_index_warns(region):
    wages = """select '320000' as region_code, 2026 as year, 100 as price_index, 8000 as average_wage,
        2000 as minimum_wage"""
    region.land("region_year", wages)
    delivery = region.land("employment_month", months(100, "2026-10-01"))
    assert verdict(region, delivery) == ("warn", ("pay_has_price_index",))


def test_a_verdict_that_stands_is_not_given_again(region, survey):
    region.land("followup_response", survey())
    region.judge(date(2026, 11, 21))
    assert region.result["judged"] == 1
    region.judge(date(2026, 11, 22))
    assert region.result["judged"] == 0


def test_a_withdrawn_delivery_is_no_yardstick(region):
    first = region.land("institution", INSTITUTIONS.format(n=100))
    manifest.record_decision("withdraw", first, reason="sent by mistake", decided_on=AS_OF)
    second = region.land("institution", INSTITUTIONS.format(n=50))
    assert verdict(region, second)[0] == "pass"


def test_one_stop_leaves_the_others_alone_and_the_tables_say_so(region, survey):
    stopped = region.land("followup_response", survey(missing=0.6), n_quarantined=2)
    others = "select * replace ('4133010800' as institution_code)"
    region.land("institution", f"{others} from ({INSTITUTIONS.format(n=1)})")
    region.judge()
    counted = {"judged": 2, "passed": 1, "warned": 0, "stopped": [stopped], "newly_warned": []}
    assert region.result == counted | {"silent": [], "alert": None}
    with duckdb.connect(str(build_path(region.run_id)), read_only=True) as connection:
        balance = """select bool_and(n_in = n_loaded + n_unchanged + n_superseded + n_overlapped + n_quarantined)
            from checks.delivery"""
        assert connection.execute(balance).fetchone() == (True,)
        told = "select verdict, failed, is_accepted from checks.delivery where delivery_id = ?"
        assert connection.execute(told, [stopped]).fetchone() == (
            "stop",
            ["monthly_income_mostly_given"],
            False,
        )
        failed = connection.execute(
            "select expectation, severity, sentence_zh, sentence_en from checks.expectation where not success"
        ).fetchall()
    assert [row[:2] for row in failed] == [("monthly_income_mostly_given", "stop")]
    assert all(failed[0][2:])


def test_no_value_of_a_row_is_in_any_result(region, survey, capfd, caplog):
    identity, income = "310115200001011234", "7654321"
    planted = (
        f"select * replace ('{identity}' as institution_code) from ({survey(missing=0.6, income=income)})"
    )
    region.land("institution", INSTITUTIONS.format(n=10))
    region.land("followup_response", planted)
    region.judge()
    written, errors = capfd.readouterr()
    told = f"{written}{errors}{caplog.text}{region.result}"
    for path in region.home.rglob("*.json"):
        told += path.read_text(encoding="utf-8")
    with duckdb.connect(str(build_path(region.run_id)), read_only=True) as connection:
        for table in ("delivery", "expectation"):
            told += str(connection.execute(f"select * from checks.{table}").fetchall())
    assert "followup_response" in told
    assert identity not in told
    assert income not in told


def _emptied(land, share, n):
    n_bad = round(n * share)
    query = f"""select '4133010800' as institution_code, '460103' as program_code, 6 as wave_months,
        date '2023-01-01' as responded_on, 'seeking' as activity, md5(n::varchar)::blob as person_key,
        case when n > {n_bad} then 'x' end as job_title from range(1, {n} + 1) as t(n)"""
    return land("followup_response", query, emptied={"error_cell:job_title": n_bad} if n_bad else {})


@pytest.mark.parametrize(
    ("share", "n", "failed"),
    [
        (0.0, 100, []),
        (0.05, 100, []),
        (0.06, 100, ["emptied_share"]),
        (0.5, 60, ["emptied_share"]),
        (1.0, 19, ["emptied_share"]),
        (0.51, 100, ["emptied_share_of_many", "emptied_share"]),
        (1.0, 20, ["emptied_share_of_many", "emptied_share"]),
    ],
)
def test_many_emptied_cells_of_a_column_warn_and_more_than_half_stop(region, share, n, failed):
    delivery = _emptied(region.land, share, n)
    given = region.judge()[delivery]
    assert [name for name in given.failed if name.startswith("emptied")] == failed
    assert given.verdict == ("stop" if len(failed) > 1 else "warn" if failed else given.verdict)


@pytest.mark.parametrize(
    ("reasons", "failed"),
    [
        ({"list_lacks:program_code": 20}, ("list_lacks_share",)),
        ({"list_lacks:program_code": 20, "list_lacks:institution_code": 20}, ("list_lacks_share",)),
        ({"list_lacks:program_code": 15, "not_a_date:posted_on": 5}, ("list_lacks_share",)),
        ({"not_a_date:posted_on": 20}, ("quarantine_share",)),
        ({"list_lacks:program_code": 20, "not_a_date:posted_on": 20}, ("quarantine_share",)),
        ({"list_lacks:program_code": 15, "totals_row": 5}, ()),
        ({}, ("quarantine_share",)),
    ],
)
def test_rows_that_wait_for_a_list_are_told_from_a_changed_layout(region, reasons, failed):
    rows = "select i::varchar as posting_id, '4' as title from range(100) as r(i)"
    delivery = region.land("job_posting", rows, n_quarantined=20, reasons=reasons)
    given = region.judge()[delivery]
    assert tuple(name for name in given.failed if name.endswith("_share")) == failed
    assert (given.verdict == "stop") is bool(failed)


def test_emptied_cells_are_published_by_column_and_reason(region):
    delivery = _emptied(region.land, 0.1, 50)
    region.judge()
    with duckdb.connect(str(build_path(region.run_id)), read_only=True) as connection:
        assert connection.execute("select delivery_id, n_emptied from checks.delivery").fetchall() == [
            (delivery, 5)
        ]
        found = connection.execute("from checks.emptied").fetchall()
    assert found == [(delivery, "job_title", "error_cell", 5)]


def accept(delivery: str, *rules: str) -> None:
    manifest.record_decision("accept", delivery, reason="seen", decided_on=AS_OF, overrules=rules)


@pytest.mark.parametrize(
    ("rules", "is_accepted"),
    [
        ((), False),
        (("quarantine_share",), False),
        (("monthly_income_mostly_given",), True),
        (("monthly_income_mostly_given", "quarantine_share"), True),
    ],
)
def test_a_decision_overrules_the_rules_it_names_and_no_others(region, survey, rules, is_accepted):
    delivery = region.land("followup_response", survey(missing=0.6))
    assert region.judge()[delivery].stopping == ("monthly_income_mostly_given",)
    accept(delivery, *rules)
    given = region.judge()[delivery]
    assert (given.verdict, given.is_accepted) == ("stop", is_accepted)
    assert bool(given.not_overruled) is not is_accepted
    with duckdb.connect(str(build_path(region.run_id)), read_only=True) as connection:
        assert connection.execute("select is_accepted from checks.delivery").fetchall() == [(is_accepted,)]


def test_accepted_before_any_check_it_is_stopped_by_the_first_rule_that_fails(region, survey):
    delivery = region.land("followup_response", survey(missing=0.6))
    accept(delivery)
    given = region.judge()[delivery]
    assert (given.decision, given.verdict, given.is_accepted) == ("accept", "stop", False)
    accept(delivery, *given.stopping)
    assert region.judge()[delivery].is_accepted


def test_a_rule_that_fails_later_stops_an_accepted_delivery_again(region, survey):
    delivery = region.land("followup_response", survey(missing=0.6))
    given = region.judge()[delivery]
    accept(delivery, *given.stopping)
    assert region.judge()[delivery].is_accepted
    others = "select * replace ('4133010800' as institution_code)"
    region.land("institution", f"{others} from ({INSTITUTIONS.format(n=1)})")
    region.land(
        "program",
        "select '999999' as program_code, 2021 as edition, 'x' as program_name, 'bachelor' as study_level",
    )
    later = region.judge(date(2026, 11, 22))[delivery]
    assert set(later.stopping) > set(given.stopping)
    assert not later.is_accepted
    assert set(later.not_overruled) == set(later.stopping) - set(given.stopping)


def test_what_only_warns_needs_no_overruling(region, survey):
    delivery = _emptied(region.land, 0.1, 50)
    accept(delivery)
    given = region.judge()[delivery]
    assert (given.verdict, given.stopping, given.is_accepted) == ("warn", (), True)
