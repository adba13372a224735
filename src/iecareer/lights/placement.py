"""Placement signals: program-cohorts whose answers or registrations look unlike those of their peers.

Input: counts of hits per program-cohort and signal (`int_placement_count`). Output: ``audit.placement_signal``. It is
for auditors and never enters a release. A signal is a reason to look, not a proof.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from iecareer.lights.beta_binomial import tail
from iecareer.peers import finest_level, on_every_level
from iecareer.policy.in_force import read_numbers

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray

COUNTS = "intermediate.int_placement_count"
SHARED = ("signal", "cohort_year")
SEEDS = ("policy_signal",)
TABLE = "audit.placement_signal"
COLUMNS = {
    "institution_code": "varchar",
    "program_code": "varchar",
    "cohort_year": "integer",
    "signal": "varchar",
    "n": "bigint",
    "n_hits": "bigint",
    "share": "double",
    "peer_level": "varchar",
    "peers_n": "bigint",
    "peers_share": "double",
    "over_dispersion": "double",
    "p_value": "double",
    "q_value": "double",
    "is_signal": "boolean",
    "status": "varchar",
}
# Computed numbers closer than this count as equal.
ROUNDING = 1e-9


@dataclass(frozen=True)
class SignalPolicy:
    """One number per row of the seed `policy_signal`, whose column ``description`` explains it."""

    signal_min_n: float
    signal_min_peers: float
    prior_hits: float
    leave_out_from_peers: float
    false_discovery: float
    min_hits: float
    min_excess: float


@dataclass(frozen=True)
class Cell:
    """A program-cohort and signal.

    Parameters
    ----------
    key : dict
        Institution, program, cohort and signal.
    n, hits : int
        People judged, and those among them who show the signal.
    level : str or None
        Level of the peers; None with too few of them.
    peers_n, peers_hits : ndarray of int, shape (n_peers,)
        The same counts of each peer.
    """

    key: dict[str, Any]
    n: int
    hits: int
    level: str | None
    peers_n: NDArray[np.int64]
    peers_hits: NDArray[np.int64]


def judge_placement(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Write ``audit.placement_signal`` of an open build; returns the numbers of judged cells and of signals.

    Raises
    ------
    IecareerError
        When a policy number is missing.
    """
    policy = read_numbers(connection, SignalPolicy, SEEDS)
    cells = read_cells(connection, policy)
    rows = judged(cells, policy)
    _write(connection, rows)
    return {
        "n_judged": sum(row["status"] == "ok" for row in rows),
        "n_signals": sum(row["is_signal"] for row in rows),
    }


def read_cells(connection: duckdb.DuckDBPyConnection, policy: SignalPolicy) -> list[Cell]:
    """All cells with their peers, in the order of their keys."""
    same = ", ".join([*SHARED, "peer_level", "peer_code"])
    connection.execute(
        f"""create or replace temp table placement_cell as
        select *, true as is_peer,
          row_number() over (order by signal, cohort_year, institution_code, program_code) as cell_key
        from {COUNTS} where n > 0"""
    )
    found = connection.execute(
        f"""with leveled as ({on_every_level("placement_cell")}),
        chosen as ({finest_level("placement_cell", SHARED, int(policy.signal_min_peers))}),
        cell as (select leveled.* from leveled inner join chosen using (cell_key, peer_level)),
        peers as (
          select cell.cell_key, any_value(cell.peer_level) as peer_level,
            list(peer.n order by peer.cell_key) as peers_n, list(peer.n_hits order by peer.cell_key) as peers_hits
          from cell inner join leveled as peer using ({same})
          where peer.institution_code <> cell.institution_code
          group by cell.cell_key)
        select institution_code, program_code, cohort_year, signal, n, n_hits, peer_level, peers_n, peers_hits
        from placement_cell left join peers using (cell_key) order by cell_key"""
    ).fetchall()
    connection.execute("drop table placement_cell")
    return [_cell(row) for row in found]


def _cell(row: tuple[Any, ...]) -> Cell:
    institution, program, cohort, signal, n, hits, level, *counts = row
    key = {"institution_code": institution, "program_code": program, "cohort_year": cohort, "signal": signal}
    peers_n, peers_hits = (np.array(of_peers or [], np.int64) for of_peers in counts)
    return Cell(key, n, hits, level, peers_n, peers_hits)


def judged(cells: list[Cell], policy: SignalPolicy) -> list[dict[str, Any]]:
    """The rows of the table: p-values of cells with enough people and peers, adjusted per signal and cohort."""
    rows = [_compared(cell, policy) for cell in cells]
    tested: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for row in rows:
        if row["status"] == "ok":
            tested.setdefault((row["signal"], row["cohort_year"]), []).append(row)
    for group in tested.values():
        for row, q in zip(group, _adjusted([row["p_value"] for row in group]), strict=True):
            row["q_value"] = q
            row["is_signal"] = (
                q - policy.false_discovery <= ROUNDING
                and row["n_hits"] >= policy.min_hits
                and row["share"] - row["peers_share"] - policy.min_excess >= -ROUNDING
            )
    return rows


def _compared(cell: Cell, policy: SignalPolicy) -> dict[str, Any]:
    row = dict.fromkeys(COLUMNS) | cell.key
    row |= {"n": cell.n, "n_hits": cell.hits, "share": cell.hits / cell.n, "is_signal": False}
    if cell.level is None or cell.n < policy.signal_min_n:
        return row | {"status": "too_few"}
    n, hits = int(cell.peers_n.sum()), int(cell.peers_hits.sum())
    phi = over_dispersion(cell.peers_n, cell.peers_hits, policy)
    a, b = (hits + policy.prior_hits) / phi, (n - hits + policy.prior_hits) / phi
    return row | {
        "peer_level": cell.level,
        "peers_n": n,
        "peers_share": hits / n,
        "over_dispersion": phi,
        "p_value": tail(cell.hits, cell.n, a, b),
        "status": "ok",
    }


def over_dispersion(n: NDArray[np.int64], hits: NDArray[np.int64], policy: SignalPolicy) -> float:
    """How much more the peers differ than chance explains; at least 1.

    With enough peers the most deviant one is left out, so that a fake among the peers does not hide another one.

    Parameters
    ----------
    n, hits : ndarray of int, shape (n_peers,)
        People and hits of each peer.
    policy : SignalPolicy
        The prior and the number of peers from which one is left out.
    """
    share = (hits.sum() + policy.prior_hits) / (n.sum() + 2 * policy.prior_hits)
    squares = np.sort((hits - n * share) ** 2 / (n * share * (1 - share)))
    kept = squares[:-1] if len(squares) >= policy.leave_out_from_peers else squares
    return max(1.0, float(kept.sum()) / (len(kept) - 1))


def _adjusted(p_values: list[float]) -> list[float]:
    """Benjamini and Hochberg's adjusted p-values."""
    from scipy.stats import false_discovery_control  # type: ignore[import-untyped]

    return [float(q) for q in false_discovery_control(p_values)]


def _write(connection: duckdb.DuckDBPyConnection, rows: list[dict[str, Any]]) -> None:
    import pyarrow as pa

    listed = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    connection.execute("create schema if not exists audit")
    connection.execute(f"create or replace table {TABLE} ({listed})")
    if rows:
        found = pa.table({name: [row[name] for row in rows] for name in COLUMNS})
        connection.register("judged_placement", found)
        chosen = ", ".join(f"cast({name} as {kind})" for name, kind in COLUMNS.items())
        connection.execute(f"insert into {TABLE} select {chosen} from judged_placement")
        connection.unregister("judged_placement")
