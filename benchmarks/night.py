"""What a night costs in which nothing is new since the day before, beside one with nothing kept from earlier nights.

Each night is a process of its own; the two take turns. In each round both are of the same day, a day after the last
round, and must publish equal tables. CPU includes child processes. A step ends when the next one begins.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from iecareer.clock import today


def cpu() -> float:
    """CPU seconds of this process and its finished children."""
    return sum(os.times()[:4])


def one_night(as_of: str) -> None:
    """Run a night in this process; print its run id, CPU seconds by step and peak memory in MiB as JSON."""
    import resource

    from iecareer.nightly import run_nightly

    begun = [("start", 0.0)]
    report = run_nightly(
        date.fromisoformat(as_of), on_begin=lambda name: begun.append((name.split(" ")[0], cpu()))
    )
    steps: dict[str, float] = {}
    for (name, begin), (_, end) in zip(begun, [*begun[1:], ("", cpu())], strict=True):
        steps[name] = steps.get(name, 0.0) + end - begin
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps({"run_id": report.run_id, "steps": steps, "peak": peak / 1024}))


def night(as_of: date) -> dict[str, Any]:
    """A night in a process of its own."""
    command = [sys.executable, __file__, "--one", as_of.isoformat()]
    return dict(json.loads(subprocess.run(command, check=True, capture_output=True).stdout.splitlines()[-1]))


def main() -> None:
    """Simulate a region, measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--graduates", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=None, help="where the region is kept for other runs")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        one_night(asked.one)
        return
    from iecareer.runs.digests import differing, kept_tables
    from iecareer.simulation import simulate

    folder = asked.folder or Path(tempfile.mkdtemp())
    os.environ.update(IECAREER_INBOX=str(folder / "inbox"), IECAREER_HOME=str(folder / "home"))
    if not (folder / "inbox").exists():
        simulate(folder / "inbox", graduates=asked.graduates, seed=1)
    night(today())  # lands
    found: dict[str, list[dict[str, Any]]] = {"nothing new": [], "nothing kept": []}
    for number in range(1, asked.rounds + 1):
        for name, runs in found.items():
            if name == "nothing kept":
                for kept in ("runs/kept", "lake/state"):
                    shutil.rmtree(folder / "home" / kept, ignore_errors=True)
            runs.append(night(today() + timedelta(number)))
        tables = [kept_tables(runs[-1]["run_id"]) or {} for runs in found.values()]
        if apart := differing(*tables):
            raise SystemExit(f"A night with nothing new published other tables: {apart}")
    steps = list(found["nothing kept"][0]["steps"])
    print(f"{'CPU seconds':14}", *(f"{name:>14}" for name in found))
    for step in [*steps, "all"]:
        medians = (
            statistics.median(sum(s for n, s in run["steps"].items() if step in (n, "all")) for run in runs)
            for runs in found.values()
        )
        print(f"{step:14}", *(f"{median:14.1f}" for median in medians))
    print(f"{'peak MiB':14}", *(f"{max(run['peak'] for run in runs):14.0f}" for runs in found.values()))


if __name__ == "__main__":
    main()
