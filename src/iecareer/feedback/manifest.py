"""Manifests: the files of a release, signed so that each recipient can check its folder alone.

The folders of recipients, such as ``bureau`` or ``enterprises/CODE``, are the leaves of a Merkle tree. One statement
has its root and says what the release is; it is signed once and stands in every manifest. So recipients who compare it
know that they have parts of the same release. A random number in each leaf keeps a recipient from guessing what is in
the folder of another.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import TYPE_CHECKING, Any

from iecareer.errors import IecareerError
from iecareer.ledger.merkle import inclusion_paths, leaf_hash, root_of
from iecareer.ledger.signing import Document, canonical, fingerprint_of, public_key_of, signed
from iecareer.ledger.timestamps import timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MANIFEST = "manifest.json"
TIMESTAMP = "timestamp.tsr"
KIND = "release"
# What a recipient's manifest says about the release and its place in it; the rest is about its own folder.
SHARED = ("release", "public_key", "fingerprint", "timestamp_sha256", "leaf_index", "inclusion_path")


def seal(draft: Path, facts: Document, recipients: Mapping[str, Document], key: bytes) -> None:
    """Sign a finished draft: write the manifests of its folders and its own.

    Parameters
    ----------
    draft : Path
        The folder of the release, with the folders of its recipients and nothing else.
    facts : dict
        What the release is.
    recipients : mapping of str to dict
        The folders, as POSIX paths below `draft`, each with what its manifest says about the recipient.
    key : bytes
        Signing key.
    """
    own = {name: _own_part(draft, name, recipients[name]) for name in sorted(recipients)}
    leaves = [_leaf(part) for part in own.values()]
    tree = {"tree_size": len(leaves), "tree_root": root_of(leaves).hex()}
    statement, public_key = signed(KIND, facts | tree, key), public_key_of(key)
    shared = {"release": statement, "public_key": public_key, "fingerprint": fingerprint_of(public_key)}
    token = timestamp(canonical(statement))
    if token:
        shared["timestamp_sha256"] = hashlib.sha256(token).hexdigest()
        for folder in (draft, *(draft / name for name in own)):
            (folder / TIMESTAMP).write_bytes(token)
    paths = inclusion_paths(leaves)
    for index, (name, part) in enumerate(own.items()):
        path = [step.hex() for step in paths[index]]
        _write(draft / name, part | shared | {"leaf_index": index, "inclusion_path": path})
    _write(draft, shared | {"recipients": {name: leaf.hex() for name, leaf in zip(own, leaves, strict=True)}})


def leaf_of(manifest: Document) -> bytes:
    """The leaf of a recipient's folder in the tree of its release."""
    return _leaf({name: value for name, value in manifest.items() if name not in SHARED})


def read_manifest(folder: Path) -> Document:
    """The manifest of a release or of a recipient's folder.

    Raises
    ------
    IecareerError
        When the manifest is missing or not valid.
    """
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if not isinstance(content, dict) or not {"files", "recipients"} & content.keys():
            raise TypeError
    except FileNotFoundError:
        raise IecareerError(
            f"{folder.name} has no {MANIFEST}.",
            next_step="Name a release, or the folder of one recipient in it.",
        ) from None
    except (ValueError, TypeError, RecursionError):
        raise IecareerError(
            f"{folder.name}/{MANIFEST} is not a manifest.", next_step="Ask for the folder again."
        ) from None
    return content


def text_of(manifest: Document) -> str:
    """The one text of a manifest."""
    return json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def sha256_of(path: Path) -> str:
    """Hash of a file's bytes, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hashes(folder: Path) -> dict[str, str]:
    """Hash of every file below `folder` except its manifest and its time stamp, by relative POSIX path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() or path.is_symlink())
    return {
        path.relative_to(folder).as_posix(): sha256_of(path) if path.is_file() else "not a file"
        for path in files
        if path not in (folder / MANIFEST, folder / TIMESTAMP)
    }


def _own_part(draft: Path, name: str, about: Document) -> dict[str, Any]:
    own = {"recipient": name, "nonce": secrets.token_hex(16), "files": hashes(draft / name)}
    return own | about


def _leaf(own: Document) -> bytes:
    return leaf_hash(canonical(own))


def _write(folder: Path, manifest: Document) -> None:
    (folder / MANIFEST).write_text(text_of(manifest), encoding="utf-8")
