"""Python and the seed of the models give the same quantiles."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from iecareer.estimates.funnel import CLIP
from iecareer.quantiles import NORMAL_975, normal, student

SEED = Path(__file__).parents[2] / "dbt_project" / "seeds" / "codes" / "student_t.csv"


def test_the_seed_of_the_models_holds_the_quantiles_of_python() -> None:
    with SEED.open(encoding="utf-8") as file:
        rows = [(row["df"], float(row["quantile_975"])) for row in csv.DictReader(file)]

    assert len(rows) > 100
    for freedom, quantile in rows:
        expected = student(0.975, float(freedom)) if freedom else normal(0.975)
        assert quantile == pytest.approx(expected, rel=1e-12)


def test_the_normal_quantile_of_95_percent_intervals() -> None:
    assert pytest.approx(1.959963984540054, rel=1e-15) == NORMAL_975


def test_deviations_are_clipped_at_the_outermost_tenth() -> None:
    assert pytest.approx(normal(0.9), rel=1e-14) == CLIP
