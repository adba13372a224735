"""Jobs with known durations, as told jobs (`employment_spell`): duration and event are then exact."""

from __future__ import annotations

import random
from typing import Any

FIRST_MONTH = 2010 * 12 + 6
LEUKEMIA = "9000000001"
RANDOM = "9000000002"
UNDIVIDED = "9000000004"


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


def undivided_jobs() -> dict[str, list[dict[str, Any]]]:
    """The same jobs at an institution that teaches the five programs as one."""
    return as_jobs(UNDIVIDED, [("460200", months, is_event) for _, months, is_event in random_durations()])


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
                "region_code": "330100",
                "monthly_wage": 3000 + number * 37 % 4001,
            }
        )
    return {"graduate": graduates, "employment_spell": jobs}


# Months to relapse (1), death in remission (2) or the end of follow-up (0) after a transplantation of bone marrow:
# Scrucca, Santucci and Aversa, Bone Marrow Transplantation 40 (2007) 381-387.
TRANSPLANTS = (
    "13:2 1:1 72:0 7:2 8:2 67:0 9:2 5:2 70:0 4:0 7:0 68:0 1:2 10:2 7:2 3:1 4:1 4:1 3:1 3:1 22:2 8:1 2:2 0:2 0:1 "
    "35:0 35:0 4:2 14:2 26:2 3:2 2:0 8:0 32:0 12:1"
)
COMPETING = "9000000003"
REASONS = {1: "voluntary", 2: "dismissed"}


def transplant_jobs() -> dict[str, list[dict[str, Any]]]:
    """The transplantations as jobs, a month longer than told: nobody leaves a job after no month."""
    told = [tuple(int(part) for part in pair.split(":")) for pair in TRANSPLANTS.split()]
    return with_reasons(COMPETING, [("460300", months + 1, cause) for months, cause in told])


def untied_causes() -> list[tuple[str, int, int]]:
    """Forty durations without ties, each ended for one of two reasons or censored."""
    generator = random.Random(11)
    durations = generator.sample(range(1, 60), 40)
    return [("460301", months, generator.choice((0, 1, 1, 2, 2))) for months in durations]


def with_reasons(institution: str, causes: list[tuple[str, int, int]]) -> dict[str, list[dict[str, Any]]]:
    """Jobs of (program, months, cause; 0 is censored), and the answer of the month after that tells the reason."""
    tables = as_jobs(institution, [(program, months, cause > 0) for program, months, cause in causes])
    answers = []
    for number, (program, months, cause) in enumerate(causes):
        after = FIRST_MONTH + months
        answers.append(
            {
                "person_key": f"{institution}:{number}",
                "institution_code": institution,
                "program_code": program,
                "wave_months": 6,
                "responded_on": f"{after // 12:04d}-{after % 12 + 1:02d}-20",
                "activity": "seeking",
                "leaving_reason": REASONS.get(cause),
            }
        )
    return tables | {"followup_response": answers}
