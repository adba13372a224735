"""The difference between tonight's candidate and the last release, in plain words, for whoever approves a release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer import settings
from iecareer.feedback.ledger import ledger_of
from iecareer.feedback.manifest import read_manifest
from iecareer.feedback.published import Edition, institution_codes, open_published, read_edition

if TYPE_CHECKING:
    from iecareer.ledger.signing import Document


def candidate_difference() -> list[str]:
    """What a release made now would change, one sentence each.

    Raises
    ------
    IecareerError
        When nothing is published.
    """
    with open_published() as connection:
        edition, codes = read_edition(connection), institution_codes(connection)
    sentences = [f"The candidate is of run {edition.run_id}, as of {edition.as_of}."]
    releases = settings.home() / "releases"
    entries = ledger_of(releases).entries()
    if not entries:
        return [
            *sentences,
            f"There is no release yet. It would be the first, for {len(codes):,} institutions.",
        ]
    last = entries[-1]
    sentences.append(f"The last release is {last['label']}, of run {last['run_id']}, as of {last['as_of']}.")
    if not (releases / last["label"]).is_dir():
        return [*sentences, "Its folder is missing, so its contents cannot be compared."]
    manifests = [read_manifest(path.parent) for path in (releases / last["label"]).glob("*/manifest.json")]
    before = {manifest["institution_code"] for manifest in manifests if "institution_code" in manifest}
    top = read_manifest(releases / last["label"])
    return [*sentences, *_institutions(before, set(codes)), *_policy(top.get("release", top), edition)]


def _institutions(before: set[str], now: set[str]) -> list[str]:
    new, gone = sorted(now - before), sorted(before - now)
    sentences = [f"Institutions with a folder for the first time: {', '.join(new)}."] if new else []
    sentences += [f"Institutions that no longer get a folder: {', '.join(gone)}."] if gone else []
    return sentences or ["The same institutions get a folder."]


def _policy(last: Document, edition: Edition) -> list[str]:
    before = {row["name"]: row["value"] for row in last["policy"]}
    now = {row["name"]: row["value"] for row in edition.policy}
    changed = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
    if not changed:
        return ["The same policy numbers are in force."]
    return [
        f"The policy number {name} is {now.get(name, 'gone')}; it was {before.get(name, 'not there')}."
        for name in changed
    ]
