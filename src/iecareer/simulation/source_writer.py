"""Write the files of one simulated source system, with faults, and count the rows for truth.json."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from iecareer.simulation import noise
from iecareer.simulation.native_format import to_native
from iecareer.simulation.noise import Count, Style
from iecareer.simulation.planted_faults import planted_faults
from iecareer.simulation.region import Region
from iecareer.simulation.timeline import stream

Counts = dict[str, Count]
FAULTY_FILES = 2
DUPLICATE_SHARE = 0.002


@dataclass
class SourceWriter:
    """Writes the files of one source system and counts what they contain."""

    region: Region
    inbox: Path
    source_id: str
    counts: Counts = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Create the folder and the random numbers."""
        self.rng = stream(self.region.seed, self.source_id)
        self.folder.mkdir(parents=True, exist_ok=True)

    @property
    def folder(self) -> Path:
        """The folder for the source's files."""
        return self.inbox / self.source_id

    def table(
        self,
        record_type: str,
        clean: pa.Table,
        styles: Mapping[str, Style],
        *,
        outdated: str | None = None,
        variant: int = 0,
        clean_only: bool = False,
    ) -> pa.Table:
        """The rows of one file in the source's own format, with faults added and counted.

        Only the first files of a record type get wrong rows, so that their number stays small.
        """
        count = self.counts.setdefault(record_type, Count())
        faults = [] if clean_only or count.files >= FAULTY_FILES else planted_faults(record_type)
        n_duplicates = 0 if clean_only else int(np.ceil(clean.num_rows * DUPLICATE_SHARE))
        dirty = noise.add_faults(
            clean, faults, n_duplicates, None if clean_only else outdated, count, self.rng
        )
        count.files += 1
        return to_native(self.source_id, record_type, dirty, styles, variant, self.rng)

    def total(self, record_type: str) -> None:
        """Count one totals row in the file."""
        count = self.counts[record_type]
        count.rows += 1
        count.quarantined["totals_row"] += 1
