"""Agreements between colleges and enterprises, their yearly figures, and pledged equipment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from iecareer.simulation.enterprises import Enterprises
from iecareer.simulation.graduates import Graduates
from iecareer.simulation.institutions import (
    NEVER,
    NON_COOPERATIVE,
    SWITCH_COHORT,
    Institutions,
    Offerings,
    program_codes,
)
from iecareer.simulation.text_tables import pick, text_table, where
from iecareer.simulation.timeline import Array, Ints, stream, year_of

if TYPE_CHECKING:
    from iecareer.simulation.thresholds import Thresholds

MODES = (
    "order_class",
    "modern_apprenticeship",
    "industrial_college",
    "field_engineer",
    "internship_base",
    "research",
)
YEARS = tuple(range(2018, 2027))
HOST_SHARE = 0.1


@dataclass(frozen=True)
class Cooperation:
    """Agreements by position; `program` is -1 for agreements that cover all programs of the institution."""

    institution: Ints
    program: Ints
    enterprise: Ints
    mode: Ints
    starts_on: Array
    ends_on: Array
    host: Ints

    @property
    def identifiers(self) -> Array:
        """Agreement numbers."""
        return np.array([f"XQ{i:05d}" for i in range(len(self.institution))])

    def host_of(self, graduates: Graduates, rng: np.random.Generator) -> Ints:
        """The enterprise of the agreement for graduates it hires after training, else -1."""
        taken = graduates.is_cooperative & (rng.random(len(graduates)) < HOST_SHARE)
        return np.where(taken, self.host[graduates.offering], -1)


def build_cooperation(
    institutions: Institutions, offerings: Offerings, enterprises: Enterprises, seed: int
) -> Cooperation:
    """Build two agreements for each cooperating offering and one for all programs of a cooperating institution.

    Also build research agreements and one that begins after the last cohort left; neither makes graduates cooperative.
    """
    rng = stream(seed, "cooperation")
    rows: list[tuple[int, int, int, str, str]] = []
    for k in np.flatnonzero(offerings.coop_from < NEVER).tolist():
        start = "2020-09-01" if offerings.coop_from[k] == SWITCH_COHORT else f"{2012 + k % 3}-09-01"
        for mode in (k % 4, (k + 1 + k // 4) % 5):
            until = "2028-08-31" if k % 2 else ""
            rows.append((int(offerings.institution[k]), int(offerings.program[k]), mode, start, until))
    for i in np.flatnonzero(institutions.coop_from < NEVER).tolist():
        start = "2020-09-01" if institutions.coop_from[i] == SWITCH_COHORT else "2013-01-01"
        rows.append((i, -1, MODES.index("internship_base"), start, ""))
    for i in np.flatnonzero(institutions.side == NON_COOPERATIVE).tolist():
        rows.append((i, -1, MODES.index("research"), "2016-03-01", "2027-12-31"))
        if i % 2:
            rows.append((i, -1, MODES.index("internship_base"), "2026-03-01", ""))
    institution, program, modes, starts_on, ends_on = (np.array(column) for column in zip(*rows, strict=True))
    enterprise = enterprises.choose(institutions.province[institution], rng)
    host = np.full(len(offerings.size), -1)
    for at in np.flatnonzero(program >= 0):
        host[(offerings.institution == institution[at]) & (offerings.program == program[at])] = enterprise[at]
    return Cooperation(institution, program, enterprise, modes, starts_on, ends_on, host)


def agreement_table(
    cooperation: Cooperation, institutions: Institutions, enterprises: Enterprises
) -> pa.Table:
    """Record type `cooperation_agreement`."""
    programs = [*program_codes(len(institutions.codes)).tolist(), None]
    n = len(cooperation.mode)
    return text_table(
        agreement_id=cooperation.identifiers,
        institution_code=institutions.codes[cooperation.institution],
        program_code=pick(
            programs, np.where(cooperation.program < 0, len(programs) - 1, cooperation.program)
        ),
        enterprise_code=enterprises.codes[cooperation.enterprise],
        mode=pick(MODES, cooperation.mode),
        starts_on=cooperation.starts_on,
        ends_on=where(cooperation.ends_on != "", cooperation.ends_on),
        intern_places=10 + np.arange(n) % 7 * 10,
    )


def cooperation_year_table(cooperation: Cooperation, thresholds: Thresholds, seed: int) -> pa.Table:
    """Record type `cooperation_year`: one row per agreement and year in force."""
    rng = stream(seed, "cooperation years")
    at = np.repeat(np.arange(len(cooperation.mode)), len(YEARS))
    year = np.tile(np.array(YEARS), len(cooperation.mode))
    begun = np.array([int(text[:4]) for text in cooperation.starts_on])
    at, year = at[begun[at] <= year], year[begun[at] <= year]
    n = len(at)
    total = rng.choice([7, 9, 11], n)
    return text_table(
        agreement_id=cooperation.identifiers[at],
        year=year,
        interns_hosted=thresholds.interns(at, year, rng.poisson(30, n)),
        enterprise_teaching_hours=rng.poisson(120, n),
        board_seats_enterprise=rng.binomial(total, 0.3),
        board_seats_total=total,
        is_participating=thresholds.participating(at, year, rng.random(n) < 0.8),
        transformation_income=_incomes(np.array(cooperation.mode)[at], seed),
    )


def _incomes(mode: Ints, seed: int) -> pa.Array:
    """Income from technology developed together (CNY): some agreements of research and industrial colleges have it."""
    rng = stream(seed, "transformation income")
    develops = np.isin(mode, [MODES.index("research"), MODES.index("industrial_college")])
    amounts = np.round(np.exp(rng.normal(12.5, 1, len(mode)))).astype(np.int64)
    return where(develops & (rng.random(len(mode)) < 0.6), amounts)


def equipment_table(cooperation: Cooperation, thresholds: Thresholds, seed: int) -> pa.Table:
    """Record type `equipment_investment`: two items per agreement."""
    rng = stream(seed, "equipment")
    n = 2 * len(cooperation.mode)
    status = rng.choice(3, n, p=[0.15, 0.7, 0.15])
    pledged = rng.integers(5, 200, n) * 10_000
    months = rng.integers(48 * 12, 57 * 12, n)
    is_key, status = thresholds.equipment(
        np.repeat(np.arange(len(cooperation.mode)), 2), year_of(months), rng.random(n) < 0.4, status
    )
    return text_table(
        item_id=np.array([f"SB{i:06d}" for i in range(n)]),
        agreement_id=np.repeat(cooperation.identifiers, 2),
        is_key=is_key,
        pledged=pledged,
        delivered=np.where(status == 1, pledged, 0),
        due_on=months.astype("datetime64[M]").astype("datetime64[D]"),
        status=pick(("pending", "delivered", "failed"), status),
    )
