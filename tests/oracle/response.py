"""Who was due to answer each wave, who did, and the weights that lead from the answers to the register."""

from __future__ import annotations

from datetime import date

import pandas as pd

from .cohorts import CELL
from .intervals import wilson
from .months import WAVES, month_of, wave_date

FINEST_FIRST = (
    ["institution_code", "program_code", "cohort_year", "sex"],
    ["institution_code", "program_code", "cohort_year"],
    ["program_group", "cohort_year", "sex"],
    ["cohort_year", "sex"],
)


def due(graduates: pd.DataFrame, answers: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """One row per due graduate row and wave, with the answer where there is one, and its weight."""
    parts = []
    for wave in WAVES:
        on = wave_date(graduates["graduated_on"], wave)
        is_due = (on <= pd.Timestamp(as_of)) & (month_of(on) < graduates["next_graduation"])
        parts.append(graduates[is_due].assign(wave_months=wave))
    people = pd.concat(parts, ignore_index=True)
    keys = ["person", "institution_code", "program_code", "wave_months"]
    told = answers.rename(columns={"person_id": "person"}).astype({"wave_months": int})
    people = people.merge(told, on=keys, how="left")
    people["answered"] = people["activity"].notna()
    people["weight"] = _weights(people)
    return people


def _weights(people: pd.DataFrame) -> pd.Series:
    """Register over answers in the finest cell with five answers, scaled to the cohort."""
    weight = pd.Series(float("nan"), index=people.index)
    for cell in FINEST_FIRST:
        answered = people.groupby([*cell, "wave_months"])["answered"]
        enough = answered.transform("sum") >= (5 if len(cell) > 2 else 1)
        weight = weight.fillna((answered.transform("size") / answered.transform("sum")).where(enough))
    weight = weight.where(people["answered"])
    cohort = [people["cohort_year"], people["wave_months"]]
    return (
        weight
        * people["answered"].groupby(cohort).transform("size")
        / weight.groupby(cohort).transform("sum")
    )


def response(people: pd.DataFrame) -> pd.DataFrame:
    """`msr_response`."""
    rows = people.groupby([*CELL, "wave_months"], as_index=False).agg(
        n=("row", "size"), n_respondents=("answered", "sum")
    )
    rows["response_rate"] = rows["n_respondents"] / rows["n"]
    rows["ci_low"], rows["ci_high"] = wilson(rows["response_rate"], rows["n"])
    return rows.assign(status="ok")
