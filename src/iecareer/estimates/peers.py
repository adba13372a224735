"""The peers of each program value: programs with the same indicator, cohort and level of study."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from iecareer.peers import finest_level, on_every_level

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    from numpy.typing import NDArray

    from iecareer.estimates.policy import EstimatePolicy

SHARED = ["indicator", "cohort_year", "study_level"]


@dataclass(frozen=True)
class Peers:
    """The peers of one program.

    Parameters
    ----------
    level : {'program', 'group', 'field'}
        The part of the program code that peers share.
    rows : ndarray of int, shape (n_peers,)
        Positions of the peers in the frame, in ascending order.
    """

    level: str
    rows: NDArray[np.intp]


def choose_peers(
    connection: duckdb.DuckDBPyConnection, units: pd.DataFrame, policy: EstimatePolicy
) -> list[Peers | None]:
    """The peers of each row, on the finest level with enough of them at other institutions; None if no level has.

    Parameters
    ----------
    connection : DuckDBPyConnection
        A build with the levels of peers.
    units : DataFrame
        One row per indicator, institution, program and cohort: `SHARED`, ``institution_code``, ``program_code``.
    """
    cells = units[[*SHARED, "institution_code", "program_code"]].assign(
        cell_key=np.arange(len(units)), is_peer=True
    )
    connection.register("peer_cell", cells)
    found = connection.sql(_peers(int(policy.min_peers))).to_arrow_table().combine_chunks()
    connection.unregister("peer_cell")
    chosen: list[Peers | None] = [None] * len(units)
    if not len(found):
        return chosen
    # views of one array: as Python lists, the peers of a large region take gigabytes
    lists = found.column("peers").chunk(0)
    peers, ends = lists.flatten().to_numpy(), lists.offsets.to_numpy()
    for at, (row, level) in enumerate(
        zip(found["cell_key"].to_pylist(), found["peer_level"].to_pylist(), strict=True)
    ):
        chosen[row] = Peers(level, peers[ends[at] : ends[at + 1]])
    return chosen


def _peers(least: int) -> str:
    """SELECT of each cell's key, its level and the keys of its peers."""
    same = ", ".join([*SHARED, "peer_level", "peer_code"])
    return f"""with leveled as ({on_every_level("peer_cell")}),
        chosen as ({finest_level("peer_cell", SHARED, least)}),
        cell as (select leveled.* from leveled inner join chosen using (cell_key, peer_level))
        select cell.cell_key, cell.peer_level, list(peer.cell_key order by peer.cell_key) as peers
        from cell inner join leveled as peer using ({same})
        where peer.institution_code <> cell.institution_code
        group by cell.cell_key, cell.peer_level"""
