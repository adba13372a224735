"""The peers of a program: programs of other institutions with the same code, else of its group, else of its field.

Input: cells of a build, one per program and the other properties that peers share. Output: SQL that gives the level
on which each cell is compared. The caller computes statistics of the peers. A relation of cells has the columns

- ``cell_key``: one value per cell,
- ``institution_code``, ``program_code``,
- ``is_peer``: whether others may be compared with the cell,
- and the columns named in `shared`, such as cohort and level of study, which are equal among peers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

LEVELS = "intermediate.int_peer_level"


def read_digits(connection: duckdb.DuckDBPyConnection) -> list[int]:
    """Leading digits of the program code that peers share, the finest level first."""
    return [
        int(row[0]) for row in connection.execute(f"select digits from {LEVELS} order by place").fetchall()
    ]


def on_every_level(cells: str) -> str:
    """SELECT of the cells once per level, with ``peer_level``, its ``place`` and ``peer_code``, which peers share."""
    return f"""select cells.*, levels.peer_level, levels.place,
          left(cells.program_code, levels.digits) as peer_code
        from {cells} as cells cross join {LEVELS} as levels"""


def finest_level(cells: str, shared: Sequence[str], least: int, *, least_in_field: int | None = None) -> str:
    """SELECT of ``cell_key``, ``peer_level``, ``peer_code`` and ``n_peers`` of the cells that have enough peers.

    Parameters
    ----------
    cells : str
        A relation of cells.
    shared : sequence of str
        Columns of the relation that are equal among peers.
    least : int
        Smallest number of peers; the finest level with enough peers is chosen.
    least_in_field : int, optional
        Fewest peers on the coarsest level, if other than `least`.
    """
    same = ", ".join([*shared, "peer_level", "peer_code"])
    coarsest = f"(select max(place) from {LEVELS})"
    return f"""select cell_key, peer_level, peer_code, n_peers
        from (
          select *, count(*) filter (is_peer) over (partition by {same})
            - count(*) filter (is_peer) over (partition by {same}, institution_code) as n_peers
          from ({on_every_level(cells)}))
        where n_peers >= {least}
          or (place = {coarsest} and n_peers >= {least if least_in_field is None else least_in_field})
        qualify row_number() over (partition by cell_key order by place) = 1"""
