"""Real database servers for tests, each started in a temporary folder, none of them as root."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

PASSWORD = "s3cret-w0rd-of-the-office"  # noqa: S105 - of a server that lives as long as a test


@dataclass(frozen=True)
class Office:
    """An office's database: how to fill it, how its contract names it."""

    kind: str
    url: sa.URL
    server: str

    def run(self, statement: str, rows: Sequence[dict[str, Any]] | None = None) -> None:
        engine = sa.create_engine(self.url, poolclass=sa.pool.NullPool)
        with engine.begin() as connection:
            connection.execute(sa.text(statement), rows or None)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        engine = sa.create_engine(self.url, poolclass=sa.pool.NullPool)
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(query))]


def sqlite_office(path: Path) -> Office:
    server = f"{{server: live, type: custom, location: 'sqlite:///{path}'}}"
    return Office("sqlite", sa.URL.create("sqlite", database=str(path)), server)


@contextmanager
def postgres_office() -> Iterator[Office]:
    """PostgreSQL over its socket, which asks for no password."""
    pgserver = pytest.importorskip("pgserver")
    folder = Path(tempfile.mkdtemp(prefix="iecareer-pg-"))
    server = pgserver.get_server(folder, cleanup_mode="delete")
    try:
        host = sa.make_url(server.get_uri()).query["host"]
        url = sa.URL.create(
            "postgresql+psycopg", username="postgres", host=str(host), port=5432, database="postgres"
        )
        told = (
            f"{{server: live, type: postgres, host: '{host}', port: 5432, database: postgres, schema: public"
        )
        yield Office(
            "postgres", url, f"{told}, customProperties: [{{property: connection, value: office}}]}}"
        )
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def mariadb_office() -> Iterator[Office]:
    """MariaDB over TCP, with a user and a password."""
    if not shutil.which("mariadbd") or not shutil.which("mariadb-install-db"):
        pytest.skip("MariaDB's server is not installed (Debian: apt-get install mariadb-server)")
    folder = Path(tempfile.mkdtemp(prefix="iecareer-mariadb-"))
    as_user: dict[str, Any] = {}
    if os.geteuid() == 0:
        as_user = {"user": "nobody", "group": "nogroup", "extra_groups": []}
        shutil.chown(folder, "nobody", "nogroup")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    own = ["--no-defaults", f"--datadir={folder}/data"]
    subprocess.run(
        ["mariadb-install-db", *own, "--auth-root-authentication-method=normal", "--skip-test-db"],
        check=True, **quiet, **as_user,
    )  # fmt: skip
    port = _free_port()
    listening = [
        f"--socket={folder}/s",
        f"--port={port}",
        "--bind-address=127.0.0.1",
        f"--pid-file={folder}/pid",
    ]
    process = subprocess.Popen(["mariadbd", *own, *listening], **quiet, **as_user)
    try:
        _make_user(folder / "s")
        url = sa.URL.create(
            "mysql+pymysql",
            username="office",
            password=PASSWORD,
            host="127.0.0.1",
            port=port,
            database="office",
        )
        told = f"{{server: live, type: mysql, host: 127.0.0.1, port: {port}, database: office"
        yield Office("mariadb", url, f"{told}, customProperties: [{{property: connection, value: office}}]}}")
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _make_user(address: Path) -> None:
    root = sa.URL.create("mysql+pymysql", username="root", query={"unix_socket": str(address)})
    engine = sa.create_engine(root, poolclass=sa.pool.NullPool)
    until = time.monotonic() + 120
    while True:
        try:
            with engine.begin() as connection:
                for statement in (
                    "create database office character set utf8mb4",
                    f"create user office@'127.0.0.1' identified by '{PASSWORD}'",
                    "grant all on office.* to office@'127.0.0.1'",
                ):
                    connection.exec_driver_sql(statement)
            return
        except sa.exc.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.3)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
