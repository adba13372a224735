"""Verification of a release, or of one recipient's folder: nothing but the files and a public key is needed.

Inside the releases of a home, its own key is the one that must have signed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from iecareer import settings
from iecareer.errors import IecareerError
from iecareer.feedback import ledger
from iecareer.feedback.manifest import (
    KIND,
    MANIFEST,
    SHARED,
    TIMESTAMP,
    hashes,
    leaf_of,
    read_manifest,
    sha256_of,
    text_of,
)
from iecareer.ledger.merkle import is_included, root_of
from iecareer.ledger.receipts import key_faults
from iecareer.ledger.signing import Document, canonical, exact_bytes, is_signed, own_key, public_key_of
from iecareer.ledger.timestamps import stamped_at
from iecareer.ledger.verified import Verified, whose_key

if TYPE_CHECKING:
    from pathlib import Path


# What a manifest of a version before 0.3 has.
_OLDER = {
    "label",
    "run_id",
    "as_of",
    "policy",
    "previous_label",
    "previous_manifest_sha256",
    "files",
    "signature",
}


@dataclass(frozen=True)
class Keys:
    """The public key that must have signed (PEM), the key of versions before 0.3, certificates of time stamps."""

    public: str | None = None
    older: bytes | None = None
    certificates: Path | None = None


@dataclass
class _Findings:
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    not_shown: list[str] = field(default_factory=list)


def verify(folder: Path, key: str | None = None, *, certificates: Path | None = None) -> Verified:
    """Verify a release folder or a recipient's folder.

    Parameters
    ----------
    folder : Path
        Folder with a ``manifest.json``.
    key : str, optional
        The public key (PEM) that must have signed. By default the key of the home inside its releases, else the key
        in the manifest.
    certificates : Path, optional
        Certificates (PEM) of the authority that must have stamped the time.

    Raises
    ------
    IecareerError
        When the folder has no readable manifest.
    """
    folder = folder.absolute()
    manifest, keys = read_manifest(folder), _keys(folder, key, certificates)
    found, shown = _Findings(), ""
    try:
        if "release" in manifest:
            _check(folder, manifest, keys, found)
        else:
            _check_older(folder, keys, found)
        _check_ledger(folder, manifest, keys, found)
        shown = _shown(folder, manifest)
    except (AttributeError, KeyError, TypeError, ValueError):
        found.problems.append(f"{MANIFEST}: a part of it was changed or is missing")
    fingerprint = manifest.get("fingerprint")
    not_shown = f"{whose_key(is_pinned=bool(keys.public))}{' '.join(found.not_shown)}"
    return Verified(tuple(found.problems), shown, not_shown, fingerprint, tuple(found.notes))


def _keys(folder: Path, key: str | None, certificates: Path | None) -> Keys:
    if settings.home() / "releases" not in folder.parents:
        return Keys(key, None, certificates)
    from iecareer.persons.keys import derive

    return Keys(key or public_key_of(own_key()), derive(ledger.OLDER_PURPOSE), certificates)


def _shown(folder: Path, manifest: Document) -> str:
    about = manifest.get("release", manifest)
    n_files = sum(path.is_file() for path in folder.rglob("*"))
    whose = f" for {manifest['recipient']}" if "recipient" in manifest else ""
    approved = f", approved by {about['approved_by']}" if about.get("approved_by") else ""
    signed = " when the key with this fingerprint signed it" if "release" in manifest else ""
    return (
        f"All {n_files:,} files are as they were in release {about.get('label')}{whose} (as of {about.get('as_of')}"
        f"{approved}){signed}."
    )


def _check(folder: Path, manifest: Document, keys: Keys, found: _Findings) -> None:
    """Check a manifest and all files below its folder."""
    found.problems += _manifest_faults(folder, manifest, keys.public)
    if "recipients" in manifest:
        found.problems += _tree_faults(folder, manifest, keys.public)
    else:
        found.problems += _folder_faults(folder, manifest)
    _check_timestamp(folder, manifest, keys, found)


def _manifest_faults(folder: Path, manifest: Document, public_key: str | None) -> list[str]:
    """Faults of the text, the key and the signature of a manifest."""
    extra = manifest.keys() - SHARED - {"recipients"} if "recipients" in manifest else ()
    faults = key_faults(manifest, public_key)
    if not faults and not is_signed(KIND, manifest["release"], manifest["public_key"]):
        faults = ["What it says about the release is not signed by its key."]
    if not faults and (extra or (folder / MANIFEST).read_bytes() != text_of(manifest).encode()):
        faults = ["It is not written as it was."]
    return [f"{MANIFEST}: {fault}" for fault in faults]


def _folder_faults(folder: Path, manifest: Document) -> list[str]:
    """Faults of a recipient's files, and of the place of the folder in its release."""
    release = manifest["release"]
    tree = (release["tree_size"], exact_bytes(release["tree_root"]))
    path = [exact_bytes(step) for step in manifest["inclusion_path"]]
    is_part = is_included(leaf_of(manifest), manifest["leaf_index"], tree, path)
    faults = (
        [] if is_part else [f"{MANIFEST}: what it says about this folder is not part of the signed release"]
    )
    return faults + _file_faults(folder, manifest["files"])


