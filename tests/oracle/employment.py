"""Placement by the ministry's formula and its honest neighbours, and what the register shows."""

from __future__ import annotations

import pandas as pd

from .cohorts import CELL
from .intervals import shares
from .months import WAVES, month_of, wave_date

KEYS = [*CELL, "wave_months"]
AT_WORK = ["employed", "self_employed", "freelance"]
AWAY = ["further_study", "military"]


def employment(
    graduates: pd.DataFrame, people: pd.DataFrame, owned: pd.DataFrame, observed_through: int | None
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
    if observed_through is not None:
        parts += _register(graduates, owned, observed_through)
    return pd.concat(parts, ignore_index=True)


def _register(graduates: pd.DataFrame, owned: pd.DataFrame, observed_through: int) -> list[pd.DataFrame]:
    months = owned[["row", "month"]].drop_duplicates()
    seen = []
    for wave in WAVES:
        middle = month_of(wave_date(graduates["graduated_on"], wave))
        is_in = (middle + 1 <= observed_through) & (middle < graduates["next_graduation"])
        rows = graduates[is_in].assign(wave_months=wave, middle=middle)
        near = months.merge(rows[["row", "middle"]], on="row")
        near = near[(near["month"] - near["middle"]).abs() <= 1]["row"]
        rows["at_work"] = rows["row"].isin(near)
        rows["never"] = ~rows["row"].isin(months["row"])
        seen.append(rows)
    rows = pd.concat(seen, ignore_index=True)
    return [
        shares(rows, KEYS, "at_work").assign(definition="register"),
        shares(rows, KEYS, "never").assign(definition="not_captured"),
    ]
