"""Attacks on a release of today's models find nothing; on weakened releases they find what is given away."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np

from iecareer.feedback.attacks import attack, refuse_disclosing
from iecareer.feedback.attacks.files import read_tables
from tests.feedback.attacks.truth import true_counts

OF_TIME_AND_PAY = ("retention", "promotion", "starting_salary", "wage")


def test_todays_release_holds_the_bounds(invented_release: Path) -> None:
    verdict = attack(invented_release)
    assert sum(found.chance_of_small.sum() for found in verdict.counts) > 1000
    assert (verdict.n_exact, verdict.n_contradicted, verdict.n_odd) == (0, 0, 0)
    assert verdict.narrow_share <= 0.02
    refuse_disclosing(invented_release)


def test_the_possible_values_always_contain_the_true_count(
    region: duckdb.DuckDBPyConnection, invented_release: Path
) -> None:
    tables = read_tables(invented_release)
    n_counts = 0
    for found in attack(invented_release).counts:
        if not found.split.name.startswith(OF_TIME_AND_PAY):
            truth = true_counts(region, tables, found)
            assert ((found.low <= truth) & (truth <= found.high)).all(), found.split.name
            n_counts += np.count_nonzero(truth)
    assert n_counts > 1000
