"""Where two makings of a table differ, row by row."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .cohorts import CELL

KEYS = {
    "msr_response": [*CELL, "wave_months"],
    "msr_employment": [*CELL, "wave_months", "definition", "weighting"],
    "msr_job_match": [*CELL, "wave_months", "definition", "fit", "weighting"],
    "msr_retention": [*CELL, "horizon_months"],
    "msr_starting_salary": [*CELL, "measure"],
    "msr_wage": [*CELL, "measure", "horizon_months"],
    "msr_salary_differential": ["measure", "scope", *CELL, "mode", "method"],
}
LIMIT = 1e-6


def disagreements(table: str, want: pd.DataFrame, got: pd.DataFrame) -> pd.DataFrame:
    """Rows that miss on one side or differ: the key, the column, what was wanted and what was found."""
    keys = KEYS[table]
    if table == "msr_wage":
        got = got[got["measure"] == "register"]  # the reference makes no other
    want, got = _keyed(want, keys), _keyed(got, keys)
    repeated = got[got.duplicated(keys)].assign(column="(repeated)")[[*keys, "column"]]
    both = want.merge(got.drop_duplicates(keys), on=keys, how="outer", suffixes=("", "@"), indicator=True)
    found = [repeated]
    found += [
        both[both["_merge"] == side].assign(column=f"({side})")[[*keys, "column"]]
        for side in ("left_only", "right_only")
    ]
    here = both[both["_merge"] == "both"]
    for column in [c for c in want if c not in keys]:
        differ = here[~_agree(here[column], here[f"{column}@"], column)]
        found.append(differ[keys].assign(column=column, want=differ[column], got=differ[f"{column}@"]))
    return pd.concat([part for part in found if len(part)] or [repeated], ignore_index=True)


def _keyed(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    rows = rows.reset_index(drop=True).copy()
    for k in keys:
        value = rows[k] if k in rows else pd.Series("", index=rows.index)
        text = (
            value.astype(object)
            .where(value.notna(), "")
            .map(lambda v: str(int(v)) if isinstance(v, float) else str(v))
        )
        rows[k] = text
    return rows


def _agree(want: pd.Series, got: pd.Series, column: str) -> np.ndarray:
    if column == "status":
        return (want == got).to_numpy()
    a, b = (pd.to_numeric(side).to_numpy(float, na_value=np.nan) for side in (want, got))
    none = np.isnan(a) & np.isnan(b)
    if column == "n" or column.startswith("n_"):
        return none | (a == b)
    return none | np.isclose(b, a, rtol=LIMIT, atol=1e-9)
