"""Match headers to columns of a record type, by name and by the contents of the cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from iecareer.contracts import Column, RecordType, load_record_types
from iecareer.onboarding.column_profile import Profile
from iecareer.onboarding.dictionary import fitting_lists, meanings, name_likeness
from iecareer.onboarding.header_words import (
    names_moment,
    names_number,
    names_other_thing,
    names_person,
)

ENOUGH = 0.45
_BY_CONTENT_ALONE = 0.5
_PLAUSIBLE = 0.5
_ALIKE = 0.35
_RIVAL = 0.85
_RIVALS_SHOWN = 3
_MOST_CATEGORIES = 40
_ENOUGH_ROWS = 20
_SHORTEST_CODE = 6
_NEARLY_ALL = 0.9
_WITHOUT_PERSONS = 0.7
# Code column → record type and column that hold the corresponding name.
NAMED_BY = {
    "institution_code": ("institution", "institution_name"),
    "program_code": ("program", "program_name"),
}
# Kind of code → the share that identifies it, the score of a short text in another format, and its longest length.
_CODE_SHARES: dict[str, tuple[str, float, int]] = {
    "credit_code": ("credit", 0.0, 0),
    "institution_code": ("institution", 0.6, 20),
    "program_code": ("program", 0.5, 60),
    "region_code": ("division", 0.4, 20),
    "occupation_code": ("occupation", 0.4, 12),
    "industry_code": ("industry", 0.8, 40),
    "code": ("code", 0.8, 40),
}
# Two columns of one record type that a single header may fill, as with a pay range.
_SHARED = (frozenset({"salary_low", "salary_high"}),)


@dataclass(frozen=True)
class Match:
    """A column and the header that fills it. `rivals` are other headers that fit almost as well."""

    column: Column
    profile: Profile
    score: float
    fit: float
    rivals: tuple[str, ...] = ()


# A day on which a student should graduate, which those who never did have, too.
_EXPECTED = re.compile("预计|预期|应毕|拟毕|计划|expected|planned|anticipated", re.IGNORECASE)


@dataclass(frozen=True)
class Matching:
    """The mapping of a sample to one record type."""

    kind: RecordType
    matches: tuple[Match, ...]
    lacking: tuple[Column, ...]
    unused: tuple[Profile, ...]
    score: float
    near: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def match(self, column: str) -> Match | None:
        """The match of that column, or None."""
        return next((match for match in self.matches if match.column.name == column), None)


def best_matching(profiles: Sequence[Profile]) -> tuple[Matching, list[Matching]]:
    """The record type that fits a sample best, and all others in descending order of fit."""
    found = [matching(profiles, kind) for kind in load_record_types().values()]
    found.sort(key=lambda m: -m.score * (_WITHOUT_PERSONS if _lacks_persons(m) else 1))
    return found[0], found[1:]


def _lacks_persons(found: Matching) -> bool:
    """Whether the record type is about persons but no header may hold their number."""
    persons = [column.name for column in found.kind.columns if column.is_person]
    return any(found.match(name) is None and not found.near.get(name) for name in persons)


def matching(profiles: Sequence[Profile], kind: RecordType) -> Matching:
    """The best header for each column of the record type. A header fills one column, except for pay ranges."""
    scored = [
        (score, fit, column, profile)
        for column in kind.columns
        for profile in profiles
        for score, fit in [_score(profile, kind, column)]
        if score >= ENOUGH
    ]
    scored.sort(key=lambda entry: -entry[0])
    chosen: dict[str, Match] = {}
    taken: dict[str, str] = {}
    for score, fit, column, profile in scored:
        if column.name in chosen or not _is_free(profile, column, taken):
            continue
        rivals = _rivals(scored, score, column, profile)
        if len(rivals) == _RIVALS_SHOWN and score <= _BY_CONTENT_ALONE:
            continue
        chosen[column.name] = Match(column, profile, score, fit, rivals)
        taken.setdefault(profile.header, column.name)
    matches = tuple(chosen[column.name] for column in kind.columns if column.name in chosen)
    lacking = tuple(column for column in kind.columns if column.required and column.name not in chosen)
    unused = tuple(profile for profile in profiles if profile.header not in taken)
    near = {column.name: _near(unused, kind, column) for column in lacking}
    return Matching(kind, matches, lacking, unused, _total(kind, chosen, profiles, taken), near)


def _is_free(profile: Profile, column: Column, taken: dict[str, str]) -> bool:
    owner = taken.get(profile.header)
    if owner is None:
        return True
    return frozenset({owner, column.name}) in _SHARED and profile.share("range") >= _PLAUSIBLE


def _rivals(
    scored: list[tuple[float, float, Column, Profile]], score: float, column: Column, profile: Profile
) -> tuple[str, ...]:
    """Other headers that fit the column almost as well and fit no other column better."""
    best: dict[str, float] = {}
    for other_score, _, _, other in scored:
        best.setdefault(other.header, other_score)
    return tuple(
        other.header
        for other_score, _, wanted, other in scored
        if wanted.name == column.name
        and other.header != profile.header
        and other_score >= _RIVAL * score
        and best[other.header] <= other_score
    )[:_RIVALS_SHOWN]


def _near(unused: Iterable[Profile], kind: RecordType, column: Column) -> tuple[str, ...]:
    """Unused headers that might fill a column, by name or by contents."""
    ranked = []
    for profile in unused:
        name, fit = name_likeness(profile.header, kind, column), content_fit(profile, kind, column)
        if is_name_of(profile.header, column):
            ranked.append((_ALIKE, profile.header))
            continue
        if column.is_person:
            if (fit or 0.0) >= _PLAUSIBLE and (evidence := _evidence_of_persons(profile, name)):
                ranked.append((evidence, profile.header))
            continue
        is_specific = (
            column.kind in ("date", "month", "boolean", "person", "credit_code", "region_code")
            or column.allowed
        )
        if name >= _ALIKE or (fit is not None and fit >= 0.9 and is_specific):
            ranked.append((name + (fit or 0.0), profile.header))
    return tuple(header for _, header in sorted(ranked, reverse=True)[:3])


def _evidence_of_persons(profile: Profile, name: float) -> float:
    """What speaks for numbers of persons: most of all the header, else cells that number the rows; 0 for nothing."""
    if profile.is_personal or name >= _ALIKE or names_person(profile.header):
        return 2.0
    if names_number(profile.header):
        return 1.0
    is_code = profile.mean_length == profile.longest >= _SHORTEST_CODE
    return 0.5 if _is_of_one_each(profile) and (is_code or _counts_up(profile)) else 0.0


def _counts_up(profile: Profile) -> bool:
    """Whether the cells are the numbers from 0 or 1 up to the number of rows, as in a table of one row per person."""
    if profile.low not in (0, 1) or profile.median is None or profile.n_distinct != profile.n_filled:
        return False
    return abs(profile.median - profile.low - (profile.n_filled - 1) / 2) <= 1


def is_name_of(header: str, column: Column) -> bool:
    """Whether the header holds the name of what the column needs as a code."""
    record_type_name, named = NAMED_BY.get(column.name, ("", ""))
    if not named:
        return False
    kind = load_record_types()[record_type_name]
    other = kind.column(named)
    return other is not None and name_likeness(header, kind, other) >= _BY_CONTENT_ALONE


def _total(
    kind: RecordType, chosen: dict[str, Match], profiles: Sequence[Profile], taken: dict[str, str]
) -> float:
    """How well the record type fits: mostly the share of required columns found, then the share of headers used."""
    required = [column for column in kind.columns if column.required]
    found = sum(chosen[column.name].score for column in required if column.name in chosen)
    used = len(taken) / max(len(profiles), 1)
    # Prefer a record type with many columns found to one whose few columns were found by chance.
    return 0.7 * found / len(required) + 0.3 * used + 0.02 * len(chosen)


def _score(profile: Profile, kind: RecordType, column: Column) -> tuple[float, float]:
    """Score of the header for the column, and how well its cells fit, both from 0 to 1."""
    fit = content_fit(profile, kind, column)
    is_expected = column.name == "graduated_on" and _EXPECTED.search(profile.header)
    name = 0.0 if is_expected else name_likeness(profile.header, kind, column)
    if fit is None:
        return 0.85 * name, 0.0
    if column.kind == "institution_code" and kind.name != "institution" and _is_of_one_each(profile):
        return 0.0, 0.0
    if profile.is_personal and column.kind != "person" and profile.share("resident") >= _PLAUSIBLE:
        return 0.0, 0.0
    if fit < 0.3:
        # A name that clearly matches still counts; the draft remarks that the cells do not fit.
        return (0.55 * name if name >= 0.95 and fit > 0 else 0.0), fit
    if name < 0.3:
        return (_BY_CONTENT_ALONE * fit if _is_unmistakable(profile, column) else 0.0), fit
    return 0.7 * name + 0.3 * fit, fit


def _is_of_one_each(profile: Profile) -> bool:
    """Whether almost every row has a different value. Numbers of persons do; codes of institutions do not."""
    return profile.n_filled >= _ENOUGH_ROWS and profile.distinct_share > _NEARLY_ALL


def _is_unmistakable(profile: Profile, column: Column) -> bool:
    """Whether the cells alone identify the column, whatever the header."""
    match column.kind:
        case "person":
            return profile.share("resident") >= 0.5 or profile.share("key") >= 0.9
        case "credit_code":
            return profile.share("credit") >= 0.9
        case "occupation_code":
            return profile.share("occupation") >= 0.9
        case "institution_code":
            return profile.share("ministry") >= 0.85
        case "region_code":
            return profile.share("named_division") >= 0.9 and bool(profile.values)
        case _:
            is_words = len(profile.values) > 1 and not all(map(str.isdecimal, profile.values))
            return bool(column.allowed) and column.kind == "text" and is_words


def content_fit(profile: Profile, kind: RecordType, column: Column) -> float | None:
    """How well the cells fit the column, from 0 to 1; None if all cells are empty."""
    if not profile.n_filled:
        return None
    if column.allowed or column.kind == "boolean":
        return _listed_fit(profile, kind, column)
    return _kind_fit(profile, column)


def _listed_fit(profile: Profile, kind: RecordType, column: Column) -> float:
    """The share of cells with a known value; low if there are too many distinct values."""
    known = meanings(kind, column, profile.values)
    total = sum(profile.values.values())
    if not profile.values or len(profile.values) > _MOST_CATEGORIES:
        return 0.05 if profile.n_distinct <= _MOST_CATEGORIES else 0.0
    share = sum(profile.values[value] for value in known) / total
    # Codes that two national lists explain differently belong to the column, too: the draft asks what they mean.
    is_of_lists = bool(fitting_lists(column, profile.values))
    return _PLAUSIBLE if not share and is_of_lists else share or 0.1


def _kind_fit(profile: Profile, column: Column) -> float:
    if column.kind in _CODE_SHARES:
        name, otherwise, longest = _CODE_SHARES[column.kind]
        is_short = profile.mean_length <= longest
        named = profile.share("named_division") if column.kind == "region_code" else 0.0
        return max(profile.share(name), named, otherwise if is_short else 0.0)
    if column.kind in ("date", "month", "year"):
        return _time_fit(profile, column.kind)
    if column.kind in ("money", "integer", "number"):
        return _number_fit(profile, column) * (1 - profile.share("resident"))
    if column.is_person:
        return max(profile.share("resident"), profile.share("key"), _identifier_fit(profile))
    return _text_fit(profile, column)


def _number_fit(profile: Profile, column: Column) -> float:
    """Fit of a number column. Ranges fit only the pay offered in job postings."""
    if any(column.name in pair for pair in _SHARED):
        return max(profile.share("number"), profile.share("range"))
    return profile.share("number") if profile.share("range") < _PLAUSIBLE else 0.0


def _time_fit(profile: Profile, kind: str) -> float:
    """Fit of a column of dates, months or years. Bare digits are dates only under a header that names a moment."""
    if profile.share("bare") >= _PLAUSIBLE and not names_moment(profile.header):
        return 0.0
    dated = max(profile.share("date"), 1.0 if profile.date_format or profile.mixed_formats else 0.0)
    if kind == "date":
        return max(dated, profile.share("serial"), 0.45 * profile.share("year"))
    return max(profile.share(kind), (0.8 if kind == "month" else 0.6) * dated)


def _identifier_fit(profile: Profile) -> float:
    """Fit of a source's own person numbers: short, with digits, many distinct values, and of nothing else."""
    is_other = names_other_thing(profile.header) or profile.share("credit") >= _PLAUSIBLE
    if is_other or (profile.share("ministry") >= _NEARLY_ALL and not names_person(profile.header)):
        return 0.0
    is_number_with_point = profile.share("number") > 0.9 and profile.share("whole") < 0.9
    if is_number_with_point or profile.mean_length > 40 or profile.share("digit") < 0.5:
        return 0.0
    return 0.7 if profile.distinct_share > 0.05 or profile.n_distinct > 200 else 0.2


def _text_fit(profile: Profile, column: Column) -> float:
    """Fit of free text: neither numbers nor dates; an employer may also be a code."""
    if column.name == "employer":
        return 0.8
    if profile.share("number") > 0.9 or profile.share("date") > 0.9:
        return 0.2
    if column.name in ("syllabus", "description"):
        return min(1.0, 0.5 + profile.mean_length / 100)
    return 0.9 if profile.mean_length <= 60 else 0.4


def wordy_headers(found: Matching) -> tuple[str, ...]:
    """The two unused headers with the longest texts."""
    texts = [p for p in found.unused if p.n_filled and not p.is_personal and p.share("number") < _PLAUSIBLE]
    texts.sort(key=lambda profile: -profile.mean_length)
    return tuple(profile.header for profile in texts[:2])
