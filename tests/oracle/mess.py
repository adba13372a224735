"""A nasty region as its offices deliver it: corrections, duplicates, two sources and rows that break every rule."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from .deliveries import Delivery
from .record_types import columns
from .region import Region

FIRST, SECOND, THIRD = date(2025, 3, 10), date(2026, 1, 15), date(2026, 10, 1)
OFFICE = "exchange-inland"
LOST = ("2020-05",)
LOST_BY_OFFICE = ("2019-09", "2021-03", "2021-04")
WIDE = str.maketrans("0123456789-", "０１２３４５６７８９－")
BROKEN: dict[str, dict[str, tuple[str, ...]]] = {
    "graduate": {
        "person_id": ("", "330102199901010000", "123"),
        "graduated_on": ("2020-02-30", "2029-06-30", "1990-01-01"),
        "study_level": ("phd", ""),
        "sex": ("neither",),
        "birth_year": ("nineteen",),
        "program_code": ("",),
    },
    "followup_response": {
        "person_id": ("", "33010219990101000X"),
        "wave_months": ("7", "six"),
        "responded_on": ("2031-01-01", "2025-13-01"),
        "activity": ("retired",),
        "weekly_hours": ("121", "-1", "forty"),
        "monthly_income": ("-1", "much"),
        "program_related": ("6", "0"),
    },
    "employment_month": {
        "person_id": ("", "330102199901010001"),
        "enterprise_code": ("", "91330102MA27XXXXX0"),
        "month": ("2025-02-31", "2030-01-01"),
        "contribution_base": ("0", "-5", "", "x"),
        "region_code": ("",),
    },
    "employment_spell": {
        "person_id": ("1",),
        "ended_on": ("1999-01-01",),
        "observed_on": ("",),
        "monthly_wage": ("-1",),
    },
    "cooperation_agreement": {
        "mode": ("friendship",),
        "starts_on": ("2020-00-01",),
        "enterprise_code": ("91",),
    },
}


def deliveries(region: Region, seed: int) -> list[Delivery]:
    """Five deliveries: the region as of three days, and months of a second source that comes late."""
    rng = np.random.default_rng(seed + 10**6)
    text = {name: table.astype(str) for name, table in region.tables.items()}
    text = {
        name: table.sample(frac=1, random_state=seed + 1, ignore_index=True) for name, table in text.items()
    }
    months = text.pop("employment_month")
    is_elsewhere = months["enterprise_code"].map(lambda code: int(code[8:12]) % 4 == 0)
    own, other = months[~is_elsewhere], months[is_elsewhere]
    stages = [
        _known(rng, text, FIRST) | {"employment_month": own[own["month"] < "2025-03"]},
        _known(rng, text, SECOND) | {"employment_month": _corrected(rng, own, "2024-11", "2026-01")},
        {name: table for name, table in text.items() if name != "region_year"}
        | {"employment_month": _corrected(rng, own, "2025-10", "2026-10")},
    ]
    shared = own.sample(frac=0.05, random_state=seed)
    shared = shared.assign(contribution_base="9999")
    late = _without(pd.concat([other, shared], ignore_index=True), LOST_BY_OFFICE, n_paid_back=1)
    own = _without(own, LOST)
    days = (FIRST, SECOND, THIRD)
    out = [Delivery(day, _messy(rng, frames)) for day, frames in zip(days, stages, strict=True)]
    for at, day, until in ((2, SECOND, "2025-11"), (4, THIRD, "2026-08")):
        office = {"employment_month": late[late["month"] < until]}
        out.insert(at, Delivery(day, _messy(rng, office), OFFICE))
    return out


def _without(months: pd.DataFrame, lost: tuple[str, ...], n_paid_back: int = 0) -> pd.DataFrame:
    """Some months were never delivered, but for a few rows of each that were paid back."""
    month = months["month"].str[:7]
    is_lost = month.isin(lost)
    return months[~is_lost | (months.groupby(month).cumcount() < n_paid_back)]


def _known(rng: np.random.Generator, text: dict[str, pd.DataFrame], on: date) -> dict[str, pd.DataFrame]:
    """What was known on a day, some of it otherwise than it will be."""
    day = on.isoformat()
    out = {name: table[rng.random(len(table)) < 0.97].copy() for name, table in text.items()}
    out["graduate"] = out["graduate"][out["graduate"]["graduated_on"] < day]
    out["followup_response"] = out["followup_response"][out["followup_response"]["responded_on"] < day]
    spells = out["employment_spell"]
    out["employment_spell"] = spells[(spells["started_on"] < day) & (spells["observed_on"] < day)]
    _change(rng, out["graduate"], "sex", lambda old: "male")
    _change(rng, out["graduate"], "graduated_on", lambda old: old[:8] + "15")
    _change(rng, out["followup_response"], "activity", lambda old: "seeking")
    _change(rng, out["followup_response"], "monthly_income", lambda old: "4321.5")
    _change(rng, out["program_occupation"], "fit", lambda old: "core")
    _change(rng, out["institution"], "region_class", lambda old: "east")
    return out


def _corrected(rng: np.random.Generator, months: pd.DataFrame, first: str, until: str) -> pd.DataFrame:
    """Months delivered (again): of those delivered before some rows fewer, others changed."""
    rows = months[(months["month"] >= first) & (months["month"] < until)]
    rows = rows[rng.random(len(rows)) < 0.98].copy()
    _change(rng, rows, "contribution_base", lambda old: "5432.1")
    return rows


def _change(rng: np.random.Generator, table: pd.DataFrame, column: str, to: Callable[[str], str]) -> None:
    """Another value in one row of thirty."""
    chosen = rng.random(len(table)) < 1 / 30
    table.loc[chosen, column] = table.loc[chosen, column].map(to)


def _messy(rng: np.random.Generator, frames: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    out = {}
    for name, table in frames.items():
        rows = table.reset_index(drop=True)
        if name in BROKEN and len(rows):
            rows = pd.concat([_outdated(rng, name, rows), rows, _broken(rng, name, rows)], ignore_index=True)
        again = rows.sample(n=min(len(rows), 5), random_state=int(rng.integers(10**6)))
        rows = pd.concat([rows, again], ignore_index=True) if name not in BROKEN else rows
        for column, kind, *_ in columns(name):
            if kind in ("person", "credit"):
                chosen = rng.random(len(rows)) < 0.01
                rows.loc[chosen, column] = rows.loc[chosen, column].map(
                    lambda v: f" {v.lower()}　" if v else v
                )
            elif kind.endswith("date"):
                chosen = rng.random(len(rows)) < 0.01
                rows.loc[chosen, column] = rows.loc[chosen, column].map(lambda v: v.translate(WIDE))
            elif kind.endswith("month"):
                rows[column] = rows[column].where(rng.random(len(rows)) > 0.01, rows[column].str[:8] + "17")
        out[name] = rows
    return out


def _outdated(rng: np.random.Generator, name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Earlier versions of some rows of the same delivery, which later lines replace."""
    old = rows.sample(n=min(len(rows), 12), random_state=int(rng.integers(10**6))).copy()
    if name == "employment_month":
        old["contribution_base"] = "1"
    if name == "graduate":
        old["sex"] = "female"
    return old


def _broken(rng: np.random.Generator, name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """One row for each way to break a rule; at the very end, where a good one would have replaced others."""
    broken = []
    for column, values in BROKEN[name].items():
        for value in values:
            row = rows.iloc[int(rng.integers(len(rows)))].copy()
            row[column] = value
            broken.append(row)
    return pd.DataFrame(broken)


def write(delivery: Delivery, folder: Path) -> Path:
    """The delivery as files in the exchange format: large tables in two files, months as Parquet."""
    folder.mkdir(parents=True)
    for name, rows in delivery.frames.items():
        if name == "employment_month" and len(rows) > 10_000:
            rows.to_parquet(folder / f"{name}.parquet", index=False)
            continue
        half = len(rows) // 2 if name in ("graduate", "followup_response") else 0
        for number, part in enumerate((rows[:half], rows[half:])):
            if len(part):
                part.to_csv(
                    folder / f"{name}_{number}.csv", index=False, encoding=("utf-8", "utf-8-sig")[number]
                )
    return folder
