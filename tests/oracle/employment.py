"""Placement by the ministry's formula and its honest neighbours, and what the register shows."""

from __future__ import annotations

import pandas as pd

from .cohorts import CELL
from .coverage import Coverage
from .intervals import shares
from .months import WAVES, month_of, wave_date

KEYS = [*CELL, "wave_months"]
AT_WORK = ["employed", "self_employed", "freelance"]
AWAY = ["further_study", "military"]


def employment(
    graduates: pd.DataFrame, people: pd.DataFrame, owned: pd.DataFrame, covered: Coverage
) -> pd.DataFrame:
    """`msr_employment`; `owned` has the months of each graduate row."""
    people = people.assign(
        placed=people["activity"].isin(AT_WORK + AWAY), works=people["activity"].isin(AT_WORK)
    )
    known = people[people["answered"]]
    market = known[~known["activity"].isin(AWAY)]
    parts = [shares(people, KEYS, "placed").assign(definition="moe_2024")]
    for weight in (None, "weight"):
        parts.append(shares(known, KEYS, "placed", weight).assign(definition="known_only"))
        parts.append(shares(market, KEYS, "works", weight).assign(definition="employment_only"))
    if covered.through is not None:
        rows = register_rows(graduates, owned, covered)
        parts.append(shares(rows, KEYS, "at_work").assign(definition="register"))
        parts.append(shares(rows[rows["is_never_judged"]], KEYS, "never").assign(definition="not_captured"))
    return pd.concat(parts, ignore_index=True)


def register_rows(graduates: pd.DataFrame, owned: pd.DataFrame, covered: Coverage) -> pd.DataFrame:
    """Whether each graduate row is `at_work` at a wave, and `never` was, where its months are observed."""
    months = owned[["row", "month"]].drop_duplicates()
    through = graduates["institution_code"].map(lambda code: covered.of(code).through)
    graduates = graduates.assign(through=through)
    graduates["is_never_judged"] = covered.each(graduates, "is_judged", "graduated").astype(bool) & (
        covered.each(graduates, "n_open", "graduated", "through") == 0
    )
    seen = []
    for wave in WAVES:
        middle = month_of(wave_date(graduates["graduated_on"], wave))
        rows = graduates.assign(wave_months=wave, middle=middle, first=middle - 1, last=middle + 1)
        is_seen = covered.each(rows, "is_whole", "first", "last").astype(bool)
        rows = rows[is_seen & (middle < graduates["next_graduation"])].copy()
        near = months.merge(rows[["row", "middle"]], on="row")
        near = near[(near["month"] - near["middle"]).abs() <= 1]["row"]
        rows["at_work"] = rows["row"].isin(near)
        rows["never"] = ~rows["row"].isin(months["row"])
        seen.append(rows)
    return pd.concat(seen, ignore_index=True)
