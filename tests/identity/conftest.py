"""A small office, a search that opens everything a home holds, and a process that is killed at a named point."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from iecareer.landing import land
from iecareer.landing.receive.archive import Archived
from iecareer.persons import vault
from iecareer.persons.sealing import unsealed
from tests.faults.leak_search import leaks
from tests.people import credit_code, resident_id

RECEIVED_ON = date(2026, 11, 21)
NOBODY = resident_id(999)


@pytest.fixture
def deliver(home: Path, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Land rows of one record type in the exchange format; gives the receipt, which must be without error."""

    def deliver_rows(name: str, text: str, received_on: date = RECEIVED_ON) -> dict[str, Any]:
        path = tmp_path / "out" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        (receipt,) = land("exchange", [path], received_on)
        assert receipt["error"] is None, receipt["error"]
        balance = ("n_loaded", "n_unchanged", "n_superseded", "n_quarantined")
        assert receipt["n_in"] == sum(receipt[part] for part in balance)
        return receipt

    return deliver_rows


def months(persons: list[str], month: str = "2024-05") -> str:
    """A file of contribution months, one row per person."""
    rows = [f"{person},{month},{credit_code(1)},{8000 + i},330102" for i, person in enumerate(persons)]
    return "\n".join(["person_id,month,enterprise_code,contribution_base,region_code", *rows]) + "\n"


def keys(home: Path, record_type: str = "*") -> set[str]:
    """Every pseudonym in conformed files, in hexadecimal digits."""
    files = [str(path) for path in home.glob(f"lake/landing/{record_type}/**/*.parquet")]
    rows = duckdb.sql(
        "select distinct person_key from read_parquet($files, union_by_name = true)", params={"files": files}
    )
    return {row[0].hex() for row in rows.fetchall() if row[0] is not None}


def opened(home: Path, folder: Path) -> Path:
    """Everything the home holds, decrypted, in a folder of its own: what someone with the key could read."""
    target = folder / "opened"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(home, target / "home")
    for path in home.glob("lake/raw/*/*"):
        (target / f"raw-{path.name}").write_bytes(Archived(path.name).whole())
    for path in vault.vault_files():
        pq.write_table(vault.identities(path), target / f"vault-{path.name}")
    for path in home.glob("lake/redacted/*/*/*"):
        clear = unsealed(path.read_bytes(), "redacted archive", f"{path.parent.name}/{path.name}")
        (target / f"redacted-{path.parent.name}-{path.name}").write_bytes(clear)
    return target


@pytest.fixture
def speaking_of(home: Path, tmp_path: Path) -> Callable[[str], list[str]]:
    """Files of the home, opened, that hold a resident number in any form."""

    def search(number: str) -> list[str]:
        (tmp_path / "scratch").mkdir(exist_ok=True)
        return leaks(opened(home, tmp_path), {number}, tmp_path / "scratch")

    return search


def holding_key(home: Path, person_keys: set[str]) -> list[str]:
    """Parquet and DuckDB files, and any other bytes, that hold one of these pseudonyms."""
    # As digits, as the bytes of a file, and as values of its tables are written here.
    forms = {
        form
        for key in person_keys
        for form in (key, bytes.fromhex(key).decode("latin-1"), repr(bytes.fromhex(key))[2:-1])
    }
    found = []
    for path in sorted(file for file in home.rglob("*") if file.is_file()):
        text = path.read_bytes().decode("latin-1")
        if text.startswith("PAR1"):
            text += repr(pq.read_table(path).to_pydict())
        elif text[8:12] == "DUCK":
            with duckdb.connect(str(path), read_only=True) as connection:
                tables = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
                for schema, table in tables:
                    text += repr(connection.execute(f'from "{schema}"."{table}"').fetchall())
        if any(form in text for form in forms):
            found.append(str(path.relative_to(home)))
    return found


def killed(home: Path, code: str, place: str, *, after: bool) -> None:
    """Run `code` in a process of its own that kills itself (-9) before or after the function at `place`."""
    module, name = place.split(":")
    script = f"""
        import importlib, os, signal
        module = importlib.import_module("{module}")
        function = module.{name}
        def dying(*args, **kwargs):
            if {after}:
                function(*args, **kwargs)
            os.kill(os.getpid(), signal.SIGKILL)
        module.{name} = dying
    """
    process = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script) + textwrap.dedent(code)],
        env=os.environ | {"IECAREER_HOME": str(home)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert process.returncode == -signal.SIGKILL, process.stderr
