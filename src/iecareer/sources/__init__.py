"""Source systems: where deliveries come from, and how their headers map to record types; one contract file each."""

from iecareer.sources.drafts import activate, open_points, refuse_draft
from iecareer.sources.exchange import EXCHANGE, is_exchange, office_source
from iecareer.sources.loader import broken_contracts, load_systems, source_system
from iecareer.sources.system import Mapping, SourceSystem, Table

__all__ = [
    "EXCHANGE",
    "Mapping",
    "SourceSystem",
    "Table",
    "activate",
    "broken_contracts",
    "is_exchange",
    "load_systems",
    "office_source",
    "open_points",
    "refuse_draft",
    "source_system",
]
