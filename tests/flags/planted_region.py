"""A small region's build, with programs that fall behind planted at known places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from iecareer.flags import flag_programs
from tests.models import build_model, build_policy, build_seed

FIRST_COHORT, N_COHORTS = 2016, 8
AS_OF = date(2024, 12, 31)
NEVER = 9999
PAY_PER_MATCH, PAY_SD, INSTITUTION_PAY_SD = 0.35, 0.3, 0.03
OTHER_JOB_SHARE = 0.1
N_COURSES, PAPER_SHARE, IDLE_SHARE = 8, 0.2, 0.1
MODELS = (
    "int_course_in_force",
    "int_flag_year",
    "int_flag_unit",
    "int_flag_program",
    "int_flag_answer",
    "int_flag_answer_measure",
    "int_flag_course_text",
    "int_flag_course_measure",
    "msr_flag_measure",
)


@dataclass(frozen=True)
class Region:
    """What a region is made of. By default every planted program falls from the first cohort on.

    Attributes
    ----------
    fall : float
        Points of match that a planted program loses per cohort.
    steps : int
        Cohorts after which a fall ends.
    begins : tuple of int, optional
        First and last cohort in which a fall may begin.
    size_log_sd : float
        Standard deviation of the logarithm of sizes, which are cut at 8 and 400 graduates per cohort.
    institution_sd, cohort_sd : float
        Standard deviation of match between institutions, and between cohorts of one program code.
    codes_fall : float
        Share of program codes that fall at all institutions; at least one if positive.
    has_course_sign : bool
        Whether planted programs renew their courses less often.
    """

    n_institutions: int = 24
    n_programs: int = 4
    n_codes: int = 12
    n_graduates: int = 40
    response: float = 0.5
    planted_share: float = 0.15
    fall: float = 0.06
    spread: float = 0.04
    mixed_sizes: bool = False
    first_cohort: int = FIRST_COHORT
    steps: int = N_COHORTS
    begins: tuple[int, int] | None = None
    size_log_sd: float = 0.0
    institution_sd: float = 0.0
    cohort_sd: float = 0.0
    codes_fall: float = 0.0
    has_course_sign: bool = True

    @property
    def cohorts(self) -> NDArray[np.int64]:
        return self.first_cohort + np.arange(N_COHORTS)


def fill(connection: duckdb.DuckDBPyConnection, seed: int, region: Region = Region()) -> pd.DataFrame:
    """Create staging, marts and the policy seed.

    Returns
    -------
    DataFrame
        One row per program and institution: ``planted``, ``fall_from`` (its first fallen cohort), ``code_from`` (the
        same for its whole program code; `NEVER` if none), ``base`` and ``size``.
    """
    rng = np.random.default_rng(seed)
    for schema in ("intermediate", "staging", "indicators", "seeds"):
        connection.execute(f"create schema if not exists {schema}")
    build_seed(connection, "policy_flag")
    units = _units(rng, region)
    cells = true_matches(units, region)
    people = _people(rng, region, cells)
    due, matches = _survey(rng, people, region)
    names = ["graduate_id", "institution_code", "program_code", "cohort_year", "study_level", "graduated_on"]
    tables = {
        "intermediate.int_graduate": people[names],
        "intermediate.int_due_wave": due,
        "intermediate.int_job_match": matches,
        "staging.stg_course": _courses(rng, units, region),
        "intermediate.int_flag_pay": _salaries(rng, cells),
        "indicators.msr_retention": _retention(rng, cells),
    }
    for name, frame in tables.items():
        connection.execute(f"create table {name} as select * from frame")
        for column in ("graduated_on", "responded_on", "effective_from", "effective_to"):
            if column in frame:
                connection.execute(f"alter table {name} alter {column} type date")
    return units


def names_of(units: pd.DataFrame) -> set[tuple[str, str]]:
    """Institution and program code of each row."""
    return set(zip(units.institution_code, units.program_code, strict=True))


def build_models(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Compute the models that flags read."""
    build_policy(connection, as_of)
    for model in MODELS:
        build_model(connection, model, as_of)


def flag(connection: duckdb.DuckDBPyConnection, as_of: date) -> dict[str, Any]:
    """Flag the programs of the region, as known on a day."""
    build_models(connection, as_of)
    return flag_programs(connection, as_of)


def true_matches(units: pd.DataFrame, region: Region) -> pd.DataFrame:
    """One row per program, institution and cohort with its true ``match`` and the ``fallen`` part of it."""
    cells = units.merge(pd.DataFrame({"cohort_year": region.cohorts}), how="cross")
    own = (cells.cohort_year - cells.fall_from + 1).clip(0, region.steps)
    whole = (cells.cohort_year - cells.code_from + 1).clip(0, region.steps)
    cells["fallen"] = region.fall * own
    shock = cells.apply(lambda row: row["shock"][row["cohort_year"] - region.first_cohort], axis=1)
    cells["match"] = (cells.base - cells.fallen - region.fall * whole + shock).clip(0.05, 0.95)
    return cells.drop(columns="shock")


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
    units["size"] = _sizes(rng, region, len(units))
    own = np.random.default_rng(rng.integers(1 << 32))
    units["base"] += own.normal(0, region.institution_sd, region.n_institutions)[
        units.institution_code.factorize()[0]
    ]
    # By default the first cohort is the last one without a fall.
    first, last = region.begins or (region.first_cohort + 1, region.first_cohort + 1)
    units["fall_from"] = np.where(units.planted, own.integers(first, last + 1, len(units)), NEVER)
    n_falling = max(1, round(region.codes_fall * len(codes))) if region.codes_fall else 0
    falling = own.choice(codes, n_falling, replace=False)
    begin = dict(zip(codes, own.integers(first, last + 1, len(codes)), strict=True))
    units["code_from"] = [begin[code] if code in falling else NEVER for code in units.program_code]
    shocks = dict(zip(codes, own.normal(0, region.cohort_sd, (len(codes), N_COHORTS)), strict=True))
    units["shock"] = [shocks[code] for code in units.program_code]
    return units


