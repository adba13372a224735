"""The meaning of quarantine reasons and what the office can do, in Chinese and English."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from iecareer.contracts import Column, record_type
from iecareer.errors import IecareerError
from iecareer.sources import Mapping, SourceSystem, source_system

_FILE = Path(__file__).with_name("reasons.csv")
_NAMED = 30


@dataclass(frozen=True)
class Advice:
    """One reason in words: the column as the office calls it, what is wrong, what to do."""

    column: str
    wrong_zh: str
    wrong_en: str
    todo_zh: str
    todo_en: str


class Advisor:
    """Words for the reasons of one source, in that office's own headers."""

    def __init__(self, source_id: str) -> None:
        self._system = _system(source_id)
        self._known: dict[tuple[str, str], Advice] = {}

    def advice(self, record_type_name: str, reason: str) -> Advice:
        """The reason in words.

        A reason looks like ``missing:sex``; a reason that concerns the whole row has no column.
        """
        key = (record_type_name, reason)
        if key not in self._known:
            self._known[key] = self._advice(*key)
        return self._known[key]

    def _advice(self, record_type_name: str, reason: str) -> Advice:
        code, _, name = reason.partition(":")
        words = vocabulary()[code]
        column, mapping = record_type(record_type_name).column(name), self._mapping(record_type_name, name)
        words_of_column = {
            # A rule on rows names the header itself.
            "column": _header(column, mapping) or name,
            "allowed": _allowed(column, mapping) or self._words(record_type_name, name),
            "limits": _limits(column),
        }
        return Advice(words_of_column["column"], *(words[part].format(**words_of_column) for part in _PARTS))

    def _words(self, record_type_name: str, header: str) -> str:
        """The words that the filter of that header lists."""
        tables = self._system.tables if self._system else ()
        filters = (
            f for table in tables if table.record_type == record_type_name for f in table.rules.filters
        )
        found = next((rule for rule in filters if rule.headers[0] == header), None)
        listed = [*found.keep, *(found.leave_out or ())] if found else []
        return "、".join(word for word in listed if word)

    def _mapping(self, record_type_name: str, column: str) -> Mapping | None:
        tables = self._system.tables if self._system else ()
        mappings = (m for table in tables if table.record_type == record_type_name for m in table.mappings)
        return next((mapping for mapping in mappings if mapping.column == column), None)


_PARTS = ("wrong_zh", "wrong_en", "todo_zh", "todo_en")


@cache
def vocabulary() -> dict[str, dict[str, str]]:
    """Sentences by reason code. Rows that are not records have no sentence, because they need no correction."""
    with _FILE.open(encoding="utf-8", newline="") as stream:
        return {row["reason"]: row for row in csv.DictReader(stream)}


def _system(source_id: str) -> SourceSystem | None:
    """The source under its current contract; None if the contract was removed."""
    try:
        return source_system(source_id)
    except IecareerError:
        return None


def _header(column: Column | None, mapping: Mapping | None) -> str:
    """The office's name of the column: its header, or in the exchange format (and templates) the Chinese label."""
    headers = mapping.headers if mapping else ()
    if column and (column.label_zh in headers or not headers):
        return column.label_zh
    return headers[0] if headers else ""


def _allowed(column: Column | None, mapping: Mapping | None) -> str:
    """Permitted values, beginning with the office's own words."""
    if column is None:
        return ""
    codes = column.allowed or (("是", "否") if column.kind == "boolean" else ())
    values = [raw for raw, value in (mapping.value_map if mapping else {}).items() if value] or list(codes)
    return "、".join(values[:_NAMED]) + ("…" if len(values) > _NAMED else "")


def _limits(column: Column | None) -> str:
    low = "" if column is None or column.minimum is None else f"{column.minimum:g}"
    high = "" if column is None or column.maximum is None else f"{column.maximum:g}"
    return f"{low}–{high}"
