"""Correct estimators recover the planted effects."""

from __future__ import annotations

import numpy as np
import pytest

from iecareer.simulation.careers import DESTINATIONS
from iecareer.simulation.graduates import COOPERATION_LOG_PAY
from iecareer.simulation.institutions import NEVER
from iecareer.simulation.insurance import contribution_bases
from iecareer.simulation.region import Region
from iecareer.simulation.registrations import FEW_UNTIL, placed_shares
from iecareer.simulation.survey import WAVES
from iecareer.simulation.timeline import COHORTS, Floats, Ints, year_of

T_975 = {9: 2.2622, 10: 2.2281, 11: 2.2010, 12: 2.1788, 13: 2.1604}


@pytest.fixture(scope="module")
def region() -> Region:
    return Region(30_000, 0, 24)


def test_contribution_bases_are_pay_in_the_prices_of_the_day(region: Region) -> None:
    jobs, months, places = region.careers.jobs, region.months, region.places
    province = jobs.province[months.job]
    floor, cap = places.base_limits(province, months.month)
    free = (months.base > floor) & (months.base < cap) & (months.month - jobs.start[months.job] < 12)
    real = months.base / places.prices(province, year_of(months.month))
    told = np.exp(jobs.log_pay[months.job])
    assert np.abs(real[free] / told[free] - 1).max() < 0.001
    main = jobs.is_main[months.job]
    assert 1 - ((months.base > floor) & (months.base < cap))[main].mean() < 0.03


def test_months_are_unique_and_end_where_the_bureaus_end(region: Region) -> None:
    months = region.months
    keys = np.column_stack([months.person, months.enterprise, months.month])
    assert len(np.unique(keys, axis=0)) == len(keys)
    newest = [str(np.array(months.month[months.coastal == c].max(), "datetime64[M]")) for c in (0, 1)]
    assert newest == ["2026-09", "2026-10"]


def test_both_sides_stand_in_every_region_class(region: Region) -> None:
    side, place = region.institutions.side, np.arange(24) % 4
    for value in range(4):
        assert {"cooperative", "non_cooperative", "mixed"} <= set(side[place == value])
    per_institution = np.bincount(region.offerings.institution)
    assert per_institution.max() <= 4
    assert np.bincount(region.offerings.program).min() >= 7


def test_program_cohorts_are_large_enough_to_publish(region: Region) -> None:
    graduates, jobs = region.graduates, region.careers.jobs
    cell = graduates.offering * len(COHORTS) + graduates.cohort - COHORTS[0]
    n_cells = len(region.offerings.size) * len(COHORTS)
    first = jobs.graduate[jobs.order == 0]
    in_time = first[(jobs.start[jobs.order == 0] - graduates.graduated[first]) <= 12]
    assert (np.bincount(cell, minlength=n_cells) >= 10).mean() > 0.95
    assert (np.bincount(cell[in_time], minlength=n_cells) >= 30).mean() > 0.6


def test_the_better_paid_answer_more_often(region: Region) -> None:
    graduates, answers = region.graduates, region.answers
    answered = np.zeros(len(graduates), bool)
    answered[answers.graduate[answers.wave == 0]] = True
    assert 0.6 < answered.mean() < 0.75
    assert graduates.residual[answered].mean() > graduates.residual[~answered].mean() + 0.03
    assert len(WAVES) == len(np.unique(answers.wave))


def test_obsolete_programs_lose_match(region: Region) -> None:
    graduates, offerings = region.graduates, region.offerings
    fallen = np.flatnonzero(offerings.obsolete_since < NEVER)
    assert 0.12 < len(fallen) / len(offerings.size) < 0.18
    job, matched = region.answers.job, region.occupations[1]
    employed = job >= 0
    offering = graduates.offering[region.answers.graduate]
    late = graduates.cohort[region.answers.graduate] >= 2024
    own = matched[job[employed & late & np.isin(offering, fallen)]].mean()
    peers = matched[job[employed & late & ~np.isin(offering, fallen)]].mean()
    assert own < peers - 0.2


