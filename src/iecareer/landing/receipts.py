"""What came in and what became of it: archived files, the way they came, and the receipt of a delivery."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from iecareer.lake.manifest import Delivery


@dataclass(frozen=True)
class Receipt:
    """What became of one delivery: `n_in` = loaded + unchanged + superseded + quarantined, or `error` says why not."""

    source_id: str
    record_type: str
    delivery_id: str = ""
    n_files: int = 0
    n_in: int = 0
    n_loaded: int = 0
    n_unchanged: int = 0
    n_superseded: int = 0
    n_quarantined: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    new_columns: tuple[str, ...] = ()
    missing_columns: tuple[str, ...] = ()
    error: str | None = None


@dataclass(frozen=True)
class Received:
    """One archived file of a delivery."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Origin:
    """How a delivery came: as a replay of others' quarantined rows, or from a live source."""

    amends: tuple[str, ...] | None = None
    fetched: dict[str, Any] = field(default_factory=dict)

    @property
    def identity(self) -> tuple[str, ...]:
        """What tells it from a delivery of the same bytes that came another way."""
        replay = () if self.amends is None else ("replay",)
        return (*replay, "fetched after", self.fetched["after"]) if self.fetched else replay


def receipt_of(d: Delivery) -> Receipt:
    """The receipt of a delivery that exists."""
    counts = (d.n_in, d.n_loaded, d.n_unchanged, d.n_superseded, d.n_quarantined)
    told = (d.reasons, d.new_columns, d.missing_columns)
    return Receipt(d.source_id, d.record_type, d.delivery_id, len(d.files), *counts, *told)
