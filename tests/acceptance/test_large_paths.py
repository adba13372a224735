"""The acceptance region lands row for row the same when every file is treated as a large one is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from iecareer.landing import land
from iecareer.landing.parse import parser
from tests.acceptance.test_acceptance_region import AS_OF, N_EMPTIED


@pytest.mark.slow
def test_every_rule_holds_where_cells_are_looked_up(
    home: Path, shared: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    region = shared("acceptance") / "region"
    monkeypatch.setattr(parser, "_FEW_ROWS", 1)
    receipts = land("exchange", [region / "exchange"], AS_OF) + land("exchange", [region / "late"], AS_OF)
    found = pd.DataFrame(receipts).groupby("record_type")[["n_in", "n_quarantined"]].sum()
    expected = pd.read_parquet(region / "expected_late" / "delivery.parquet").set_index("record_type")
    expected = expected.reindex(found.index)
    # The expected table still counts answers with a bad optional cell as quarantined.
    expected.loc["followup_response", "n_quarantined"] -= N_EMPTIED
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)
