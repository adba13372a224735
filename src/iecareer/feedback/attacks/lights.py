"""Numbers of lights that tell more about few people than the other tables of a release.

A light rests on counts that are not rounded. Beside it may stand only shares that other tables publish, and points in
steps of five. A finer score, or a share of its own, tells the count of a small program.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iecareer.feedback.attacks.files import data_files, read_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pandas as pd

POINTS = ("index", "score", "contribution")
STEP = 5
LEAST = 10
# Indicator about people → the table that publishes its share, the column, and the values of other columns.
SHARES: dict[str, tuple[str, str, dict[str, str]]] = {
    "job_match": ("job_match", "share", {"definition": "normative", "fit": "core_or_related"}),
    "register_employment": ("employment", "share", {"definition": "register"}),
    "retention_12": ("retention", "retention", {}),
    "certificate_pass": ("certificate", "share", {"phase": "during_studies", "measure": "passed"}),
    "promotion_36": ("promotion", "incidence", {}),
}
# Of these no rounded share is published by cohort.
NOT_TOLD = ("salary_difference", "intern_conversion")
_UNIT = ("scope", "institution_code", "program_code")


@dataclass(frozen=True)
class TellingLight:
    """Rows of one file that tell too much: `what` they tell, and how many they are."""

    file: str
    what: str
    n: int


def telling_lights(release: Path) -> list[TellingLight]:
    """Rows of lights that tell more than a release may, by file and kind."""
    found = []
    for path in data_files(release):
        if path.stem in ("light", "light_indicator"):
            rows = read_file(path).to_pandas()
            name = path.relative_to(release).as_posix()
            found += [TellingLight(name, what, n) for what, n in _told(rows, path) if n]
    return found


def _told(rows: pd.DataFrame, path: Path) -> Iterator[tuple[str, int]]:
    for points in POINTS:
        if points in rows:
            yield f"{points} finer than steps of {STEP}", int((rows[points].dropna() % STEP != 0).sum())
    if path.stem == "light_indicator":
        told = rows[rows[["value", "score", "contribution"]].notna().any(axis=1)]
        people = told[told["indicator"].isin((*SHARES, *NOT_TOLD))]
        yield "indicators of fewer than 10 people", int((people["n"].fillna(0) < LEAST).sum())
        yield "shares that no other table has", sum(_n_other(people, path, name) for name in SHARES)


def _n_other(people: pd.DataFrame, path: Path, indicator: str) -> int:
    """Rows whose share is not the one that the table of this indicator has of the same cohort."""
    rows = people[people["indicator"] == indicator]
    table, column, where = SHARES[indicator]
    place = path.with_name(f"{table}{path.suffix}")
    if rows.empty or not place.exists():
        return len(rows)
    shown = read_file(place).to_pandas()
    for name, value in where.items():
        shown = shown[shown[name] == value]
    shown = shown[(shown["cohort_from"] == shown["cohort_to"]) & shown[column].notna()]
    published = set(_keys(shown, "cohort_to", column))
    return sum(key not in published for key in _keys(rows, "cohort_year", "value"))


def _keys(rows: pd.DataFrame, cohort: str, value: str) -> list[tuple[object, ...]]:
    codes = [rows[name].fillna("").astype(str) for name in _UNIT]
    return list(zip(*codes, rows[cohort].fillna(-1).astype(int), rows[value].round(6), strict=True))
