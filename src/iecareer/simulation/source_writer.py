"""A source system at work: its folder, its mess, and the count of what it delivers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from iecareer.simulation import noise
from iecareer.simulation.native_format import to_native
from iecareer.simulation.noise import Count, Style
from iecareer.simulation.planted_faults import FAULTS
from iecareer.simulation.region import Region
from iecareer.simulation.timeline import stream

Counts = dict[str, Count]
FAULTY_FILES = 2
DUPLICATE_SHARE = 0.002


@dataclass
class SourceWriter:
    """One source system at work: its folder, its random numbers, and the count of what it delivers."""

    region: Region
    inbox: Path
    source_id: str
    counts: Counts = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Open the folder."""
        self.rng = stream(self.region.seed, self.source_id)
        self.folder.mkdir(parents=True, exist_ok=True)

    @property
    def folder(self) -> Path:
        """Where its files go."""
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
        """One file's rows as this source writes them, with its mess counted.

        Wrong rows stand in the first files of a record type only, so that their number stays small and known.
        """
        count = self.counts.setdefault(record_type, Count())
        faults = [] if clean_only or count.files >= FAULTY_FILES else FAULTS.get(record_type, [])
        n_duplicates = 0 if clean_only else int(np.ceil(clean.num_rows * DUPLICATE_SHARE))
        dirty = noise.soil(clean, faults, n_duplicates, None if clean_only else outdated, count, self.rng)
        count.files += 1
        return to_native(self.source_id, record_type, dirty, styles, variant, self.rng)

    def total(self, record_type: str) -> None:
        """Count one totals row."""
        count = self.counts[record_type]
        count.rows += 1
        count.quarantined["totals_row"] += 1
