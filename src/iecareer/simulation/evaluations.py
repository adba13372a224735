"""Employers' answers about graduates, site evaluations, allocation bases, and insurance of cooperations."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from iecareer.simulation.careers import Careers
from iecareer.simulation.cooperation import MODES, Cooperation
from iecareer.simulation.enterprises import Enterprises
from iecareer.simulation.graduates import Graduates
from iecareer.simulation.institutions import Institutions, program_codes
from iecareer.simulation.text_tables import pick, text_table, where
from iecareer.simulation.timeline import Array, Floats, Ints, stream, year_of

YEARS = tuple(range(2019, 2026))
EVALUATORS = ("association", "union", "college", "third_party", "joint")
SATISFACTION_SHARES = (0.01, 0.04, 0.09, 0.46, 0.4)
_ANSWERING = 0.35
_WITHOUT_PROGRAM = 0.1
_SKILLS = ("PLC 编程", "设备调试", "沟通表达", "数据分析", "CAD 制图", None, None, None)


def feedback_table(
    graduates: Graduates, careers: Careers, institutions: Institutions, enterprises: Enterprises, seed: int
) -> pa.Table:
    """Record type `employer_feedback`: of the first employers of graduates, some answer in the year they hired.

    Some answer about the institution as a whole: their rows name no program.
    """
    rng = stream(seed, "employer feedback")
    jobs = careers.jobs
    first = np.flatnonzero(jobs.is_main & (jobs.order == 0))
    graduate, year = jobs.graduate[first], year_of(jobs.start[first])
    known = (year >= YEARS[0]) & (year <= YEARS[-1])
    keys = np.column_stack(
        [jobs.enterprise[first], graduates.institution[graduate], graduates.program[graduate], year]
    )[known]
    hired, n_hired = np.unique(keys, axis=0, return_counts=True)
    answers = np.flatnonzero(rng.random(len(hired)) < _ANSWERING)
    hired, n_hired = hired[answers], n_hired[answers]
    hired[rng.random(len(hired)) < _WITHOUT_PROGRAM, 2] = -1
    hired, own = np.unique(hired, axis=0, return_index=True)
    enterprise, institution, program, year = hired.T
    n = len(own)
    satisfaction = rng.choice(np.arange(1, 6), n, p=SATISFACTION_SHARES)
    again = rng.random(n) < 0.2 + 0.15 * satisfaction
    programs = [*program_codes(len(institutions.codes)).tolist(), None]
    return text_table(
        enterprise_code=enterprises.codes[enterprise],
        institution_code=institutions.codes[institution],
        program_code=pick(programs, np.where(program < 0, len(programs) - 1, program)),
        year=year,
        satisfaction=satisfaction,
        would_hire_again=where(rng.random(n) < 0.9, again),
        n_hired=n_hired[own],
        missing_skills=pick(_SKILLS, rng.integers(0, len(_SKILLS), n)),
    )


def site_evaluation_table(institutions: Institutions, seed: int) -> pa.Table:
    """Record type `site_evaluation`: each institution but every ninth is evaluated every three years."""
    rng = stream(seed, "site evaluations")
    visited = np.flatnonzero(np.arange(len(institutions.codes)) % 9 != 8)
    at = np.repeat(visited, 3)
    year = np.tile(np.array([2018, 2021, 2024]), len(visited)) + at % 2
    days = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]") + rng.integers(60, 330, len(at))
    return text_table(
        institution_code=institutions.codes[at],
        evaluated_on=days,
        evaluators=pick(EVALUATORS, rng.integers(0, len(EVALUATORS), len(at))),
        score=np.round(np.clip(rng.normal(70, 9, len(at)), 30, 99), 2),
    )


def allocation_table(institutions: Institutions, seed: int) -> pa.Table:
    """Record type `allocation_base`: one row per institution and year, to the cent."""
    rng = stream(seed, "allocation bases")
    n = len(institutions.codes)
    at = np.repeat(np.arange(n), len(YEARS) + 1)
    year = np.tile(np.array([*YEARS, YEARS[-1] + 1]), n)
    base = np.exp(rng.normal(16, 0.4, n))[at] * 1.03 ** (year - YEARS[0])
    return text_table(institution_code=institutions.codes[at], year=year, base_cny=_cents(base))


def insurance_table(
    cooperation: Cooperation, institutions: Institutions, enterprises: Enterprises, seed: int
) -> pa.Table:
    """Record type `cooperation_insurance`: a part of the agreements other than research is insured, year by year."""
    rng = stream(seed, "cooperation insurance")
    begun = np.array([int(text[:4]) for text in cooperation.starts_on])
    able = np.flatnonzero(cooperation.mode != MODES.index("research"))
    at, year = np.repeat(able, len(YEARS)), np.tile(np.array(YEARS), len(able))
    insured = (begun[at] <= year) & (rng.random(len(at)) < 0.3)
    at, year = at[insured], year[insured]
    return text_table(
        policy_id=np.array([f"BX{y}{a:06d}" for y, a in zip(year, at, strict=True)]),
        enterprise_code=enterprises.codes[cooperation.enterprise[at]],
        institution_code=institutions.codes[cooperation.institution[at]],
        year=year,
        premium=_cents(np.exp(rng.normal(8.5, 0.5, len(at)))),
        n_claims=rng.poisson(0.4, len(at)),
    )


def _cents(amounts: Floats | Ints) -> Array:
    """Amounts of money written to the cent."""
    return np.array([f"{amount:.2f}" for amount in amounts])
