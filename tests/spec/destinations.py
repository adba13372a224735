"""Graduates of several institutions and where they work, at a wave that no text table uses."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

WAVE = 60
GROUPS = ("7101", "7102", "7103")
INSTITUTIONS = tuple(f"80000000{number:02d}" for number in range(6))
OCCUPATIONS = tuple(f"9-{number:02d}" for number in range(12))
# Group 7103 draws its occupations by chance alone; the others have favourites of their own.
BY_CHANCE = "7103"

Place = tuple[str, str, str]


def destinations() -> list[Place]:
    """(institution, group, occupation) of 1,500 graduates."""
    generator = random.Random(5)
    places = []
    for _ in range(1500):
        group = generator.choice(GROUPS)
        favourites = [] if group == BY_CHANCE else list(OCCUPATIONS[3 * GROUPS.index(group) :][:3])
        occupation = generator.choice(favourites if favourites and generator.random() < 0.3 else OCCUPATIONS)
        places.append((generator.choice(INSTITUTIONS), group, occupation))
    return places


def destination_tables() -> dict[str, list[dict[str, Any]]]:
    """The same as delivered rows."""
    graduates, answers = [], []
    for number, (institution, group, occupation) in enumerate(destinations()):
        key = {"person_key": f"d{number}", "institution_code": institution, "program_code": f"{group}01"}
        graduates.append(
            key
            | {"enrolled_on": "2013-09-01", "graduated_on": "2016-06-30", "sex": "female"}
            | {"study_level": "higher_vocational"}
        )
        answers.append(
            key
            | {"wave_months": WAVE, "responded_on": "2021-07-15", "activity": "employed"}
            | {"occupation_code": occupation, "program_related": 1 + number % 5}
        )
    return {"graduate": graduates, "followup_response": answers}


def typical(places: list[Place], place: Place) -> bool:
    """Whether a place's occupation is a typical destination of its group, by counting people one by one."""
    from statistics import NormalDist

    institution, group, occupation = place
    outside = [(g, o) for i, g, o in places if i != institution]
    in_group, in_occupation = Counter(g for g, _ in outside), Counter(o for _, o in outside)
    hits, n = Counter(outside)[(group, occupation)], in_group[group]
    overall, z = in_occupation[occupation] / len(outside), NormalDist().inv_cdf(0.95)
    p = hits / n
    bound = (p + z * z / (2 * n) - z * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5) / (1 + z * z / n)
    return hits >= 10 and p / overall >= 1.5 and bound > overall
