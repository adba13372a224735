"""A release: the published feedback, split into one folder per institution, which never changes afterwards.

Input: the published warehouse, read-only. Output: ``releases/<label>/``, built beside its place and renamed
when complete. The folder of an institution has its own manifest and holds nothing of other institutions.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from typing import TYPE_CHECKING
from urllib.parse import quote

from iecareer import settings
from iecareer.errors import IecareerError
from iecareer.feedback import ledger, wording
from iecareer.feedback.delimited import write_csv, write_dictionary
from iecareer.feedback.page import render_page
from iecareer.feedback.published import (
    College,
    Edition,
    institution_codes,
    open_published,
    read_college,
    read_edition,
)
from iecareer.feedback.workbook import write_workbook

if TYPE_CHECKING:
    from pathlib import Path

_LABEL = re.compile(r"\w[\w.-]{0,63}")
_DRAFT = ".draft-"


def release(label: str | None = None, *, key: bytes | None = None) -> Path:
    """Freeze the published feedback.

    Parameters
    ----------
    label : str, optional
        Name of the release; default ``R<as_of>-<n>``.
    key : bytes, optional
        Signing key; default derived from the warehouse's secret.

    Returns
    -------
    Path
        The new folder.

    Raises
    ------
    IecareerError
        When nothing is published, or the label is malformed or taken.
    """
    from filelock import FileLock

    key = key or _own_key()
    releases = settings.home() / "releases"
    releases.mkdir(parents=True, exist_ok=True)
    with FileLock(releases / ".lock"):
        _mend(releases, key)
        return _release(releases, label, key)


def _own_key() -> bytes:
    from iecareer.persons import keys

    return keys.derive(ledger.PURPOSE)


def _release(releases: Path, label: str | None, key: bytes) -> Path:
    with open_published() as connection:
        edition = read_edition(connection)
        label = _free_label(releases, label, edition)
        draft = releases / f"{_DRAFT}{label}-{secrets.token_hex(4)}"
        draft.mkdir()
        try:
            facts = _facts(releases, label, edition)
            for code in institution_codes(connection):
                _write_college(draft / folder_name(code), read_college(connection, code), edition, facts, key)
            manifest_sha256 = ledger.write_manifest(draft, facts, key)
            _settle(draft)
            draft.rename(releases / label)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
    ledger.append(releases, facts, manifest_sha256, key)
    return releases / label


def folder_name(code: str) -> str:
    """An institution code as a safe folder name. Codes are data and may contain any characters."""
    return quote(code, safe="").replace(".", "%2E") or "%20"


def _free_label(releases: Path, label: str | None, edition: Edition) -> str:
    if label is None:
        number = 1
        while (releases / f"R{edition.as_of}-{number}").exists():
            number += 1
        return f"R{edition.as_of}-{number}"
    if not _LABEL.fullmatch(label) or label == ledger.LEDGER:
        raise IecareerError(
            f"A release cannot be called {label!r}.", next_step="Use letters, digits, - and _."
        )
    if (releases / label).exists():
        raise IecareerError(
            f"The release {label} already exists. A release never changes.",
            next_step="Choose another --label.",
        )
    return label


def _facts(releases: Path, label: str, edition: Edition) -> ledger.Manifest:
    """The contents of every manifest except its files."""
    entries = ledger.read_ledger(releases)
    last = entries[-1] if entries else None
    return {
        "label": label,
        "run_id": edition.run_id,
        "as_of": edition.as_of,
        "policy": edition.policy,
        "previous_label": last["label"] if last else None,
        "previous_manifest_sha256": last["manifest_sha256"] if last else None,
    }


def _write_college(
    folder: Path, college: College, edition: Edition, facts: ledger.Manifest, key: bytes
) -> None:
    """Write the folder of one institution: workbook, page, CSV files, manifest."""
    (folder / "csv").mkdir(parents=True)
    stem = f"{folder.name}_{facts['label']}"
    write_workbook(folder / f"{stem}.xlsx", college, edition, facts["label"])
    (folder / f"{stem}.html").write_text(render_page(college, edition, facts["label"]), encoding="utf-8")
    for name in wording.tables():
        write_csv(folder / "csv" / f"{name}.csv", college.tables[name], college.headers[name])
    write_dictionary(folder / "csv" / "columns.csv")
    ledger.write_manifest(folder, facts | {"institution_code": college.code}, key)


def _settle(draft: Path) -> None:
    """Sync a finished draft to disk and make it read-only before it is renamed."""
    for path in sorted(draft.rglob("*"), reverse=True):
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
        if path.is_file():
            path.chmod(0o444)


def _mend(releases: Path, key: bytes) -> None:
    """Clean up after a killed release: delete drafts, and add renamed folders that are missing in the ledger."""
    for draft in releases.glob(f"{_DRAFT}*"):
        shutil.rmtree(draft, ignore_errors=True)
    entries = ledger.read_ledger(releases)
    known = {entry["label"] for entry in entries}
    last = entries[-1]["manifest_sha256"] if entries else None
    for folder in sorted(path for path in releases.iterdir() if path.is_dir() and path.name not in known):
        if not (folder / ledger.MANIFEST).is_file():
            continue
        manifest = ledger.read_manifest(folder)
        signed = manifest.get("signature") == ledger.signature(manifest, key)
        if signed and manifest["previous_manifest_sha256"] == last:
            ledger.append(releases, manifest, ledger.sha256_of(folder / ledger.MANIFEST), key)
            return
