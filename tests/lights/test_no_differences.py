"""Chance alone makes hardly a program red and certain; a program that is far worse than its peers is."""

from __future__ import annotations

import random

from tests.lights.given_values import judge
from tests.lights.tables import Row, wilson

SHARES = {
    "job_match": 0.62,
    "register_employment": 0.80,
    "retention_12": 0.60,
    "certificate_pass": 0.75,
    "promotion_36": 0.45,
    "employer_satisfaction": 0.88,
}
FACTS = {"months_since_new_version": 30.0, "hours_changed": 0.4, "co_developed_hours": 0.25}
FAR_WORSE = ("job_match", "register_employment", "retention_12", "certificate_pass")
N_INSTITUTIONS, N_PROGRAMS, N_WORSE = 30, 20, 30


def program(draw: random.Random, institution: int, program_code: str, drop: float) -> list[Row]:
    """The indicators of a program whose graduates draw their outcomes with the shares above, less `drop`."""
    code = f"{institution:04d}"
    unit = {
        "scope": "program",
        "institution_code": code,
        "program_code": program_code,
        "year": 2024,
        "region_class": "east",
        "unit_id": f"program {code} {program_code}",
        "status": "ok",
    }
    rows: list[Row] = [unit | {"indicator": name, "n": 1, "value": value} for name, value in FACTS.items()]
    for name, share in SHARES.items():
        n = draw.randint(15, 150)
        true = share - drop * (name in FAR_WORSE)
        value = sum(draw.random() < true for _ in range(n)) / n
        low, high = wilson(value, n)
        rows.append(unit | {"indicator": name, "n": n, "value": value, "ci_low": low, "ci_high": high})
    return rows


def test_where_nothing_differs_hardly_a_program_is_red_and_certain() -> None:
    draw = random.Random(5)
    codes = [f"{4600 + group}{number:02d}" for group in range(4) for number in range(5)]
    rows: list[Row] = []
    for institution in range(N_INSTITUTIONS):
        for at, code in enumerate(codes):
            is_worse = institution * N_PROGRAMS + at < N_WORSE
            rows += program(draw, institution, code, 0.35 if is_worse else 0.0)
    connection = judge(rows)
    lights = connection.execute(
        "select institution_code, light, is_certain from lights.light where scope = 'program' order by 1, program_code"
    ).fetchall()
    assert len(lights) == N_INSTITUTIONS * N_PROGRAMS
    sure = [light == "red" and bool(is_certain) for _, light, is_certain in lights]
    worse, others = sure[:N_WORSE], sure[N_WORSE:]
    assert sum(others) / len(others) <= 0.05
    assert sum(worse) / len(worse) >= 0.8
