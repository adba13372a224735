"""One simulated region, every stage up to the flags, compared with what was planted; prints one JSON line.

Run as ``python -m tests.planted.one_region SEED GRADUATES FOLDER``.
"""

from __future__ import annotations

import json
import math
import os
import sys
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import duckdb

AS_OF = date(2026, 11, 21)


@dataclass(frozen=True)
class Found:
    """One region: whether the pooled interval covers the planted difference, and how the flags fare."""

    seed: int
    covers: bool
    n_programs: int
    n_obsolescent: int
    n_flags: int
    n_flags_obsolescent: int

    @property
    def lift(self) -> float:
        """How many times as frequent obsolescent programs are among flags as among all; nan without flags."""
        if not self.n_flags:
            return math.nan
        return (self.n_flags_obsolescent / self.n_flags) / (self.n_obsolescent / self.n_programs)


def night(seed: int, graduates: int, folder: str) -> Found:
    """Simulate a region, do every stage up to the flags, and compare with what was planted."""
    place = Path(folder) / str(seed)
    os.environ.update(IECAREER_HOME=str(place / "home"), IECAREER_INBOX=str(place / "inbox"))
    from iecareer.flags import build_flags
    from iecareer.landing import land
    from iecareer.runs.build import open_build
    from iecareer.simulation import simulate
    from iecareer.sources import load_systems
    from tests.nights import build

    simulate(place / "inbox", graduates=graduates, seed=seed)
    for source in load_systems():
        assert all(not receipt["error"] for receipt in land(source, received_on=AS_OF))
    run_id = build(AS_OF)
    build_flags(run_id)
    truth = json.loads((place / "inbox" / "truth.json").read_text(encoding="utf-8"))
    with open_build(run_id) as connection:
        return compared(connection, truth["planted"], seed)


def compared(connection: duckdb.DuckDBPyConnection, planted: dict[str, object], seed: int) -> Found:
    ((low, high),) = connection.execute(
        """select ci_low, ci_high from marts.msr_salary_differential
        where measure = 'register' and scope = 'region' and method = 'stratified' and cohort_year is null"""
    ).fetchall()
    obsolescent = {tuple(unit) for unit in units(planted)}
    flags = connection.execute(
        "select institution_code, program_code, is_flagged from flags.program_flag"
    ).fetchall()
    flagged = {(institution, program) for institution, program, is_flagged in flags if is_flagged}
    return Found(
        seed,
        low <= planted["log_wage_cooperation"] <= high,
        len(flags),
        len(obsolescent & {(institution, program) for institution, program, _ in flags}),
        len(flagged),
        len(flagged & obsolescent),
    )


def units(planted: dict[str, object]) -> list[tuple[str, str]]:
    programs = planted["obsolescent_programs"]
    assert isinstance(programs, list)
    return [(unit["institution_code"], unit["program_code"]) for unit in programs]


if __name__ == "__main__":
    print(json.dumps(asdict(night(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))))  # noqa: T201
