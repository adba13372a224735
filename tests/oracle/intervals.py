"""Wilson intervals and effective sample sizes."""

from __future__ import annotations

import numpy as np
import pandas as pd

Z = 1.959963984540054


def wilson(share: pd.Series, n: pd.Series, z: float = Z) -> tuple[pd.Series, pd.Series]:
    """The bounds of Wilson's interval for a share of n (possibly effective) people."""
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return (middle - half).clip(lower=0), (middle + half).clip(upper=1)


def shares(rows: pd.DataFrame, keys: list[str], hit: str, weight: str | None = None) -> pd.DataFrame:
    """One row per key: n people, the (weighted) share that `hit`, its interval."""
    w = rows[weight] if weight else pd.Series(1.0, index=rows.index)
    sums = rows[keys].assign(n=1, w=w, w2=w**2, hit=w * rows[hit]).groupby(keys, as_index=False).sum()
    sums["share"] = sums["hit"] / sums["w"]
    sums["ci_low"], sums["ci_high"] = wilson(sums["share"], sums["w"] ** 2 / sums["w2"])
    return sums.drop(columns=["w", "w2", "hit"]).assign(
        weighting="weighted" if weight else "unweighted", status="ok"
    )
