"""Ids of deliveries and of their versions, derived only from bytes, contract and rules."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from iecareer.clock import today
from iecareer.contracts import RecordType, record_type
from iecareer.lake.manifest import Delivery, versions
from iecareer.landing.received import Origin
from iecareer.sources import SourceSystem, Table
from iecareer.sources.issued_codes import issued_codes

RULES_VERSION = "8"


@dataclass(frozen=True)
class Version:
    """The version of a delivery to parse and store; `known` are the earlier versions."""

    delivery_id: str
    version: str
    system: SourceSystem
    table: Table
    kind: RecordType
    received_on: date
    conformed_on: date
    origin: Origin
    known: tuple[Delivery, ...]

    @property
    def name(self) -> str:
        """Delivery and version as one file name."""
        return f"{self.delivery_id}.{self.version}"


def next_version(
    system: SourceSystem,
    table: Table,
    delivery_id: str,
    days: tuple[date, date | None],
    origin: Origin,
    is_of_lists: Callable[[Delivery, date], bool],
) -> Version | Delivery:
    """The next version of a delivery, or the delivery itself if it exists under the current contract and rules.

    `days` are the day of receipt, and the day from which a new version applies. `is_of_lists` says whether the codes of
    a delivery's names may stay, by the lists of a day.
    """
    received_on, again_on = days
    kind, known = record_type(table.record_type), versions(delivery_id)
    version = version_of(system, kind)
    conformed_on = (again_on or today()) if known else received_on
    is_in_time = bool(known) and (again_on is None or known[-1].conformed_on <= again_on)
    if is_in_time and is_of(known[-1], version) and is_of_lists(known[-1], conformed_on):
        return known[-1]
    # If a contract returns to an earlier text, that is a new version, later than the versions in between.
    n_before = sum(is_of(delivery, version) for delivery in known)
    return Version(
        delivery_id,
        f"{version}-{n_before + 1}" if n_before else version,
        system,
        table,
        kind,
        received_on=known[0].received_on if known else received_on,
        conformed_on=conformed_on,
        origin=origin,
        known=tuple(known),
    )


def version_of(system: SourceSystem, kind: RecordType) -> str:
    """The current version of contract, record type and rules."""
    # The list of issued codes is a rule of the record types that have such codes.
    issued = issued_codes() if any(column.kind == "credit_code" for column in kind.columns) else ()
    return short_hash(system.digest, repr(kind), RULES_VERSION, *issued)[:12]


def is_of(delivery: Delivery, version: str) -> bool:
    """Whether the delivery was conformed under that version of contract and rules."""
    return delivery.version.split("-")[0] == version


def short_hash(*parts: str) -> str:
    """Hash of these texts in this order, 16 hexadecimal digits."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
