"""Identities of deliveries and of their versions, made of bytes, contract and rules alone."""

from __future__ import annotations

import hashlib

from iecareer.contracts import RecordType
from iecareer.lake.manifest import Delivery
from iecareer.sources import SourceSystem

RULES_VERSION = "4"


def version_of(system: SourceSystem, kind: RecordType) -> str:
    """The version of contract, record type and rules that stands now."""
    return short_hash(system.digest, repr(kind), RULES_VERSION)[:12]


def is_of(delivery: Delivery, version: str) -> bool:
    """Whether the delivery was conformed under that version of contract and rules."""
    return delivery.version.split("-")[0] == version


def short_hash(*parts: str) -> str:
    """Sixteen hexadecimal digits that stand for these texts in this order."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
