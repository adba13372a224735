"""What the published source code says: the states of each set of people, and which of them a share counts.

From the seeds ``published_state`` and ``published_quotient``.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from iecareer.settings import project_folder

# Nodes before and after some states in a row: C_last − C_first is their count.
Range = tuple[int, int]
# Columns of the tables that hold months, definition and fit.
COLUMNS = {
    "response": ("wave_months", None, None),
    "employment": ("wave_months", "definition", None),
    "job_match": ("wave_months", "definition", "fit"),
    "certificate": (None, "phase", "measure"),
    "innovation": (None, "kind", None),
    "employer": ("horizon_months", "n_employers", None),
    "workplace": ("horizon_months", "dimension", "category"),
    "retention": ("horizon_months", None, None),
    "promotion": ("horizon_months", None, None),
    "starting_salary": (None, "measure", None),
    "wage": ("horizon_months", "measure", None),
}
VALUES = {"response": "response_rate", "retention": "retention", "promotion": "incidence"}
# Splits whose sets hold all graduates of a program-cohort, who are added up under one number u.
OF_ALL_GRADUATES = ("certificate_during_studies", "certificate_since_graduation", "innovation")
ANSWERS = "activity"
_OF_ANSWERS = ("activity", "self_report", "normative", "realised", "vertical")


@dataclass(frozen=True)
class Quotient:
    """A published share: the states of its numerator and of its denominator."""

    table: str
    definition: str
    fit: str
    hits: Range
    total: Range


@dataclass(frozen=True)
class Split:
    """The states of a set of people in their order, and the shares that are made of them."""

    name: str
    states: tuple[str, ...]
    quotients: tuple[Quotient, ...]


@cache
def splits() -> tuple[Split, ...]:
    """All splits of the seeds. Those of answers also hold the shares made of activities alone."""
    states: dict[str, list[str]] = {}
    for row in sorted(_seed("published_state"), key=lambda row: (row["split"], int(row["place"]))):
        states.setdefault(row["split"], []).append(row["state"])
    return tuple(
        Split(name, tuple(listed), tuple(_quotients(name, listed, states[ANSWERS])))
        for name, listed in states.items()
    )


def _quotients(name: str, states: list[str], activities: list[str]) -> list[Quotient]:
    """Shares of a split; those of answers that do not tell the employed apart belong to each split of answers."""
    rows = [row for row in _seed("published_quotient") if row["split"] == name]
    if name in _OF_ANSWERS and name != ANSWERS:
        of_works = [state for state in states if state not in activities]
        rows += [
            row | {"state": state}
            for row in _seed("published_quotient")
            if row["split"] == ANSWERS
            for state in (of_works if row["state"] == "works" else [row["state"]])
        ]
    keys = sorted({(row["table_name"], row["definition"], row["fit"]) for row in rows})
    return [_quotient(key, [row for row in rows if key == _key(row)], states) for key in keys]


def _key(row: dict[str, str]) -> tuple[str, str, str]:
    return row["table_name"], row["definition"], row["fit"]


def _quotient(key: tuple[str, str, str], rows: list[dict[str, str]], states: list[str]) -> Quotient:
    hits = [states.index(row["state"]) for row in rows if row["is_hit"] == "true"]
    total = [states.index(row["state"]) for row in rows]
    table, definition, fit = key
    return Quotient(table, "" if table == "response" else definition, fit, _range(hits), _range(total))


def _range(places: list[int]) -> Range:
    first, last = min(places), max(places) + 1
    if len(set(places)) != last - first:
        raise ValueError("the states of a share do not stand in a row")
    return first, last


@cache
def _seed(name: str) -> tuple[dict[str, str], ...]:
    path = project_folder("dbt_project") / "seeds" / "codes" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
