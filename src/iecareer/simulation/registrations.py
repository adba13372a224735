"""Destinations as colleges register them: a first registration by the end of August, and changes until December."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from iecareer.contracts import record_type
from iecareer.simulation.careers import DESTINATIONS, Careers
from iecareer.simulation.catalogue import catalogue, parts
from iecareer.simulation.enterprises import Enterprises
from iecareer.simulation.graduates import Graduates
from iecareer.simulation.institutions import Institutions, Offerings, program_codes
from iecareer.simulation.text_tables import pick, text_table, where
from iecareer.simulation.timeline import Flags, Ints, stream

_DESTINATION = next(c for c in record_type("destination_registration").columns if c.name == "destination")
REGISTERED = _DESTINATION.allowed
_WORK = [REGISTERED.index(name) for name in ("agreement", "labour_contract", "other_employment")]
NOT_PLACED = ("seeking", "preparing_study", "other_none")
NEVER_REGISTERED = 0.03
UNDER_ANOTHER_PROGRAM = 0.005
# The last college registers few of its first cohorts, so that its figures of these years are not comparable.
FEW_REGISTERED = 0.35
FEW_UNTIL = 2019
# What a true destination is registered as.
_REGISTERED_AS = {
    "insured": {"agreement": 0.45, "labour_contract": 0.4, "other_employment": 0.11, "local_project": 0.02,
                "national_project": 0.01, "research_assistant": 0.01},
    "reported": {"other_employment": 0.6, "labour_contract": 0.4},
    "further_study": {"further_study": 0.9, "abroad": 0.1},
    "military": {"conscript": 1.0},
    "self_employed": {"self_employed": 1.0},
    "freelance": {"freelance": 1.0},
    "seeking": {"seeking": 0.7, "preparing_study": 0.2, "other_none": 0.1},
}  # fmt: skip
_STILL_SEEKING = 0.15
_FOUND_LATER = 0.6


@dataclass(frozen=True)
class Registrations:
    """One entry per registration, ordered by graduate and day; `program` is the one it was registered under."""

    graduate: Ints
    program: Ints
    destination: Ints
    registered_on: Ints


def build_registrations(
    graduates: Graduates, institutions: Institutions, offerings: Offerings, careers: Careers, seed: int
) -> Registrations:
    """Registrations of all graduations, days as numbers since January 1970."""
    rng = stream(seed, "registrations")
    n = len(graduates)
    final = _registered_as(careers.destination, rng)
    seeking = REGISTERED.index("seeking")
    is_placed = ~np.isin(final, [REGISTERED.index(name) for name in NOT_PLACED])
    was_seeking = is_placed & (rng.random(n) < _STILL_SEEKING)
    is_found = was_seeking & (rng.random(n) < _FOUND_LATER)
    days = graduates.graduated_on.astype("datetime64[D]").astype(np.int64)
    new_year = (graduates.cohort - 1969).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)
    first_on = np.minimum(days + rng.integers(0, 66, n), new_year - 1)
    later_on = np.minimum(first_on + rng.integers(20, 120, n), new_year - 1)
    is_registered = _is_registered(graduates, institutions, rng)
    program = _registered_under(graduates, offerings, rng)
    firsts = np.flatnonzero(is_registered)
    laters = np.flatnonzero(is_registered & is_found & (later_on > first_on))
    first = Registrations(
        firsts, program[firsts], np.where(was_seeking, seeking, final)[firsts], first_on[firsts]
    )
    later = Registrations(laters, program[laters], final[laters], later_on[laters])
    return _joined(first, later)


def placed_shares(graduates: Graduates, registrations: Registrations) -> dict[str, float]:
    """Share of each cohort's graduates whose newest registration of the year says that they are placed."""
    newest = np.full(len(graduates), -1)
    newest[registrations.graduate] = registrations.destination  # ordered by day: the last one stays
    not_placed = [REGISTERED.index(name) for name in NOT_PLACED]
    is_placed = (newest >= 0) & ~np.isin(newest, not_placed)
    return {
        str(cohort): round(float(is_placed[graduates.cohort == cohort].mean()), 4)
        for cohort in np.unique(graduates.cohort)
    }


