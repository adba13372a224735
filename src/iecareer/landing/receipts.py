"""The receipt of a delivery: how many rows came in and what became of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from iecareer.lake.manifest import Delivery


@dataclass(frozen=True)
class Receipt:
    """The outcome of one delivery; `error` says why there is no delivery.

    `n_rows` counts rows read, the other numbers count records: `n_in` = loaded + unchanged + superseded + left out +
    quarantined. `n_conflicting`, a part of `n_superseded`, counts records that differ from the kept record with the
    same key. `reasons` counts quarantine reasons, `emptied` the cells that became empty, both by reason and column.
    """

    source_id: str
    record_type: str
    delivery_id: str = ""
    n_files: int = 0
    n_rows: int = 0
    n_in: int = 0
    n_loaded: int = 0
    n_unchanged: int = 0
    n_superseded: int = 0
    n_conflicting: int = 0
    n_left_out: int = 0
    n_quarantined: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    emptied: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)
    new_columns: tuple[str, ...] = ()
    missing_columns: tuple[str, ...] = ()
    error: str | None = None


def receipt_of(d: Delivery) -> Receipt:
    """The receipt of a delivery that exists."""
    replaced = (d.n_loaded, d.n_unchanged, d.n_superseded, d.n_conflicting)
    counts = (d.n_rows, d.n_in, *replaced, d.n_left_out, d.n_quarantined)
    findings = (d.reasons, d.emptied, d.left_out, d.new_columns, d.missing_columns)
    return Receipt(d.source_id, d.record_type, d.delivery_id, len(d.files), *counts, *findings)
