"""Jobs with known durations, as told jobs (`employment_spell`): duration and event are then exact."""

from __future__ import annotations

import random
from typing import Any

FIRST_MONTH = 2010 * 12 + 6
LEUKEMIA = "9000000001"
RANDOM = "9000000002"


def leukemia_jobs() -> dict[str, list[dict[str, Any]]]:
    """The remission times of lifelines' leukemia data as jobs; the group is the program code."""
    from lifelines.datasets import load_leukemia

    data = load_leukemia()
    durations = [
        (f"46010{rx}", int(t), bool(e)) for t, e, rx in zip(data.t, data.status, data.Rx, strict=True)
    ]
    return as_jobs(LEUKEMIA, durations)


def random_durations() -> list[tuple[str, int, bool]]:
    """400 durations of five programs, half of them censored, with many ties."""
    generator = random.Random(7)
    return [
        (f"46020{generator.randrange(5)}", 1 + int(generator.expovariate(1 / 30)), generator.random() < 0.5)
        for _ in range(400)
    ]


def random_jobs() -> dict[str, list[dict[str, Any]]]:
    """`random_durations` as jobs."""
    return as_jobs(RANDOM, random_durations())


def as_jobs(institution: str, durations: list[tuple[str, int, bool]]) -> dict[str, list[dict[str, Any]]]:
    """Graduates of July 2010 with one job each of (program, months, whether it ended)."""
    graduates, jobs = [], []
    for number, (program, months, is_event) in enumerate(durations):
        person = f"{institution}:{number}"
        last = FIRST_MONTH + months - 1
        ended_on = f"{last // 12:04d}-{last % 12 + 1:02d}-15"
        graduates.append(
            {
                "person_key": person,
                "institution_code": institution,
                "program_code": program,
                "enrolled_on": "2007-09-01",
                "graduated_on": "2010-07-01",
                "sex": "female",
            }
        )
        jobs.append(
            {
                "person_key": person,
                "employer": "E",
                "started_on": "2010-07-01",
                "ended_on": ended_on if is_event else None,
                "observed_on": ended_on,
            }
        )
    return {"graduate": graduates, "employment_spell": jobs}
