"""The reference itself agrees with the acceptance region, which neither it nor the house has made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from tests.oracle.agreement import KEYS, disagreements
from tests.oracle.deliveries import Delivery, read_folder, receive
from tests.oracle.indicators import indicators

AS_OF = date(2026, 11, 21)


@pytest.mark.slow
@pytest.mark.parametrize("expected", ["expected", "expected_late"])
def test_the_acceptance_region(shared: Callable[[str], Path], expected: str) -> None:
    region = shared("acceptance") / "region"
    folders = ["exchange", "late"] if expected == "expected_late" else ["exchange"]
    received = receive([Delivery(AS_OF, read_folder(region / folder)) for folder in folders], AS_OF)
    counts = pd.read_parquet(region / expected / "delivery.parquet").set_index("record_type")
    for record_type, (n_in, n_quarantined) in received.counts.items():
        # The expected table still counts six answers with a bad optional cell as quarantined.
        n_emptied = 6 if record_type == "followup_response" else 0
        assert [n_in, n_quarantined + n_emptied] == counts.loc[record_type].tolist(), record_type
    found = indicators(received, AS_OF)
    for table in KEYS:
        if not (region / expected / f"{table}.parquet").exists():
            continue  # the region expects nothing of later wages
        want, got = pd.read_parquet(region / expected / f"{table}.parquet"), found[table]
        if table == "msr_job_match":
            got = got[got["definition"].isin(want["definition"])]
        assert disagreements(table, want, got).empty, table
