"""Keys for things that a file gives no number: the columns that tell one from another, whenever they are looked at.

Taken are the columns that the record type has and the other texts and codes of the file. Left out is what changes
while the thing stays the same: its state, counters, days of crawling, addresses of pages, numbers of rows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from iecareer.contracts import Column, RecordType
from iecareer.onboarding.column_profile import Profile
from iecareer.onboarding.dictionary import name_likeness, plain_value, words
from iecareer.onboarding.header_match import Matching

_MOST = 30
_PLAUSIBLE = 0.5
_ALIKE = 0.35
_SOME = 0.2
_FEW_ROWS = 9
_LONGEST_NUMBER = 40


@dataclass(frozen=True)
class MadeKey:
    """Headers that a key is made of, and those left out because they change while the thing stays the same.

    `numbers` are headers that differ in every row, and may be the number that seems to lack.
    """

    column: Column
    headers: tuple[str, ...]
    left_out: tuple[str, ...]
    numbers: tuple[str, ...] = ()


def made_keys(found: Matching) -> dict[str, MadeKey]:
    """Keys to make for columns that no header fills, by column; none where nothing tells rows apart."""
    made = {c.name: _made_key(found, c) for c in found.lacking if c.name in words().made_keys}
    return {name: key for name, key in made.items() if key.headers}


def _made_key(found: Matching, column: Column) -> MadeKey:
    changing, kind = words().made_keys[column.name], found.kind
    mapped = [m for m in found.matches if not _is_persons(m.profile, kind)]
    stable = [m for m in mapped if m.column.name not in changing and not _is_passing(m.profile)]
    others = [p for p in found.unused if p.n_filled and not _is_persons(p, kind)]
    telling = sorted((p for p in others if _is_telling(p, kind)), key=lambda p: -p.n_distinct)
    headers = dict.fromkeys([*(m.profile.header for m in stable), *(p.header for p in telling)])
    seen = dict.fromkeys([*(m.profile.header for m in mapped), *(p.header for p in others)])
    return MadeKey(
        column,
        tuple(headers)[:_MOST],
        tuple(header for header in seen if header not in headers),
        tuple(profile.header for profile in telling if _is_number(profile)),
    )


def _is_persons(profile: Profile, kind: RecordType) -> bool:
    """Whether it tells who it was: a thing of several persons has a row for each of them."""
    names_persons = any(column.is_person for column in kind.columns)
    return profile.is_personal or (names_persons and plain_value(profile.header) in words().persons)


def _is_telling(profile: Profile, kind: RecordType) -> bool:
    """Whether a header that no column is filled from tells what a thing is: a text or a code, or a number like pay.

    Any other number may be a counter, and a date the day on which it was looked at.
    """
    if _is_passing(profile) or profile.share("date") >= _PLAUSIBLE or profile.date_format:
        return False
    is_alike = any(name_likeness(profile.header, kind, column) >= _ALIKE for column in kind.columns)
    return profile.share("number") < _PLAUSIBLE or is_alike or _is_code(profile.header)


def _is_passing(profile: Profile) -> bool:
    """Whether name or cells tell that it is of the moment."""
    return is_of_the_moment(profile.header) or profile.share("passing") >= _SOME


def is_of_the_moment(header: str) -> bool:
    """Whether a header names what changes while the row stays the same: counters, days of crawling, its number."""
    named = header.lower()
    stems = tuple(mark for mark in words().passing if mark.isascii())
    return any(mark in named for mark in words().passing if not mark.isascii()) or any(
        token.startswith(stems) for token in _tokens(header)
    )


def _is_number(profile: Profile) -> bool:
    """Whether it may be the number of a thing: short, with digits, another one in every row."""
    is_each = profile.n_filled == profile.n == profile.n_distinct > _FEW_ROWS
    return is_each and profile.share("digit") == 1 and profile.mean_length <= _LONGEST_NUMBER


def _is_code(header: str) -> bool:
    return bool({"id", "code", "no", "nr", "zip", "plz"} & {*_tokens(header)}) or bool(
        re.search("(编号|编码|代码|号)$", header)
    )


def _tokens(header: str) -> list[str]:
    """Latin words of a header, as in viewCount or last_update."""
    return [word.lower() for word in re.findall("[A-Z]+(?![a-z])|[A-Z]?[a-z]+", header)]