def _sizes(rng: np.random.Generator, region: Region, n: int) -> NDArray[np.int64]:
    factor = rng.choice([0.4, 1.0, 3.0], n) if region.mixed_sizes else np.ones(n)
    if region.size_log_sd:
        factor = np.exp(rng.normal(0, region.size_log_sd, n))
    return np.clip(np.round(region.n_graduates * factor), 8, 400).astype(int)


def _people(rng: np.random.Generator, region: Region, cells: pd.DataFrame) -> pd.DataFrame:
    kept = ["institution_code", "program_code", "cohort_year", "match"]
    people = cells[kept].loc[cells.index.repeat(cells["size"])].reset_index(drop=True)
    n = len(people)
    people["graduate_id"] = np.arange(n)
    people["study_level"] = "higher_vocational"
    people["graduated_on"] = pd.to_datetime(people.cohort_year.astype(str) + "-07-01")
    people["is_employed"] = rng.random(n) < 0.8
    people["is_match"] = rng.random(n) < people.match
    return people


def _survey(
    rng: np.random.Generator, people: pd.DataFrame, region: Region
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Answers to waves 6 and 12, and their matches; most people match at wave 12 as at wave 6."""
    due = []
    for wave, opens in ((6, "01-01"), (12, "07-01")):
        rows = people.assign(wave_months=wave, is_answered=rng.random(len(people)) < region.response)
        days = pd.to_timedelta(rng.integers(0, 50, len(people)), unit="D")
        on = pd.to_datetime((people.cohort_year + 1).astype(str) + "-" + opens) + days
        if wave == 12:
            is_other = rng.random(len(people)) < OTHER_JOB_SHARE
            rows["is_match"] = np.where(is_other, rng.random(len(people)) < people.match, people.is_match)
        due.append(rows.assign(responded_on=on.where(rows.is_answered)))
    answers = pd.concat(due, ignore_index=True)
    coded = answers[answers.is_answered & answers.is_employed]
    names = ["graduate_id", "institution_code", "program_code", "cohort_year", "is_answered", "wave_months"]
    return answers[[*names, "responded_on"]], coded[["graduate_id", "is_match", "wave_months"]].assign(
        definition="normative", fit="core_or_related"
    )


def _courses(rng: np.random.Generator, units: pd.DataFrame, region: Region) -> pd.DataFrame:
    """Eight courses per program, each renewed every two or three years until the program ceases to renew them.

    A program falls with the cohorts that enrolled three years after it ceased. Some renew courses on paper only, and
    some others cease without a fall.
    """
    first = region.first_cohort - 6
    last = region.first_cohort + N_COHORTS
    is_idle, idle_from = rng.random(len(units)) < IDLE_SHARE, rng.integers(first + 4, last - 4, len(units))
    ceased = np.where(is_idle, idle_from, NEVER)
    if region.has_course_sign:
        on_paper = rng.random(len(units)) < PAPER_SHARE
        ceased = np.where(units.planted, np.where(on_paper, NEVER, units.fall_from - 3), ceased)
    wrote_until = units.fall_from - 3 if region.has_course_sign else NEVER
    rows = (
        units[["institution_code", "program_code"]]
        .assign(ceased=ceased, wrote_until=wrote_until)
        .merge(pd.DataFrame({"course_code": [f"C{i}" for i in range(N_COURSES)]}), how="cross")
    )
    year = first + rng.integers(0, 3, len(rows))
    versions = []
    while (year <= last).any():
        is_kept = (year <= last) & ((year <= rows.ceased) | (len(versions) == 0))
        versions.append(rows[is_kept].assign(year=year[is_kept]))
        year = year + rng.integers(2, 4, len(rows))
    rows = pd.concat(versions, ignore_index=True)
    return rows[["institution_code", "program_code", "course_code"]].assign(
        hours=60,
        syllabus="text of " + np.minimum(rows.year, rows.wrote_until).astype(str),
        co_developed_with=pd.Series(None, index=rows.index, dtype="string"),
        effective_from=pd.to_datetime(rows.year.astype(str) + "-09-01"),
        effective_to=pd.Series(pd.NaT, index=rows.index, dtype="datetime64[ns]"),
    )


def _salaries(rng: np.random.Generator, cells: pd.DataFrame) -> pd.DataFrame:
    noise = np.sqrt(INSTITUTION_PAY_SD**2 + PAY_SD**2 / (0.7 * cells["size"]))
    log_pay = np.log(5000) + rng.normal(0, noise) - PAY_PER_MATCH * cells.fallen
    return cells[["institution_code", "program_code", "cohort_year"]].assign(
        n=(cells["size"] * 0.7).astype(int), log_pay=log_pay
    )


def _retention(rng: np.random.Generator, cells: pd.DataFrame) -> pd.DataFrame:
    return cells[["institution_code", "program_code", "cohort_year"]].assign(
        scope="program",
        horizon_months=12,
        n=(cells["size"] * 0.7).astype(int),
        n_at_risk=(cells["size"] * 0.5).astype(int),
        retention=rng.normal(0.75, 0.06, len(cells)).clip(0.1, 1),
        status="ok",
    )
