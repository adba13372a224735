"""A made-up region that is nasty on purpose: clean tables, typed, with every corner the methods name.

Re-graduates (same day, same month, on a wave), leap days and month ends, holes of one and two months, successions
in chains, student jobs, bases at their limits, provinces without an index, institutions that move, overlap or are
unknown, programs without a list, editions of later years, agreements of 179 and 180 days, ties everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .careers import PROVINCES, amount, months, spells
from .identities import credit_codes, resident_ids

CLASSES = ("east", "central", "west", "northeast", "west")
LEVELS = ("higher_vocational", "vocational_bachelor", "secondary_vocational", "bachelor")
MODES = ("order_class", "modern_apprenticeship", "industrial_college", "field_engineer", "internship_base")
ACTIVITIES = ("employed", "self_employed", "freelance", "further_study", "military", "seeking", "not_seeking")
FITTING = (0.62, 0.08, 0.06, 0.08, 0.03, 0.08, 0.05)
NASTY_DAYS = ("02-29", "02-28", "03-31", "08-31", "08-30", "12-31", "01-01", "06-30", "07-01", "05-31")


@dataclass
class Region:
    """Tables by record type, typed (dates and months as ISO text), and what they were drawn with."""

    tables: dict[str, pd.DataFrame]
    employers: list[str]


def region(seed: int, n_graduates: int) -> Region:
    """A region of about so many graduate rows; the last month is 2026-09."""
    rng = np.random.default_rng(seed)
    employers = credit_codes(40 + n_graduates // 25)
    places = _institutions(rng, n_institutions=int(np.clip(n_graduates // 60, 12, 60)))
    programs = _programs(rng, n_programs=(2, 5, 11)[seed % 3])
    graduates = _graduates(rng, n_graduates, places, programs, n_years=(2, 4, 9)[seed % 3])
    occupations = [f"{1 + i % 6}-{i % 14 + 1:02d}-{i % 5 + 1:02d}-{i + 1:02d}" for i in range(36)]
    is_told = rng.random(graduates["person_id"].nunique()) < 0.15
    people = graduates.groupby("person_id")["graduated_on"].min()
    told, counted = people[is_told], people[~is_told]
    both = counted.sample(frac=0.03, random_state=seed)
    tables = {
        "graduate": graduates,
        "institution": places,
        "program": programs,
        "occupation": _occupations(rng, occupations[:33]),
        "program_occupation": _lists(rng, programs, occupations),
        "region_year": _region_years(rng),
        "employer_succession": _successions(rng, employers),
        "cooperation_agreement": _agreements(rng, places, programs, employers),
        "employment_month": months(rng, counted, employers),
        "employment_spell": spells(rng, pd.concat([told, both]), employers),
        "followup_response": _responses(rng, graduates, occupations, employers),
    }
    return Region(tables, employers)


def _institutions(rng: np.random.Generator, n_institutions: int) -> pd.DataFrame:
    rows = []
    for i in range(n_institutions):
        code = f"41{i % 90 + 10:02d}{i:06d}"
        at = int(rng.integers(0, 2)) if i < 0.8 * n_institutions else int(rng.integers(0, 5))
        periods = [("2000-09-01", "")]
        if i % 7 == 3:
            periods = [("2000-09-01", "2021-06-30"), ("2021-07-01", "")]
        if i % 7 == 4:  # both hold for a while
            periods = [("2000-09-01", "2022-12-31"), ("2020-06-30", "2030-01-01")]
        if i % 11 == 5:  # nothing holds in between
            periods = [("2000-09-01", "2019-06-29"), ("2020-09-01", "")]
        for number, (start, end) in enumerate(periods):
            province, of_class = PROVINCES[(at + number) % 5], CLASSES[(at + number) % 5]
            level = "higher_vocational"
            rows.append((code, f"第{i}学院", level, province[:2] + "0102", of_class, "public", start, end))
    names = (
        "institution_code institution_name study_level region_code region_class ownership valid_from valid_to"
    )
    return pd.DataFrame(rows, columns=names.split())


def _programs(rng: np.random.Generator, n_programs: int) -> pd.DataFrame:
    codes = [f"46{group:02d}{number:02d}" for group in (1, 2) for number in (1, 2, 3)]
    codes += ["510201", "510202", "510301", "530701", "030101"]
    codes = codes[-n_programs:]
    rows = [
        (c, e, f"专业{c}", LEVELS[0])
        for c in codes
        for e in (2015, 2019, 2021)
        if e == 2021 or rng.random() < 0.4
    ]
    return pd.DataFrame(rows, columns=["program_code", "edition", "program_name", "study_level"])


def _graduates(
    rng: np.random.Generator, n: int, places: pd.DataFrame, programs: pd.DataFrame, n_years: int
) -> pd.DataFrame:
    institutions = [*places["institution_code"].unique(), "4199999999"]
    codes = [*programs["program_code"].unique()]
    heavy = 1 / np.arange(1, len(codes) + 1)
    n_people = int(n / 1.15) + 1
    people = resident_ids(n_people)
    rows = []
    for person in people:
        sex, years = ("female", "male")[rng.integers(2)], int(rng.integers(2018, 2018 + n_years))
        graduated = _day(rng, years)
        for _ in range(4):
            where = institutions[min(int(rng.exponential(len(institutions) / 3)), len(institutions) - 1)]
            program = codes[rng.choice(len(codes), p=heavy / heavy.sum())]
            level = LEVELS[0] if rng.random() < 0.85 else LEVELS[rng.integers(4)]
            study = int(rng.integers(700, 1200)) if rng.random() < 0.9 else int(rng.integers(1, 30))
            enrolled = graduated - np.timedelta64(study, "D")
            rows.append(
                (person, where, program, level, "regular", enrolled, graduated, sex, 1999, "330102", 0.5)
            )
            if rng.random() > 0.13:
                break
            graduated = _next_graduation(rng, graduated)
            if graduated > np.datetime64("2026-08-31"):
                break
    names = """person_id institution_code program_code study_level training_mode enrolled_on graduated_on sex
        birth_year origin_region_code entry_score"""
    frame = pd.DataFrame(rows, columns=names.split())
    frame[["enrolled_on", "graduated_on"]] = frame[["enrolled_on", "graduated_on"]].astype(str)
    return frame.drop_duplicates(["person_id", "institution_code", "program_code"])


def _day(rng: np.random.Generator, year: int) -> np.datetime64:
    text = (
        NASTY_DAYS[rng.integers(len(NASTY_DAYS))]
        if rng.random() < 0.4
        else ("06-30", "07-01")[rng.integers(2)]
    )
    if text == "02-29" and year % 4:
        text = "02-28"
    if year == 2026:
        text = min(text, "08-31")
    return np.datetime64(f"{year}-{text}")


def _next_graduation(rng: np.random.Generator, before: np.datetime64) -> np.datetime64:
    ahead = int(rng.choice([0, 1, 2, 6, 6, 11, 12, 12, 24, 36, 7, 30]))
    month = before.astype("datetime64[M]") + ahead
    day = int(rng.integers(0, 28))
    return before if ahead == 0 and rng.random() < 0.5 else month.astype("datetime64[D]") + day


def _occupations(rng: np.random.Generator, codes: list[str]) -> pd.DataFrame:
    levels = ("elementary", "secondary_vocational", "higher_vocational", "bachelor")
    rows = [
        (c, e, f"职业{c}", levels[rng.integers(4)])
        for c in codes
        for e in (2015, 2022)
        if e == 2022 or rng.random() < 0.5
    ]
    return pd.DataFrame(rows, columns=["occupation_code", "edition", "occupation_name", "required_level"])


def _lists(rng: np.random.Generator, programs: pd.DataFrame, occupations: list[str]) -> pd.DataFrame:
    rows = []
    for i, program in enumerate(programs["program_code"].unique()):
        editions = ((2016, 2021, 2024), (2021,), (), (2030,), (2019, 2022))[i % 5]
        for edition in editions:
            for occupation in rng.choice(occupations, size=int(rng.integers(2, 8)), replace=False):
                fit = "related" if i % 4 == 1 and edition != 2024 else ("core", "related")[rng.integers(2)]
                rows.append((program, occupation, edition, fit))
    return pd.DataFrame(rows, columns=["program_code", "occupation_code", "edition", "fit"])


def _region_years(rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for i, province in enumerate(PROVINCES):
        index = 100.0
        for year in range(2014, 2028):
            index *= 1 + rng.uniform(-0.01, 0.06)
            if (province == "620000" and year in (2019, 2023, 2026)) or (
                province == "410000" and year > 2025
            ):
                continue
            floor = "" if (i + year) % 6 == 0 else str(2800 + 100 * (year - 2014))
            cap = "" if (i + year) % 5 == 0 else str(14000 + 500 * (year - 2014))
            rows.append((province, year, round(index, 3), 6000, 1600, floor, cap))
    names = "region_code year price_index average_wage minimum_wage base_floor base_cap"
    return pd.DataFrame(rows, columns=names.split())


def _successions(rng: np.random.Generator, employers: list[str]) -> pd.DataFrame:
    """Chains of up to four steps, some dated in the future; no cycle, for a successor stands further on."""
    order = list(rng.permutation(len(employers)))
    rows = []
    for place in range(0, len(order) - 6, 9):
        for step in range(int(rng.integers(1, 5))):
            on = f"{rng.integers(2016, 2029)}-0{rng.integers(1, 10)}-01"
            rows.append((employers[order[place + step]], employers[order[place + step + 1]], on))
    return pd.DataFrame(rows, columns=["predecessor_code", "successor_code", "effective_on"])


def _agreements(
    rng: np.random.Generator, places: pd.DataFrame, programs: pd.DataFrame, employers: list[str]
) -> pd.DataFrame:
    institutions = places["institution_code"].unique()
    rows = []
    for i, institution in enumerate(institutions):
        for _ in range((0, 2, 1, 0, 3)[i % 5]):
            program = "" if rng.random() < 0.3 else rng.choice(programs["program_code"].unique())
            mode = "research" if rng.random() < 0.2 else MODES[rng.integers(5)]
            start = np.datetime64(f"{rng.integers(2015, 2023)}-0{rng.integers(1, 10)}-01")
            end = str(start + int(rng.choice([179, 180, 181, 400, 1500]))) if rng.random() < 0.6 else ""
            rows.append(
                (f"XY{len(rows):05d}", institution, program, rng.choice(employers), mode, str(start), end, "")
            )
        if i % 5 == 0 and rng.random() < 0.3:  # of research alone
            rows.append(
                (f"XY{len(rows):05d}", institution, "", employers[0], "research", "2015-01-01", "", "30")
            )
    names = "agreement_id institution_code program_code enterprise_code mode starts_on ends_on intern_places"
    return pd.DataFrame(rows, columns=names.split())


def _responses(
    rng: np.random.Generator, graduates: pd.DataFrame, occupations: list[str], employers: list[str]
) -> pd.DataFrame:
    rows = []
    for person, institution, program, graduated in graduates[
        ["person_id", "institution_code", "program_code", "graduated_on"]
    ].itertuples(index=False):
        eager = rng.random()
        tends = int(program[-1]) * 3  # each program has its favourites
        for wave in (6, 12, 24, 36, 48, 60):
            on = np.datetime64(graduated[:7]) + wave
            answered = np.datetime64(on.astype("datetime64[D]")) + int(rng.integers(0, 60))
            if rng.random() > eager + 0.1 or answered > np.datetime64("2026-09-20"):
                continue
            if rng.random() < 0.02:
                program = "460199"  # noqa: PLW2901 - an answer about a program nobody completed
            favourite = tends + int(rng.integers(3))
            occupation = occupations[favourite if rng.random() < 0.5 else rng.integers(len(occupations))]
            rows.append((
                person, institution, program, wave, str(answered), rng.choice(ACTIVITIES, p=FITTING),
                "" if rng.random() < 0.5 else employers[rng.integers(len(employers))], "",
                "" if rng.random() < 0.2 else occupation,
                "" if rng.random() < 0.1 else int(rng.choice([0, 20, 31, 32, 33, 40, 48, 120])),
                "" if rng.random() < 0.1 else amount(rng),
                "" if rng.random() < 0.15 else int(rng.integers(1, 6)), "", "", "", "",
            ))  # fmt: skip
    names = """person_id institution_code program_code wave_months responded_on activity enterprise_code job_title
        occupation_code weekly_hours monthly_income program_related satisfaction job_grade promoted leaving_reason"""
    return pd.DataFrame(rows, columns=names.split())
