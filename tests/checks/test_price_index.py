"""Pay that no price index deflates is told: that there is none at all, or of which provinces and years."""

from __future__ import annotations

import duckdb
import pytest

from iecareer.commands.status import _unpriced_lines
from iecareer.runs.build import build_path

MONTHS = """select sha256('p' || i) as person_key, 'E' as enterprise_code, 5000 as contribution_base,
    case when i % 2 = 0 then '330102' else '320100' end as region_code,
    (date '2021-01-01' + interval (i) month)::date as month from range(36) as r(i)"""
SPELLS = """select sha256('p' || i) as person_key, 'E' as employer, date '2021-03-01' as started_on,
    date '2024-12-31' as observed_on, 5000 as monthly_wage, case when i > 0 then '330102' end as region_code
    from range(30) as r(i)"""
COLLEGE = """select '4133010800' as institution_code, 'a' as institution_name, 'higher_vocational' as study_level,
    '330100' as region_code, 'east' as region_class, date '2000-01-01' as valid_from"""
ALL_MONTHS = [(province, year) for province in ("320000", "330000") for year in (2021, 2022, 2023)]


def index(*years: tuple[str, int]) -> str:
    rows = ", ".join(f"('{province}', {year}, 100.0, 6000.0, 2000.0)" for province, year in years)
    return f"select * from (values {rows}) as r(region_code, year, price_index, average_wage, minimum_wage)"


def unpriced(region, kind: str = "employment_month") -> list[tuple[str, int]]:
    with duckdb.connect(str(build_path(region.run_id)), read_only=True) as connection:
        sql = "select region_code, year from checks.unpriced where kind = ? order by all"
        return connection.execute(sql, [kind]).fetchall()


@pytest.mark.parametrize("kind", ["employment_month", "employment_spell", "followup_response"])
def test_that_there_is_no_index_at_all_is_told_until_it_comes(whole_region, survey, kind: str):
    whole_region.land("institution", COLLEGE)
    query = {"employment_month": MONTHS, "employment_spell": SPELLS, "followup_response": survey()}[kind]
    delivery = whole_region.land(kind, query)
    given = whole_region.judge()[delivery]
    assert given.verdict == "warn"
    assert "region_year_received" in given.failed
    assert unpriced(whole_region, kind) != []
    whole_region.land("region_year", index(*ALL_MONTHS, ("330000", 2024), ("320000", 2024)))
    assert "region_year_received" not in whole_region.judge()[delivery].failed
    assert unpriced(whole_region, kind) == []


def test_provinces_and_years_without_an_index_are_told_of_all_months(whole_region):
    given = [("320000", 2022), ("330000", 2022), ("330000", 2023)]
    whole_region.land("region_year", index(*given))
    delivery = whole_region.land("employment_month", MONTHS)
    assert "pay_has_price_index" in whole_region.judge()[delivery].failed
    assert unpriced(whole_region) == sorted({*ALL_MONTHS} - {*given})


def test_without_a_year_that_every_province_has_all_pay_is_left_out(whole_region):
    whole_region.land("region_year", index(("320000", 2022), ("330000", 2023)))
    whole_region.land("employment_month", MONTHS)
    whole_region.judge()
    assert unpriced(whole_region) == ALL_MONTHS


def test_replaced_months_are_not_told(whole_region):
    whole_region.land("region_year", index(*ALL_MONTHS))
    whole_region.land("employment_month", MONTHS.replace("'320100'", "'110101'"))
    whole_region.land("employment_month", MONTHS)
    whole_region.judge()
    assert unpriced(whole_region) == []


def test_the_status_names_provinces_and_years():
    rows = [
        ("employment_month", "320000", 2021),
        ("employment_month", "320000", 2022),
        ("employment_spell", "110000", 2020),
    ]
    told = _unpriced_lines([dict(zip(("kind", "region_code", "year"), row, strict=True)) for row in rows])
    assert [line.partition("year: ")[2] for line in told] == [
        "employment_month: 320000 2021, 2022", "employment_spell: 110000 2020",
    ]  # fmt: skip
