"""Data classes of a source system: the contents of its contract."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from iecareer.settings import inbox
from iecareer.sources.file_names import files_of
from iecareer.sources.row_rules import RowRules
from iecareer.sources.servers import Api, Database, Extract


@dataclass(frozen=True)
class Mapping:
    """How a column of a record type is filled: from a header, an expression, or both.

    `keeps_all_digits` says of persons' numbers that no spreadsheet cut them, so that an end in 000 is genuine.
    """

    column: str
    headers: tuple[str, ...] = ()
    transform: str | None = None
    value_map: dict[str, str] = field(default_factory=dict)
    null_values: tuple[str, ...] = ()
    date_format: str | None = None
    keeps_all_digits: bool = False


@dataclass(frozen=True)
class Table:
    """One record type within a source system; `selector` is a file-name glob, ``sheet:NAME`` or ``table:NAME``.

    For a live source, `selector` is ``table:NAME`` or ``path:NAME``, and `extract` says what to fetch. Columns that
    `rules` fill from spans of months have a mapping from the first month's header; month columns have none.
    """

    record_type: str
    selector: str | None
    mappings: tuple[Mapping, ...]
    extract: Extract = field(default_factory=Extract)
    rules: RowRules = field(default_factory=RowRules)

    @property
    def headers(self) -> tuple[tuple[str, ...], ...]:
        """The headers that columns and rules are read from, each with its other names; without month columns."""
        mapped = [mapping.headers for mapping in self.mappings if mapping.headers]
        return tuple(dict.fromkeys([*mapped, *self.rules.headers]))


@dataclass(frozen=True)
class SourceSystem:
    """A source system as its contract declares it. `digest` changes whenever the contract or a code map does.

    It has either files below the inbox (`path`, `format`) or a live `server`.
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
    team: str | None = None
    is_draft: bool = False

    @property
    def cadence(self) -> timedelta:
        """How often to look for new deliveries: the contract's frequency, else daily."""
        return self.frequency or timedelta(days=1)

    @property
    def location(self) -> str | None:
        """The path of its files or the address of its live server, without credentials."""
        return self.server.location if self.server else self.path

    def waiting_files(self) -> list[Path]:
        """Files in the inbox that match this system's path, sorted by name."""
        return files_of(inbox(), self.path) if self.path else []
