"""What receiving hands over: archived files, and how they came."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Received:
    """One archived file of a delivery."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Origin:
    """How a delivery came: as a replay of quarantined rows of others, or from a live source."""

    amends: tuple[str, ...] | None = None
    fetched: dict[str, Any] = field(default_factory=dict)

    @property
    def identity(self) -> tuple[str, ...]:
        """What distinguishes it from a delivery of the same bytes that came another way."""
        replay = () if self.amends is None else ("replay",)
        return (*replay, "fetched after", self.fetched["after"]) if self.fetched else replay
