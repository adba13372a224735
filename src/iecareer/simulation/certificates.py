"""Skill certificates of graduates, and patents, technical improvements and awards they contributed to."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from iecareer.simulation.graduates import Graduates
from iecareer.simulation.text_tables import pick, text_table
from iecareer.simulation.timeline import OBSERVED_ON, stream

LEVELS = ("junior", "intermediate", "senior")
KINDS = ("invention_patent", "utility_patent", "design_patent", "technical_improvement", "award")


def certificate_table(graduates: Graduates, seed: int) -> pa.Table:
    """Record type `skill_certificate`: about every second graduate takes one examination, around graduation."""
    rng = stream(seed, "certificates")
    at = np.flatnonzero(rng.random(len(graduates)) < 0.5)
    examined_on = graduates.graduated_on[at] + rng.integers(-200, 500, len(at))
    seen = examined_on < np.datetime64(OBSERVED_ON)
    at, examined_on = at[seen], examined_on[seen]
    n = len(at)
    return text_table(
        person_id=graduates.person_id[at],
        certificate_code=np.array(
            [f"ZJ{p:02d}{k}" for p, k in zip(graduates.program[at], at % 3, strict=True)]
        ),
        level=pick(LEVELS, rng.choice(3, n, p=[0.25, 0.6, 0.15])),
        examined_on=examined_on,
        passed=rng.random(n) < 0.74,
    )


def output_table(graduates: Graduates, seed: int) -> pa.Table:
    """Record type `innovation_output`: one row per output and contributing graduate."""
    rng = stream(seed, "outputs")
    firsts = np.flatnonzero(rng.random(len(graduates)) < 0.02)
    granted_on = graduates.graduated_on[firsts] + rng.integers(30, 1800, len(firsts))
    seen = granted_on < np.datetime64(OBSERVED_ON)
    firsts, granted_on = firsts[seen], granted_on[seen]
    shared = rng.random(len(firsts)) < 0.3
    output = np.concatenate([np.arange(len(firsts)), np.flatnonzero(shared)])
    partner = (firsts[shared] + 1) % len(graduates)
    people = graduates.person[np.concatenate([firsts, partner])]
    keep = np.ones(len(output), bool)
    keep[len(firsts) :] = people[len(firsts) :] != people[: len(firsts)][shared]
    kind = rng.choice(len(KINDS), len(firsts), p=[0.1, 0.35, 0.1, 0.25, 0.2])
    n_contributors = np.where(shared, 2, 1) + rng.integers(0, 3, len(firsts))
    output, people = output[keep], people[keep]
    return text_table(
        output_id=np.array([f"CG{i:06d}" for i in output]),
        person_id=graduates.person_id[people],
        kind=pick(KINDS, kind[output]),
        granted_on=granted_on[output],
        n_contributors=n_contributors[output],
    )