def _tree_faults(folder: Path, manifest: Document, public_key: str | None) -> list[str]:
    """Faults of a whole release: its folders, and all that is in them."""
    leaves, release = manifest["recipients"], manifest["release"]
    root = root_of(exact_bytes(leaf) for leaf in leaves.values())
    faults = []
    if (len(leaves), root.hex()) != (release["tree_size"], release["tree_root"]):
        faults.append(f"{MANIFEST}: its folders are not those of the signed release")
    there = _folders(folder, leaves)
    faults += [f"{name}: missing" for name in sorted(leaves.keys() - there)]
    faults += [f"{name}: not part of the release" for name in sorted(there - leaves.keys())]
    for name in sorted(there & leaves.keys()):
        faults += [f"{name}/{fault}" for fault in _recipient_faults(folder, name, manifest, public_key)]
    return faults


def folder_faults(folder: Path, public_key: str) -> list[str]:
    """What is wrong with a recipient's folder that this key must have signed; the ledger is not looked at."""
    try:
        manifest = read_manifest(folder)
        return [*_manifest_faults(folder, manifest, public_key), *_folder_faults(folder, manifest)]
    except IecareerError as error:
        return [f"{MANIFEST}: {error.message}"]
    except (AttributeError, KeyError, TypeError, ValueError):
        return [f"{MANIFEST}: a part of it was changed or is missing"]


def _folders(folder: Path, leaves: Document) -> set[str]:
    """What lies in a release, as POSIX paths: recipients' folders, also one level down, as in ``enterprises``."""
    groups = {name.split("/")[0] for name in leaves if name.count("/") == 1} - {"", ".", ".."}
    found = {path.name for path in folder.iterdir()} - {MANIFEST, TIMESTAMP}
    for group in sorted(found & groups):
        inner = folder / group
        if inner.is_dir() and not inner.is_symlink():
            found |= {f"{group}/{path.name}" for path in inner.iterdir()}
            found.discard(group)
    return found


def _recipient_faults(release: Path, name: str, whole: Document, public_key: str | None) -> list[str]:
    """Faults of a recipient's folder as a part of its release."""
    folder = release / name
    try:
        manifest = read_manifest(folder)
        faults = [*_manifest_faults(folder, manifest, public_key), *_folder_faults(folder, manifest)]
        if leaf_of(manifest).hex() != whole["recipients"][name]:
            faults.append(f"{MANIFEST}: is not the one of this folder")
        if manifest["release"] != whole["release"]:
            faults.append(f"{MANIFEST}: is of another release")
        return faults + _timestamp_faults(folder, manifest)
    except IecareerError as error:
        return [f"{MANIFEST}: {error.message}"]
    except (AttributeError, KeyError, TypeError, ValueError):
        return [f"{MANIFEST}: a part of it was changed or is missing"]


def _file_faults(folder: Path, promised: dict[str, str]) -> list[str]:
    there = hashes(folder)
    faults = [f"{name}: missing" for name in sorted(promised.keys() - there.keys())]
    faults += [f"{name}: not part of the release" for name in sorted(there.keys() - promised.keys())]
    return faults + [
        f"{name}: changed" for name in sorted(promised.keys() & there.keys()) if promised[name] != there[name]
    ]


