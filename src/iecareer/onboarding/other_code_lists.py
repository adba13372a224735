"""Numbers of another list than the column's: a registration export numbers industries and jobs by a list of its own.

22 is 制造业 in the national employment system and papermaking in GB/T 4754, so that such a number would be loaded as a
wrong value. The names beside the numbers are those of the standard.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from iecareer.contracts import Column, RecordType
from iecareer.onboarding.column_profile import Profile
from iecareer.onboarding.dictionary import name_likeness
from iecareer.onboarding.header_match import ENOUGH, Match, Matching
from iecareer.onboarding.sample_reader import Sample

_MOSTLY = 0.5
REGISTRATION = "destination_registration"
# Column of a registration → the list that the column needs.
_NUMBERED = {
    "industry_code": "GB/T 4754",
    "occupation_code": "the classification of occupations of 2022",
    "job_title": "titles of jobs",
}
_INDUSTRY = re.compile("行业|产业|industry|sector", re.IGNORECASE)
# The last division of each section of GB/T 4754-2017.
_LAST_DIVISIONS = {
    "A": 5, "B": 12, "C": 43, "D": 46, "E": 50, "F": 52, "G": 60, "H": 62, "I": 65, "J": 69, "K": 70, "L": 72, "M": 75,
    "N": 79, "O": 82, "P": 83, "Q": 85, "R": 90, "S": 96, "T": 97,
}  # fmt: skip


@dataclass(frozen=True)
class IndustryNames:
    """Headers of industry codes and of their names, in how many rows both are filled, and in how many they differ."""

    code: str
    name: str
    n: int
    n_differing: int


def industry_names(
    connection: duckdb.DuckDBPyConnection, sample: Sample, found: Matching
) -> IndustryNames | None:
    """Compare the codes of industries in the table `sample` with the names beside them, by the sections of GB/T 4754.

    None without such a pair of columns in a record type that has an industry.
    """
    match = next((m for m in found.matches if m.column.kind == "industry_code"), None)
    if match is None:
        return None
    profiles = [match.profile, *(p for p in found.unused if _INDUSTRY.search(p.header))]
    codes = [p for p in profiles if is_numbered(p)]
    names = [p for p in profiles if _is_named(p)]
    if not codes or not names:
        return None
    code, name = (f"normal({sample.columns[p.header]})" for p in (codes[0], names[0]))
    cases = " ".join(f"when division <= {last} then '{section}'" for section, last in _LAST_DIVISIONS.items())
    n, n_differing = connection.execute(
        f"""select count(*), count(*) filter (of_code is distinct from of_name)
        from (select case {cases} end as of_code, of_name from (
            select try_cast({code}[:2] as integer) as division, industry_of({name}) as of_name from sample
            where regexp_full_match({code}, '[0-9]+') and coalesce(not _malformed, true)
        )) where length(of_name) = 1"""
    ).fetchall()[0]
    return IndustryNames(codes[0].header, names[0].header, n, n_differing)


def name_of_number(
    match: Match, kind: RecordType, unused: Sequence[Profile], names: IndustryNames | None
) -> tuple[Profile, str] | None:
    """The unused header that says in words what the matched one has as a number of another list, with the reason."""
    column, profile = match.column, match.profile
    if names and column.kind == "industry_code" and names.code == profile.header:
        is_other = names.n_differing > _MOSTLY * names.n
        if is_other or kind.name == REGISTRATION:
            named = next(p for p in unused if p.header == names.name)
            return named, _why(names) if names.n_differing else _own_list(profile.header)
    if kind.name != REGISTRATION or column.name != "job_title" or not is_numbered(profile):
        return None
    worded = [p for p in unused if p.n_filled and not is_numbered(p) and _likeness(p, kind, column) >= ENOUGH]
    worded.sort(key=lambda p: -_likeness(p, kind, column))
    return (worded[0], _own_list(profile.header)) if worded else None


def question(match: Match, kind: RecordType, names: IndustryNames | None) -> str | None:
    """What a person has to decide about a column of numbers before the draft is landed; None without doubt."""
    column, header = match.column, match.profile.header
    if names and names.code == header and names.n_differing and column.kind == "industry_code":
        return f"TODO valueMap {header}: {_why(names)}. Which of the two is right?"
    if kind.name == REGISTRATION and column.name in _NUMBERED and is_numbered(match.profile):
        return (
            f"TODO valueMap {header}: are these numbers of {_NUMBERED[column.name]}? The employment system has "
            "lists of its own (its industry 22 is manufacturing): map their numbers, or remove the column."
        )
    return None


def is_no_candidate(profile: Profile, kind: RecordType, column: Column) -> bool:
    """Whether a header of a registration has numbers where words or codes with a form of their own are meant."""
    return kind.name == REGISTRATION and column.name in _NUMBERED and is_numbered(profile)


def is_numbered(profile: Profile) -> bool:
    """Whether cells of a column are bare numbers, which say nothing of the list they belong to."""
    words = [word for word in profile.values if word not in profile.empty_marks]
    return any(map(str.isdecimal, words)) if words else profile.share("whole") > 0


def _is_named(profile: Profile) -> bool:
    """Whether most cells are names of sections of GB/T 4754."""
    return profile.n_filled > 0 and profile.share("industry") >= _MOSTLY and not is_numbered(profile)


def _likeness(profile: Profile, kind: RecordType, column: Column) -> float:
    return name_likeness(profile.header, kind, column)


def _why(names: IndustryNames) -> str:
    return (
        f"in {names.n_differing:,} of {names.n:,} rows the number in '{names.code}' is of another section of GB/T 4754 "
        f"than '{names.name}' says"
    )


def _own_list(header: str) -> str:
    return f"'{header}' has bare numbers, which in such exports are those of the employment system's own list"
