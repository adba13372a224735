"""Verification of a release folder: a college checks the hashes without a key, the bureau also the signature."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from iecareer import settings
from iecareer.errors import IecareerError
from iecareer.feedback import ledger

if TYPE_CHECKING:
    from pathlib import Path


def verify(folder: Path, *, key: bytes | None = None) -> list[str]:
    """All problems of a release folder or an institution's folder; empty if there are none.

    Parameters
    ----------
    folder : Path
        Folder with a ``manifest.json``.
    key : bytes, optional
        Signing key. Without it, signatures are checked only inside the releases of this home.

    Raises
    ------
    IecareerError
        When the folder has no readable manifest.
    """
    folder = folder.absolute()
    releases = settings.home() / "releases"
    if key is None and releases in folder.parents:
        key = _own_key()
    problems = _check(folder, key)
    for inner in sorted(path.parent for path in folder.glob(f"*/{ledger.MANIFEST}")):
        problems += [f"{inner.name}/{problem}" for problem in _check(inner, key)]
    if (folder.parent / ledger.LEDGER).is_file():
        problems += _check_chain(folder, key)
    return problems


def _own_key() -> bytes:
    from iecareer.persons import keys

    return keys.derive(ledger.PURPOSE)


def _check(folder: Path, key: bytes | None) -> list[str]:
    """Check the files and signature of one manifest."""
    manifest = ledger.read_manifest(folder)
    promised, found = manifest["files"], ledger.hashes(folder)
    problems = [f"{name}: missing" for name in sorted(promised.keys() - found.keys())]
    problems += [f"{name}: not part of the release" for name in sorted(found.keys() - promised.keys())]
    problems += [
        f"{name}: changed" for name in sorted(promised.keys() & found.keys()) if promised[name] != found[name]
    ]
    if key and not hmac.compare_digest(str(manifest.get("signature")), ledger.signature(manifest, key)):
        problems.append(f"{ledger.MANIFEST}: not signed by this warehouse")
    return problems


def _check_chain(folder: Path, key: bytes | None) -> list[str]:
    """Check the release's entry in the ledger, and all links of the ledger."""
    try:
        entries = ledger.read_ledger(folder.parent)
    except IecareerError as error:
        return [str(error)]
    problems = _check_links(entries, key)
    own = [at for at, entry in enumerate(entries) if entry.get("label") == folder.name]
    if not own:
        return [*problems, f"{ledger.LEDGER}: has no entry for {folder.name}"]
    if entries[own[0]].get("manifest_sha256") != ledger.sha256_of(folder / ledger.MANIFEST):
        problems.append(f"{ledger.MANIFEST}: differs from its entry in {ledger.LEDGER}")
    before = entries[own[0] - 1]["manifest_sha256"] if own[0] else None
    if ledger.read_manifest(folder).get("previous_manifest_sha256") != before:
        problems.append(f"{ledger.MANIFEST}: does not follow the release before it")
    return problems


def _check_links(entries: list[ledger.Manifest], key: bytes | None) -> list[str]:
    """Each entry must contain the hash of the previous entry, and be signed."""
    problems, before = [], None
    for number, entry in enumerate(entries, start=1):
        if entry.get("number") != number or entry.get("previous_entry_sha256") != before:
            problems.append(f"{ledger.LEDGER}: entry {number} does not follow the one before it")
        if key and not hmac.compare_digest(str(entry.get("signature")), ledger.signature(entry, key)):
            problems.append(f"{ledger.LEDGER}: entry {number} is not signed by this warehouse")
        before = hashlib.sha256(ledger.canonical(entry)).hexdigest()
    return problems
