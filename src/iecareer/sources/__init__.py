"""Source systems: where deliveries come from and how their headers map to record types. One contract file each."""

from iecareer.sources.loader import (
    Mapping,
    SourceSystem,
    Table,
    broken_contracts,
    load_systems,
    source_system,
)

__all__ = ["Mapping", "SourceSystem", "Table", "broken_contracts", "load_systems", "source_system"]
