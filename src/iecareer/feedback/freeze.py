"""A release: the published feedback, split into one folder per recipient, which never changes afterwards.

Input: the published warehouse, read-only. Output: ``releases/<label>/``, built beside its place, signed, and renamed
when complete; then its entry in the ledger. The folder of an institution holds nothing of other institutions.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from iecareer import settings
from iecareer.errors import IecareerError
from iecareer.feedback import ledger
from iecareer.feedback.imprint import Imprint
from iecareer.feedback.manifest import KIND, MANIFEST, read_manifest, seal
from iecareer.feedback.published import Edition, open_published, read_edition
from iecareer.feedback.recipients import write_recipients
from iecareer.ledger.signing import Document, is_signed, own_key, public_key_of
from iecareer.persons import access_log, keys
from iecareer.persons.locks import persons_in_use
from iecareer.persons.release_state import (
    keep_state,
    last_released,
    read_state,
    release_state_folder,
    run_state_folder,
)

if TYPE_CHECKING:
    from pathlib import Path

_LABEL = re.compile(r"\w[\w.-]{0,63}")
_DRAFT = ".draft-"


@dataclass(frozen=True)
class Decision:
    """Who approves a release, and which earlier release it supersedes and why, if any."""

    approved_by: str | None = None
    supersedes: str | None = None
    reason: str | None = None


def release(label: str | None = None, decision: Decision | None = None, *, key: bytes | None = None) -> Path:
    """Freeze the published feedback.

    Parameters
    ----------
    label : str, optional
        Name of the release; default ``R<as_of>-<n>``.
    decision : Decision, optional
        By default the account of the process approves, and nothing is superseded.
    key : bytes, optional
        Signing key; default derived from the warehouse's secret.

    Returns
    -------
    Path
        The new folder.

    Raises
    ------
    IecareerError
        When nothing is published, the label is malformed or taken, a release cannot be superseded, the ledger is
        damaged, or the files would give away counts of few people.
    """
    from filelock import FileLock

    decision = decision or Decision()
    if (decision.supersedes is None) != (not (decision.reason or "").strip()):
        raise IecareerError(
            "A release that supersedes another one needs a reason, and only such a release has one.",
            next_step="Give both: --supersedes LABEL --reason '…'.",
        )
    older_key = None if key else keys.derive(ledger.OLDER_PURPOSE)
    key = key or own_key()
    releases = settings.home() / "releases"
    releases.mkdir(parents=True, exist_ok=True)
    with FileLock(releases / ".lock"):
        ledger.ledger_of(releases, older_key).open(key)
        _mend(releases, key, older_key)
        folder = _release(releases, label, decision, key)
        ledger.append(releases, folder.name, key, older_key)
        return folder


def _release(releases: Path, label: str | None, decision: Decision, key: bytes) -> Path:
    from iecareer.feedback.attacks import refuse_disclosing

    with open_published() as connection:
        edition = read_edition(connection)
        label = _free_label(releases, label, edition)
        edition = replace(edition, label=label, first_label=_first_label(edition, label))
        facts = _facts(releases, label, edition, decision)
        imprint = Imprint.of(facts, public_key_of(key))
        draft = releases / f"{_DRAFT}{label}-{secrets.token_hex(4)}"
        draft.mkdir()
        try:
            recipients = dict(write_recipients(draft, connection, edition, imprint))
            refuse_disclosing(draft)
            seal(draft, facts, recipients, key)
            _settle(draft)
            if edition.first_label == label:
                with persons_in_use():
                    keep_state(edition.run_id, label)
            draft.rename(releases / label)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
    return releases / label


def _free_label(releases: Path, label: str | None, edition: Edition) -> str:
    if label is None:
        number = 1
        while (releases / f"R{edition.as_of}-{number}").exists():
            number += 1
        return f"R{edition.as_of}-{number}"
    if not _LABEL.fullmatch(label) or label in (ledger.LEDGER, ledger.ledger_of(releases).head_path.name):
        raise IecareerError(
            f"A release cannot be called {label!r}.", next_step="Use letters, digits, - and _."
        )
    if (releases / label).exists():
        raise IecareerError(
            f"The release {label} already exists. A release never changes.",
            next_step="Choose another --label.",
        )
    return label


def _first_label(edition: Edition, label: str) -> str:
    """Label of the release that first publishes the numbers of this run: an earlier release of the run, or this one.

    Raises
    ------
    IecareerError
        When the run does not know the newest release, or what is behind its numbers was not kept.
    """
    newest = last_released()
    known = read_state(release_state_folder(newest)) if newest else None
    if newest and known and known.run_id == edition.run_id:
        return newest
    state = read_state(run_state_folder(edition.run_id))
    if state is None:
        raise IecareerError(
            f"The published run {edition.run_id} did not keep what is behind its numbers. "
            "Without it the next release cannot know which numbers have to stand.",
            next_step="Run the night again: iecareer run. Then release.",
        )
    if (state.labels[-1] if state.labels else None) != newest:
        raise IecareerError(
            f"The published run {edition.run_id} began before the release {newest}, whose numbers have to stand.",
            next_step="Run the night again: iecareer run. Then release.",
        )
    return label


def _facts(releases: Path, label: str, edition: Edition, decision: Decision) -> Document:
    """What the release is: the statement that is signed, without its tree."""
    entries = ledger.ledger_of(releases).entries()
    last = entries[-1] if entries else None
    superseded = None
    if decision.supersedes is not None:
        entry = ledger.refuse_superseding(entries, decision.supersedes)
        superseded = {
            "label": entry["label"],
            "reason": decision.reason,
            "manifest_sha256": entry["manifest_sha256"],
        }
    return {
        "label": label,
        "run_id": edition.run_id,
        "as_of": edition.as_of,
        "policy": edition.policy,
        "price_base_year": edition.price_base_year,
        "approved_by": decision.approved_by or access_log.login_name(),
        "supersedes": superseded,
        "previous_label": last["label"] if last else None,
        "previous_manifest_sha256": last["manifest_sha256"] if last else None,
    }


def _settle(draft: Path) -> None:
    """Sync a finished draft to disk and make it read-only before it is renamed."""
    for path in sorted(draft.rglob("*"), reverse=True):
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
        if path.is_file():
            path.chmod(0o444)


def _mend(releases: Path, key: bytes, older_key: bytes | None) -> None:
    """Clean up after a killed release: delete drafts, and enter a renamed folder that is missing in the ledger."""
    for draft in releases.glob(f"{_DRAFT}*"):
        shutil.rmtree(draft, ignore_errors=True)
    entries = ledger.ledger_of(releases).entries()
    known = {entry["label"] for entry in entries}
    last = entries[-1]["manifest_sha256"] if entries else None
    for folder in sorted(path for path in releases.iterdir() if path.is_dir() and path.name not in known):
        statement = read_manifest(folder).get("release", {}) if (folder / MANIFEST).is_file() else {}
        if is_signed(KIND, statement, public_key_of(key)) and statement["previous_manifest_sha256"] == last:
            ledger.append(releases, folder.name, key, older_key)
            return
