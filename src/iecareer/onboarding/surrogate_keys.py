"""Choose the columns of a surrogate key for files without a key column, such as job postings without a number.

The key uses the mapped columns and the other texts and codes of the file. It leaves out columns that may change from
one delivery to the next: status, counters, crawl dates, page addresses, row numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from iecareer.contracts import Column, RecordType
from iecareer.onboarding.column_profile import Profile
from iecareer.onboarding.dictionary import cell_words, name_likeness, normal_value
from iecareer.onboarding.header_match import Matching
from iecareer.onboarding.header_words import latin_words

_MOST = 30
_PLAUSIBLE = 0.5
_ALIKE = 0.35
_SOME = 0.2
_FEW_ROWS = 9
_LONGEST_NUMBER = 40


@dataclass(frozen=True)
class SurrogateKey:
    """Headers that form a key, and `left_out` headers whose values may change between deliveries.

    `numbers` are headers with a different value in every row, which may be the missing key column.
    """

    column: Column
    headers: tuple[str, ...]
    left_out: tuple[str, ...]
    numbers: tuple[str, ...] = ()


def surrogate_keys(found: Matching) -> dict[str, SurrogateKey]:
    """Surrogate keys by column, for key columns without a header. Columns without a usable header are left out."""
    made = {c.name: _surrogate_key(found, c) for c in found.lacking if c.name in cell_words().surrogate_keys}
    return {name: key for name, key in made.items() if key.headers}


def _surrogate_key(found: Matching, column: Column) -> SurrogateKey:
    changing, kind = cell_words().surrogate_keys[column.name], found.kind
    mapped = [m for m in found.matches if not _is_persons(m.profile, kind)]
    stable = [m for m in mapped if m.column.name not in changing and not _is_volatile(m.profile)]
    others = [p for p in found.unused if p.n_filled and not _is_persons(p, kind)]
    identifying = sorted((p for p in others if _is_identifying(p, kind)), key=lambda p: -p.n_distinct)
    headers = dict.fromkeys([*(m.profile.header for m in stable), *(p.header for p in identifying)])
    seen = dict.fromkeys([*(m.profile.header for m in mapped), *(p.header for p in others)])
    return SurrogateKey(
        column,
        tuple(headers)[:_MOST],
        tuple(header for header in seen if header not in headers),
        tuple(profile.header for profile in identifying if _is_number(profile)),
    )


def _is_persons(profile: Profile, kind: RecordType) -> bool:
    """Whether the column names or numbers persons. An item of several persons has one row for each of them."""
    names_persons = any(column.is_person for column in kind.columns)
    return profile.is_personal or (names_persons and normal_value(profile.header) in cell_words().persons)


def _is_identifying(profile: Profile, kind: RecordType) -> bool:
    """Whether an unmapped header helps to identify an item: a text, a code, or a number similar to a known column.

    Other numbers may be counters, and dates may be the day of retrieval.
    """
    if _is_volatile(profile) or profile.share("date") >= _PLAUSIBLE or profile.date_format:
        return False
    is_alike = any(name_likeness(profile.header, kind, column) >= _ALIKE for column in kind.columns)
    return profile.share("number") < _PLAUSIBLE or is_alike or _is_code(profile.header)


def _is_volatile(profile: Profile) -> bool:
    """Whether header or cells show that the values change while the item stays the same."""
    return is_volatile(profile.header) or profile.share("volatile") >= _SOME


def is_volatile(header: str) -> bool:
    """Whether a header names something that changes between deliveries: a counter, crawl date, row number."""
    named = header.lower()
    stems = tuple(mark for mark in cell_words().volatile if mark.isascii())
    return any(mark in named for mark in cell_words().volatile if not mark.isascii()) or any(
        token.startswith(stems) for token in latin_words(header)
    )


def _is_number(profile: Profile) -> bool:
    """Whether the column may be an item's number: short, with digits, different in every row."""
    is_each = profile.n_filled == profile.n == profile.n_distinct > _FEW_ROWS
    return is_each and profile.share("digit") == 1 and profile.mean_length <= _LONGEST_NUMBER


def _is_code(header: str) -> bool:
    return bool({"id", "code", "no", "nr", "zip", "plz"} & {*latin_words(header)}) or bool(
        re.search("(编号|编码|代码|号)$", header)
    )
