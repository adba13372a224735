"""Contribution months that the social-insurance bureaus record of the simulated jobs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from iecareer.simulation.careers import DESTINATIONS, Careers, Jobs
from iecareer.simulation.enterprises import Enterprises
from iecareer.simulation.graduates import Graduates
from iecareer.simulation.provinces import Places
from iecareer.simulation.text_tables import text_table
from iecareer.simulation.timeline import NEWEST_MONTH, Floats, Ints, first_days, month_number, stream, year_of

COASTAL_CLASSES = ("east", "northeast")
UNPAID_SHARE = 0.006
RAISE_PER_YEAR = 0.035


@dataclass(frozen=True)
class Months:
    """Contribution months, sorted by month, person and employer; keys are unique."""

    person: Ints
    enterprise: Ints
    month: Ints
    job: Ints
    base: Ints
    coastal: Ints


def contribution_months(
    graduates: Graduates, careers: Careers, enterprises: Enterprises, places: Places, seed: int
) -> Months:
    """All contribution months up to the newest month that the bureau of the workplace's province delivers."""
    rng = stream(seed, "insurance")
    jobs = careers.jobs
    is_reported = careers.destination[jobs.graduate] == DESTINATIONS.index("reported")
    job, month = _unfold(jobs, _last_seen(jobs, places), ~is_reported)
    paid = rng.random(len(job)) >= UNPAID_SHARE
    job, month = job[paid], month[paid]
    enterprise = enterprises.employer_in(jobs.enterprise[job], month)
    person = graduates.person[jobs.graduate[job]]
    _, keep = np.unique(
        (month * len(graduates) + person) * len(enterprises.codes) + enterprise, return_index=True
    )
    job, month = job[keep], month[keep]
    return Months(
        person=person[keep],
        enterprise=enterprise[keep],
        month=month,
        job=job,
        base=contribution_bases(jobs, job, month, places),
        coastal=np.isin(places.class_of[jobs.province[job]], COASTAL_CLASSES).astype(np.int64),
    )


def contribution_bases(jobs: Jobs, job: Ints, month: Ints, places: Places) -> Ints:
    """Nominal contribution base in whole CNY: pay of the month, limited to floor and cap."""
    province = jobs.province[job]
    pay = nominal_pay(jobs, job, month, places.prices(province, year_of(month)))
    floor, cap = places.base_limits(province, month)
    return np.clip(np.round(pay), floor, cap).astype(np.int64)


def nominal_pay(jobs: Jobs, job: Ints, month: Ints, prices: Floats) -> Floats:
    """Nominal monthly pay. It rises with each full year in the job."""
    years = np.maximum(month - jobs.start[job], 0) // 12
    return np.asarray(np.exp(jobs.log_pay[job] + RAISE_PER_YEAR * years) * prices)


def _last_seen(jobs: Jobs, places: Places) -> Ints:
    coastal = np.isin(places.class_of[jobs.province], COASTAL_CLASSES)
    newest = {name: month_number(month) for name, month in NEWEST_MONTH.items()}
    limit = np.where(coastal, newest["social_insurance_coastal"], newest["social_insurance_inland"])
    return np.minimum(jobs.end, limit)


def _unfold(jobs: Jobs, last: Ints, wanted: np.ndarray) -> tuple[Ints, Ints]:
    """Job position and month number of every month of the selected jobs."""
    length = np.where(wanted, np.maximum(last - jobs.start + 1, 0), 0)
    job = np.repeat(np.arange(len(jobs)), length)
    before = np.cumsum(length) - length
    return job, jobs.start[job] + np.arange(len(job)) - before[job]


def month_table(months: Months, at: Ints, graduates: Graduates, enterprises: Enterprises) -> pa.Table:
    """Record type `employment_month` for the months at these positions."""
    first, last = int(months.month.min()), int(months.month.max())
    calendar = pa.array(first_days(np.arange(first, last + 1)).astype(str).astype(object))
    return text_table(
        person_id=pa.array(graduates.person_id.astype(object)).take(pa.array(months.person[at])),
        enterprise_code=pa.array(enterprises.codes.astype(object)).take(pa.array(months.enterprise[at])),
        month=calendar.take(pa.array(months.month[at] - first)),
        contribution_base=months.base[at],
        region_code=pa.array(enterprises.division.astype(object)).take(pa.array(months.enterprise[at])),
    )
