"""The months of a region as several bureaus deliver them: late, with holes, to successors, and one that closed."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from .deliveries import Delivery
from .region import Region

RECEIVED_ON = date(2026, 10, 1)
COAST, HILLS, OLD, NEW, CLOSED, SMALL = (
    f"exchange-{name}" for name in ("coast", "hills", "old", "new", "closed", "small")
)
RETIRED: dict[str, str | None] = {OLD: NEW, CLOSED: None}
BEGINS = {COAST: "2018-04", HILLS: "2016-01", OLD: "2017-05", NEW: "2021-01", SMALL: "2024-02"}
ENDS = {OLD: "2021-02", CLOSED: "2024-05"}
LOST = {
    "exchange": ["2020-03", "2026-07"],
    COAST: ["2018-07", "2018-12", *(f"2021-{month:02d}" for month in range(2, 11)), "2026-08"],
    HILLS: ["2019-09", "2019-10", "2022-01", "2022-04", "2026-06", "2026-07"],
    OLD: ["2019-08"],
    NEW: ["2021-08", "2021-09", "2024-11"],
    CLOSED: ["2023-07", "2024-03"],
}
BACK_PAID = {COAST: ["2021-02", "2021-06", "2021-09"], HILLS: ["2019-10", "2026-07"], NEW: ["2021-08"]}
STRAY = {COAST: "2017-09", NEW: "2019-02"}


def bureaus(region: Region, seed: int) -> list[Delivery]:
    """One delivery of each bureau: each has the people of some institutions, and a few of the others."""
    rng = np.random.default_rng(seed)
    text = {name: table.astype(str) for name, table in region.tables.items()}
    months = text.pop("employment_month")
    home = text["graduate"].drop_duplicates("person_id").set_index("person_id")["institution_code"]
    names = np.array(["exchange", COAST, HILLS, OLD, CLOSED])
    at = pd.Series(pd.factorize(home, sort=True)[0] % len(names), index=home.index)
    source = names[months["person_id"].map(at).fillna(0).astype(int)]
    moved = rng.random(len(months))
    source = np.where(moved < 0.04, rng.choice(names, len(months)), source)
    source = np.where(moved > 0.997, SMALL, source)
    month = months["month"].str[:7]
    source = np.where((source == OLD) & (month >= "2021-02").to_numpy(), NEW, source)
    twice = months[(source == OLD) & month.between("2021-01", "2021-01")].assign(source=NEW)
    rows = pd.concat([months.assign(source=source), twice], ignore_index=True)
    rows = pd.concat([part for name, part in _kept(rng, rows)], ignore_index=True)
    frames: dict[str, dict[str, pd.DataFrame]] = {
        name: {"employment_month": part.drop(columns="source")} for name, part in rows.groupby("source")
    }
    frames["exchange"] |= text
    return [Delivery(RECEIVED_ON, frames[name], name) for name in sorted(frames)]


def _kept(rng: np.random.Generator, rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    out = []
    for name, part in rows.groupby("source"):
        month = part["month"].str[:7]
        is_in = (month >= BEGINS.get(name, "")) & (month <= ENDS.get(name, "9999"))
        is_lost = month.isin(LOST.get(name, []))
        is_back_paid = month.isin(BACK_PAID.get(name, [])) & (rng.random(len(part)) < 0.06)
        stray = part[month == STRAY.get(name)].head(1)
        out.append((name, pd.concat([stray, part[is_in & (~is_lost | is_back_paid)]])))
    return out
