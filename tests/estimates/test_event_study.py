"""Cohorts before and after a change: planted effects are found where a regression on years misses them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from scipy.stats import t

from iecareer.estimates.event_study import Event, Panel, study

YEARS = 10
WINDOW = 4


@dataclass(frozen=True)
class Planted:
    """A panel, and what was added to each program and cohort."""

    panel: Panel
    effect: np.ndarray

    @property
    def truth(self) -> float:
        """Mean effect over the cohorts after a change, by people."""
        after = self.effect_time
        seen = (after >= 0) & (after <= WINDOW)
        return float(np.average(self.effect[seen], weights=self.panel.n[seen]))

    @property
    def effect_time(self) -> np.ndarray:
        return np.arange(YEARS) + self.panel.first_year - self.panel.changed[:, None]


def planted(seed: int, growth: float, share: float = 0.35, institutions: int = 40) -> Planted:
    """Three programs at each institution; effects grow with every cohort, four times as fast if changed early.

    Programs of a code share good and bad years, and so do those of an institution.
    """
    rng = np.random.default_rng(seed)
    institution = np.repeat(np.arange(institutions), 3)
    code = np.concatenate([rng.choice(6, 3, replace=False) for _ in range(institutions)])
    units = len(institution)
    n = np.maximum(8, rng.lognormal(3.4, 0.5, (units, 1))) * np.ones((units, YEARS))
    changed = 2010 + np.where(rng.random(units) < share, rng.choice([3.0, 4, 7, 8], units), np.inf)
    years_of_code = rng.normal(0, 0.03, (6, YEARS)).cumsum(axis=1)[code]
    years_of_institution = rng.normal(0, 0.03, (institutions, YEARS))[institution]
    noise = rng.normal(0, 0.4, (units, YEARS)) / np.sqrt(n)
    own = rng.normal(0, 0.1, (units, 1))
    time = np.arange(YEARS) + 2010 - changed[:, None]
    pace = np.where(changed < 2015, 2.0, 0.5)[:, None]
    effect = np.where(time >= 0, growth * pace * (1 + np.where(time >= 0, time, 0)), 0.0)
    value = own + years_of_code + years_of_institution + noise + effect
    return Planted(Panel(value, n, 2010, institution, [code], changed, changed), effect)


def overall(panel: Panel) -> Event:
    return study(panel, 5, WINDOW)[-1]


def covers(event: Event, truth: float) -> bool:
    return bool(abs(event.estimate - truth) <= t.ppf(0.975, event.freedom) * event.standard_error)


def two_way(panel: Panel) -> float:
    """The coefficient of 'has changed' in a regression on programs and years, by people."""
    n = panel.n / panel.n.sum()
    has_changed = (np.arange(YEARS) + panel.first_year >= panel.changed[:, None]).astype(float)
    rest = has_changed
    for _ in range(200):
        rest = rest - (rest * n).sum(axis=1, keepdims=True) / n.sum(axis=1, keepdims=True)
        rest = rest - (rest * n).sum(axis=0, keepdims=True) / n.sum(axis=0, keepdims=True)
    return float((n * rest * panel.value).sum() / (n * rest * has_changed).sum())


def test_effects_that_grow_are_found_where_a_two_way_regression_is_biased() -> None:
    draws = [planted(seed, growth=0.03, share=0.65) for seed in range(40)]
    truth = np.mean([each.truth for each in draws])
    ours = np.mean([overall(each.panel).estimate for each in draws])
    theirs = np.mean([two_way(each.panel) for each in draws])

    assert ours == pytest.approx(truth, rel=0.06)
    assert theirs < 0.8 * truth


def test_every_cohort_after_the_change_has_its_own_effect_and_none_before() -> None:
    draws = [planted(seed, growth=0.02) for seed in range(40)]
    found = [{event.time: event for event in study(each.panel, 5, WINDOW)} for each in draws]

    for time in (-4, -3, -2, 0, 1, 2, 3, 4):
        truths = [
            np.average(each.effect[at], weights=each.panel.n[at])
            for each in draws
            for at in [each.effect_time == time]
        ]
        estimates = [events[time].estimate for events in found]
        assert np.mean(estimates) == pytest.approx(np.mean(truths), abs=0.012)
    assert all(-1 not in events for events in found)


def test_intervals_hold_the_truth_and_nothing_is_found_where_nothing_is() -> None:
    held, rejected = [], []
    for seed in range(150):
        some = planted(1000 + seed, growth=0.02)
        held.append(covers(overall(some.panel), some.truth))
        rejected.append(not covers(overall(planted(2000 + seed, growth=0.0).panel), 0.0))

    assert 0.92 <= np.mean(held) <= 0.99
    assert np.mean(rejected) <= 0.065


def test_a_common_shock_of_peers_and_the_level_of_a_program_change_nothing() -> None:
    each = planted(3, growth=0.02)
    before = overall(each.panel)
    rng = np.random.default_rng(0)
    shocks = rng.normal(0, 1, (6, YEARS))[each.panel.peer_codes[0]] + rng.normal(0, 1, (len(each.panel.n), 1))
    after = overall(replace(each.panel, value=each.panel.value + shocks))

    assert after.estimate == pytest.approx(before.estimate, abs=1e-9)
    assert after.standard_error == pytest.approx(before.standard_error, abs=1e-9)


def test_a_program_that_has_changed_is_never_a_comparison() -> None:
    each = planted(4, growth=0.02)
    late = np.flatnonzero(np.isin(each.panel.changed, (2017, 2018)))[0]
    spoilt = each.panel.value.copy()
    spoilt[late, int(each.panel.changed[late]) - 2010 :] += 100
    values = (each.panel.value, spoilt)
    assert len({round(overall(replace(each.panel, value=value)).estimate, 6) for value in values}) == 2

    # Of programs changed by 2014 the late one is a comparison until it changes, and no longer.
    early = np.where(each.panel.changed < 2015, each.panel.changed, np.inf)
    one, other = (overall(replace(each.panel, changed=early, value=value)) for value in values)
    assert one.n_comparison > 20
    assert other.estimate == pytest.approx(one.estimate, abs=1e-12)


def test_errors_are_those_of_leaving_out_each_institution() -> None:
    panel = planted(5, growth=0.02, institutions=16).panel
    # With one peer as a minimum, leaving out an institution changes nobody's grouping.
    found = study(panel, 1, WINDOW)[-1]
    left = []
    for each in range(16):
        stays = panel.institution != each
        kept = replace(
            panel,
            value=panel.value[stays],
            n=panel.n[stays],
            institution=panel.institution[stays],
            peer_codes=[panel.peer_codes[0][stays]],
            changed=panel.changed[stays],
            unchanged_before=panel.unchanged_before[stays],
        )
        left.append(study(kept, 1, WINDOW)[-1].estimate)
    expected = np.sqrt(15 / 16 * ((np.array(left) - np.mean(left)) ** 2).sum())

    assert found.standard_error == pytest.approx(expected, rel=1e-9)


def test_too_few_peers_of_the_code_take_the_next_grouping_or_none() -> None:
    panel = planted(6, growth=0.02).panel
    alone = replace(panel, peer_codes=[np.arange(len(panel.n))])
    assert study(alone, 5, WINDOW) == []

    coarser = replace(panel, peer_codes=[np.arange(len(panel.n)), panel.peer_codes[0]])
    assert study(coarser, 5, WINDOW) == study(panel, 5, WINDOW)


def test_programs_weigh_as_many_as_graduate_from_them() -> None:
    """Two changed programs of 90 and 30 gain .1 and .5: .2 for a graduate, .3 for a program."""
    changed = np.array([2015.0, 2015.0, *[np.inf] * 6])
    gains = np.array([0.1, 0.5, *[0.0] * 6])[:, None]
    value = np.where(np.arange(2010, 2020) >= changed[:, None], gains, 0.0)
    n = np.array([90.0, 30.0, *[40.0] * 6])[:, None] * np.ones((8, YEARS))
    panel = Panel(value, n, 2010, np.arange(8), [np.zeros(8, dtype=np.intp)], changed, changed)

    assert overall(panel).estimate == pytest.approx(0.2, abs=1e-12)


def test_other_programs_of_the_own_institution_are_no_peers() -> None:
    panel = planted(9, growth=0.02).panel
    changed = np.flatnonzero(np.isfinite(panel.changed))[:1]
    own = panel.institution == panel.institution[changed]
    own[changed] = False
    code = panel.peer_codes[0].copy()
    code[own] = code[changed]
    only = np.where(np.arange(len(code)) == changed, panel.changed, np.inf)
    before = replace(panel, changed=only, unchanged_before=only, peer_codes=[code])
    after = replace(before, value=panel.value + np.where(own, np.arange(YEARS)[:, None], 0.0).T)

    assert [event.estimate for event in study(after, 1, WINDOW)] == [
        event.estimate for event in study(before, 1, WINDOW)
    ]


def test_a_missing_cohort_before_the_change_leaves_the_program_out() -> None:
    panel = planted(7, growth=0.02).panel
    changed = np.flatnonzero(np.isfinite(panel.changed))
    value = panel.value.copy()
    value[changed[0], int(panel.changed[changed[0]]) - 2011] = np.nan
    before, after = overall(panel), overall(replace(panel, value=value))

    assert after.n_changed == before.n_changed - 1
    assert np.isfinite([after.estimate, after.standard_error]).all()


def test_nobody_changed_is_no_event() -> None:
    panel = planted(8, growth=0.0, share=0.0).panel

    assert study(panel, 5, WINDOW) == []
