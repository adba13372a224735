"""The result of receiving: archived files, and their origin."""

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
    """The origin of a delivery: an ordinary delivery, a replay of quarantined rows, or a fetch from a live source."""

    amends: tuple[str, ...] | None = None
    fetched: dict[str, Any] = field(default_factory=dict)

    @property
    def identity(self) -> tuple[str, ...]:
        """What distinguishes the delivery from one with the same bytes and another origin."""
        replay = () if self.amends is None else ("replay",)
        return (*replay, "fetched after", self.fetched["after"]) if self.fetched else replay
