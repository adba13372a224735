"""The follow-up survey: who responds, and the answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from iecareer.simulation.careers import DESTINATIONS, Careers, Jobs
from iecareer.simulation.catalogue import catalogue, parts
from iecareer.simulation.enterprises import Enterprises
from iecareer.simulation.graduates import PERSON_SD, Graduates
from iecareer.simulation.institutions import Institutions, program_codes
from iecareer.simulation.insurance import nominal_pay
from iecareer.simulation.provinces import Places
from iecareer.simulation.text_tables import pick, text_table, where
from iecareer.simulation.timeline import OBSERVED_ON, Array, Flags, Ints, first_days, months_of, stream

WAVES = (6, 12, 24, 36, 48, 60)
# Logit of the response probability: by wave, per standard deviation of pay, and for those without a job.
_ANSWER_BY_WAVE = (0.95, 0.85, 0.7, 0.6, 0.5, 0.45)
ANSWER_PER_PAY_SD = 0.35
_ANSWER_WITHOUT_JOB = -0.35
_REPORTING_SD = 0.06
_LEAVING = ("voluntary", "voluntary", "voluntary", "dismissed", "study", "other")


@dataclass(frozen=True)
class Answers:
    """One entry per response; `job` is the job held in the wave's month (-1: none)."""

    graduate: Ints
    wave: Ints
    month: Ints
    responded_on: Array
    job: Ints


def build_answers(graduates: Graduates, careers: Careers, seed: int) -> Answers:
    """Build the responses to every due wave; better-paid graduates respond more often."""
    rng = stream(seed, "answers")
    n = len(graduates)
    graduate = np.repeat(np.arange(n), len(WAVES))
    wave = np.tile(np.arange(len(WAVES)), n)
    month = graduates.graduated[graduate] + np.array(WAVES)[wave]
    responded_on = first_days(month) + 15 + rng.integers(0, 60, len(month))
    due = responded_on <= np.datetime64(OBSERVED_ON)
    link = graduates.second[graduate]
    due &= (link < 0) | (month < graduates.graduated[link])
    job = job_in(careers.jobs, graduate, month)
    logit = np.array(_ANSWER_BY_WAVE)[wave] + ANSWER_PER_PAY_SD * graduates.residual[graduate] / PERSON_SD
    logit += np.where(job < 0, _ANSWER_WITHOUT_JOB, 0)
    answers = due & (rng.random(len(month)) < 1 / (1 + np.exp(-logit)))
    return Answers(graduate[answers], wave[answers], month[answers], responded_on[answers], job[answers])


def job_in(jobs: Jobs, graduate: Ints, month: Ints) -> Ints:
    """Position of the main job held in a month, the most recent one if there are several; -1 for none."""
    span = int(max(jobs.start.max(), month.max())) + 1
    main = np.flatnonzero(jobs.is_main)
    keys = jobs.graduate[main] * span + jobs.start[main]
    found = np.searchsorted(keys, graduate * span + month, side="right") - 1
    at = main[np.maximum(found, 0)]
    held = (found >= 0) & (jobs.graduate[at] == graduate) & (jobs.end[at] >= month)
    return np.where(held, at, -1)


def response_table(
    answers: Answers,
    graduates: Graduates,
    careers: Careers,
    occupations: tuple[Ints, Flags],
    institutions: Institutions,
    enterprises: Enterprises,
    places: Places,
    seed: int,
) -> pa.Table:
    """Record type `followup_response`."""
    rng = stream(seed, "responses")
    g, job = answers.graduate, answers.job
    activity = _activities(answers, careers, rng)
    employed = activity == "employed"
    employer = enterprises.employer_in(careers.jobs.enterprise[job], answers.month)
    income = _incomes(answers, graduates, careers, institutions, places, rng)
    return text_table(
        person_id=graduates.person_id[g],
        institution_code=institutions.codes[graduates.institution[g]],
        program_code=program_codes(len(institutions.codes))[graduates.program[g]],
        wave_months=np.array(WAVES)[answers.wave],
        responded_on=answers.responded_on,
        activity=activity,
        enterprise_code=where(employed & (rng.random(len(g)) < 0.8), enterprises.codes[employer]),
        monthly_income=where(employed & (rng.random(len(g)) < 0.97), income),
        **_work(employed, occupations[0][job], rng),
        **_judgements(answers, graduates, employed, occupations[1][job], rng),
    )