def _timestamp_faults(folder: Path, manifest: Document) -> list[str]:
    promised, path = manifest.get("timestamp_sha256"), folder / TIMESTAMP
    if promised is None:
        return [f"{TIMESTAMP}: not part of the release"] if path.exists() else []
    if not path.is_file():
        return [f"{TIMESTAMP}: missing"]
    return [] if sha256_of(path) == promised else [f"{TIMESTAMP}: changed"]


def _check_timestamp(folder: Path, manifest: Document, keys: Keys, found: _Findings) -> None:
    faults = _timestamp_faults(folder, manifest)
    found.problems += faults
    has_stamp = "timestamp_sha256" in manifest
    if keys.certificates is None:
        if has_stamp:
            found.not_shown.append("The time stamp is not checked: name its authority with --certificates.")
    elif not has_stamp:
        found.problems.append("The release has no time stamp.")
    elif not faults:
        try:
            at = stamped_at(
                (folder / TIMESTAMP).read_bytes(), canonical(manifest["release"]), keys.certificates
            )
            found.notes.append(
                f"An authority of {keys.certificates} stamped the release at {at.isoformat()}."
            )
        except IecareerError as error:
            found.problems.append(str(error))


def _check_older(folder: Path, keys: Keys, found: _Findings) -> None:
    """Check a release of a version before 0.3, which only its home can check for who signed it."""
    inner = [path.parent for path in sorted(folder.glob(f"*/{MANIFEST}"))]
    for place in (folder, *inner):
        own = read_manifest(place)
        faults = _file_faults(place, own["files"])
        if own.keys() - {"institution_code"} != _OLDER:
            faults.append(f"{MANIFEST}: a part of it was changed or is missing")
        if keys.older and not ledger.is_signed_as_before(own, keys.older):
            faults.append(f"{MANIFEST}: not signed by this warehouse")
        found.problems += [f"{place.name}/{fault}" if place != folder else fault for fault in faults]
    if not keys.older:
        why = "The release is of a version before 0.3: only its home can check who signed it."
        (found.problems if keys.public else found.not_shown).append(why)


def _check_ledger(folder: Path, manifest: Document, keys: Keys, found: _Findings) -> None:
    """Check the ledger, if it is beside the release, and the release's entry in it."""
    about, is_whole = manifest.get("release", manifest), "recipient" not in manifest
    releases = next((p for p in folder.parents[:3] if (p / ledger.LEDGER).is_file()), None)
    found.not_shown.append("It does not show that the numbers are right.")
    if releases is None:
        found.not_shown.append(
            f"Without {ledger.LEDGER} beside the release it does not show whether a later release supersedes this one."
        )
        return
    log = ledger.ledger_of(releases, keys.older)
    if public_key := manifest.get("public_key", keys.public):
        found.problems += log.problems(public_key)
    try:
        entries = log.entries()
    except IecareerError as error:
        found.problems.append(error.message)
        return
    label = about["label"]
    at = next((at for at, entry in enumerate(entries) if entry.get("label") == label), None)
    if at is None:
        found.problems.append(f"{ledger.LEDGER}: has no entry for {label}")
        return
    if is_whole and folder.name != label:
        found.problems.append(f"the folder is called {folder.name}, the release in it {label}")
    own, before = entries[at], entries[at - 1]["manifest_sha256"] if at else None
    if is_whole and own["manifest_sha256"] != sha256_of(folder / MANIFEST):
        found.problems.append(f"{MANIFEST}: differs from its entry in {ledger.LEDGER}")
    if own.get("tree_root") != about.get("tree_root") or about["previous_manifest_sha256"] != before:
        found.problems.append(f"{MANIFEST}: is not of the release that {ledger.LEDGER} calls {label}")
    if later := ledger.superseding(entries, label):
        found.notes.append(f"{label} is superseded by {later['label']}: {later['supersedes']['reason']}")
    if not keys.older and any("fingerprint" not in entry for entry in entries):
        found.not_shown.append(
            "Only the home can check who signed the entries of the ledger that are older than version 0.3."
        )
