"""Kaplan-Meier retention at the first employer, cell by cell."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .cohorts import CELL
from .intervals import Z
from .starting_salary import UNCERTAIN, unseen_beginnings

HORIZONS = (6, 12, 36, 60)


def retention(graduates: pd.DataFrame, first: pd.DataFrame) -> pd.DataFrame:
    """`msr_retention` from first spells (start, end, c, event)."""
    rows = first[first["start"] <= first["c"]]
    unseen = unseen_beginnings(graduates, rows)
    rows = rows.drop(columns="institution_code").merge(graduates[["row", *CELL]], on="row")
    rows["t"] = np.minimum(rows["end"], rows["c"]) - rows["start"] + 1
    rows["follow_up"] = rows["c"] - rows["start"] + 1
    out = []
    for cell, people in rows.groupby(CELL):
        t, event = people["t"].to_numpy(), people["event"].to_numpy()
        name = dict(zip(CELL, cell, strict=True))
        is_unseen = cell in unseen
        longest = t + people["n_open_after"].to_numpy()
        withheld = {
            h for h in HORIZONS if is_unseen or UNCERTAIN * ((t <= h) & (h < longest)).sum() > len(people)
        }
        follow_up = int(people["follow_up"].max())
        out += [name | values for values in kaplan_meier(t, event, follow_up, withheld)]
    return pd.DataFrame(out)


def kaplan_meier(
    t: np.ndarray, event: np.ndarray, follow_up: int, withheld: set[int]
) -> list[dict[str, object]]:
    """One row per horizon: survival with its log-log Greenwood interval and mean to 60 months."""
    span = max(*HORIZONS, int(t.max()))
    d = np.bincount(t[event], minlength=span + 1)
    at_risk = np.array([(t >= month).sum() for month in range(span + 1)])
    safe = np.maximum(at_risk, 1)
    s = np.cumprod(1 - d / safe)
    with np.errstate(divide="ignore"):
        variance = np.cumsum(np.where(d > 0, d / (safe * (safe - d).astype(float)), 0.0))

    def is_observed(h: int) -> bool:
        return h not in withheld and h <= follow_up and (h <= t.max() or s[h] == 0)

    rmst = s[:60].sum() if is_observed(60) else np.nan
    rows = []
    for h in HORIZONS:
        row = {
            "horizon_months": h,
            "n": len(t),
            "n_events": int(d[: h + 1].sum()),
            "n_at_risk": int(at_risk[h]),
        }
        seen = is_observed(h)
        row |= {"retention": s[h] if seen else np.nan, "ci_low": np.nan, "ci_high": np.nan}
        if seen and 0 < s[h] < 1:
            reach = Z * np.sqrt(variance[h]) / abs(np.log(s[h]))
            row["ci_low"], row["ci_high"] = s[h] ** np.exp(reach), s[h] ** np.exp(-reach)
        rows.append(row | {"rmst_60": rmst, "status": "ok" if seen else "not_observed"})
    return rows
