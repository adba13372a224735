"""Graduates of the region: completed programs, dates and potential starting pay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from iecareer.simulation.catalogue import catalogue
from iecareer.simulation.identities import identity_numbers
from iecareer.simulation.institutions import Institutions, Offerings, program_codes
from iecareer.simulation.provinces import PAY_GROWTH, TYPICAL_PAY, Places
from iecareer.simulation.text_tables import pick, text_table
from iecareer.simulation.timeline import COHORTS, Array, Flags, Floats, Ints, months_of, stream

COOPERATION_LOG_PAY = 0.06
OBSOLETE_LOG_PAY = -0.025
OBSOLETE_MATCH = -0.07
OBSOLETE_STEPS = 5
LEAST_MATCH = 0.05
PERSON_SD = 0.2
SEX_LOG_PAY = 0.025
SCORE_LOG_PAY = 0.03
SECOND_DEGREE_SHARE = 0.01
TRAINING_MODES = ("regular", "order_class", "modern_apprenticeship", "industrial_college", "field_engineer")


@dataclass(frozen=True)
class Graduates:
    """One entry per graduate and completed program. `second` is the position of the person's next graduation, or -1.

    `log_pay` is the logarithm of the real starting pay (base-year CNY per month) before the effect of the
    workplace's province; `residual` is its personal part.
    """

    person_id: Array
    person: Ints
    offering: Ints
    institution: Ints
    program: Ints
    cohort: Ints
    female: Flags
    birth_year: Ints
    origin: Array
    entry_score: Floats
    enrolled_on: Array
    graduated_on: Array
    is_cooperative: Flags
    obsolete_steps: Ints
    match: Floats
    residual: Floats
    log_pay: Floats
    second: Ints

    @property
    def graduated(self) -> Ints:
        """Month number of each graduation."""
        return months_of(self.graduated_on)

    def __len__(self) -> int:
        """The number of graduations."""
        return len(self.cohort)


def build_graduates(
    n: int,
    institutions: Institutions,
    offerings: Offerings,
    places: Places,
    seed: int,
    coop_log_pay: float = COOPERATION_LOG_PAY,
) -> Graduates:
    """Build `n` graduations; the last 1 % are second graduations of people who graduated three years earlier."""
    rng = stream(seed, "graduates")
    offering, cohort = _seats(n, offerings, rng)
    second = _second_degrees(offering, cohort, len(offerings.size), rng)
    institution, program = offerings.institution[offering], offerings.program[offering]
    female, born_on, origin, person, person_id = _people(
        institutions.province[institution], cohort, second, places, rng
    )
    graduated_on = _graduation_days(cohort, institution, rng)
    entry_score = np.round(rng.normal(0, 1, n), 2)
    is_cooperative = cohort >= offerings.coop_from[offering]
    steps, whole = fall_steps(offerings, offering, cohort)
    residual = rng.normal(0, PERSON_SD, n)
    base_pay = _program_pay(program, cohort) + institutions.log_pay[institution] + OBSOLETE_LOG_PAY * steps
    own_pay = np.where(female, -SEX_LOG_PAY, SEX_LOG_PAY) + SCORE_LOG_PAY * entry_score + residual
    return Graduates(
        person_id=person_id,
        person=person,
        offering=offering,
        institution=institution,
        program=program,
        cohort=cohort,
        female=female,
        birth_year=born_on.astype("datetime64[Y]").astype(np.int64) + 1970,
        origin=origin,
        entry_score=entry_score,
        enrolled_on=((cohort - 3 - 1970) * 12 + 8).astype("datetime64[M]").astype("datetime64[D]"),
        graduated_on=graduated_on,
        is_cooperative=is_cooperative,
        obsolete_steps=steps,
        match=np.maximum(offerings.match[offering] + OBSOLETE_MATCH * (steps + whole), LEAST_MATCH),
        residual=residual,
        log_pay=base_pay + coop_log_pay * is_cooperative + own_pay,
        second=second,
    )


def fall_steps(offerings: Offerings, offering: Ints, cohort: Ints) -> tuple[Ints, Ints]:
    """Steps by which a cohort has fallen: its own program, and its whole program code.

    Under a changed curriculum that works, each cohort makes up two steps.
    """
    steps = np.clip(cohort - offerings.obsolete_since[offering] + 1, 0, OBSOLETE_STEPS)
    made_up = 2 * np.maximum(cohort - offerings.changed_from[offering] + 1, 0)
    steps = np.maximum(steps - made_up * offerings.change_works[offering], 0)
    return steps, np.clip(cohort - offerings.declining_since[offering] + 1, 0, OBSOLETE_STEPS)


def _program_pay(program: Ints, cohort: Ints) -> Floats:
    """The part of log pay that graduates of the same program and year share."""
    wage_level = np.array([float(row["wage_level"]) for row in catalogue("programs")])
    return np.asarray(np.log(TYPICAL_PAY) + wage_level[program] + PAY_GROWTH * (cohort - 2022))


def _seats(n: int, offerings: Offerings, rng: np.random.Generator) -> tuple[Ints, Ints]:
    growth = 1 + 0.02 * np.arange(len(COHORTS))
    weights = np.outer(offerings.size, growth).ravel()
    counts = rng.multinomial(n, weights / weights.sum())
    seats = rng.permutation(np.repeat(np.arange(len(weights)), counts))
    return seats // len(COHORTS), COHORTS[0] + seats % len(COHORTS)


def _second_degrees(offering: Ints, cohort: Ints, n_offerings: int, rng: np.random.Generator) -> Ints:
    """Turn the last entries into second graduations, in place; returns for each entry the position of the second."""
    n = len(cohort)
    n_second = int(n * SECOND_DEGREE_SHARE)
    second = np.full(n, -1)
    able = np.flatnonzero(cohort[: n - n_second] <= COHORTS[-1] - 3)
    firsts = rng.choice(able, size=min(n_second, len(able)), replace=False)
    seconds = np.arange(n - len(firsts), n)
    second[firsts] = seconds
    cohort[seconds] = cohort[firsts] + 3
    # The second graduation is at another offering, so that the natural key stays unique.
    offering[seconds] = (offering[firsts] + rng.integers(1, n_offerings, len(firsts))) % n_offerings
    return second


def _people(
    home: Ints, cohort: Ints, second: Ints, places: Places, rng: np.random.Generator
) -> tuple[Flags, Array, Array, Ints, Array]:
    """Sex, birth, origin, person number and identity number; a second graduation has the same values as the first."""
    n = len(cohort)
    firsts = np.flatnonzero(second >= 0)
    person = np.arange(n)
    person[second[firsts]] = firsts
    female = rng.random(n) < 0.48
    age = rng.choice([20, 21, 22, 23, 24], n, p=[0.15, 0.45, 0.25, 0.1, 0.05])
    born_on = (cohort - age - 1970).astype("datetime64[Y]").astype("datetime64[D]") + rng.integers(0, 365, n)
    province = np.where(rng.random(n) < 0.85, home, rng.integers(0, len(places.codes), n))
    origin = places.divisions[province, rng.integers(0, places.divisions.shape[1], n)]
    numbers = identity_numbers(origin, born_on, female, rng)
    return female[person], born_on[person], origin[person], person, numbers[person]


def _graduation_days(cohort: Ints, institution: Ints, rng: np.random.Generator) -> Array:
    """Late June by institution; 2 % graduate in December after repeating an examination."""
    day = 14 + institution % 16
    june = (cohort - 1970) * 12 + 5
    is_late = rng.random(len(cohort)) < 0.02
    months = np.where(is_late, june + 6, june)
    return months.astype("datetime64[M]").astype("datetime64[D]") + day


def graduate_table(graduates: Graduates, institutions: Institutions, seed: int) -> pa.Table:
    """Record type `graduate`."""
    rng = stream(seed, "training mode")
    n = len(graduates)
    in_class = graduates.is_cooperative & (rng.random(n) < 0.35)
    mode = np.where(in_class, 1 + graduates.offering % (len(TRAINING_MODES) - 1), 0)
    score_known = rng.random(n) < 0.97
    return text_table(
        person_id=graduates.person_id,
        institution_code=institutions.codes[graduates.institution],
        program_code=program_codes(len(institutions.codes))[graduates.program],
        study_level=np.full(n, "higher_vocational"),
        training_mode=pick(TRAINING_MODES, mode),
        enrolled_on=graduates.enrolled_on,
        graduated_on=graduates.graduated_on,
        sex=np.where(graduates.female, "female", "male"),
        birth_year=graduates.birth_year,
        origin_region_code=graduates.origin,
        entry_score=pa.array(graduates.entry_score, mask=~score_known),
    )
