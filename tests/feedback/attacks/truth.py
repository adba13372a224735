"""The true counts behind a release, from the graduates of a private build."""

from __future__ import annotations

import duckdb
import numpy as np

from iecareer.feedback.attacks.counts import Counts
from iecareer.feedback.attacks.files import MONTHS, Tables

ANSWERS = {"activity": 1, "self_report": 2, "normative": 3, "realised": 4, "vertical": 5}


def true_counts(build: duckdb.DuckDBPyConnection, tables: Tables, found: Counts) -> np.ndarray:
    """The number of people behind each count of a split of the seeds or of workplaces, in the shape of its bounds."""
    people = np.zeros((len(found.units), len(found.split.states)), int)
    rows = {unit: at for at, unit in enumerate(found.units.tolist())}
    cells = {cell: at for at, cell in enumerate(tables.cells.itertuples(index=False, name=None))}
    for *cell, months, state, n in _members(build, found.split.name):
        unit = cells.get(tuple(cell), -1) * MONTHS + months
        if unit in rows:
            people[rows[unit], _place(found.split.states, str(state))] += n
    sums = np.concatenate([np.zeros((len(people), 1), int), people.cumsum(axis=1)], axis=1)
    first, last = np.array(found.places).T
    return sums[:, last] - sums[:, first]


def _place(states: tuple[str, ...], state: str) -> int:
    """Place of a state; a category that no row names stands in the gap between those before and after it."""
    if state in states:
        return states.index(state)
    return 2 * sum(other < state or state == "unknown" for other in states if other)


def _members(build: duckdb.DuckDBPyConnection, split: str) -> list[tuple[object, ...]]:
    """Codes, cohort twice, months, state and people."""
    family, state = split, "state"
    if split in ANSWERS:
        family, state = "survey", f"split_part(state, '|', {ANSWERS[split]})"
        if split != "activity":
            state = f"case when split_part(state, '|', 1) = 'works' then {state} else split_part(state, '|', 1) end"
    if split.startswith("workplace by "):
        family = split.replace("workplace by ", "workplace_")
    return build.execute(
        f"""select institution_code, program_code, cohort_year, cohort_year, months, {state} as state, count(*)
        from intermediate.int_published_member join intermediate.int_program_cohort using (cell_id)
        where state_family = $family group by all""",
        {"family": family},
    ).fetchall()
