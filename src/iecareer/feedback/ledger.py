"""Manifests and the ledger: the files of a release, the run it comes from, and the release before it.

Every manifest contains the hash of the previous release's manifest, so a replaced or removed release is
noticed. A signature (HMAC-SHA-256 with a key derived from the warehouse's secret) proves who made it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from typing import TYPE_CHECKING, Any

from iecareer.errors import IecareerError

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = "manifest.json"
LEDGER = "ledger.jsonl"
PURPOSE = "release signature"
Manifest = dict[str, Any]


def sha256_of(path: Path) -> str:
    """Hash of a file's bytes, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hashes(folder: Path) -> dict[str, str]:
    """Hash of every file below `folder` except its manifest, by relative POSIX path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() or path.is_symlink())
    return {
        path.relative_to(folder).as_posix(): sha256_of(path) if path.is_file() else "not a file"
        for path in files
        if path != folder / MANIFEST
    }


def canonical(content: Manifest) -> bytes:
    """The canonical bytes of a JSON object: sorted keys, no blanks, UTF-8."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def signature(content: Manifest, key: bytes) -> str:
    """HMAC-SHA-256 over the content without its own signature, hexadecimal."""
    unsigned = {name: value for name, value in content.items() if name != "signature"}
    return hmac.new(key, canonical(unsigned), hashlib.sha256).hexdigest()


def write_manifest(folder: Path, facts: Manifest, key: bytes) -> str:
    """Write the signed manifest of a finished folder and return the hash of its bytes."""
    content = facts | {"files": hashes(folder)}
    content["signature"] = signature(content, key)
    path = folder / MANIFEST
    path.write_text(
        json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )
    return sha256_of(path)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a release or institution folder.

    Raises
    ------
    IecareerError
        When the manifest is missing or not valid.
    """
    path = folder / MANIFEST
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(content["files"], dict):
            raise TypeError
    except FileNotFoundError:
        raise IecareerError(
            f"{folder.name} has no {MANIFEST}.", next_step="Name a release or institution folder."
        ) from None
    except (ValueError, KeyError, TypeError):
        raise IecareerError(
            f"{folder.name}/{MANIFEST} is not a manifest.", next_step="Ask for the folder again."
        ) from None
    return dict(content)


def read_ledger(releases: Path) -> list[Manifest]:
    """Entries of the ledger, oldest first; an incomplete last line left by a crash is ignored.

    Raises
    ------
    IecareerError
        When a line before the last cannot be read.
    """
    path = releases / LEDGER
    if not path.is_file():
        return []
    entries = []
    lines = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines[:-1], start=1):
        try:
            entries.append(dict(json.loads(line)))
        except ValueError:
            raise IecareerError(
                f"{LEDGER}, line {number}, cannot be read.", next_step="Restore it from a backup."
            ) from None
    return entries


def append(releases: Path, manifest: Manifest, manifest_sha256: str, key: bytes) -> None:
    """Add a finished release to the ledger, durably."""
    path = releases / LEDGER
    entries = read_ledger(releases)
    entry: Manifest = {
        "number": len(entries) + 1,
        "label": manifest["label"],
        "run_id": manifest["run_id"],
        "as_of": manifest["as_of"],
        "manifest_sha256": manifest_sha256,
        "previous_entry_sha256": hashlib.sha256(canonical(entries[-1])).hexdigest() if entries else None,
    }
    entry["signature"] = signature(entry, key)
    whole = path.read_bytes() if path.is_file() else b""
    with path.open("r+b" if path.is_file() else "wb") as file:
        # An incomplete last line left by a crash is overwritten.
        file.truncate(whole.rfind(b"\n") + 1)
        file.seek(0, os.SEEK_END)
        file.write(canonical(entry) + b"\n")
        file.flush()
        os.fsync(file.fileno())
