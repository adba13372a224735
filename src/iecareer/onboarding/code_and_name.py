"""Join a code and a name of the same national list, such as 毕业去向类别代码 and 毕业去向类别, where a file has both.

One of the two fills the column. The expression reads both, so that landing quarantines the rows in which they differ.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from iecareer.contracts import Column, RecordType
from iecareer.database import text_literal
from iecareer.landing.parse.national_lists import text_map
from iecareer.landing.parse.rows_sql import quoted
from iecareer.onboarding.column_profile import Profile
from iecareer.onboarding.dictionary import meanings, name_likeness, normal_name
from iecareer.onboarding.header_match import ENOUGH, Match, is_name_of

_MOSTLY = 0.5
# Kind of a code that delivered lists name → the share of cells with its form.
_CODED = {"institution_code": "institution", "program_code": "program"}
_ENDING = re.compile("(代码|编码|代号|码|名称|code|name)$")


def partner(match: Match, kind: RecordType, unused: Sequence[Profile]) -> Profile | None:
    """The unused header that holds the codes of the matched one's names, or the names of its codes."""
    column = match.column
    if not column.allowed or column.kind != "text" or not match.profile.values:
        return None
    found = [profile for profile in unused if _is_partner(profile, match, kind)]
    found.sort(key=lambda p: (_stem(p) != _stem(match.profile), -name_likeness(p.header, kind, column)))
    return found[0] if found else None


def joined(match: Match, kind: RecordType, other: Profile) -> str:
    """The expression of the column: the value that code and name mean, or both of them if they differ."""
    cell = quoted(other.header)
    if match.column.codes:
        return (
            f"concat_ws('-', {', '.join(('value', cell) if _is_coded(match.profile) else (cell, 'value'))})"
        )
    means = f"{text_map(meanings(kind, match.column, other.values).items())}[{cell}]"
    marks = ", ".join(map(text_literal, other.empty_marks))
    empty = f"coalesce({cell} in ({marks}), true)" if marks else f"{cell} is null"
    return (
        f"case when {empty} or {means} = value then value when value is null then {means} "
        f"else concat_ws('-', {cell}, value) end"
    )


def listed_name(match: Match, unused: Sequence[Profile]) -> Profile | None:
    """The unused header that holds the names of the institutions or programs whose codes the matched one holds."""
    if match.profile.share(_CODED.get(match.column.kind, "")) < _MOSTLY:
        return None
    named = [
        p for p in unused if is_name_of(p.header, match.column) and not p.is_personal and not _is_coded(p)
    ]
    named.sort(key=lambda profile: _stem(profile) != _stem(match.profile))
    return named[0] if named else None


def name_instead(match: Match, unused: Sequence[Profile]) -> Profile | None:
    """The unused header that holds the names of institutions whose matched codes are not the ministry's."""
    profile = match.profile
    if (
        match.column.kind != "institution_code"
        or profile.share("institution") >= _MOSTLY
        or not _is_coded(profile)
    ):
        return None
    named = [p for p in unused if is_name_of(p.header, match.column) and p.n_filled >= profile.n_filled]
    return next((p for p in named if not p.is_personal and not _is_coded(p)), None)


def with_name(other: Profile) -> str:
    """The expression of a code that joins it with its name; landing compares them by the delivered list."""
    cell = quoted(other.header)
    # Marks of empty cells are ASCII, names are not.
    return f"case when strlen({cell}) > length({cell}) then concat_ws('-', value, {cell}) else value end"


def labelled(column: Column, value_map: dict[str, str]) -> dict[str, str]:
    """The map of words to the labels of their values, which landing compares with a code."""
    labels = dict(zip(column.allowed, column.labels, strict=False)) if column.codes else {}
    return {word: labels.get(value, value) for word, value in value_map.items()}


def _is_partner(profile: Profile, match: Match, kind: RecordType) -> bool:
    known = meanings(kind, match.column, profile.values)
    n_known = sum(profile.values[value] for value in known)
    is_named_alike = (
        _stem(profile) == _stem(match.profile) or name_likeness(profile.header, kind, match.column) >= ENOUGH
    )
    return (
        is_named_alike
        and not profile.is_personal
        and n_known > 0
        and n_known >= _MOSTLY * profile.n_filled
        and _is_coded(profile) != _is_coded(match.profile)
    )


def _is_coded(profile: Profile) -> bool:
    return all(value.isdecimal() for value in profile.values if value not in profile.empty_marks)


def _stem(profile: Profile) -> str:
    return _ENDING.sub("", normal_name(profile.header))