def registration_table(
    registrations: Registrations,
    graduates: Graduates,
    institutions: Institutions,
    careers: Careers,
    occupation: Ints,
    enterprises: Enterprises,
) -> pa.Table:
    """Record type `destination_registration`; employers and jobs are those of the first job after graduation."""
    own = registrations.graduate
    job = _first_job(graduates, careers)[own]
    at_employer = job >= 0
    at_employer &= np.isin(registrations.destination, _WORK)
    held = np.where(at_employer, job, 0)
    enterprise = careers.jobs.enterprise[held]
    rows = catalogue("occupations")
    return text_table(
        person_id=graduates.person_id[own],
        institution_code=institutions.codes[graduates.institution[own]],
        program_code=program_codes(len(institutions.codes))[registrations.program],
        registered_on=registrations.registered_on.astype("datetime64[D]"),
        destination=pick(REGISTERED, registrations.destination),
        enterprise_code=where(at_employer, enterprises.codes[enterprise]),
        job_title=where(at_employer, pick([parts(row["titles"])[0] for row in rows], occupation[held])),
        occupation_code=where(at_employer, pick([row["occupation_code"] for row in rows], occupation[held])),
        region_code=where(at_employer, enterprises.division[enterprise]),
    )


def said(destination: Ints, *, as_names: bool) -> pa.Array:
    """The ministry's name or code of each destination."""
    codes = {value: code for code, value in _DESTINATION.codes}
    return pick(_DESTINATION.labels if as_names else [codes[value] for value in REGISTERED], destination)


def _registered_as(destination: Ints, rng: np.random.Generator) -> Ints:
    """Position in `REGISTERED` of each true destination."""
    luck = rng.random(len(destination))
    registered = np.zeros(len(destination), np.int64)
    for position, name in enumerate(DESTINATIONS):
        shares = _REGISTERED_AS[name]
        bounds = np.cumsum(list(shares.values()))
        kinds = np.array([REGISTERED.index(kind) for kind in shares])
        own = destination == position
        registered[own] = kinds[np.minimum(np.searchsorted(bounds, luck[own], "right"), len(kinds) - 1)]
    return registered


def _is_registered(graduates: Graduates, institutions: Institutions, rng: np.random.Generator) -> Flags:
    luck = rng.random(len(graduates))
    is_poor = (graduates.institution == len(institutions.codes) - 1) & (graduates.cohort <= FEW_UNTIL)
    return np.asarray(np.where(is_poor, luck < FEW_REGISTERED, luck >= NEVER_REGISTERED))


def _registered_under(graduates: Graduates, offerings: Offerings, rng: np.random.Generator) -> Ints:
    """The program of each graduation, of some another program of the institution."""
    program = graduates.program.copy()
    wrong = np.flatnonzero(rng.random(len(graduates)) < UNDER_ANOTHER_PROGRAM)
    other = rng.random(len(wrong))
    for place, luck in zip(wrong, other, strict=True):
        offered = offerings.program[offerings.institution == graduates.institution[place]]
        program[place] = offered[int(luck * len(offered))]
    return program


def _first_job(graduates: Graduates, careers: Careers) -> Ints:
    """Position of each graduation's first main job, or -1."""
    job = np.full(len(graduates), -1)
    firsts = np.flatnonzero(careers.jobs.is_main & (careers.jobs.order == 0))
    job[careers.jobs.graduate[firsts]] = firsts
    return job


def _joined(first: Registrations, later: Registrations) -> Registrations:
    graduate = np.concatenate([first.graduate, later.graduate])
    order = np.lexsort((np.repeat([0, 1], [len(first.graduate), len(later.graduate)]), graduate))
    return Registrations(
        graduate[order],
        np.concatenate([first.program, later.program])[order],
        np.concatenate([first.destination, later.destination])[order],
        np.concatenate([first.registered_on, later.registered_on])[order],
    )
