"""Jobs reported by alumni offices, of graduates without social insurance in the region."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from iecareer.simulation.careers import DESTINATIONS, Careers
from iecareer.simulation.catalogue import catalogue, parts
from iecareer.simulation.enterprises import Enterprises
from iecareer.simulation.graduates import Graduates
from iecareer.simulation.insurance import nominal_pay
from iecareer.simulation.provinces import Places
from iecareer.simulation.text_tables import pick, text_table, where
from iecareer.simulation.timeline import Ints, first_days, stream, year_of

OBSERVED_ON = np.datetime64("2026-09-30")


def spell_table(
    graduates: Graduates,
    careers: Careers,
    occupation: Ints,
    enterprises: Enterprises,
    places: Places,
    seed: int,
) -> pa.Table:
    """Record type `employment_spell`."""
    rng = stream(seed, "alumni")
    jobs = careers.jobs
    is_reported = careers.destination[jobs.graduate] == DESTINATIONS.index("reported")
    at = np.flatnonzero(is_reported & jobs.is_main & (first_days(jobs.start) + 27 <= OBSERVED_ON))
    n = len(at)
    ended_on = first_days(jobs.end[at]) + rng.integers(0, 28, n)
    # A job that starts and ends in the same month must not end before it starts.
    started_on = np.minimum(first_days(jobs.start[at]) + rng.integers(0, 28, n), ended_on)
    rows = catalogue("occupations")
    pay = nominal_pay(jobs, at, jobs.start[at], places.prices(jobs.province[at], year_of(jobs.start[at])))
    employer = np.where(
        rng.random(n) < 0.7, enterprises.codes[jobs.enterprise[at]], enterprises.names[jobs.enterprise[at]]
    )
    return text_table(
        person_id=graduates.person_id[jobs.graduate[at]],
        employer=employer,
        started_on=started_on,
        ended_on=where(np.asarray(ended_on <= OBSERVED_ON), ended_on),
        observed_on=np.full(n, OBSERVED_ON),
        monthly_wage=np.round(pay).astype(np.int64),
        job_title=pick([parts(row["titles"])[0] for row in rows], occupation[at]),
        occupation_code=where(
            rng.random(n) < 0.8, pick([row["occupation_code"] for row in rows], occupation[at])
        ),
        region_code=where(rng.random(n) < 0.9, enterprises.division[jobs.enterprise[at]]),
    )
