"""Ask which of several rows of one key counts, where a sample shows such rows and what they differ in.

Only rows that differ in amounts or in a point in time make one ask; other differences are shown by `source check`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import duckdb

from iecareer.onboarding.column_profile import Profile
from iecareer.onboarding.header_match import Matching
from iecareer.onboarding.sample_reader import Sample
from iecareer.onboarding.surrogate_keys import is_volatile
from iecareer.sources.row_rules import amount_column

_FEWEST_KEYS = 3
_NEARLY_ALL = 0.9
_MOSTLY = 0.8
_VERSION = re.compile("版本|批次|version|revision", re.IGNORECASE)


@dataclass(frozen=True)
class SameKeyQuestion:
    """How many keys several rows share, the headers in which these differ, and the rules that may be meant."""

    n_keys: int
    headers: tuple[str, ...]
    rules: tuple[str, ...]


def same_key_question(
    connection: duckdb.DuckDBPyConnection, sample: Sample, found: Matching
) -> SameKeyQuestion | None:
    """What to ask about rows of the table `sample` that share a key; None where they differ in more."""
    by_name = {match.column.stored_name: match.profile.header for match in found.matches}
    key = [by_name[name] for name in found.kind.key if name in by_name]
    profiles = {
        p.header: p for p in (*found.unused, *(m.profile for m in found.matches)) if p.header not in key
    }
    amounts = [name for name, profile in profiles.items() if _is_amount(profile, found)]
    orders = [name for name, profile in profiles.items() if name not in amounts and _is_order(profile)]
    if len(key) < len(found.kind.key) or not amounts + orders:
        return None
    others = [name for name in profiles if name not in amounts + orders and not is_volatile(name)]
    n, n_alike, *n_differing = _counted(connection, sample, key, others, amounts + orders)
    differing = [name for name, m in zip(amounts + orders, n_differing, strict=True) if m]
    if n < _FEWEST_KEYS or n_alike < _NEARLY_ALL * n or not differing:
        return None
    always = [name for name, m in zip(amounts + orders, n_differing, strict=True) if m >= _NEARLY_ALL * n]
    rules = [f"{{newest: {json.dumps(name, ensure_ascii=False)}}}" for name in orders if name in always]
    if amount_column(found.kind) and any(name in amounts for name in differing):
        rules += ["sum", "largest"]
    return SameKeyQuestion(n, tuple(differing), (*rules, "refuse"))


def _counted(
    connection: duckdb.DuckDBPyConnection,
    sample: Sample,
    key: list[str],
    others: list[str],
    varying: list[str],
) -> tuple[int, ...]:
    """The number of keys with different rows, how many are alike in `others`, and different in each of `varying`."""
    cell = {name: f"normal({sample.columns[name]})" for name in (*key, *others, *varying)}
    rest = f"count(distinct [{', '.join(cell[name] for name in others)}])" if others else "1"
    each = [f"count(distinct [{cell[name]}])" for name in varying]
    row = connection.execute(
        f"""select count(*), count(*) filter (n_rest = 1), {
            ", ".join(f"count(*) filter (n_rest = 1 and n{at} > 1)" for at in range(len(varying)))
        }
        from (
            select {rest} as n_rest, {", ".join(f"{sql} as n{at}" for at, sql in enumerate(each))}
            from sample where coalesce(not _malformed, true) group by [{
            ", ".join(cell[name] for name in key)
        }]
        ) where n_rest > 1 or {" or ".join(f"n{at} > 1" for at in range(len(varying)))}"""
    ).fetchall()[0]
    return tuple(map(int, row))


def _is_amount(profile: Profile, found: Matching) -> bool:
    column = next((m.column for m in found.matches if m.profile.header == profile.header), None)
    if column:
        return column.kind == "money"
    return profile.share("point") + profile.share("comma") >= _MOSTLY


def _is_order(profile: Profile) -> bool:
    is_version = bool(_VERSION.search(profile.header)) and profile.share("number") >= _MOSTLY
    is_moment = profile.share("date") >= _MOSTLY and profile.share("bare") < _MOSTLY
    return is_version or is_moment
