"""A person who has read a draft: activate it, then land."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from iecareer import landing
from iecareer.sources import activate, source_system


def land_reviewed(
    source_id: str, paths: list[Path] | None = None, received_on: date | None = None
) -> list[dict[str, Any]]:
    """Land files by a draft that its reader has activated, as `iecareer source activate` does."""
    if source_system(source_id).is_draft:
        activate(source_id)
    return landing.land(source_id, paths, received_on)
