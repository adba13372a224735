"""A small region with planted identity numbers, and the night as a user starts it: a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from iecareer.clock import today
from iecareer.simulation import simulate
from tests.faults.leak_search import leaks
from tests.people import credit_code, resident_id

AS_OF = today().isoformat()
GRADUATES = 1_000
N_PLANTED = 100

# After a release the same numbers stand from it.
SHOWN = "select columns(lambda name: name <> 'stands_from')"


@dataclass(frozen=True)
class Region:
    """Deliveries in an inbox, and identity numbers that are in them."""

    inbox: Path
    exchange: Path
    policy: Path
    numbers: frozenset[str]


@dataclass(frozen=True)
class Night:
    """A home in a folder of its own, with a temporary folder of its own."""

    region: Region
    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def environment(self) -> Mapping[str, str]:
        (self.folder / "tmp").mkdir(parents=True, exist_ok=True)
        return os.environ | {
            "IECAREER_HOME": str(self.home),
            "IECAREER_INBOX": str(self.region.inbox),
            "IECAREER_KEY": "5a" * 32,
            "IECAREER_POLICY": str(self.region.policy),
            "TMPDIR": str(self.folder / "tmp"),
            "OMP_NUM_THREADS": "1",
        }

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "iecareer", *arguments],
            cwd=self.folder,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def do(self, *arguments: str) -> str:
        """Run a command to its end; it must succeed."""
        process = self.start(*arguments)
        said, _ = process.communicate(timeout=900)
        assert process.returncode == 0, said
        return said

    def run(self) -> str:
        return self.do("run", "--as-of", AS_OF)

    def kill_run_at(self, place: str) -> None:
        """Start a run, and kill -9 it and its children when a file appears in the home that matches the pattern."""
        before = set(self.home.glob(place))
        process = self.start("run", "--as-of", AS_OF)
        while process.poll() is None and set(self.home.glob(place)) <= before:
            time.sleep(0.05)
        assert process.poll() is None, f"the run ended before {place} appeared"
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()

    def leaks(self, scratch: Path) -> list[str]:
        return leaks(self.folder, set(self.region.numbers), scratch)

    def published(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of every published indicator, flag and feedback table, in a fixed order."""
        with duckdb.connect(str(self.home / "warehouse.duckdb"), read_only=True) as connection:
            tables = connection.execute(
                """select schema_name, table_name from duckdb_tables()
                where schema_name in ('marts', 'flags', 'feedback') and table_name <> 'candidate' order by all"""
            ).fetchall()
            return {
                f"{schema}.{table}": connection.execute(
                    f'{SHOWN} from {schema}."{table}" order by all'
                ).fetchall()
                for schema, table in tables
            }


@pytest.fixture(scope="session")
def region(tmp_path_factory: pytest.TempPathFactory) -> Region:
    """A simulated region, and a hundred numbers planted where numbers must not be."""
    folder = tmp_path_factory.mktemp("region")
    simulate(folder / "inbox", graduates=GRADUATES, seed=11)
    planted = [resident_id(n, region="110105", born="20010203") for n in range(N_PLANTED)]
    _plant(folder / "exchange", planted)
    delivered = set()
    for path in (folder / "inbox" / "student_registry").glob("*.csv"):
        text = unicodedata.normalize("NFKC", path.read_bytes().decode("gb18030", "replace"))
        delivered |= {number.upper() for number in re.findall(r"(?<!\d)\d{17}[\dXx](?!\d)", text)}
    assert len(delivered) > GRADUATES / 2
    _few_draws(folder / "policy")
    numbers = frozenset({*planted, *sorted(delivered)[:200]})
    return Region(folder / "inbox", folder / "exchange", folder / "policy", numbers)


def _few_draws(folder: Path) -> None:
    """A policy of few divisions and draws: what is tested here hangs on none of them."""
    folder.mkdir()
    header = "name,value,unit,effective_from,document,clause,description\n"
    for seed, row in (
        ("policy_estimate", "repeats,1,divisions,2020-01-01,a,b,c"),
        ("policy_flag", "bootstrap_draws,20,draws,2020-01-01,a,b,c"),
    ):
        (folder / f"{seed}.csv").write_text(f"{header}{row}\n", encoding="utf-8")


def _plant(folder: Path, numbers: list[str]) -> None:
    """In free text, in keys, in columns of codes, in broken rows, in totals, in headers and in a file's name."""
    folder.mkdir()
    wide = ["".join(chr(ord(character) + 0xFEE0) for character in number) for number in numbers]
    short = [number[:6] + number[8:17] for number in numbers]
    postings = ["posting_id,posted_on,title,region_code,description"]
    postings += [f"A{i},2024-01-01,焊工,330102,联系 {number}" for i, number in enumerate(numbers[:20])]
    postings += [f"B{i},2024-01-01,{number},330102,文字" for i, number in enumerate(wide[20:30])]
    postings += [f"{number},2024-01-01,焊工,330102,文字" for number in short[30:40]]
    postings += [f"C{i},2024-01-01,焊工,{number},文字" for i, number in enumerate(numbers[40:50])]
    postings += [f"D{i},{number},焊工,330102,文字" for i, number in enumerate(numbers[50:60])]
    postings += [f"E{i},2024-01-01,焊工,330102,文字,{number}" for i, number in enumerate(numbers[60:70])]
    postings += [f"合计{numbers[97]},,,,", f"F,2024-01-01,焊工,330102,整{'句' * 40}"]
    (folder / f"job_posting_{numbers[99]}.csv").write_text("\n".join(postings) + "\n", encoding="utf-8")
    spells = [f"person_id,employer,started_on,ended_on,observed_on,{numbers[98]}"]
    spells += [f"{number},{number},2024-01-01,,2024-12-31," for number in numbers[70:80]]
    spells += [
        f"{number},个体 {wide[80 + i]},2024-01-01,2023-01-01,2024-12-31,"
        for i, number in enumerate(numbers[80:90])
    ]
    spells += [f"{number[:-1]}?,甲厂,2024-01-01,,2024-12-31,{number}" for number in numbers[90:98]]
    spells += [
        f"{number},{credit_code(i)},2024-01-01,,2024-12-31," for i, number in enumerate(numbers[90:98])
    ]
    (folder / "employment_spell.csv").write_bytes(("\n".join(spells) + "\n").encode("gb18030"))


@pytest.fixture(scope="session")
def night(region: Region, tmp_path_factory: pytest.TempPathFactory) -> Night:
    """One night that nothing disturbed, with a release."""
    undisturbed = Night(region, tmp_path_factory.mktemp("undisturbed"))
    undisturbed.do("land", "exchange", str(region.exchange), "--received-on", AS_OF)
    undisturbed.run()
    undisturbed.do("release", "--label", "first")
    return undisturbed
