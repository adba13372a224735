"""Built-in source systems that deliver in the exchange format: `exchange` for the region, `exchange-CODE` per office.

Each office needs a separate source, because a later delivery of a source replaces its earlier ones, wholly or by
period.
"""

from __future__ import annotations

import hashlib
import unicodedata

from iecareer.contracts import Column, RecordType, load_record_types
from iecareer.contracts.publication import OFFICE
from iecareer.sources.system import Mapping, SourceSystem, Table

EXCHANGE = "exchange"


def office_source(office: str) -> str:
    """The source id of one office's deliveries in the exchange format."""
    return f"{EXCHANGE}-{office}"


def is_exchange(source_id: str) -> bool:
    """Whether the source delivers in the exchange format: `exchange`, or `exchange-CODE` of an office."""
    office = source_id.removeprefix(f"{EXCHANGE}-")
    return source_id == EXCHANGE or (office != source_id and bool(OFFICE.fullmatch(office)))


def exchange_system(source_id: str) -> SourceSystem:
    """The source system of the exchange format.

    Headers are the record types' column names or Chinese labels; values are codes or their Chinese words. A person
    may be given as `person_key`.
    """
    tables = tuple(Table(kind.name, None, _own_headers(kind)) for kind in load_record_types().values())
    return SourceSystem(
        source_id=source_id,
        name="区域交换格式 (regional exchange format)",
        description="Files named after record types, with the record types' own headers; filled-in templates.",
        path=None,
        format=None,
        tables=tables,
        digest=hashlib.sha256(repr(tables).encode()).hexdigest(),
    )


def _own_headers(kind: RecordType) -> tuple[Mapping, ...]:
    return tuple(
        Mapping(
            column=column.name,
            headers=tuple(dict.fromkeys((column.name, column.stored_name, column.label_zh))),
            value_map=_words(column),
        )
        for column in kind.columns
    )


def _words(column: Column) -> dict[str, str]:
    if not column.labels:
        return {}
    words = (unicodedata.normalize("NFKC", label) for label in column.labels)
    return dict(zip(words, column.allowed, strict=True))