def _work(employed: Flags, occupation: Ints, rng: np.random.Generator) -> dict[str, pa.Array]:
    """Title, occupation and hours; a few work part time, and some do not give an occupation code."""
    n = len(employed)
    codes = pick([row["occupation_code"] for row in catalogue("occupations")], occupation)
    hours = np.where(rng.random(n) < 0.96, rng.integers(38, 61, n), rng.integers(12, 32, n))
    return {
        "job_title": where(employed, pick(_titles(), occupation * 3 + rng.integers(0, 3, n))),
        "occupation_code": where(employed & (rng.random(n) < 0.88), codes),
        "weekly_hours": where(employed, hours),
    }


def _judgements(
    answers: Answers, graduates: Graduates, employed: Flags, matched: Flags, rng: np.random.Generator
) -> dict[str, pa.Array]:
    """Opinions about the job: relation to the program, satisfaction, grade, and reason for leaving the last job."""
    n = len(employed)
    grade, promoted = _grades(answers, graduates, rng)
    satisfaction = np.clip(np.round(rng.normal(3.5, 0.9, n)), 1, 5).astype(np.int64)
    left = employed & (rng.random(n) < 0.12) & (answers.wave > 0)
    return {
        "program_related": where(employed, _related(matched, rng)),
        "satisfaction": where(rng.random(n) < 0.95, satisfaction),
        "job_grade": where(employed, grade),
        "promoted": where(employed & (answers.wave > 0), pick(("false", "true"), promoted.astype(np.int64))),
        "leaving_reason": where(left, pick(_LEAVING, rng.integers(0, len(_LEAVING), n))),
    }


def _activities(answers: Answers, careers: Careers, rng: np.random.Generator) -> Array:
    """Employed if there is a job; else the activity of the destination while it lasts, else mostly seeking."""
    destination = np.array(DESTINATIONS)[careers.destination[answers.graduate]]
    idle = np.where(rng.random(len(destination)) < 0.8, "seeking", "not_seeking")
    standing = np.isin(destination, ("self_employed", "freelance"))
    studying = np.isin(destination, ("further_study", "military")) & (np.array(WAVES)[answers.wave] <= 24)
    without = np.where(standing | studying, destination, idle)
    return np.where(answers.job >= 0, "employed", without)


def _incomes(
    answers: Answers,
    graduates: Graduates,
    careers: Careers,
    institutions: Institutions,
    places: Places,
    rng: np.random.Generator,
) -> Ints:
    """Reported nominal monthly income, rounded to 10 CNY, in prices of the institution's province at response."""
    home = institutions.province[graduates.institution[answers.graduate]]
    year = months_of(answers.responded_on) // 12 + 1970
    pay = nominal_pay(careers.jobs, answers.job, answers.month, places.prices(home, year))
    noise = np.exp(rng.normal(0, _REPORTING_SD, len(pay)))
    return (np.round(pay * noise / 10) * 10).astype(np.int64)


def _related(matched: Flags, rng: np.random.Generator) -> Ints:
    """Self-rated relation of the job to the program, 1 to 5."""
    scale = np.arange(1, 6)
    n = len(matched)
    yes = rng.choice(scale, n, p=[0.03, 0.05, 0.12, 0.4, 0.4])
    no = rng.choice(scale, n, p=[0.3, 0.28, 0.24, 0.13, 0.05])
    return np.where(matched, yes, no)


def _grades(answers: Answers, graduates: Graduates, rng: np.random.Generator) -> tuple[Ints, Flags]:
    """Job grade, which never falls, and whether it rose since the previous wave."""
    rises = rng.random((len(graduates), len(WAVES))) < 0.16
    rises[:, 0] = False
    level = np.minimum(2 + np.cumsum(rises, axis=1), 9)
    return level[answers.graduate, answers.wave], rises[answers.graduate, answers.wave]


def _titles() -> list[str]:
    """Three titles of each occupation: the official one and two common ones."""
    return [
        name for row in catalogue("occupations") for name in (row["occupation_name"], *parts(row["titles"]))
    ]
