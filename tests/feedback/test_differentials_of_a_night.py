"""The differentials of a night; who is behind each is found anew, man by man, from outcomes and agreements."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from iecareer.checks import judge_feedback
from iecareer.estimates import build_estimates
from iecareer.feedback import build_feedback
from iecareer.landing import land
from iecareer.runs.build import open_build
from iecareer.simulation import simulate
from iecareer.sources import load_systems
from tests.nights import build

AS_OF = date(2026, 11, 21)
PROGRAM_COHORT = ["institution_code", "program_code", "cohort_year"]
# Graduates are comparable within these, with so many on either side (docs/methods.md).
WITHIN = {
    "raw": (["program_code", "study_level", "cohort_year"], 1),
    "stratified": (["program_code", "cohort_year", "region_class", "sex"], 2),
    "adjusted": (["program_group_code", "cohort_year"], 1),
}


def treated_set(outcomes: pd.DataFrame, agreements: pd.DataFrame, row: dict[str, Any]) -> frozenset[int]:
    """The cooperative graduates behind a published row."""
    own = agreements
    for name in ("institution_code", "program_code", "cohort_year", "mode"):
        if row[name] is not None:
            own = own[own[name] == row[name]]
    treated = outcomes[outcomes["is_cooperative"]].merge(
        own[PROGRAM_COHORT].drop_duplicates(), on=PROGRAM_COHORT
    )
    others = outcomes[~outcomes["is_cooperative"]]
    within, least = WITHIN[row["method"]]
    if row["method"] != "raw":
        treated, others = (side[side["region_class"].notna()] for side in (treated, others))
    usable = None
    for side in (treated, others):
        counted = side.groupby(within).size()
        enough = counted[counted >= least].index
        usable = enough if usable is None else usable.intersection(enough)
    return frozenset(treated[pd.MultiIndex.from_frame(treated[within]).isin(usable)]["graduate_id"])


def behind_each(connection: duckdb.DuckDBPyConnection, rows: list[dict[str, Any]]) -> list[frozenset[int]]:
    outcomes = connection.sql(
        "select *, substr(program_code, 1, 4) as program_group_code from intermediate.int_salary_outcome"
    ).df()
    agreements = connection.sql("from intermediate.int_cooperative_cohort").df()
    by_measure = dict(list(outcomes.groupby("measure")))
    return [treated_set(by_measure[row["measure"]], agreements, row) for row in rows]


@pytest.mark.slow
def test_no_two_published_differentials_differ_in_a_few_graduates(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulate(tmp_path / "inbox", graduates=3000, seed=4)
    monkeypatch.setenv("IECAREER_INBOX", str(tmp_path / "inbox"))
    for source in load_systems():
        assert all(not receipt["error"] for receipt in land(source, received_on=AS_OF))
    run_id = build(AS_OF)
    build_estimates(run_id)
    build_feedback(run_id)
    with open_build(run_id) as connection:
        look_at(connection)


def look_at(connection: duckdb.DuckDBPyConnection) -> None:
    rows = (
        connection.sql("from feedback.salary_differential where status in ('ok', 'suppressed') order by all")
        .to_arrow_table()
        .to_pylist()
    )
    sets = behind_each(connection, rows)
    assert {row["method"] for row in rows} == {*WITHIN}
    is_kept = [row["status"] == "ok" for row in rows]
    has_near: dict[bool, set[int]] = {True: set(), False: set()}
    for one, other in combinations(range(len(rows)), 2):
        is_same = all(rows[one][name] == rows[other][name] for name in ("measure", "method"))
        if is_same and 1 <= len(sets[one] ^ sets[other]) <= 29:
            has_near[is_kept[other]].add(one)
            has_near[is_kept[one]].add(other)
    kept = {at for at in range(len(rows)) if is_kept[at]}
    assert not kept & has_near[True]
    # Without the rule some would be published, and each of these is near to one that is.
    assert has_near[True]
    assert has_near[True] == {*range(len(rows))} - kept
    for row, own in zip(rows, sets, strict=True):
        assert abs(row["n_cooperative"] - len(own)) < 5
    outcomes = [each for each in judge_feedback(connection) if each.table == "salary_differential"]
    assert outcomes
    assert [each.expectation for each in outcomes if not each.success] == []
