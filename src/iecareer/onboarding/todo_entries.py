"""TODO entries of a draft: one per required column without a header, with a line that would fill it."""

from __future__ import annotations

import json

from iecareer.contracts import Column, RecordType
from iecareer.landing.parse.rows_sql import quoted
from iecareer.onboarding.column_profile import Profile
from iecareer.onboarding.dictionary import cell_words, normal_value, value_names
from iecareer.onboarding.header_match import NAMED_BY, Matching, is_name_of, wordy_headers
from iecareer.onboarding.shown_words import is_category

_MOSTLY = 0.5
_MAPPED_WORDS = 12
# Column → the share that identifies a number, and the expression that extracts the column from it.
_WITHIN_NUMBERS = {
    "birth_year": (
        "resident",
        "case length({0}) when 15 then '19' || substr({0}, 7, 2) else substr({0}, 7, 4) end",
    ),
    "region_code": ("credit", "substr({0}, 3, 6)"),
}


def todo_entry(found: Matching, column: Column) -> list[str]:
    """For a required column without a header: a TODO comment, then a line that would fill the column."""
    near = found.near.get(column.name, ())
    might = f" Candidates: {', '.join(near).removesuffix('.')}." if near else ""
    listed = f" One of {', '.join(column.allowed)}." if column.allowed else ""
    suggestion = _suggestion(found, column)
    by_name = [header for header in near if is_name_of(header, column)]
    named = ""
    if by_name:
        line = f"physicalName: {json.dumps(by_name[0], ensure_ascii=False)}"
        named = f" Names are understood once the list '{NAMED_BY[column.name][0]}' is delivered: land that list first."
    elif suggestion is None or len(near) == 1:
        line = f"physicalName: {json.dumps(near[0] if near else 'HEADER', ensure_ascii=False)}"
        line += "".join(
            _words_to_map(profile, found.kind, column)
            for profile in found.unused
            if [profile.header] == [*near[:1]]
        )
    else:
        line = f"transformLogic: {json.dumps(suggestion, ensure_ascii=False)}"
    lacks = f"TODO {column.name} ({column.label_zh}, {column.kind}): no header matches it."
    return [
        f"{lacks}{listed}{might}{named}{_key_words(found, column)}",
        f"- {{name: {column.name}, logicalType: string, {line}}}",
    ]


def _words_to_map(profile: Profile, kind: RecordType, column: Column) -> str:
    """A value map for a header that might be a closed list.

    It lists the header's values only if at least one is known; otherwise they could be anything, even names of persons.
    """
    names = value_names(kind, column)
    shown = [value for value in profile.values if is_category(value, profile.values[value])]
    if not names:
        return ""
    if profile.is_personal or len(shown) > _MAPPED_WORDS or not {*map(normal_value, shown)} & {*names}:
        return f", customProperties: [{{property: valueMap, value: {{WORD: {next(iter(names.values()))}}}}}]"
    pairs = ", ".join(
        f"{json.dumps(value, ensure_ascii=False)}: {names.get(normal_value(value), 'VALUE')}"
        for value in shown
    )
    return f", customProperties: [{{property: valueMap, value: {{{pairs}}}}}]"


def _key_words(found: Matching, column: Column) -> str:
    """A warning for key columns, because rows with the same key count once."""
    key = [other.name for other in found.kind.columns if other.stored_name in found.kind.key]
    if column.name not in key:
        return ""
    if len(key) == 1:
        return " It is the key: do not use a constant, because rows with the same key count once."
    others = ", ".join(name for name in key if name != column.name)
    return f" Part of the key: use a constant only if {others} identify every row."


def _suggestion(found: Matching, column: Column) -> str | None:
    """A provisional expression for the column; never a constant for a key column."""
    if within := _within_number(found, column):
        return within
    pattern = f"'{column.allowed[0]}'" if column.allowed else cell_words().suggestions.get(column.name)
    is_constant = pattern is not None and '"' not in pattern and "{" not in pattern
    if pattern is None or (is_constant and column.stored_name in found.kind.key):
        return None
    listed = {"wordy": wordy_headers(found)}
    if not all(listed[name] for name in listed if f"{{{name}}}" in pattern):
        return None
    return pattern.format(**{name: ", ".join(map(quoted, headers)) for name, headers in listed.items()})


def _within_number(found: Matching, column: Column) -> str | None:
    """Extract a column from a mapped number: year of birth from a resident number, region from a credit code."""
    share, expression = _WITHIN_NUMBERS.get(column.name, ("", ""))
    headers = [m.profile.header for m in found.matches if m.profile.share(share) >= _MOSTLY]
    return expression.format(quoted(headers[0])) if headers else None
