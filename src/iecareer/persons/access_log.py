"""The access log: who used identities, when, for what and why. It never says whose identities.

Each access is one JSON line in `logs/identity.jsonl`. A line contains the seal of the previous line and its own seal
(HMAC-SHA-256 under a derived key). The lake also keeps the number of lines and the last seal. So a changed, removed
or truncated line is noticed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import pwd
import re
import unicodedata
from pathlib import Path
from typing import Any

from filelock import FileLock

from iecareer.clock import now
from iecareer.documents import read_document, write_document
from iecareer.errors import IecareerError
from iecareer.persons.keys import derive
from iecareer.settings import home, lake

_PURPOSE = "access log"
Entry = dict[str, Any]


def log_access(kind: str, reason: str, **facts: str | int) -> None:
    """Append one line and flush it to disk, before or after the access.

    Raises
    ------
    IecareerError
        When the reason contains an identity number, or the log was changed. Identities are never used without a log
        entry.
    """
    if re.search(r"\d{15}|[0-9a-fA-F]{64}", unicodedata.normalize("NFKC", reason)):
        raise IecareerError(
            "The reason contains an identity number.",
            next_step="Say why you need the identity, not whose it is.",
        )
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    lake().mkdir(parents=True, exist_ok=True)
    with FileLock(lake() / "identity-log.lock"):
        entries, problem = read_log()
        if problem:
            raise IecareerError(
                f"The access log is not intact: {problem}",
                next_step="See docs/runbooks/the-access-log-is-broken.md.",
            )
        entry: Entry = {
            "n": len(entries) + 1, "at": now(), "user": login_name(), "kind": kind, "reason": reason,
            **facts, "before": entries[-1]["seal"] if entries else "",
        }  # fmt: skip
        entry["seal"] = _seal(entry)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b") as stream:
            # A line cut short by a crash does not count.
            stream.truncate(_whole_lines(path))
            stream.seek(0, os.SEEK_END)
            stream.write(_canonical(entry) + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        write_document(_end(), {"n": entry["n"], "seal": entry["seal"]})


def read_log() -> tuple[list[Entry], str | None]:
    """All lines, and what is wrong with them (None if the log is intact)."""
    end = read_document(_end()) if _end().exists() else {"n": 0, "seal": ""}
    entries: list[Entry] = []
    data = _path().read_bytes()[: _whole_lines(_path())] if _path().exists() else b""
    before = ""
    for number, line in enumerate(data.splitlines(), start=1):
        try:
            entry = json.loads(line)
            is_next = entry["n"] == number and entry["before"] == before
            is_sealed = hmac.compare_digest(entry["seal"], _seal(entry))
        except (ValueError, KeyError, TypeError):
            return entries, f"line {number} is damaged."
        if not (is_next and is_sealed):
            return entries, f"line {number} was changed, or a line before it is missing."
        entries.append(entry)
        before = entry["seal"]
    # A crash before the end document is written leaves one line too many; too few lines are always an error.
    if len(entries) < end["n"] or (end["n"] and entries[end["n"] - 1]["seal"] != end["seal"]):
        return entries, f"{end['n']} lines were written, but the last {end['n'] - len(entries)} are missing."
    return entries, None


def login_name() -> str:
    """The account of the process. Environment variables are not used: anyone can set them."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _seal(entry: Entry) -> str:
    unsealed = {name: value for name, value in entry.items() if name != "seal"}
    return hmac.new(derive(_PURPOSE), _canonical(unsealed), hashlib.sha256).hexdigest()


def _canonical(entry: Entry) -> bytes:
    return json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _whole_lines(path: Path) -> int:
    """Bytes up to the end of the last whole line."""
    return path.read_bytes().rfind(b"\n") + 1 if path.exists() else 0


def _path() -> Path:
    return home() / "logs" / "identity.jsonl"


def _end() -> Path:
    return lake() / "identity-log-end.json"
