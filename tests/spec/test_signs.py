"""Single models on a few rows by hand, where a wrong sign or comparison would hurt most."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from math import exp, log

import duckdb
import pytest

from tests.models import build_model, macro

AS_OF = date(2026, 11, 21)
Z = 1.959963984540054


@pytest.fixture
def build() -> Iterator[duckdb.DuckDBPyConnection]:
    """A build with the policy's numbers that the models here read."""
    with duckdb.connect() as connection:
        for schema in ("staging", "intermediate"):
            connection.execute(f"create schema {schema}")
        given(connection, "intermediate.int_policy", "1 as spell_gap_months, 180 as cooperation_min_days")
        yield connection


def given(connection: duckdb.DuckDBPyConnection, table: str, *rows: str) -> None:
    """Create a table of rows; the first names the columns."""
    connection.execute(f"create table {table} as {' union all '.join(f'select {row}' for row in rows)}")


def made(connection: duckdb.DuckDBPyConnection, model: str, columns: str) -> list[tuple[object, ...]]:
    build_model(connection, model, AS_OF)
    return connection.execute(f"select {columns} from intermediate.{model} order by all").fetchall()


def value(expression: str) -> float:
    found = duckdb.sql(f"select {expression}").fetchall()[0][0]
    return float(found)


def test_a_share_lies_between_the_ends_of_its_wilson_interval() -> None:
    from statsmodels.stats.proportion import proportion_confint

    ends = [value(macro(f"wilson('0.3', '50.0', '{Z}', '{side}')")) for side in "-+"]
    assert ends == pytest.approx(proportion_confint(15, 50, method="wilson"), abs=1e-12)


def test_retention_lies_between_the_ends_of_its_greenwood_interval() -> None:
    """S(10) of the leukemia example, .7529 with Greenwood's error .0963: .5032 to .8894."""
    s, error = 0.752941, 0.0963
    ends = [
        value(macro(f"retention_interval('{s}', '{(error / s) ** 2}', '{Z}', '{side}')")) for side in "+-"
    ]
    half = Z * error / s / abs(log(s))
    assert ends == pytest.approx([exp(log(s) * exp(half)), exp(log(s) * exp(-half))], abs=1e-9)
    assert ends == pytest.approx([0.5032, 0.8894], abs=5e-4)


def test_who_leaves_in_a_month_is_at_risk_in_it(build: duckdb.DuckDBPyConnection) -> None:
    """Of ten people one leaves after 1 month and one is last seen then; of the other eight two leave after 2 months."""
    columns = "{} as rollup_id, {} as months, {} as n_leaving, {} as n_events, 24 as follow_up_months"
    given(
        build,
        "intermediate.duration",
        columns.format(1, 1, 2, 1), columns.format(1, 2, 2, 2), columns.format(1, 9, 6, 0),
    )  # fmt: skip
    estimate = macro("kaplan_meier('intermediate.duration', 'rollup_id')")
    steps = build.execute(
        f"with {estimate} "
        "select months, n_at_risk, round(survival, 9), round(greenwood_sum, 9) from step order by months"
    ).fetchall()
    first, second = 1 / 10 / 9, 1 / 10 / 9 + 2 / 8 / 6
    assert steps == [
        (1, 10, 0.9, round(first, 9)), (2, 8, 0.675, round(second, 9)), (9, 6, 0.675, round(second, 9)),
    ]  # fmt: skip


def test_a_hole_as_long_as_the_policy_allows_is_bridged_and_a_longer_one_is_not(
    build: duckdb.DuckDBPyConnection,
) -> None:
    month = (
        "1 as graduate_id, '{}' as enterprise_code, {} as insured_month, {} as is_before_graduation, "
        "false as is_merged_employer"
    )
    given(
        build,
        "intermediate.int_employment_month",
        *(month.format(*at, "false") for at in (("A", 100), ("A", 102), ("B", 100), ("B", 103))),
        month.format("B", 98, "true"),
    )
    given(build, "intermediate.int_graduate", "1 as graduate_id, 'I' as institution_code")
    observed = "'I' as institution_code, {} as month_number, {} as n_closed_months, false as is_open"
    months = (observed.format(number, number - 90) for number in range(97, 105))
    given(build, "intermediate.int_institution_month", *months)
    found = made(
        build, "int_month_spell", "enterprise_code, start_month, end_month, is_begun_before_graduation"
    )
    assert found == [("A", 100, 102, False), ("B", 100, 100, True), ("B", 103, 103, False)]


def test_pay_of_years_with_lower_prices_is_raised(build: duckdb.DuckDBPyConnection) -> None:
    columns = "'{}' as region_code, {} as year, {} as price_index"
    rows = [columns.format("330000", 2019, 80), columns.format("330000", 2026, 100)]
    given(build, "staging.stg_region_year", *rows)
    found = made(build, "int_deflator", "year, base_year, deflator")
    assert found == [(2019, 2026, 1.25), (2026, 2026, 1.0)]


def test_an_agreement_counts_from_the_fewest_days_on(build: duckdb.DuckDBPyConnection) -> None:
    """180 days before graduation are enough, 179 are not, and neither are days outside the studies."""
    program = "'1' as institution_code, '{}' as program_code, 2024 as cohort_year"
    dates = "date '2021-09-01' as enrolled_on, date '2024-06-30' as graduated_on"
    given(build, "intermediate.int_program_cohort", *(f"{program.format(p)}, {dates}" for p in "ABC"))
    agreement = "'1' as institution_code, '{}' as program_code, 'order' as mode, 'E' as enterprise_code"
    begins = {"A": "2024-01-02", "B": "2024-01-03", "C": "2024-06-01"}
    given(
        build,
        "staging.stg_cooperation_agreement",
        *(
            f"{agreement.format(p)}, date '{day}' as starts_on, null::date as ends_on"
            for p, day in begins.items()
        ),
    )
    given(build, "staging.stg_policy_cooperation_mode", "'order' as mode, true as is_cooperative")
    empty = "'X' as enterprise_code, 'X' as mapped_code"
    given(build, "intermediate.int_employer_map", empty)
    assert made(build, "int_cohort_agreement", "program_code") == [("A",)]
