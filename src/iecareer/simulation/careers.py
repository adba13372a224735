"""True careers after graduation: destination and jobs of every graduate, by month."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from iecareer.simulation.cooperation import Cooperation
from iecareer.simulation.enterprises import Enterprises
from iecareer.simulation.graduates import Graduates
from iecareer.simulation.institutions import Institutions
from iecareer.simulation.provinces import Places
from iecareer.simulation.timeline import NEWEST_MONTH, Flags, Floats, Ints, month_number, stream

DESTINATIONS = ("insured", "reported", "further_study", "military", "self_employed", "freelance", "seeking")
_DESTINATION_SHARES = (0.80, 0.04, 0.07, 0.02, 0.03, 0.02, 0.02)
LATE_SHARE = 0.07
# Job duration: Weibull with a decreasing hazard; S(12) = .70, S(36) = .42, S(60) = .27 at months 12, 36 and 60.
STAY_SCALE, STAY_SHAPE = 43.5, 0.8
LAST_MONTH = month_number(NEWEST_MONTH["social_insurance_coastal"])
NEVER = LAST_MONTH + 1
_JOBS_AT_MOST = 24


@dataclass(frozen=True)
class Jobs:
    """One entry per job, sorted by graduate and start; start and end are inclusive month numbers.

    `is_main` is False for student jobs and second jobs held at the same time; `log_pay` is the logarithm of the
    real monthly pay (base-year CNY) in the job's first year.
    """

    graduate: Ints
    order: Ints
    start: Ints
    end: Ints
    province: Ints
    enterprise: Ints
    log_pay: Floats
    is_main: Flags

    def __len__(self) -> int:
        """The number of jobs."""
        return len(self.graduate)

    def take(self, at: Ints | Flags) -> Jobs:
        """The jobs at these positions."""
        return Jobs(**{field.name: getattr(self, field.name)[at] for field in fields(self)})


@dataclass(frozen=True)
class Careers:
    """`destination` (position in `DESTINATIONS`) per graduate, and all jobs."""

    destination: Ints
    jobs: Jobs


def build_careers(
    graduates: Graduates,
    institutions: Institutions,
    enterprises: Enterprises,
    cooperation: Cooperation,
    places: Places,
    seed: int,
) -> Careers:
    """Destinations and jobs of every graduate up to the newest month that any bureau reports."""
    rng = stream(seed, "careers")
    destination = rng.choice(len(DESTINATIONS), len(graduates), p=_DESTINATION_SHARES)
    destination[graduates.second >= 0] = DESTINATIONS.index("further_study")
    start = _first_starts(graduates, destination, rng)
    main = _main_jobs(graduates, institutions, enterprises, cooperation, places, start, rng)
    jobs = _join(
        [main, _student_jobs(graduates, main, enterprises, rng), _second_jobs(main, enterprises, rng)]
    )
    return Careers(destination, jobs.take(np.lexsort((jobs.enterprise, jobs.start, jobs.graduate))))


def _first_starts(graduates: Graduates, destination: Ints, rng: np.random.Generator) -> Ints:
    """Month in which the first job begins; `NEVER` for graduates without a job so far."""
    n = len(graduates)
    delay = rng.choice(7, n, p=[0.3, 0.27, 0.17, 0.11, 0.07, 0.05, 0.03])
    late = rng.random(n) < LATE_SHARE
    delay[late] = rng.integers(6, 17, int(late.sum()))
    # Some start before graduation at the enterprise that trained them.
    early = ~late & (rng.random(n) < 0.02)
    delay[early] = rng.integers(-4, 0, int(early.sum()))
    elsewhere = destination >= DESTINATIONS.index("further_study")
    delay[elsewhere] = rng.integers(22, 40, int(elsewhere.sum()))
    start = graduates.graduated + delay
    at_own = (destination >= DESTINATIONS.index("self_employed")) & (rng.random(n) < 0.5)
    start[at_own | (graduates.second >= 0) | (start > LAST_MONTH)] = NEVER
    return start


def _main_jobs(
    graduates: Graduates,
    institutions: Institutions,
    enterprises: Enterprises,
    cooperation: Cooperation,
    places: Places,
    start: Ints,
    rng: np.random.Generator,
) -> Jobs:
    """The sequence of main jobs, built for all graduates at once: first jobs, second jobs and so on."""
    n = len(graduates)
    home = institutions.province[graduates.institution]
    province = np.where(rng.random(n) < 0.82, home, rng.integers(0, len(places.codes), n))
    host = cooperation.host_of(graduates, rng)
    rounds: list[Jobs] = []
    at = np.flatnonzero(start < NEVER)
    while len(at) and len(rounds) < _JOBS_AT_MOST:
        order = len(rounds)
        enterprise = enterprises.choose(province[at], rng)
        if order == 0:
            enterprise = np.where(host[at] >= 0, host[at], enterprise)
        place = enterprises.province[enterprise]
        stay = np.ceil(STAY_SCALE * rng.exponential(1, len(at)) ** (1 / STAY_SHAPE)).astype(np.int64)
        years = np.maximum(start[at] - graduates.graduated[at], 0) // 12
        pay = graduates.log_pay[at] + places.wage_level[place] + 0.035 * years + 0.02 * min(order, 4)
        end = start[at] + np.maximum(stay, 1) - 1
        rounds.append(
            Jobs(at, np.full(len(at), order), start[at], end, place, enterprise, pay, np.ones(len(at), bool))
        )
        start[at] = np.maximum(end + 1 + _gaps(len(at), rng), start[at] + 1)
        moves = at[rng.random(len(at)) < 0.1]
        province[moves] = rng.integers(0, len(places.codes), len(moves))
        at = at[start[at] <= LAST_MONTH]
    return _join(rounds)


def _gaps(n: int, rng: np.random.Generator) -> Ints:
    """Months between two jobs: often none, sometimes an overlap of one month or a long break."""
    kind = rng.random(n)
    short = rng.geometric(0.35, n)
    return np.select([kind < 0.06, kind < 0.5, kind < 0.95], [-1, 0, short], rng.integers(10, 30, n))


def _student_jobs(
    graduates: Graduates, main: Jobs, enterprises: Enterprises, rng: np.random.Generator
) -> Jobs:
    """Jobs held while studying that end at graduation, or at most the month after."""
    first = main.take(main.order == 0)
    able = first.take(first.start >= graduates.graduated[first.graduate])
    able = able.take(rng.random(len(able)) < 0.05)
    graduated = graduates.graduated[able.graduate]
    n = len(able)
    start = graduated - rng.integers(3, 12, n)
    end = graduated + rng.integers(-2, 2, n)
    other = enterprises.choose(able.province, rng)
    return Jobs(
        able.graduate, np.full(n, -1), start, end, able.province, other, able.log_pay - 0.4, np.zeros(n, bool)
    )


def _second_jobs(main: Jobs, enterprises: Enterprises, rng: np.random.Generator) -> Jobs:
    """Second jobs, held in parallel with a main job that began earlier."""
    able = main.take((main.end - main.start >= 6) & (rng.random(len(main)) < 0.03))
    n = len(able)
    start = able.start + rng.integers(3, 6, n)
    end = start + rng.integers(2, 10, n)
    other = enterprises.choose(able.province, rng)
    return Jobs(
        able.graduate, able.order, start, end, able.province, other, able.log_pay - 0.5, np.zeros(n, bool)
    )


def _join(several: list[Jobs]) -> Jobs:
    return Jobs(**{f.name: np.concatenate([getattr(jobs, f.name) for jobs in several]) for f in fields(Jobs)})
