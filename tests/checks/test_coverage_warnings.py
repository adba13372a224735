"""Late beginnings and open months of a source are warned about, and named by the status."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from iecareer.checks import judge_feedback
from iecareer.commands.status import _gap_sentence


@pytest.mark.parametrize(
    ("kind", "n_graduates", "warned"),
    [
        ("begins", 0, set()),
        ("begins", 3, {"no_late_beginning"}),
        ("open_months", 0, {"no_open_months"}),
    ],
)
def test_a_gap_of_a_source_warns(kind: str, n_graduates: int, warned: set[str]) -> None:
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.msr_source_coverage as "
            f"select 'a' as source_id, '{kind}' as kind, {n_graduates}::bigint as n_graduates"
        )
        outcomes = [o for o in judge_feedback(connection) if o.table == "msr_source_coverage"]
    assert {o.expectation for o in outcomes} == {"no_open_months", "no_late_beginning"}
    assert {o.severity for o in outcomes} == {"warn"}
    assert {o.expectation for o in outcomes if not o.success} == warned


def test_the_status_names_source_months_and_cohorts() -> None:
    gap = {
        "source_id": "a", "kind": "open_months", "first_month": date(2020, 5, 1), "last_month": date(2020, 6, 1),
        "n_graduates": 40, "n_institutions": 2, "cohort_from": 2019, "cohort_to": 2020,
    }  # fmt: skip
    assert _gap_sentence(gap) == (
        "Open months: a, 2020-05 to 2020-06. First jobs cannot be known: graduates 40, institutions 2, "
        "cohorts 2019 to 2020."
    )
    late = gap | {"kind": "begins", "last_month": date(2020, 5, 1), "cohort_from": 2020}
    assert _gap_sentence(late).startswith("Begins late: a, 2020-05. ")
    assert _gap_sentence(late).endswith("cohorts 2020.")
    assert "withheld" in _gap_sentence(gap | {"n_graduates": 0})
