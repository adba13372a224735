"""Who left without graduating, by the words and codes of columns such as 学籍状态, 毕结业结论, 学历 and 学历代码.

They stand in student registers and in registration exports alike. Such a person is no graduate in either of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from iecareer.contracts import RecordType, record_type
from iecareer.onboarding.column_profile import Profile
from iecareer.onboarding.dictionary import cell_words, fitting_lists, name_likeness, normal_value
from iecareer.onboarding.header_match import ENOUGH

_OF_STUDENTS = ("graduate", "destination_registration")
_BRACKETS = re.compile("[()（）]")
# Levels are named in many ways; the last word says how somebody left.
_GRADUATED = re.compile("[生科职校专]毕业生?$")
_LEFT = re.compile("(结业|肄业|退学)生?$")


def has_words(kind: RecordType) -> bool:
    """Whether rows of a record type are about students, so that a column may say who graduated."""
    return kind.name in _OF_STUDENTS


def is_known(word: str) -> bool:
    """Whether a word says that somebody graduated, or that somebody did not."""
    return _says_graduated(word) or _says_left(word)


def sides(words: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words that say that somebody graduated, and those that say that somebody did not; others are in neither."""
    keep = tuple(word for word in words if _says_graduated(word))
    return keep, tuple(word for word in words if word not in keep and _says_left(word))


def is_status_of_students(words: Sequence[str]) -> bool:
    """Whether one of the words is usual in a status of students, where an empty cell says something, too."""
    listed = cell_words().rows["graduate"]["keep"]
    return any(_is_among(word, listed) for word in words)


def code_sides(profile: Profile) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The codes of 学历 of graduates, and those of people who left; empty if the column has no such codes."""
    kind = record_type("graduate")
    level = kind.column("study_level")
    if level is None or name_likeness(profile.header, kind, level) < ENOUGH:
        return (), ()
    codes = [code for code in profile.values if code not in profile.empty_marks]
    if not codes or not fitting_lists(level, codes):
        return (), ()
    out = tuple(code for code in codes if code in cell_words().codes_of_leavers)
    return (tuple(code for code in codes if code not in out), out) if out else ((), ())


def _says_graduated(word: str) -> bool:
    words = cell_words()
    if _is_among(word, words.not_graduated | words.rows["graduate"]["leave_out"]):
        return False
    return _is_among(word, words.graduated | words.rows["graduate"]["keep"]) or bool(_GRADUATED.search(word))


def _says_left(word: str) -> bool:
    words = cell_words()
    return _is_among(word, words.not_graduated | words.rows["graduate"]["leave_out"]) or bool(
        _LEFT.search(word)
    )


def _is_among(word: str, known: frozenset[str]) -> bool:
    """Whether a word is known, or a part of it in or before brackets: 不在籍(退学)."""
    return any(part and normal_value(part) in known for part in (word, *_BRACKETS.split(word)))
