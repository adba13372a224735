"""Releases of the invented region that break one rule each, with the true counts at hand."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

CODES = ["institution_code", "program_code", "cohort_from"]


def copy(release: Path, folder: Path, table: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Path:
    """The release with one table changed in all folders."""
    for data in sorted(release.glob("*/data")):
        new = folder / data.relative_to(release)
        new.mkdir(parents=True)
        for path in data.glob("*.parquet"):
            if path.stem == table:
                change(pd.read_parquet(path)).to_parquet(new / path.name)
            else:
                os.link(path, new / path.name)
    return folder


def with_truth(
    region: duckdb.DuckDBPyConnection, rows: pd.DataFrame, family: str, states: dict[str, str]
) -> pd.DataFrame:
    """Rows with the true people of their set (`true_n`) and of their numerator (`true_k`).

    `states` are the states of the numerator by the value of the key column, which is named ''.
    """
    counted = region.execute(
        """select institution_code, program_code, cohort_year as cohort_from, state, count(*) as people
        from intermediate.int_published_member join intermediate.int_program_cohort using (cell_id)
        where state_family = $family group by all""",
        {"family": family},
    ).df()
    wide = counted.pivot_table(index=CODES, columns="state", values="people", fill_value=0).astype(int)
    found = rows.merge(wide.reset_index(), on=CODES, how="left")
    found["true_n"] = found[list(wide)].sum(axis=1, min_count=1)
    key = found[states[""]]
    found["true_k"] = sum(found[state].where(key == value, 0) for value, state in states.items() if value)
    return found.drop(columns=list(wide))


def one_cohort(rows: pd.DataFrame) -> pd.Series[bool]:
    """Rows of program-cohorts."""
    return (rows["scope"] == "program") & rows["cohort_from"].notna()


def rounded(counts: pd.Series[float], u: np.ndarray) -> pd.Series[float]:
    """Counts rounded with the numbers u."""
    return 5.0 * np.floor(counts / 5 + u)


def told_as(rows: pd.DataFrame, is_it: pd.Series[bool], **counts: pd.Series[float]) -> pd.DataFrame:
    """Rows of `with_truth` with other counts in some of them, and without the shares that would contradict these."""
    new = {name: values.where(is_it, rows[name]) for name, values in counts.items()}
    shares = {name: rows[name].mask(is_it) for name in ("share", "ci_low", "ci_high")}
    return rows.assign(**new, **shares).drop(columns=["true_n", "true_k"])
