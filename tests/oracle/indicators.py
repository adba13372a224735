"""All tables of the fixed surface from the rows that count.

A second implementation of the indicators, from the words of the methods alone, in plain pandas. It shares no code
with the house and no SQL. It is slow and readable on purpose: when the two disagree, the words decide who is right.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from . import differential, employment, job_match, response, retention, spells, starting_salary, wage
from .cohorts import graduates
from .coverage import Coverage, coverage
from .deliveries import Received


def indicators(received: Received, as_of: date) -> dict[str, pd.DataFrame]:
    """Table name to rows."""
    tables = received.tables
    people = graduates(tables)
    covered = coverage(people, received.sources, received.retired)
    answers = response.due(people, tables["followup_response"], as_of)
    months = spells.months_of(people, tables["employment_month"], tables["employer_succession"], covered)
    first, told = _first_spells(people, months, tables, covered)
    pay = {
        "register": starting_salary.register_pay(first, months, tables["region_year"], covered),
        "reported": starting_salary.reported_pay(people, first, told, tables["region_year"]),
        "survey": starting_salary.survey_pay(answers, tables["region_year"]),
    }
    owned = months[months["month"].between(months["graduated"], months["next_graduation"] - 1)]
    return {
        "msr_response": response.response(answers),
        "msr_employment": employment.employment(people, answers, owned, covered),
        "msr_retention": retention.retention(people, first),
        "msr_starting_salary": starting_salary.starting_salary(people, pay, first),
        "msr_wage": wage.wage(people, owned, tables["region_year"], covered),
        "msr_salary_differential": differential.differential(people, tables["cooperation_agreement"], pay),
        "msr_job_match": job_match.job_match(answers, tables),
    }


def _first_spells(
    people: pd.DataFrame, months: pd.DataFrame, tables: dict[str, pd.DataFrame], covered: Coverage
) -> tuple[pd.DataFrame, pd.DataFrame]:
    is_judged = people["row"][covered.each(people, "is_judged", "graduated").astype(bool)]
    judged = months[months["row"].isin(is_judged)]
    by_month = spells.month_spells(judged, covered)
    measured = judged["row"]  # months after the last observed one wait, and measure nobody yet
    succession = tables["employer_succession"]
    told = spells.told_jobs(tables["employment_spell"], succession)
    by_told = spells.told_spells(people, told, measured)
    return spells.first_spells(pd.concat([by_month, by_told], ignore_index=True)), told
