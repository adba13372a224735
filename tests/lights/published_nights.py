"""Nights that published the lights of the worked example, and a web server as the receiver of messages."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb

from iecareer.runs.pin import Pin, write_pin
from tests.lights.example import AS_OF, I1, I2, I3, example
from tests.lights.tables import build_lights, write

NAMES = {I1: "甲职业技术学院", I2: "乙{{ 7*7 }}<b>学院", I3: "=丙学院"}
_BUILT: dict[str, bytes] = {}


def build(folder: Path, policy: str = "") -> Path:
    """A published warehouse of the example; `policy` is SQL that changes rows of policy first."""
    path = folder / "warehouse.duckdb"
    folder.mkdir(parents=True, exist_ok=True)
    if policy not in _BUILT:
        path.unlink(missing_ok=True)
        with duckdb.connect(str(path)) as connection:
            write(connection, example())
            build_lights(connection, AS_OF)
            if policy:
                connection.execute(policy)
                build_lights(connection, AS_OF)
            connection.execute("alter table marts.dim_institution add column institution_name varchar")
            for code, name in NAMES.items():
                connection.execute(
                    "update marts.dim_institution set institution_name = ? where institution_code = ?",
                    [name, code],
                )
            connection.execute(
                "create table marts.dim_program (program_code varchar, edition int, program_name varchar)"
            )
            connection.execute("insert into marts.dim_program values ('510201', 2021, '计算机应用技术')")
            connection.execute("create schema checks")
            connection.execute("create table checks.run (run_id varchar, as_of date, published_at varchar)")
        _BUILT[policy] = path.read_bytes()
    path.write_bytes(_BUILT[policy])
    return path


def publish_night(home: Path, run_id: str, as_of: date = AS_OF, *, policy: str = "", began: str = "") -> None:
    """What a night leaves: its pin and the published warehouse."""
    path = build(home, policy)
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "insert into checks.run values (?, ?, ?)", [run_id, as_of, f"{as_of}T02:00:00+00:00"]
        )
    write_pin(Pin(run_id, as_of, began or f"{as_of}T01:30:00+00:00", ()))


Answer = Callable[[BaseHTTPRequestHandler], tuple[int, bytes]]


class Receiver:
    """A web server: what it received, and what it answers."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}/robot?key=s3cret"
        self.bodies: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.answer: Answer = lambda _: (200, b'{"errcode": 0, "errmsg": "ok"}')


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver of messages for the length of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self._reply()

        def do_GET(self) -> None:
            self._reply()

        def _reply(self) -> None:
            receiver.paths.append(self.path)
            status, body = receiver.answer(self)
            self.send_response(status)
            if status in (301, 302, 307):
                self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = Receiver(server.server_port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
