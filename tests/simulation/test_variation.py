"""Varied regions: what is planted there, and that the standard region has none of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from iecareer.simulation.curriculum import course_table, review_table
from iecareer.simulation.graduates import OBSOLETE_STEPS, fall_steps
from iecareer.simulation.ground_truth import describe
from iecareer.simulation.institutions import NEVER
from iecareer.simulation.region import Region
from iecareer.simulation.timeline import COHORTS
from iecareer.simulation.variation import FEWEST, MOST, STANDARD, Variation, varied

WIDE = Variation(
    begins=COHORTS[1:],
    size_log_sd=0.8,
    has_size_limits=True,
    institution_match_sd=0.03,
    n_declining_codes=1,
    changed_share=0.5,
)


@pytest.fixture(scope="module")
def region() -> Region:
    return Region(100_000, 4, 80, variation=WIDE)


def test_seeds_vary_in_courses_institutions_and_whole_codes() -> None:
    drawn = [varied(seed) for seed in range(40)]
    assert {one.has_course_sign for one in drawn} == {True, False}
    assert {one.n_declining_codes for one in drawn} == {0, 1}
    assert len({one.institution_match_sd for one in drawn}) == 3
    assert varied(7) == varied(7)


def test_falls_begin_in_any_cohort_up_to_the_newest(region: Region) -> None:
    begun = region.offerings.obsolete_since[region.offerings.obsolete_since < NEVER]
    assert set(begun) == set(COHORTS[1:])
    standard = Region(100_000, 4, 80).offerings.obsolete_since
    assert standard[standard < NEVER].max() <= 2022


def test_programs_have_from_8_to_400_graduates_per_cohort(region: Region) -> None:
    size = region.offerings.size
    assert size.min() >= FEWEST
    assert size.max() <= MOST
    assert size.sum() * len(COHORTS) == pytest.approx(100_000, rel=0.05)
    assert 0.6 < np.log(size).std() < 0.9


def test_a_declining_code_falls_at_all_institutions_and_no_other_does(region: Region) -> None:
    offerings = region.offerings
    codes = {int(code) for code in offerings.program[offerings.declining_since < NEVER]}
    assert len(codes) == 1
    own = np.isin(offerings.program, list(codes))
    since = int(offerings.declining_since[own][0])
    assert (offerings.declining_since[own] == since).all()
    everyone = np.arange(len(own))
    _, whole = fall_steps(offerings, everyone, np.full(len(own), since + 2))
    assert (whole[own] == 3).all()
    assert (whole[~own] == 0).all()


def test_institutions_differ_in_match(region: Region) -> None:
    plain = replace(WIDE, institution_match_sd=0.0)
    without = Region(100_000, 4, 80, variation=plain).offerings
    added = region.offerings.match - without.match
    of_first = np.array([added[region.offerings.institution == i] for i in range(4)], dtype=object)
    assert all(np.ptp(each.astype(float)) < 1e-12 for each in of_first)
    assert 0.02 < added.std() < 0.04


def test_a_change_that_works_ends_the_fall_and_one_that_does_not_leaves_it(region: Region) -> None:
    offerings = region.offerings
    changed = np.flatnonzero(offerings.changed_from < NEVER)
    works = offerings.change_works[changed]
    assert 0 < works.sum() < len(works)
    steps, _ = fall_steps(offerings, changed, offerings.changed_from[changed] + 3)
    assert (steps[works] == 0).all()
    assert (steps[~works] == OBSOLETE_STEPS).all()


def test_a_changed_curriculum_is_a_new_version_of_every_course_and_answered_as_done(region: Region) -> None:
    courses = course_table(
        region.offerings, region.institutions, region.cooperation, region.enterprises, region.seed
    ).to_pandas()
    offerings = region.offerings
    at = int(np.flatnonzero((offerings.changed_from - 3 <= 2024) & offerings.change_works)[0])
    own = courses[courses["course_code"].str.startswith(f"K{at:03d}")]
    begun = own[own["effective_from"] == f"{offerings.changed_from[at] - 3}-09-01"]
    assert begun["course_code"].nunique() == 8
    reviews = review_table(region.offerings, region.institutions, region.seed).to_pandas()
    assert "done" in set(reviews["decision"])
    standard = Region(100_000, 4, 80)
    assert "done" not in set(
        review_table(standard.offerings, standard.institutions, 4).to_pandas()["decision"]
    )


def test_courses_without_sign_are_renewed_alike_whether_a_program_falls_or_not(region: Region) -> None:
    tables = [
        course_table(
            region.offerings,
            region.institutions,
            region.cooperation,
            region.enterprises,
            region.seed,
            has_sign=has_sign,
        ).to_pandas()
        for has_sign in (True, False)
    ]
    offerings = region.offerings
    early = np.flatnonzero((offerings.obsolete_since <= 2021) & (offerings.changed_from == NEVER))
    names = tuple(f"K{k:03d}" for k in early)
    newest = [
        table[table["course_code"].str.startswith(names)].groupby("course_code")["effective_from"].max()
        for table in tables
    ]
    assert (newest[0] < "2020").mean() > 0.6
    assert (newest[1] < "2020").mean() < 0.25


def test_truth_tells_the_variation_and_what_was_planted(region: Region) -> None:
    small = Region(2_000, 1, 24, variation=WIDE)
    planted = describe(small, {})["planted"]
    assert planted["variation"]["size_log_sd"] == 0.8
    assert len(planted["declining_codes"]) == 1
    assert any("change_works" in program for program in planted["obsolescent_programs"])
    standard = describe(Region(2_000, 1, 24), {})["planted"]
    assert standard["variation"] == STANDARD.told()
    assert standard["declining_codes"] == []
