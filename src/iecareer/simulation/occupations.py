"""The occupation of each job: one the program trains for, or another."""

from __future__ import annotations

import numpy as np

from iecareer.simulation.careers import Jobs
from iecareer.simulation.catalogue import catalogue, parts
from iecareer.simulation.graduates import Graduates
from iecareer.simulation.timeline import Flags, Ints, stream

CORE_AMONG_MATCHED = 0.62


def job_occupations(graduates: Graduates, jobs: Jobs, seed: int) -> tuple[Ints, Flags]:
    """Occupation of each job (position in the catalogue) and whether the program trains for it.

    The first job matches with the offering's probability; two thirds of later jobs keep the first one's match.
    """
    rng = stream(seed, "occupations")
    listed, others = _lists()
    own = rng.random(len(graduates))
    luck = np.where(rng.random(len(jobs)) < 0.67, own[jobs.graduate], rng.random(len(jobs)))
    matched = luck < graduates.match[jobs.graduate]
    program = graduates.program[jobs.graduate]
    core = rng.integers(0, 3, len(jobs))
    column = np.where(rng.random(len(jobs)) < CORE_AMONG_MATCHED, core, core + 3)
    other = others[program, rng.integers(0, others.shape[1], len(jobs))]
    return np.where(matched, listed[program, column], other), matched


def _lists() -> tuple[Ints, Ints]:
    """Per program, its six listed occupations (core first) and ten that it does not train for."""
    codes = [row["occupation_code"] for row in catalogue("occupations")]
    rng = np.random.default_rng(0)
    listed, others = [], []
    for row in catalogue("programs"):
        own = [codes.index(code) for code in parts(row["core"]) + parts(row["related"])]
        # Unskilled occupations first, then others.
        rest = [i for i in range(len(codes)) if i not in own]
        plain = [i for i in rest if catalogue("occupations")[i]["required_level"] == "elementary"]
        listed.append(own)
        others.append(plain[:4] + rng.choice([i for i in rest if i not in plain], 6, replace=False).tolist())
    return np.array(listed), np.array(others)
