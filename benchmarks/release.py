"""Time and memory of two releases of an invented region, without the attacks: the first, and one compared with it.

The published warehouse of a home is the pattern, for example that of `sh scripts/demo`: its institutions are repeated
under other codes. So colleges are as large as there; an institution of the demonstration has 1,250 graduates.

    python benchmarks/release.py HOME --colleges 120
    python benchmarks/release.py HOME --colleges 120 --against ../earlier/src
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# The vocational colleges of the country, for which times are extrapolated.
_ALL = 1_547
_KEY = b"benchmark of release a key of 32"


def invent(pattern: Path, home: Path, n: int) -> None:
    """Write a published warehouse with `n` institutions like those of the home `pattern`."""
    import duckdb

    home.mkdir(parents=True)
    shutil.copy(pattern / "warehouse.duckdb", home / "warehouse.duckdb")
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        tables = connection.execute(
            """select table_name from information_schema.columns
            where table_schema = 'feedback' and column_name = 'institution_code'"""
        ).fetchall()
        codes = connection.execute("select institution_code from feedback.institution order by 1").fetchall()
        connection.execute("create temp table copies (old varchar, new varchar)")
        more = [[code, f"9{at:09}"] for at, (code,) in enumerate((codes * n)[len(codes) : n])]
        if more:
            connection.executemany("insert into copies values (?, ?)", more)
        for (table,) in tables:
            connection.execute(
                f"""insert into feedback.{table} by name
                select * exclude (old, new) replace (copies.new as institution_code)
                from feedback.{table} join copies on institution_code = old"""
            )
        connection.execute(
            """delete from feedback.institution where institution_code not in
            (select institution_code from feedback.institution order by 1 limit ?)""",
            [n],
        )


def _next_run(home: Path, number: int, labels: list[str]) -> None:
    """Let the warehouse be of another run that knows these releases."""
    import duckdb

    folder = home / "runs" / f"run-{number}.released"
    folder.mkdir(parents=True)
    state = {"run_id": f"run-{number}", "as_of": "2026-11-30", "labels": labels, "definitions": "1"}
    (folder / "state.json").write_text(json.dumps(state))
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        connection.execute(f"update feedback.candidate set run_id = 'run-{number}', renewed_because = null")
        for label in labels:
            for (table,) in connection.execute(
                """select table_name from information_schema.columns
                where table_schema = 'feedback' and column_name = 'stands_from'"""
            ).fetchall():
                connection.execute(f"update feedback.{table} set stands_from = '{label}'")


def measure(home: Path) -> None:
    """Release twice and print seconds, processor seconds and megabytes of each as JSON."""
    os.environ["IECAREER_HOME"] = str(home)
    from iecareer.feedback import attacks, release

    attacks.refuse_disclosing = lambda _: None
    found = []
    for number, label in enumerate(("first", "second")):
        _next_run(home, number, ["first"] * number)
        begun, used = time.perf_counter(), _cpu()
        release(label, key=_KEY)
        found.append({"seconds": time.perf_counter() - begun, "cpu": _cpu() - used})
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps({"releases": found, "megabytes_of_largest_process": peak / 1024}))


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def run(source: Path, invented: Path, n: int) -> list[float]:
    """Processor seconds of both releases by the code in `source`; prints them."""
    with tempfile.TemporaryDirectory(dir=invented.parent) as scratch:
        home = Path(scratch) / "home"
        shutil.copytree(invented, home)
        command = [sys.executable, __file__, "--measure", str(home)]
        environment = os.environ | {"PYTHONPATH": str(source)}
        done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    for name, one in zip(("first", "compared"), found["releases"], strict=True):
        print(
            f"{source}: {name}: {one['seconds']:.1f} s, {one['cpu']:.1f} s of processors for {n} colleges; "
            f"{_ALL:,} colleges would take {one['cpu'] / n * _ALL / 2:.0f} s on two cores that do nothing else"
        )
    print(f"{source}: largest process {found['megabytes_of_largest_process']:.0f} MB", flush=True)
    return [one["cpu"] for one in found["releases"]]


def main() -> None:
    """Release with this code, and with other code in turn, if there is any."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("home", type=Path)
    parser.add_argument("--colleges", type=int, default=120)
    parser.add_argument("--against", type=Path, help="folder src of another checkout")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.measure:
        measure(told.home)
        return
    own = Path(__file__).resolve().parents[1] / "src"
    with tempfile.TemporaryDirectory() as scratch:
        invented = Path(scratch) / "invented"
        invent(told.home, invented, told.colleges)
        for _ in range(told.rounds):
            other = run(told.against.resolve(), invented, told.colleges) if told.against else []
            mine = run(own, invented, told.colleges)
            for name, before, now in zip(("first", "compared"), other, mine, strict=False):
                print(f"{name}: {now / before:.2f} of the processor time before")


if __name__ == "__main__":
    main()
