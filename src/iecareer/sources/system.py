"""What a source system is, once its contract is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from iecareer.settings import inbox
from iecareer.sources.servers import Api, Database, Extract


@dataclass(frozen=True)
class Mapping:
    """How one column of a record type is filled: from one raw header, or from an expression alone."""

    column: str
    headers: tuple[str, ...] = ()
    transform: str | None = None
    value_map: dict[str, str] = field(default_factory=dict)
    null_values: tuple[str, ...] = ()
    date_format: str | None = None


@dataclass(frozen=True)
class Table:
    """One record type within a source system; `selector` is a file-name glob, ``sheet:NAME`` or ``table:NAME``.

    Of a live source `extract` says what to fetch; its `selector` is ``table:NAME`` or ``path:NAME``.
    """

    record_type: str
    selector: str | None
    mappings: tuple[Mapping, ...]
    extract: Extract = field(default_factory=Extract)


@dataclass(frozen=True)
class SourceSystem:
    """A source system as its contract declares it. `digest` changes whenever the contract or a code map does.

    It has files below the inbox (`path`, `format`), or a live `server` that is asked for what is new.
    """

    source_id: str
    name: str
    description: str
    path: str | None
    format: str | None
    tables: tuple[Table, ...]
    digest: str
    delimiter: str | None = None
    encoding: str | None = None
    header_row: int | None = None
    identity_scheme: str = "cn_resident_id"
    priority: int = 100
    frequency: timedelta | None = None
    latency: timedelta | None = None
    contract: Path | None = None
    server: Database | Api | None = None

    @property
    def cadence(self) -> timedelta:
        """How often its inbox is looked into: as often as it promises to deliver, else daily."""
        return self.frequency or timedelta(days=1)

    @property
    def location(self) -> str | None:
        """Where it delivers from, without credentials: its files' path, or its live server."""
        return self.server.location if self.server else self.path

    def waiting_files(self) -> list[Path]:
        """Files in the inbox that this system's path names, sorted by name."""
        found = inbox().glob(self.path) if self.path else []
        return sorted(path for path in found if path.is_file() and not path.name.startswith((".", "~$")))
