"""All tables of the fixed surface from the rows that count.

A second implementation of the indicators, from the words of the methods alone, in plain pandas. It shares no code
with the house and no SQL. It is slow and readable on purpose: when the two disagree, the words decide who is right.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from . import differential, employment, job_match, response, retention, spells, starting_salary
from .cohorts import graduates
from .deliveries import Received


def indicators(received: Received, as_of: date) -> dict[str, pd.DataFrame]:
    """Table name to rows."""
    tables, through = received.tables, received.observed_through
    people = graduates(tables)
    answers = response.due(people, tables["followup_response"], as_of)
    months = spells.owned_months(people, tables["employment_month"], tables["employer_succession"], through)
    first, told = _first_spells(people, months, tables, through)
    pay = {
        "register": starting_salary.register_pay(first, months, tables["region_year"]),
        "reported": starting_salary.reported_pay(people, first, told, tables["region_year"]),
        "survey": starting_salary.survey_pay(answers, tables["region_year"]),
    }
    owned = months[months["month"].between(months["graduated"], months["next_graduation"] - 1)]
    return {
        "msr_response": response.response(answers),
        "msr_employment": employment.employment(people, answers, owned, through),
        "msr_retention": retention.retention(people, first),
        "msr_starting_salary": starting_salary.starting_salary(people, pay),
        "msr_salary_differential": differential.differential(people, tables["cooperation_agreement"], pay),
        "msr_job_match": job_match.job_match(answers, tables),
    }


def _first_spells(
    people: pd.DataFrame, months: pd.DataFrame, tables: dict[str, pd.DataFrame], through: int | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    by_month = spells.month_spells(months, through)
    measured = months["person"]  # months after the last observed one wait, and measure nobody yet
    succession = tables["employer_succession"]
    told = spells.told_jobs(tables["employment_spell"], succession)
    by_told = spells.told_spells(people, told, measured)
    return spells.first_spells(pd.concat([by_month, by_told], ignore_index=True)), told