def test_first_jobs_last_as_planted(region: Region) -> None:
    jobs = region.careers.jobs
    first = (jobs.order == 0) & (jobs.start < jobs.start.max() - 12)
    stayed = (jobs.end - jobs.start + 1 > 12)[first].mean()
    assert 0.66 < stayed < 0.74


@pytest.mark.parametrize(
    ("regions", "least"), [(range(4), 3), pytest.param(range(20), 18, marks=pytest.mark.slow)]
)
def test_stratified_interval_covers_the_planted_difference(regions: range, least: int) -> None:
    covered = 0
    for seed in regions:
        low, high = _stratified(Region(30_000, seed, 24))
        covered += low <= COOPERATION_LOG_PAY <= high
    assert covered >= least


def _stratified(region: Region) -> tuple[float, float]:
    """Interval of the stratified difference of true starting pay; jackknife over institutions."""
    graduates, offerings = region.graduates, region.offerings
    cohort = graduates.cohort - COHORTS[0]
    cooperates = np.zeros((24, len(COHORTS)), bool)
    for position, year in enumerate(COHORTS):
        np.logical_or.at(cooperates[:, position], offerings.institution, year >= offerings.coop_from)
    use = graduates.is_cooperative | ~cooperates[graduates.institution, cohort]
    stratum = ((graduates.program * 8 + cohort) * 4 + graduates.institution % 4) * 2 + graduates.female
    cells = (graduates.is_cooperative[use].astype(int), stratum[use], graduates.institution[use])
    shape = (2, int(stratum.max()) + 1, 24)
    n, total = np.zeros(shape), np.zeros(shape)
    np.add.at(n, cells, 1)
    np.add.at(total, cells, graduates.log_pay[use])
    value = _difference(n, total)
    left_out = np.array([_difference(np.delete(n, i, 2), np.delete(total, i, 2)) for i in range(24)])
    error = np.sqrt(23 / 24 * ((left_out - left_out.mean()) ** 2).sum())
    width = T_975[min(int((n[side].sum(0) > 0).sum()) for side in (0, 1)) - 1] * error
    return value - width, value + width


def _difference(n: Floats, total: Floats) -> float:
    size, sums = n.sum(2), total.sum(2)
    usable = (size >= 2).all(0)
    gaps = sums[1, usable] / size[1, usable] - sums[0, usable] / size[0, usable]
    weights: Ints = size[1, usable]
    return float((gaps * weights).sum() / weights.sum())


def test_contribution_limits_change_in_july(region: Region) -> None:
    june, july = (np.array([np.datetime64(m, "M").astype(int)]) for m in ("2022-06", "2022-07"))
    province = np.array([0])
    assert region.places.base_limits(province, june)[0] < region.places.base_limits(province, july)[0]
    bases = contribution_bases(region.careers.jobs, np.arange(100), np.repeat(july, 100), region.places)
    assert bases.min() >= region.places.base_limits(province, july)[0] * 0.7


def test_registrations_place_nearly_as_many_as_are_placed(region: Region) -> None:
    graduates, registrations, careers = region.graduates, region.registrations, region.careers
    shares = placed_shares(graduates, registrations)
    assert list(shares) == [str(cohort) for cohort in COHORTS]
    is_seeking = careers.destination == DESTINATIONS.index("seeking")
    assert 0.85 < min(shares.values()) <= max(shares.values()) < 1 - is_seeking.mean()
    keys = np.column_stack([registrations.graduate, registrations.registered_on])
    assert len(np.unique(keys, axis=0)) == len(keys)
    year = registrations.registered_on.astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970
    assert (year == graduates.cohort[registrations.graduate]).all()
    other = registrations.program != graduates.program[registrations.graduate]
    assert 0.001 < other.mean() < 0.01


def test_one_college_registered_few_of_its_first_cohorts(region: Region) -> None:
    graduates, registered = region.graduates, np.unique(region.registrations.graduate)
    is_registered = np.isin(np.arange(len(graduates)), registered)
    last = graduates.institution == len(region.institutions.codes) - 1
    assert is_registered[last & (graduates.cohort <= FEW_UNTIL)].mean() < 0.45
    assert is_registered[last & (graduates.cohort > FEW_UNTIL)].mean() > 0.9
