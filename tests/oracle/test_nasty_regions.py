"""The house and the reference make the same tables of regions that are nasty on purpose."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from iecareer.lake.manifest import record_decision
from iecareer.landing.parse import parser
from tests.oracle import differential, response, retention, spells, starting_salary
from tests.oracle.agreement import KEYS, disagreements
from tests.oracle.deliveries import Delivery, receive
from tests.oracle.holes import RETIRED, bureaus
from tests.oracle.house import land_all, marts
from tests.oracle.indicators import indicators
from tests.oracle.mess import OFFICE, SECOND, deliveries
from tests.oracle.region import region

AS_OF = date(2026, 11, 21)


def landed(seed: int, n_graduates: int, folder: Path) -> list[Delivery]:
    """Both sides have the deliveries, and count the same rows in and quarantined."""
    made = deliveries(region(seed, n_graduates), seed)
    receipts = pd.DataFrame(land_all(made, folder))
    found = receipts.groupby("record_type")[["n_in", "n_quarantined"]].sum()
    for record_type, counts in receive(made, AS_OF).counts.items():
        assert found.loc[record_type].tolist() == counts, record_type
    return made


def agree(made: list[Delivery], as_of: date, retired: dict[str, str | None] | None = None) -> None:
    want, got = indicators(receive(made, as_of, retired), as_of), marts(as_of, is_tested=True)
    for table in KEYS:
        assert len(want[table]) > 20, table
        differ = disagreements(table, want[table], got[table])
        assert differ.empty, f"{table}: {len(differ)} differ\n{differ.head(10)}"


def test_a_day_in_the_past_with_a_retired_source(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parser, "_FEW_ROWS", 100)  # lands as large files do
    made = landed(6, 600, tmp_path / "deliveries")
    past = SECOND + timedelta(days=3)
    record_decision("retire", OFFICE, reason="merged into another", decided_on=past - timedelta(days=1))
    agree(made, past, {OFFICE: None})


@pytest.mark.slow
@pytest.mark.parametrize("seed", [7, 9])
def test_bureaus_with_holes(home: Path, tmp_path: Path, seed: int) -> None:
    """Bureaus begin in different years, lose months, are replaced and close; one small office begins late."""
    made = bureaus(region(seed, 300), seed)
    land_all(made, tmp_path / "deliveries")
    for source, successor in RETIRED.items():
        record_decision("retire", source, reason="merged", decided_on=AS_OF, successor=successor)
    agree(made, AS_OF, RETIRED)


@pytest.mark.slow
def test_large_cells(home: Path, tmp_path: Path) -> None:
    agree(landed(6, 2_000, tmp_path / "deliveries"), AS_OF)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20, 26))
def test_more_regions(home: Path, tmp_path: Path, seed: int) -> None:
    agree(landed(seed, 2_000, tmp_path / "deliveries"), AS_OF)


@pytest.mark.slow
def test_a_hundred_thousand_graduates(home: Path, tmp_path: Path) -> None:
    agree(landed(101, 100_000, tmp_path / "deliveries"), AS_OF)


DEFECTS = [
    (spells, "GAP", 2, "msr_retention"),
    (spells, "FIRST_WITHIN", 11, "msr_retention"),
    (spells, "final_employer", lambda codes, succession: codes, "msr_retention"),
    (starting_salary, "FIRST_MONTHS", 2, "msr_starting_salary"),
    (starting_salary, "FULL_TIME_HOURS", 33, "msr_starting_salary"),
    (starting_salary, "CENSORED_LIMIT", 9, "msr_starting_salary"),
    (response, "FINEST_FIRST", response.FINEST_FIRST[1:], "msr_employment"),
    (differential, "ENOUGH_DAYS", 181, "msr_salary_differential"),
    (differential, "ENOUGH_INSTITUTIONS", 4, "msr_salary_differential"),
    (differential, "STRATUM", differential.STRATUM[:3], "msr_salary_differential"),
    (retention, "Z", 1.96, "msr_retention"),
]


@pytest.mark.parametrize(
    ("n_graduates", "defects"), [(300, DEFECTS[:4]), pytest.param(900, DEFECTS, marks=pytest.mark.slow)]
)
def test_the_comparison_sees_every_planted_defect(
    monkeypatch: pytest.MonkeyPatch, n_graduates: int, defects: list[tuple[object, str, object, str]]
) -> None:
    received = receive(deliveries(region(6, n_graduates), 6), AS_OF)
    right = indicators(received, AS_OF)
    for module, name, wrong, table in defects:
        with monkeypatch.context() as context:
            context.setattr(module, name, wrong)
            found = indicators(received, AS_OF)
        assert not disagreements(table, right[table], found[table]).empty, f"{module}.{name}"
        assert disagreements("msr_response", right["msr_response"], found["msr_response"]).empty
