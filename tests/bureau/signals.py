"""Signals of every kind, by the numbers of the worked example."""

from __future__ import annotations

from typing import Any

import duckdb

from iecareer.lights.placement import COLUMNS
from tests.lights.example import I1, I2

PLACEMENT = (
    *("flexible", "tiny_firm", "same_income", "not_insured", "no_such_employer"),
    "registered_not_insured",
)
COOPERATION = ("paper", "places", "twice", "copied")
SIGNAL: dict[str, Any] = {
    "institution_code": I1,
    "program_code": "460103",
    "cohort_year": 2023,
    "n": 20,
    "n_hits": 8,
    "share": 0.4,
    "peer_level": "program",
    "peers_n": 120,
    "peers_share": 14 / 120,
    "over_dispersion": 1.392966,
    "p_value": 0.004268,
    "q_value": 0.014937,
    "is_signal": True,
    "status": "ok",
}
TOO_FEW = SIGNAL | {"institution_code": I2, "n": 6, "n_hits": 6, "is_signal": False, "status": "too_few"}


def write_signal_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Schema `audit`: one signal of every kind, and a program-cohort that could not be compared."""
    connection.execute("create schema audit")
    listed = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    connection.execute(f"create table audit.placement_signal ({listed})")
    rows = [SIGNAL | {"signal": signal} for signal in PLACEMENT]
    for row in (*rows, TOO_FEW | {"signal": "flexible"}):
        connection.execute(
            f"insert into audit.placement_signal values ({', '.join('?' * len(COLUMNS))})",
            [row[name] for name in COLUMNS],
        )
    connection.execute(
        """create table audit.cooperation_signal (agreement_id varchar, institution_code varchar,
        enterprise_code varchar, year integer, signal varchar)"""
    )
    for at, signal in enumerate(COOPERATION):
        connection.execute(
            "insert into audit.cooperation_signal values (?, ?, '@X1', 2023, ?)", [f"A{at}", I2, signal]
        )
