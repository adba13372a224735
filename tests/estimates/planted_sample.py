"""Graduates of institutions that cooperate or do not, with a known difference between comparable ones.

Cooperation is decided per institution, more often in some region classes, and draws better students; region,
score and the institution itself move pay.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from iecareer.estimates.cells import sample_of
from iecareer.estimates.sample import Sample

REGIONS = np.array(["east", "central", "west", "northeast"])
REGION_PAY = np.array([0.1, 0.0, -0.05, -0.08])
REGION_ODDS = np.array([0.62, 0.5, 0.45, 0.4])


@dataclass(frozen=True)
class Plan:
    """What is planted."""

    difference: float = 0.06
    institutions: int = 60
    graduates: int = 100
    institution_sd: float = 0.05


def graduates(seed: int, plan: Plan) -> pd.DataFrame:
    """One row per graduate."""
    rng = np.random.default_rng(seed)
    region, is_cooperative = _institutions(plan.institutions, rng)
    own_pay = rng.normal(0, plan.institution_sd, plan.institutions)
    groups = np.array([rng.choice(6, 3, replace=False) for _ in range(plan.institutions)])
    size = np.maximum(10, plan.graduates * rng.lognormal(-0.08, 0.4, plan.institutions)).astype(int)
    at = np.repeat(np.arange(plan.institutions), size)
    n = len(at)
    group = groups[at, rng.integers(0, 3, n)]
    score = np.round((rng.normal(0, 1, n) + 0.3 * is_cooperative[at]) * 2) / 2
    is_female = rng.random(n) < 0.5
    cohort = rng.integers(2020, 2023, n)
    log_pay = (
        8.3 + REGION_PAY[region[at]] + 0.02 * group + 0.02 * (cohort - 2020) + 0.05 * score - 0.03 * is_female
        + own_pay[at] + plan.difference * is_cooperative[at] + rng.normal(0, 0.25, n)
    )  # fmt: skip
    return pd.DataFrame(
        {
            "institution_code": np.char.add("I", np.char.zfill(at.astype(str), 4)),
            "program_code": np.char.add("P", group.astype(str)),
            "program_group_code": np.char.add("G", group.astype(str)),
            "cohort_year": cohort,
            "is_cooperative": is_cooperative[at],
            "sex": np.where(is_female, "female", "male"),
            "region_class": REGIONS[region[at]],
            "is_local": (rng.random(n) < 0.7).astype(int),
            "age": rng.integers(20, 24, n),
            "entry_score": np.clip(score, -2.5, 2.5),
            "is_score_unknown": 0,
            "log_pay": log_pay,
        }
    )


def _institutions(count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Region class and side of each institution, both sides in every class."""
    region = np.arange(count) % 4
    is_cooperative = np.empty(count, dtype=bool)
    for each in range(4):
        members = np.flatnonzero(region == each)
        wanted = rng.binomial(len(members), REGION_ODDS[each])
        wanted = int(np.clip(wanted, 2, len(members) - 2))
        is_cooperative[members] = np.isin(np.arange(len(members)), rng.permutation(len(members))[:wanted])
    return region, is_cooperative


def counted(rows: pd.DataFrame) -> pd.DataFrame:
    """Cells, as the query over a build makes them."""
    keys = [name for name in rows.columns if name != "log_pay"]
    return (
        rows.assign(n=1.0, sum_log=rows["log_pay"], sum_cny=np.exp(rows["log_pay"]), n_limits=0.0)
        .groupby(keys, as_index=False)[["n", "sum_log", "sum_cny", "n_limits"]]
        .sum()
    )


def planted(seed: int, plan: Plan) -> Sample:
    """The sample the estimator sees."""
    return sample_of(counted(graduates(seed, plan)))


def dense(sample: Sample) -> Sample:
    """The same sample, with the covariates as an ordinary array."""
    return replace(sample, covariates=sample.columns.toarray())
