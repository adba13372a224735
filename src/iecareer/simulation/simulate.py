"""Writing a synthetic region to a folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from iecareer.errors import IecareerError

FEWEST_GRADUATES = 1_000
FEWEST_INSTITUTIONS = 8


def simulate(
    folder: Path, *, graduates: int = 30_000, seed: int = 0, institutions: int | None = None
) -> dict[str, Any]:
    """Write native deliveries of a synthetic region, one folder per source system, and `truth.json` beside them.

    Parameters
    ----------
    folder : Path
        Is made if need be; files of an earlier simulation are replaced.
    graduates : int
        Rows of the student registry, second graduations included.
    seed : int
        The same seed, number of graduates and of institutions gives the same bytes.
    institutions : int, optional
        By default 24, and more from 31,250 graduates on.

    Returns
    -------
    dict
        What `truth.json` holds.

    Raises
    ------
    IecareerError
        When the region would be too small to hold what is planted, the seed is negative, or a source system's
        folder already holds files that no simulation wrote.
    """
    from iecareer.simulation.ground_truth import describe
    from iecareer.simulation.person_sources import BUREAUS
    from iecareer.simulation.region import Region, default_institutions

    n_institutions = institutions or default_institutions(graduates)
    if graduates < FEWEST_GRADUATES or n_institutions < FEWEST_INSTITUTIONS or seed < 0:
        raise IecareerError(
            f"A region needs {FEWEST_GRADUATES} graduates, {FEWEST_INSTITUTIONS} institutions and a seed from 0.",
            next_step="Ask for a larger one.",
        )
    _make_room(folder, list(BUREAUS))
    region = Region(graduates, seed, n_institutions)
    counts = {source_id: write(region, folder) for source_id, write in BUREAUS.items()}
    truth = describe(region, counts)
    (folder / "truth.json").write_text(
        json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    return truth


def _make_room(folder: Path, source_ids: list[str]) -> None:
    """Remove what an earlier simulation left: a month it wrote and this one does not would be landed with the rest."""
    taken = [folder / source_id for source_id in source_ids if (folder / source_id).exists()]
    if taken and not (folder / "truth.json").exists():
        raise IecareerError(
            f"{folder}: {len(taken)} folders named after source systems are there already, not from a simulation.",
            next_step="Name an empty folder.",
        )
    for path in taken:
        shutil.rmtree(path)
