"""The folder that a college got with an earlier release, read back from its signed data files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iecareer.errors import IecareerError
from iecareer.feedback import wording
from iecareer.feedback.ledger import ledger_of
from iecareer.feedback.manifest import MANIFEST, read_manifest
from iecareer.feedback.published import College, Edition
from iecareer.feedback.verification import folder_faults

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pyarrow as pa

# Policy numbers without which nobody knows which rows page and workbook showed.
_NEEDED = {"headline_wave_months", "headline_horizon_months"}


@dataclass(frozen=True)
class Earlier:
    """What a college got with an earlier release.

    Parameters
    ----------
    college : College, optional
        Its published rows; None if the release is of a version whose files cannot be read back.
    """

    label: str
    edition: Edition
    college: College | None


def earlier_of(
    releases: Path, name: str, code: str, public_key: str, known: Mapping[str, pa.Table] | None = None
) -> Earlier | None:
    """What the college with this code got last in a folder with this name; None if it never had one.

    Parameters
    ----------
    known : mapping of str to pa.Table, optional
        Tables by the SHA-256 of their Parquet file, which are not read again.

    Raises
    ------
    IecareerError
        When its folder is not as it was signed.
    """
    for entry in reversed(ledger_of(releases).entries()):
        folder = releases / entry["label"] / name
        if (folder / MANIFEST).is_file():
            return _read(folder, code, public_key, known or {})
    return None


def _read(folder: Path, code: str, public_key: str, known: Mapping[str, pa.Table]) -> Earlier:
    manifest = read_manifest(folder)
    if "release" not in manifest:
        return Earlier(manifest["label"], Edition(manifest["run_id"], manifest["as_of"], []), None)
    if faults := folder_faults(folder, public_key):
        raise IecareerError(
            f"The folder {folder.name} of the release {folder.parent.name} is not as it was signed: {faults[0]}.",
            next_step="Restore the release from a backup, then release again.",
        )
    release = manifest["release"]
    edition = Edition(release["run_id"], release["as_of"], release["policy"], release.get("price_base_year"))
    has_policy = {row["name"] for row in edition.policy} >= _NEEDED
    if not has_policy:
        return Earlier(release["label"], edition, None)
    data = _tables(folder, manifest["files"], known)
    return Earlier(
        release["label"], edition, College(code, code, data, edition.number("headline_wave_months"))
    )


def _tables(folder: Path, files: dict[str, str], known: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """The tables of the data files, whose hashes are verified; a table that the release did not have is left out."""
    import pyarrow.parquet as pq

    paths = {name: f"data/{name}.parquet" for name in wording.tables()}
    return {
        name: known[files[path]] if files[path] in known else pq.read_table(folder / path)
        for name, path in paths.items()
        if path in files
    }
