"""Drafts of contracts: what is still open in them, and their activation by a person.

A draft was written by a program from a sample. Until a person has read it, what it says about the columns is a guess,
so it is never landed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from iecareer.contracts import load_record_types
from iecareer.errors import IecareerError
from iecareer.sources.loader import source_system
from iecareer.sources.system import Mapping, SourceSystem

_STATUS = re.compile(r"""^status:\s*(['"]?)draft\1\s*(#.*)?$""", re.MULTILINE | re.IGNORECASE)
_TODO = re.compile(r"#\s*TODO\b:?\s*(\w*)(.*)$")
_LONGEST = 160
# What suggested lines hold where a person has to write something.
_BLANKS = ("YYYY-MM-DD", "graduation date header")


def refuse_draft(system: SourceSystem) -> None:
    """Refuse a source whose contract is a draft, and list what is open in it.

    Raises
    ------
    IecareerError
        When it is a draft.
    """
    if not system.is_draft:
        return
    found = open_points(system)
    listed = f" Open: {'; '.join(found)}." if found else " Nothing is marked open in it."
    then = "complete it, then run" if found else "review every line, then run"
    raise IecareerError(
        f"{system.source_id}: its contract is a draft, so nothing is landed.{listed}",
        next_step=f"See 'iecareer source check {system.source_id} FILE', {then}: "
        f"iecareer source activate {system.source_id}",
    )


def activate(source_id: str) -> SourceSystem:
    """Set the status of a source's contract from draft to active.

    Raises
    ------
    IecareerError
        When there is no such source, it is no draft, or something in it is still open; all of it is listed.
    """
    system = source_system(source_id)
    if not system.is_draft or system.contract is None:
        raise IecareerError(f"{source_id} is active already.")
    if found := open_points(system):
        raise IecareerError(
            f"{source_id}: {len(found)} point(s) are open in {system.contract.name}: {'; '.join(found)}.",
            next_step="Complete each line and remove its TODO.",
        )
    text, n = _STATUS.subn("status: active", system.contract.read_text(encoding="utf-8"), count=1)
    if not n:
        raise IecareerError(
            f"{system.contract.name}: there is no line 'status: draft' to change.",
            next_step="Set the status to active in the file.",
        )
    system.contract.write_text(text, encoding="utf-8")
    return source_system(source_id)


def open_points(system: SourceSystem) -> list[str]:
    """What is open in a draft: required columns without a mapping, lines not completed, and TODO comments."""
    return [*_unmapped(system), *_incomplete(system), *_todos(system)]


def _unmapped(system: SourceSystem) -> Iterator[str]:
    for table in system.tables:
        mapped = {mapping.column for mapping in table.mappings} | {*table.rules.made_columns}
        for column in load_record_types()[table.record_type].columns:
            if column.required and column.name not in mapped:
                yield f"{table.record_type}.{column.name} is not mapped"


def _incomplete(system: SourceSystem) -> Iterator[str]:
    for table in system.tables:
        for mapping in table.mappings:
            if blank := _blank(mapping):
                yield f"{table.record_type}.{mapping.column} still says {blank}"
        for rule in table.rules.filters:
            if "WORD" in rule.keep:
                yield f"{table.record_type}, rowFilter {rule.headers[0]} still says WORD"


def _blank(mapping: Mapping) -> str | None:
    """The placeholder of a suggested line that stands in a mapping, if any."""
    words = {"HEADER": mapping.headers, "WORD": mapping.value_map, "VALUE": mapping.value_map.values()}
    found = [word for word, places in words.items() if word in places]
    return next(iter([*found, *(mark for mark in _BLANKS if mark in (mapping.transform or ""))]), None)


def _todos(system: SourceSystem) -> Iterator[str]:
    """TODO comments of the contract, except those about a column: that is open as long as it is not mapped."""
    if system.contract is None:
        return
    columns = {
        column.name for table in system.tables for column in load_record_types()[table.record_type].columns
    }
    lines = system.contract.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        if (found := _TODO.search(line)) and found[1] not in columns:
            said = f"{found[1]}{found[2]}".strip().rstrip(".")
            yield f"line {number}: {said[:_LONGEST]}"
