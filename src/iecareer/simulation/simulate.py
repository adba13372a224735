"""Write the deliveries of a synthetic region to a folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from iecareer.errors import IecareerError

FEWEST_GRADUATES = 1_000
FEWEST_INSTITUTIONS = 8


def simulate(
    folder: Path,
    *,
    graduates: int = 30_000,
    seed: int = 0,
    institutions: int | None = None,
    has_fakes: bool = False,
    is_varied: bool = False,
) -> dict[str, Any]:
    """Write the deliveries of a synthetic region, one folder per source system, and `truth.json`.

    Parameters
    ----------
    folder : Path
        Created if needed; files of an earlier simulation are replaced.
    graduates : int
        Rows of the student registry, second graduations included.
    seed : int
        The same seed and numbers of graduates and institutions give the same bytes.
    institutions : int, optional
        By default 24, and more from 31,250 graduates on.
    is_varied : bool
        Whether the region differs from the standard one in falls, sizes, institutions, whole codes and courses, as
        drawn from the seed.
    has_fakes : bool
        Whether some program-cohorts are embellished, as signals for auditors should find; `truth.json` names them.

    Returns
    -------
    dict
        The contents of `truth.json`.

    Raises
    ------
    IecareerError
        When the region is too small for the planted effects, the seed is negative, or a source system's folder
        exists but was not written by a simulation.
    """
    from iecareer.simulation.ground_truth import describe
    from iecareer.simulation.person_sources import SOURCES
    from iecareer.simulation.region import Region, default_institutions
    from iecareer.simulation.variation import STANDARD, varied

    n_institutions = institutions or default_institutions(graduates)
    if graduates < FEWEST_GRADUATES or n_institutions < FEWEST_INSTITUTIONS or seed < 0:
        raise IecareerError(
            f"A region needs at least {FEWEST_GRADUATES} graduates, {FEWEST_INSTITUTIONS} institutions and seed 0.",
            next_step="Choose larger numbers, or a seed that is not negative.",
        )
    _make_room(folder, list(SOURCES))
    region = Region(graduates, seed, n_institutions, has_fakes, varied(seed) if is_varied else STANDARD)
    counts = {source_id: write(region, folder) for source_id, write in SOURCES.items()}
    truth = describe(region, counts)
    (folder / "truth.json").write_text(
        json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    return truth


def _make_room(folder: Path, source_ids: list[str]) -> None:
    """Remove the files of an earlier simulation, because landing would read them too."""
    taken = [folder / source_id for source_id in source_ids if (folder / source_id).exists()]
    if taken and not (folder / "truth.json").exists():
        raise IecareerError(
            f"{folder}: {len(taken)} folders named like source systems exist but were not written by a simulation.",
            next_step="Name an empty folder.",
        )
    for path in taken:
        shutil.rmtree(path)
