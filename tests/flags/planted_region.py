"""A small region's build, with programs that fall behind planted at known places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from iecareer.flags import flag_programs
from tests.models import build_model, build_policy, build_seed

FIRST_COHORT, N_COHORTS = 2016, 8
AS_OF = date(2024, 12, 31)
MODELS = (
    "int_course_in_force",
    "int_flag_year",
    "int_flag_unit",
    "int_flag_program",
    "int_flag_answer",
    "int_flag_answer_measure",
    "int_flag_course_measure",
    "msr_flag_measure",
)


@dataclass(frozen=True)
class Region:
    n_institutions: int = 24
    n_programs: int = 4
    n_codes: int = 12
    n_graduates: int = 40
    response: float = 0.5
    planted_share: float = 0.15
    fall: float = 0.06
    spread: float = 0.04
    mixed_sizes: bool = False
    renewal: float = 0.12
    renewal_planted: float = 0.05


def fill(connection: duckdb.DuckDBPyConnection, seed: int, region: Region = Region()) -> set[tuple[str, str]]:
    """Create staging, marts and the policy seed; returns the planted (institution_code, program_code)."""
    rng = np.random.default_rng(seed)
    for schema in ("intermediate", "staging", "indicators", "seeds"):
        connection.execute(f"create schema if not exists {schema}")
    build_seed(connection, "policy_flag")
    units = _units(rng, region)
    people = _people(rng, region, units)
    due = people[["graduate_id", "institution_code", "program_code", "cohort_year", "is_answered"]].assign(
        wave_months=6, responded_on=people.responded_on.where(people.is_answered)
    )
    coded = people[people.is_answered & people.is_employed]
    matches = coded[["graduate_id", "is_match"]].assign(
        wave_months=6, definition="normative", fit="core_or_related"
    )
    names = ["graduate_id", "institution_code", "program_code", "cohort_year", "study_level", "graduated_on"]
    tables = {
        "intermediate.int_graduate": people[names],
        "intermediate.int_due_wave": due,
        "intermediate.int_job_match": matches,
        "staging.stg_course": _courses(rng, units, region),
        "indicators.msr_starting_salary": _salaries(rng, units),
        "indicators.msr_retention": _retention(rng, units),
    }
    for name, frame in tables.items():
        connection.execute(f"create table {name} as select * from frame")
        for column in ("graduated_on", "responded_on", "effective_from", "effective_to"):
            if column in frame:
                connection.execute(f"alter table {name} alter {column} type date")
    planted = units[units.planted]
    return set(zip(planted.institution_code, planted.program_code, strict=True))


def build_models(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Compute the models that flags read."""
    build_policy(connection, as_of)
    for model in MODELS:
        build_model(connection, model, as_of)


def flag(connection: duckdb.DuckDBPyConnection, as_of: date) -> dict[str, Any]:
    """Flag the programs of the region, as known on a day."""
    build_models(connection, as_of)
    return flag_programs(connection, as_of)


def _units(rng: np.random.Generator, region: Region) -> pd.DataFrame:
    codes = [f"{51 + i // 6}0{1 + i % 6 // 3}0{1 + i % 3}" for i in range(region.n_codes)]
    level = dict(zip(codes, rng.uniform(0.55, 0.75, len(codes)), strict=True))
    rows = []
    for i in range(region.n_institutions):
        chosen = rng.choice(codes, region.n_programs, replace=False)
        rows += [(f"41{i:08d}", code, level[code]) for code in chosen]
    units = pd.DataFrame(rows, columns=["institution_code", "program_code", "base"])
    units["base"] += rng.normal(0, region.spread, len(units))
    n_planted = round(region.planted_share * len(units))
    units["planted"] = False
    units.loc[rng.choice(len(units), n_planted, replace=False), "planted"] = True
    factor = rng.choice([0.4, 1.0, 3.0], len(units)) if region.mixed_sizes else np.ones(len(units))
    units["size"] = np.round(region.n_graduates * factor).astype(int)
    units["fall"] = np.where(units.planted, region.fall, 0.0)
    return units


def _people(rng: np.random.Generator, region: Region, units: pd.DataFrame) -> pd.DataFrame:
    cohorts = pd.DataFrame({"cohort_year": FIRST_COHORT + np.arange(N_COHORTS)})
    cells = units.merge(cohorts, how="cross")
    cells["match"] = (cells.base - cells.fall * (cells.cohort_year - FIRST_COHORT)).clip(0.05, 0.95)
    people = cells.loc[cells.index.repeat(cells["size"])].reset_index(drop=True)
    n = len(people)
    people["graduate_id"] = np.arange(n)
    people["study_level"] = "higher_vocational"
    people["graduated_on"] = pd.to_datetime(people.cohort_year.astype(str) + "-07-01")
    people["is_answered"] = rng.random(n) < region.response
    later = pd.to_timedelta(rng.integers(0, 50, n), unit="D")
    people["responded_on"] = pd.to_datetime((people.cohort_year + 1).astype(str) + "-01-01") + later
    people["is_employed"] = rng.random(n) < 0.8
    people["is_match"] = rng.random(n) < people.match
    return people


def _courses(rng: np.random.Generator, units: pd.DataFrame, region: Region) -> pd.DataFrame:
    versions = pd.DataFrame({"year": np.arange(2012, 2025)})
    courses = pd.DataFrame({"course_code": [f"C{i}" for i in range(6)]})
    rows = units.merge(courses, how="cross").merge(versions, how="cross")
    yearly = np.where(rows.planted, region.renewal_planted, region.renewal)
    rows = rows[(rows.year == 2012) | (rng.random(len(rows)) < yearly)]
    return rows[["institution_code", "program_code", "course_code"]].assign(
        hours=60,
        co_developed_with=pd.Series(None, index=rows.index, dtype="string"),
        effective_from=pd.to_datetime(rows.year.astype(str) + "-09-01"),
        effective_to=pd.Series(pd.NaT, index=rows.index, dtype="datetime64[ns]"),
    )


def _salaries(rng: np.random.Generator, units: pd.DataFrame) -> pd.DataFrame:
    cells = units.merge(pd.DataFrame({"cohort_year": FIRST_COHORT + np.arange(N_COHORTS)}), how="cross")
    fall = 0.5 * cells.fall * (cells.cohort_year - FIRST_COHORT)
    p50 = 5000 * np.exp(rng.normal(0, 0.08, len(cells)) - fall)
    return cells[["institution_code", "program_code", "cohort_year"]].assign(
        scope="program", measure="register", n=(cells["size"] * 0.7).astype(int), p50=p50, status="ok"
    )


def _retention(rng: np.random.Generator, units: pd.DataFrame) -> pd.DataFrame:
    cells = units.merge(pd.DataFrame({"cohort_year": FIRST_COHORT + np.arange(N_COHORTS)}), how="cross")
    return cells[["institution_code", "program_code", "cohort_year"]].assign(
        scope="program",
        horizon_months=12,
        n=(cells["size"] * 0.7).astype(int),
        n_at_risk=(cells["size"] * 0.5).astype(int),
        retention=rng.normal(0.75, 0.06, len(cells)).clip(0.1, 1),
        status="ok",
    )
