"""Airflow assets that the DAGs update and wait for: landed record types, the published warehouse, releases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from iecareer.contracts import load_record_types

if TYPE_CHECKING:
    from airflow.sdk import Asset

_GROUP = "iecareer"


def landed(record_types: Iterable[str]) -> list[Asset]:
    """One asset per record type, updated when rows of it were landed."""
    return [_asset(f"landed_{name}", f"landing/{name}") for name in record_types]


def all_landed() -> list[Asset]:
    """The assets of all record types."""
    return landed(load_record_types())


def warehouse() -> Asset:
    """The asset of the published warehouse, updated when a run was published."""
    return _asset("published_warehouse", "published/warehouse")


def release() -> Asset:
    """The asset of the releases, updated when a release was frozen and verified."""
    return _asset("published_release", "published/release")


def _asset(name: str, place: str) -> Asset:
    from airflow.sdk import Asset

    return Asset(name=f"iecareer_{name}", uri=f"iecareer://{place}", group=_GROUP)
