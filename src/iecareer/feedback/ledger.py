"""The ledger of releases: which were made, from which run, approved by whom, and which were superseded and why.

It is a log of `iecareer.ledger.log`. Entries of versions before 0.3 stay as they are, signed with a secret key
(HMAC-SHA-256), so that only the home can check their signatures.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import partial
from typing import TYPE_CHECKING

from iecareer.errors import IecareerError
from iecareer.feedback.manifest import MANIFEST, read_manifest, sha256_of
from iecareer.ledger.log import Log
from iecareer.ledger.signing import Document, canonical

if TYPE_CHECKING:
    from pathlib import Path

LEDGER = "ledger.jsonl"
OLDER_PURPOSE = "release signature"


def ledger_of(releases: Path, older_key: bytes | None = None) -> Log:
    """The ledger in a folder of releases. With `older_key`, signatures of entries before 0.3 are checked too."""
    is_older = partial(is_signed_as_before, key=older_key) if older_key else lambda _: True
    return Log(releases / LEDGER, "releases", is_older)


def append(releases: Path, label: str, key: bytes, older_key: bytes | None = None) -> None:
    """Enter a finished release into the ledger, durably."""
    release = read_manifest(releases / label)["release"]
    names = ("label", "run_id", "as_of", "approved_by", "supersedes", "tree_root")
    entry = {name: release[name] for name in names}
    entry["manifest_sha256"] = sha256_of(releases / label / MANIFEST)
    ledger_of(releases, older_key).open(key).append([entry])


def superseding(entries: list[Document], label: str) -> Document | None:
    """The entry of the release that supersedes the one with this label."""
    found = (entry for entry in entries if (entry.get("supersedes") or {}).get("label") == label)
    return next(found, None)


def refuse_superseding(entries: list[Document], label: str) -> Document:
    """The entry of the release with this label, if it may be superseded.

    Raises
    ------
    IecareerError
        When there is no such release, or it is superseded already.
    """
    entry = next((entry for entry in entries if entry["label"] == label), None)
    if entry is None:
        raise IecareerError(f"There is no release {label}.", next_step="Name a release of the ledger.")
    if later := superseding(entries, label):
        raise IecareerError(
            f"The release {label} is superseded by {later['label']}.",
            next_step=f"Supersede {later['label']} instead.",
        )
    return entry


def is_signed_as_before(document: Document, key: bytes) -> bool:
    """Whether an entry or a manifest of a version before 0.3 is signed with this key."""
    unsigned = {name: value for name, value in document.items() if name != "signature"}
    expected = hmac.new(key, canonical(unsigned), hashlib.sha256).hexdigest()
    return hmac.compare_digest(str(document.get("signature")).encode(), expected.encode())
