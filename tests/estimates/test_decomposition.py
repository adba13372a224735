"""A gap split into composition and structure: what must hold exactly, and what intervals promise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from planted_sample import Plan, dense, planted

from iecareer.estimates.decomposition import REFERENCES, Decomposition, decompose
from iecareer.estimates.sample import Sample

PLAN = Plan(institutions=24, graduates=40)


def by_word(sample: Sample) -> list[str]:
    return [name.split(" ")[0] for name in sample.names]


@pytest.fixture(scope="module")
def sample() -> Sample:
    return dense(planted(1, PLAN))


@pytest.mark.parametrize("reference", REFERENCES)
def test_parts_add_up(sample: Sample, reference: str) -> None:
    gap, composition, structure, *parts = decompose(sample, by_word(sample), reference).parts
    sides = [
        np.average(sample.mean[:, 0], weights=sample.n * (sample.is_treated == side))
        for side in (True, False)
    ]

    assert gap == pytest.approx(sides[0] - sides[1], rel=1e-12)
    assert composition + structure == pytest.approx(gap, rel=1e-12)
    assert sum(parts) == pytest.approx(composition, rel=1e-9)
    # Score, region and group all differ between the sides and move pay: nothing here is empty.
    assert min(abs(composition), abs(structure)) > 0.001


def test_errors_are_those_of_leaving_out_each_institution(sample: Sample) -> None:
    found = decompose(sample, by_word(sample))
    left = []
    for each in np.unique(sample.institution):
        stays = sample.institution != each
        left.append(
            decompose(
                Sample(
                    sample.covariates[stays],
                    sample.names,
                    sample.is_treated[stays],
                    sample.n[stays],
                    sample.mean[stays],
                    sample.institution[stays],
                ),
                by_word(sample),
            ).parts
        )
    count = len(left)
    expected = np.sqrt((count - 1) / count * ((np.array(left) - np.mean(left, axis=0)) ** 2).sum(axis=0))

    assert found.standard_errors == pytest.approx(expected, rel=1e-9)


def test_units_and_left_out_categories_change_no_part(sample: Sample) -> None:
    found = decompose(sample, by_word(sample))
    other = decompose(replace(sample, covariates=5 - 3 * sample.covariates), by_word(sample))
    # Region classes counted from another one than the first.
    at = [i for i, name in enumerate(sample.names) if name.startswith("region_class")]
    turned = sample.covariates.copy()
    turned[:, at[0]] = 1 - sample.covariates[:, at].sum(axis=1)
    also = decompose(replace(sample, covariates=turned), by_word(sample))

    assert other.parts == pytest.approx(found.parts, rel=1e-9, abs=1e-11)
    assert also.parts == pytest.approx(found.parts, rel=1e-9, abs=1e-11)


def test_a_category_that_only_one_side_has_stops_nothing(sample: Sample) -> None:
    odd = np.column_stack([sample.covariates, sample.is_treated & (sample.institution < 12)])
    found = decompose(
        replace(sample, covariates=odd, names=(*sample.names, "odd one")), [*by_word(sample), "odd"]
    )

    assert np.isfinite(found.parts).all()
    assert np.isfinite(found.standard_errors).all()
    # Nothing tells what the category is worth: it explains nothing.
    assert found.parts[-1] == pytest.approx(0, abs=1e-3)


def test_rounding_stays_rounding(sample: Sample) -> None:
    """A last digit of the outcome moves no error beyond it, though two covariates say the same."""
    same = replace(
        sample,
        covariates=np.column_stack([sample.covariates, sample.covariates[:, -2:].sum(axis=1)]),
        names=(*sample.names, "sum"),
    )
    words = by_word(same)
    found = decompose(same, words)
    last_digit = np.random.default_rng(3).choice([-1e-14, 1e-14], sample.mean.shape)
    other = decompose(replace(same, mean=same.mean * (1 + last_digit)), words)

    assert other.parts == pytest.approx(found.parts, rel=1e-9, abs=1e-11)
    assert other.standard_errors == pytest.approx(found.standard_errors, rel=1e-9, abs=1e-11)


def covers(found: Decomposition, truth: float) -> bool:
    reach = found.quantile * found.standard_errors[2]
    return bool(abs(found.parts[2] - truth) <= reach)


def test_the_planted_difference_is_the_structure() -> None:
    """Pay is planted linear, so what composition leaves is the planted difference."""
    samples = [planted(seed, Plan()) for seed in range(7000, 7060)]
    found = [decompose(sample, by_word(sample)) for sample in samples]
    single = [
        decompose(replace(sample, institution=np.arange(len(sample.n))), by_word(sample))
        for sample in samples[:15]
    ]

    assert np.mean([each.parts[2] for each in found]) == pytest.approx(Plan().difference, abs=0.01)
    assert np.mean([covers(each, Plan().difference) for each in found]) >= 0.88
    # Institutions ignored, the errors are far too small.
    assert np.mean([each.standard_errors[2] for each in single]) < 0.6 * np.mean(
        [each.standard_errors[2] for each in found]
    )
