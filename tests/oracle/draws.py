"""Many draws in one region whose truth is known: every cohort year a draw of pay, every cell a draw of tenure.

Pay: institutions differ by an effect of their own, so graduates of one institution are not independent. Each cohort
year has institutions of its own; half of them cooperate. Tenure: each cell is a program-cohort in which people leave
with the same chance each month, and graduate over a year, so that some are not yet observed long enough.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from .deliveries import Delivery
from .identities import credit_codes, resident_ids
from .region import Region

RECEIVED_ON = date(2026, 10, 1)
FIRST_YEAR = 1900
PER_SIDE, PER_SEX = 12, 6
SD_INSTITUTION, SD_PERSON = 0.08, 0.25
CELL_SIZE = 60
LEAVES_EARLY, LEAVES_LATER = 0.03, 0.015
RETENTION = {12: (1 - LEAVES_EARLY) ** 12, 36: (1 - LEAVES_EARLY) ** 12 * (1 - LEAVES_LATER) ** 24}


def draws(seed: int, n_pay: int, n_tenure: int, planted: float) -> list[Delivery]:
    """One delivery with `n_pay` cohort years and `n_tenure` cells."""
    rng = np.random.default_rng(seed)
    people = iter(resident_ids(n_pay * 4 * PER_SIDE * PER_SEX + n_tenure * CELL_SIZE))
    pay = [_cohort(rng, FIRST_YEAR + n, planted, people) for n in range(n_pay)]
    tenure = [_cell(rng, f"99{n:08d}", people) for n in range(n_tenure)]
    tables = _stacked([*pay, *tenure])
    tables["region_year"] = pd.DataFrame(
        {"region_code": "330000", "year": range(max(FIRST_YEAR - 1, 1900), 2027), "price_index": 100}
    ).assign(average_wage=6000, minimum_wage=1600, base_floor="", base_cap="")
    return [Delivery(RECEIVED_ON, {name: table.astype(str) for name, table in tables.items()})]


def _stacked(parts: list[Region]) -> dict[str, pd.DataFrame]:
    names = dict.fromkeys(name for part in parts for name in part.tables)
    return {
        name: pd.concat([p.tables[name] for p in parts if name in p.tables], ignore_index=True)
        for name in names
    }


def _cohort(rng: np.random.Generator, year: int, planted: float, people: object) -> Region:
    """One year: as many cooperating institutions as others, and the same graduates of either sex in each."""
    codes = [f"{year}{n:06d}" for n in range(2 * PER_SIDE)]
    frame = pd.DataFrame({"institution_code": np.repeat(codes, 2 * PER_SEX)})
    frame["sex"] = np.tile(np.repeat(["female", "male"], PER_SEX), len(codes))
    is_treated = np.repeat(np.arange(len(codes)) < PER_SIDE, 2 * PER_SEX)
    own = np.repeat(rng.normal(0, SD_INSTITUTION, len(codes)), 2 * PER_SEX)
    log_pay = 8.6 + 0.1 * (frame["sex"] == "male") + planted * is_treated + own
    pay = np.exp(log_pay + rng.normal(0, SD_PERSON, len(frame))).round(2)
    frame["person_id"] = [next(people) for _ in range(len(frame))]  # type: ignore[call-overload]
    graduates = _graduates(frame, f"{year}-06-30", f"{year - 3}-09-01")
    answers = frame.drop(columns="sex").assign(
        program_code="460101",
        wave_months=6,
        responded_on=f"{year + 1}-01-05",
        activity="employed",
        weekly_hours=40,
        monthly_income=pay,
    )
    agreements = pd.DataFrame({"institution_code": codes[:PER_SIDE]}).assign(
        agreement_id=[f"XY{code}" for code in codes[:PER_SIDE]],
        program_code="",
        enterprise_code=credit_codes(1)[0],
        mode="order_class",
        starts_on=f"{year - 3}-09-01",
        ends_on="",
    )
    places = pd.DataFrame({"institution_code": codes, "institution_name": codes}).assign(
        study_level="higher_vocational", region_code="330102", region_class="east", valid_from="1850-01-01"
    )
    tables = {
        "graduate": graduates,
        "followup_response": answers,
        "cooperation_agreement": agreements,
        "institution": places.assign(ownership="public", valid_to=""),
    }
    return Region(tables, [])


def _cell(rng: np.random.Generator, institution: str, people: object) -> Region:
    """One program-cohort of 2023: the first employer is left with the same chance each month."""
    frame = pd.DataFrame({"person_id": [next(people) for _ in range(CELL_SIZE)]})  # type: ignore[call-overload]
    frame = frame.assign(institution_code=institution, sex="female")
    graduated = np.datetime64("2023-01-01") + rng.integers(0, 365, CELL_SIZE)
    starts = graduated.astype("datetime64[M]") + rng.integers(0, 4, CELL_SIZE)
    leaves = rng.random((CELL_SIZE, 60)) < np.where(np.arange(60) < 12, LEAVES_EARLY, LEAVES_LATER)
    length = np.where(leaves.any(axis=1), leaves.argmax(axis=1) + 1, 60)
    last = np.minimum(starts + length - 1, np.datetime64("2026-08"))
    employers = rng.choice(credit_codes(50), CELL_SIZE)
    months = [
        (person, employer, f"{month}-01")
        for person, employer, first, end in zip(frame["person_id"], employers, starts, last, strict=True)
        for month in np.arange(first, end + 1)
    ]
    paid = pd.DataFrame(months, columns=["person_id", "enterprise_code", "month"])
    return Region(
        {
            "graduate": _graduates(frame, graduated.astype(str), "2019-09-01"),
            "employment_month": paid.assign(contribution_base=5000, region_code="330102"),
        },
        [],
    )


def _graduates(frame: pd.DataFrame, graduated_on: object, enrolled_on: str) -> pd.DataFrame:
    return frame.assign(
        program_code="460101",
        study_level="higher_vocational",
        training_mode="regular",
        enrolled_on=enrolled_on,
        graduated_on=graduated_on,
        birth_year=int(enrolled_on[:4]) - 18,
        origin_region_code="330102",
        entry_score=0,
    )
