"""Whom a program is compared with: the same program elsewhere, else its group, else its major field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import NDArray

    from iecareer.estimates.policy import EstimatePolicy

# What peers share besides a code; programs of one frame that differ in it never meet.
SAME = ["indicator", "cohort_year", "study_level"]


@dataclass(frozen=True)
class Peers:
    """The peers of one program.

    Parameters
    ----------
    level : {'program', 'group', 'field'}
        How much of the program code they share.
    rows : ndarray of int, shape (n_peers,)
        Where they stand in the frame, in ascending order.
    """

    level: str
    rows: NDArray[np.intp]


def choose_peers(units: pd.DataFrame, policy: EstimatePolicy) -> list[Peers | None]:
    """The peers of each row, by the finest level with enough programs at other institutions; None without.

    Parameters
    ----------
    units : DataFrame
        One row per indicator, institution, program and cohort: `SAME`, ``institution_code``, ``program_code``.
    """
    chosen: list[Peers | None] = [None] * len(units)
    institution = units["institution_code"].to_numpy()
    digits = (("program", None), ("group", policy.peer_group_digits), ("field", policy.peer_field_digits))
    for level, length in digits:
        for rows in _groups(units, None if length is None else int(length)):
            if len(rows) <= policy.min_peers:
                continue
            for row in rows:
                if chosen[row] is None:
                    others = rows[institution[rows] != institution[row]]
                    if len(others) >= policy.min_peers:
                        chosen[row] = Peers(level, others)
    return chosen


def _groups(units: pd.DataFrame, length: int | None) -> Iterator[NDArray[np.intp]]:
    """Rows that share a level of the program code."""
    keys = units[SAME].assign(code=units["program_code"].str[:length])
    for rows in keys.groupby([*SAME, "code"], sort=True).indices.values():
        yield np.sort(rows)
