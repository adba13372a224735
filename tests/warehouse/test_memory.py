"""Memory is a setting: what does not fit is spilled where only this account can read, and gone afterwards."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from iecareer.database import build_config, cause_of, identity_config, spill_folder
from iecareer.errors import IecareerError
from iecareer.runs import disk
from iecareer.settings import memory_limit, project_folder
from iecareer.transform.invocation import build

# About 100 MB of texts in 60 MB of memory.
LARGE = "create temp table texts as select md5(range::varchar) as text from range(2000000)"
SPILLED = "select count(*) from duckdb_temporary_files()"


def files(home: Path) -> list[Path]:
    return [path for path in (home / "runs" / "spill").rglob("*") if path.is_file()]


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IECAREER_MEMORY_LIMIT", "60MB")


def test_a_connection_takes_what_the_setting_says(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IECAREER_MEMORY_LIMIT", "256 MiB")
    for config in (build_config(), identity_config()):
        with duckdb.connect(config=config) as connection:
            assert connection.execute("select current_setting('memory_limit')").fetchall() == [("256.0 MiB",)]
    monkeypatch.delenv("IECAREER_MEMORY_LIMIT")
    assert memory_limit() == "1.5GB"


@pytest.mark.parametrize("text", ["much", "0GB", "512", "-1GB", "80%", "1.5 G B B"])
def test_what_is_no_amount_of_memory_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("IECAREER_MEMORY_LIMIT", text)
    with pytest.raises(IecareerError, match="IECAREER_MEMORY_LIMIT is not an amount of memory"):
        build_config()


@pytest.mark.usefixtures("little")
def test_spilled_rows_are_for_this_account_only_and_gone_when_the_connection_closes(home: Path) -> None:
    with duckdb.connect(config=build_config()) as connection:
        connection.execute(LARGE)
        assert connection.execute(SPILLED).fetchall()[0][0] > 0
        assert [path for path in files(home) if path.suffix == ".tmp"]
        assert (home / "runs" / "spill").stat().st_mode & 0o777 == 0o700
    assert not [path for path in files(home) if path.suffix == ".tmp"]


@pytest.mark.usefixtures("little")
def test_two_connections_spill_beside_each_other(home: Path) -> None:
    with duckdb.connect(config=build_config()) as one, duckdb.connect(config=build_config()) as other:
        for connection in (one, other):
            connection.execute(LARGE)
        for connection in (one, other):
            found = connection.execute("select count(*), bool_and(length(text) = 32) from texts").fetchall()
            assert found == [(2000000, True)]


@pytest.mark.usefixtures("little")
def test_what_sees_identities_is_never_spilled(home: Path) -> None:
    with (
        duckdb.connect(config=identity_config()) as connection,
        pytest.raises(duckdb.OutOfMemoryException) as caught,
    ):
        connection.execute(LARGE)
    assert not files(home)
    assert cause_of(str(caught.value)) == "out of memory (limit 60MB, see IECAREER_MEMORY_LIMIT)"


KILLED = f"""
import os, duckdb
from iecareer.database import build_config
connection = duckdb.connect(config=build_config())
connection.execute({LARGE!r})
print(connection.execute({SPILLED!r}).fetchall()[0][0], flush=True)
ENDING
"""


@pytest.mark.usefixtures("little")
@pytest.mark.parametrize("ending", ["os.kill(os.getpid(), 9)", ""])
def test_what_a_process_spilled_is_gone_at_its_end_or_with_the_next_start(home: Path, ending: str) -> None:
    code = KILLED.replace("ENDING", ending)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert int(done.stdout.split()[-1]) > 0
    assert done.returncode == (-signal.SIGKILL if ending else 0)
    assert bool([path for path in files(home) if path.suffix == ".tmp"]) == bool(ending)
    with duckdb.connect(config=build_config()):
        assert not [path for path in files(home) if path.suffix == ".tmp"]


def test_a_process_that_is_still_at_work_keeps_what_it_spilled(home: Path) -> None:
    code = "import sys\nfrom iecareer.database import spill_folder\nprint(spill_folder(), flush=True)\nsys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout
        folder = Path(other.stdout.readline().strip()).parent
        build_config()
        assert folder.exists()
        other.communicate("")
    assert not folder.exists()


@pytest.mark.usefixtures("little")
def test_dbt_has_the_same_limit_and_spills_where_it_is_told_to(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "dbt_project.yml").write_text("{name: iecareer, version: 1.0.0, profile: iecareer}")
    profiles = (project_folder("dbt_project") / "profiles.yml").read_text(encoding="utf-8")
    (tmp_path / "profiles.yml").write_text(profiles, encoding="utf-8")
    (tmp_path / "models" / "m.sql").write_text(
        f"{{{{ config(materialized='table', pre_hook='{LARGE}') }}}} select count(*) as n, "
        "current_setting('memory_limit') as most, current_setting('temp_directory') as folder "
        "from duckdb_temporary_files()"
    )
    monkeypatch.setenv("IECAREER_BUILD", str(tmp_path / "build.duckdb"))
    monkeypatch.setenv("IECAREER_SPILL", str(spill_folder()))
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    build("local", ["path:models"], {}, tmp_path, tmp_path / "target")
    DuckDBConnectionManager.close_all_connections()
    with duckdb.connect(str(tmp_path / "build.duckdb"), read_only=True) as connection:
        ((n, most, folder),) = connection.execute("from m").fetchall()
    assert n > 0
    assert most == "57.2 MiB"
    assert Path(folder).is_relative_to(home / "runs" / "spill")


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        ("Out of Memory Error: could not allocate block of size 256.0 KiB (95/95 MiB used)", "out of memory"),
        ("Out of Memory Error: failed to offload data block of size 64.0 KiB", "the disk is full"),
        ('IO Error: Could not write file "/x/b.duckdb": No space left on device', "the disk is full"),
        ('IO Error: Cannot open file "/x/b.duckdb": Permission denied', "may not be read or written"),
        ('IO Error: Could not set lock on file "/x": Conflicting lock', "another process has the build open"),
        ("Parser Error: Unknown unit for memory: 'x'", "a setting of DuckDB is wrong"),
        ("Conversion Error: Could not convert string 'No space left on device' to INT32", None),
        ("Conversion Error: Could not convert string\nIO Error: No space left on device", None),
        ("Constraint Error: Duplicate key 'Out of Memory Error: 330102199903070010'", None),
    ],
)
@pytest.mark.parametrize("before", ["", "Runtime Error in model int_x (models/int_x.sql)\n  "])
def test_a_cause_is_told_by_the_kind_of_error_alone(before: str, message: str, cause: str | None) -> None:
    found = cause_of(before + message)
    assert (found is None) == (cause is None)
    assert found is None or str(cause) in found


def test_a_disk_that_is_too_small_is_refused_before_the_night(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk.refuse_full_disk()
    rows = home / "lake" / "landing" / "graduate" / "a" / "rows.parquet"
    rows.parent.mkdir(parents=True)
    with rows.open("wb") as stream:
        stream.truncate(1 << 43)  # as long as 8 TiB, though it takes no room
    with pytest.raises(
        IecareerError, match=r"A night needs about \d+\.\d GiB of disk space below .*runs; .* free"
    ):
        disk.refuse_full_disk()
    assert rows.stat().st_blocks == 0
