"""Columns outside the key that tell rows of one key apart, such as the kind of insurance of a contribution."""

from __future__ import annotations

import duckdb

from iecareer.onboarding.column_profile import Profile
from iecareer.onboarding.header_match import Matching
from iecareer.onboarding.sample_reader import Sample
from iecareer.onboarding.surrogate_keys import is_volatile

_SOME = 0.05
_NEARLY_ALL = 0.9
_MOST_WORDS = 20
_MOSTLY = 0.8


def splitting_columns(
    connection: duckdb.DuckDBPyConnection, sample: Sample, found: Matching
) -> tuple[str, ...]:
    """The header that best tells apart rows of the table `sample` that share a key and differ; empty without such rows.

    It has a few words, of which a key seldom has the same twice.
    """
    by_name = {match.column.stored_name: match.profile.header for match in found.matches}
    key = [by_name[name] for name in found.kind.key if name in by_name]
    if len(key) < len(found.kind.key):
        return ()
    candidates = [p for p in (*found.unused, *(m.profile for m in found.matches)) if _is_candidate(p, key)]
    if not candidates:
        return ()
    own = ", ".join(f"normal({sample.columns[header]})" for header in key)
    listed = ", ".join(
        f"count(distinct [{own}, normal({sample.columns[profile.header]})])" for profile in candidates
    )
    others = ", ".join(
        f"normal({column})" for name, column in sample.columns.items() if not is_volatile(name)
    )
    n, n_keys, *counts = connection.execute(
        f"""select count(distinct [{others}]), count(distinct [{own}]), {listed}
        from sample where coalesce(not _malformed, true)"""
    ).fetchall()[0]
    if n - n_keys <= _SOME * n:
        return ()
    best = max(range(len(counts)), key=lambda at: counts[at])
    is_enough = counts[best] - n_keys >= _NEARLY_ALL * (n - n_keys)
    return (candidates[best].header,) if is_enough else ()


def _is_candidate(profile: Profile, key: list[str]) -> bool:
    words = profile.values
    is_numbered = all(word.isdecimal() for word in words)
    return (
        profile.header not in key
        and 1 < len(words) <= _MOST_WORDS
        and not is_numbered
        and profile.share("date") < _MOSTLY
        and not profile.is_personal
    )
