"""Drift: how the headers of a delivery differ from its contract and from the previous delivery."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from iecareer.lake.manifest import Delivery
from iecareer.landing.names import masked_header, normal_header
from iecareer.sources import Table

_KEPT = 1_000


@dataclass(frozen=True)
class Drift:
    """The headers of a delivery, the new ones, and those missing in a file."""

    headers: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def drift(
    table: Table, found: Iterable[Collection[str]], before: Delivery | None, *, is_declared: bool
) -> Drift:
    """Compare the headers of each file with the mappings and with the previous delivery.

    A header is new if no mapping reads it and the previous delivery did not have it. In a first delivery no header is
    new. A header is missing if a column is read from it or its synonyms, and a file has none of them. In the exchange
    format, which has no contract, it is only missing if the previous delivery had it.
    """
    files = [frozenset(headers) for headers in found]
    headers = frozenset(_told(name, table) for name in frozenset().union(*files))
    known = frozenset(before.headers) if before else frozenset()
    read = [tuple(map(normal_header, names)) for names in table.headers]
    mapped = {masked_header(name) for names in read for name in names}
    missing = [
        names[0]
        for names in read
        if any(file.isdisjoint(names) for file in files) and (is_declared or not known.isdisjoint(names))
    ]
    months = table.rules.month_columns
    mapped |= {months.header} if months else set()
    new = headers - mapped - known if known else frozenset()
    return Drift(_sorted(headers), _sorted(new), tuple(missing))


def _told(header: str, table: Table) -> str:
    """A header as it is stored; the months of a wide table by their pattern, since there is another every month."""
    months = table.rules.month_columns
    return months.header if months and months.month_in(header) else masked_header(header)


def _sorted(headers: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(headers))[:_KEPT]
