"""Tables that the step `lights` reads, with as few columns as it needs, on an open DuckDB file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from math import sqrt
from typing import Any

import duckdb

from iecareer.lights import models
from tests.models import build_model, build_policy, build_seed

Row = Mapping[str, Any]
KEY = "scope varchar, area_code varchar, institution_code varchar, program_code varchar, cohort_year integer"
VALUE = "n bigint, ci_low double, ci_high double, status varchar"
TABLES = {
    "marts.dim_institution": "institution_code varchar, valid_from date, valid_to date, region_code varchar, "
    "region_class varchar",
    "marts.msr_cooperation": "scope varchar, area_code varchar, institution_code varchar, year integer, "
    f"indicator varchar, numerator double, denominator double, value double, {VALUE}",
    "indicators.msr_curriculum_currency": "scope varchar, area_code varchar, institution_code varchar, "
    "program_code varchar, year integer, n bigint, months_since_new_version integer, "
    "share_hours_changed double, share_hours_co_developed double, status varchar",
    "indicators.msr_job_match": f"{KEY}, wave_months integer, definition varchar, fit varchar, weighting varchar, "
    f"share double, {VALUE}",
    "indicators.msr_employment": f"{KEY}, wave_months integer, definition varchar, weighting varchar, share double, "
    f"{VALUE}",
    "indicators.msr_retention": f"{KEY}, horizon_months integer, retention double, {VALUE}",
    "indicators.msr_certificate": f"{KEY}, phase varchar, measure varchar, n_hits bigint, share double, {VALUE}",
    "indicators.msr_promotion": f"{KEY}, horizon_months integer, weighting varchar, incidence double, {VALUE}",
    "indicators.msr_employer_feedback": "scope varchar, area_code varchar, institution_code varchar, "
    f"program_code varchar, year integer, measure varchar, share double, {VALUE}",
    "marts.msr_salary_differential": "measure varchar, scope varchar, institution_code varchar, "
    "program_code varchar, cohort_year integer, method varchar, n_cooperative bigint, log_difference double, "
    "ci_low double, ci_high double, status varchar",
    "intermediate.int_program_level": "institution_code varchar, program_code varchar, cohort_year integer, "
    "study_level varchar",
    "intermediate.int_agreement_year": "agreement_id varchar, year integer, institution_code varchar, "
    "host_code varchar, is_participating boolean, interns_hosted integer",
    "intermediate.int_intern_conversion": "institution_code varchar, host_code varchar, year integer, "
    "n_interns bigint, n_joined bigint",
    "intermediate.int_employer_map": "enterprise_code varchar, mapped_code varchar",
    "intermediate.int_enterprise_year": "mapped_code varchar, enterprise_code varchar, year integer, "
    "size_class varchar",
    "staging.stg_allocation_base": "institution_code varchar, year integer, base_cny double",
    "staging.stg_site_evaluation": "institution_code varchar, evaluated_on date, score double",
    "staging.stg_cooperation_insurance": "policy_id varchar, enterprise_code varchar, institution_code varchar, "
    "year integer, premium double, n_claims integer",
    "staging.stg_cooperation_agreement": "agreement_id varchar, institution_code varchar, enterprise_code varchar, "
    "mode varchar, starts_on date, ends_on date, intern_places integer",
    "staging.stg_cooperation_year": "agreement_id varchar, year integer, interns_hosted integer, "
    "enterprise_teaching_hours double, is_participating boolean, transformation_income double",
    "staging.stg_enterprise": "enterprise_code varchar, year integer, size_class varchar, revenue double, "
    "rd_expense double, status varchar",
    "staging.stg_equipment_investment": "item_id varchar, agreement_id varchar, pledged double, delivered double, "
    "due_on date, status varchar",
}
POLICY_SEEDS = (
    *("policy_light_indicator", "policy_light_weight", "policy_light_level", "policy_red_line"),
    "policy_insurance_rate",
)
# The order of a question about a published warehouse; there, anchors come from the published rows.
LIGHTS = (*models.VALUES, "basis_light_anchor", *models.LIGHTS)
INSTRUMENTS = (
    *("basis_institution_outcome", "basis_allocation_benchmark", "basis_allocation"),
    *("basis_allocation_shift", "basis_allocation_neutral", "instruments_allocation"),
    *("instruments_floating_fund", "basis_enterprise_year", "instruments_enterprise_credit"),
    *("basis_enterprise_conversion", "basis_enterprise_poor", "instruments_enterprise_exit"),
    *("instruments_equity_share", "basis_insured_enterprise", "instruments_insurance_subsidy"),
    "instruments_area_appraisal",
    "instruments_review_cycle",
)


def wilson(share: float, n: float, z: float = 1.959963984540054) -> tuple[float, float]:
    """Wilson's interval of a share."""
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def write(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Iterable[Row]]) -> None:
    """Create every table of `TABLES`, with the rows given. Columns that a row lacks are null; status is ok."""
    for name, columns in TABLES.items():
        connection.execute(f"create schema if not exists {name.split('.')[0]}")
        connection.execute(f"create or replace table {name} ({columns})")
        kept = [column.split()[0] for column in columns.split(", ")]
        rows = [
            [({"status": "ok"} | dict(row)).get(column) for column in kept] for row in tables.get(name, ())
        ]
        if rows:
            connection.executemany(f"insert into {name} values ({', '.join('?' * len(kept))})", rows)


def build_light_policy(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """The policy that lights, instruments and signals read, from the build's seeds, else as shipped."""
    held = {
        name
        for (name,) in connection.execute(
            "select table_name from information_schema.tables where table_schema = 'seeds'"
        ).fetchall()
    }
    for seed in POLICY_SEEDS:
        if seed not in held:
            build_seed(connection, seed)
    build_policy(connection, as_of)
    for model in models.POLICY:
        build_model(connection, model, as_of)


def build_lights(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Schema `lights` from the tables that were written."""
    build_light_policy(connection, as_of)
    for model in LIGHTS:
        build_model(connection, model, as_of)


def build_instruments(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Schema `instruments`, after :func:`build_lights`."""
    for model in INSTRUMENTS:
        build_model(connection, model, as_of)
