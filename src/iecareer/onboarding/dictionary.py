"""Usual names of columns and values, from data files of this package and the labels of the contracts."""

from __future__ import annotations

import csv
import difflib
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from iecareer.contracts import Column, RecordType, load_record_types
from iecareer.landing.parse import national_lists
from iecareer.landing.parse.header_match import likeness
from iecareer.landing.parse.pay_units import unit_words

_FOLDER = Path(__file__).parent
_LATIN_LIKE = 0.84
_CHINESE_LIKE = 0.6
_SHORTEST_LATIN = 4
_DIVISION_ENDING = re.compile("(市|省|(维吾尔|壮族|回族)?自治区|特别行政区)$")
_ORGANISATION_ENDING = re.compile("(公司|集团|厂|学院|学校|大学|中学|医院|银行|分行|支行|合作社|事务所)$")


@dataclass(frozen=True)
class CellWords:
    """Usual cell contents: marks of empty cells, units, and names of the values of closed lists.

    `code_lists` are national lists by column and name: value → its codes, under "" the codes without a value.
    """

    empty: frozenset[str]
    open_end: frozenset[str]
    empty_numbers: frozenset[str]
    empty_ranges: frozenset[str]
    everything: frozenset[str]
    factors: dict[str, list[str]]
    periods: dict[str, list[str]]
    values: dict[str, dict[str, list[str]]]
    code_lists: dict[str, dict[str, dict[str, list[str]]]]
    graduated: frozenset[str]
    not_graduated: frozenset[str]
    codes_of_leavers: frozenset[str]
    surrogate_keys: dict[str, list[str]]
    volatile: tuple[str, ...]
    persons: frozenset[str]
    suggestions: dict[str, str]
    rows: dict[str, dict[str, frozenset[str]]]


@cache
def cell_words() -> CellWords:
    """The usual cell contents, from ``cell_words.yaml``."""
    document = _document("cell_words.yaml")
    sets = {
        name: frozenset(map(normal_value, document[name]))
        for name in ("empty", "open_end", "everything", "persons")
    }
    return CellWords(
        **sets,
        empty_numbers=frozenset(document["empty_numbers"]),
        empty_ranges=frozenset(document["empty_ranges"]),
        factors={key: [*unit_words(float(key)), *others] for key, others in document["factors"].items()},
        periods=document["periods"],
        values=document["values"],
        code_lists=document["code_lists"],
        graduated=frozenset(map(normal_value, document["graduation"]["graduated"])),
        not_graduated=frozenset(map(normal_value, document["graduation"]["not_graduated"])),
        codes_of_leavers=frozenset(document["graduation"]["codes_of_leavers"]),
        surrogate_keys=document["surrogate_keys"],
        volatile=tuple(document["volatile"]),
        suggestions=document["suggestions"],
        rows={
            kind: {side: frozenset(map(normal_value, words)) for side, words in sides.items()}
            for kind, sides in document["rows"].items()
        },
    )


@cache
def divisions() -> dict[str, str]:
    """Short names of provinces and large cities, with their region codes."""
    with (_FOLDER / "divisions.csv").open(encoding="utf-8") as stream:
        return {row["name"]: row["code"] for row in csv.DictReader(stream)}


def division_code(name: str) -> str | None:
    """The region code of a province or large city, or None.

    The name may have any ending (省, 市 …). Of a longer name the last part that is known counts. Names of
    organisations have no code, even if they begin with a place: most other organisations in the column would not.
    """
    if _ORGANISATION_ENDING.search(name):
        return None
    parts = [part for part in re.split(r"[-·/\s,，>]+|(?<=省)|(?<=自治区)", name) if part] or [name]
    for part in (*reversed(parts), parts[0][:2]):
        code = divisions().get(_DIVISION_ENDING.sub("", part))
        if code:
            return code
    return None


def is_division(name: str) -> bool:
    """Whether the whole text is the name of a province or large city, not an address there."""
    return _DIVISION_ENDING.sub("", name) in divisions()


def normal_name(text: object) -> str:
    """Normalise a header for look-up: lower case, without blanks, punctuation and text in brackets."""
    lower = unicodedata.normalize("NFKC", str(text)).lower()
    return re.sub(r"[\W_]+", "", re.sub(r"\(.*?\)|\[.*?\]|【.*?】", "", lower)) or re.sub(
        r"[\W_]+", "", lower
    )


def normal_value(text: object) -> str:
    """Normalise a value for look-up: NFKC, lower case, trimmed."""
    return unicodedata.normalize("NFKC", str(text)).strip().lower()


def name_likeness(header: str, kind: RecordType, column: Column) -> float:
    """Probability-like score from 0 to 1 that a header of that name means the column; near 1 for known names."""
    name = normal_name(header)
    known = _known_names(kind.name, column.name, column.label_zh)
    if name in known:
        return known[name]
    named = columns_named(header)
    if named and column.name not in named:
        return 0.0
    return max((_likeness(name, other) * weight for other, weight in known.items()), default=0.0)


@cache
def _known_names(kind: str, column: str, label: str) -> dict[str, float]:
    """Normalised names of a column with their weights; names earlier in the list are more usual and weigh more."""
    headers = _document("headers.yaml")
    listed = [*headers.get(f"{kind}.{column}", []), *headers.get(column, [])]
    known = {
        normal_name(name): 0.97 - 0.1 * at / max(len(listed), 1)
        for at, name in reversed(list(enumerate(listed)))
    }
    return known | {normal_name(label): 1.0, normal_name(column): 1.0}


def columns_named(header: str) -> frozenset[str]:
    """The columns, of any record type, for which exactly this header is a known name."""
    return _named().get(normal_name(header), frozenset())


@cache
def _named() -> dict[str, frozenset[str]]:
    columns = [column for kind in load_record_types().values() for column in kind.columns]
    pairs = [(column.name, name) for column in columns for name in (column.name, column.label_zh)]
    listed = _document("headers.yaml").items()
    pairs += [(entry.rpartition(".")[2], name) for entry, names in listed for name in names]
    named: dict[str, set[str]] = {}
    for column, name in pairs:
        named.setdefault(normal_name(name), set()).add(column)
    return {name: frozenset(columns) for name, columns in named.items()}


@cache
def _likeness(name: str, known: str) -> float:
    """Similarity of two normalised names, by containment or by spelling."""
    if not name or not known:
        return 0.0
    if name.isascii() or known.isascii():
        ratio = _ratio(name, known, _LATIN_LIKE)
        return 0.85 * ratio if min(len(name), len(known)) >= _SHORTEST_LATIN else 0.0
    shorter, longer = sorted((name, known), key=len)
    if len(shorter) > 1 and shorter in longer:
        # The last word of a Chinese name carries its meaning.
        ends = 0.9 if longer.endswith(shorter) else 0.7
        return ends * (0.6 + 0.4 * len(shorter) / len(longer))
    alike = likeness(name, known) if len({*name} & {*known}) > 1 else 0.0
    return 0.75 * alike if alike >= _CHINESE_LIKE else 0.0


def _ratio(name: str, known: str, least: float) -> float:
    """Spelling similarity of two names, 0 if below `least`. A quick bound avoids most full comparisons."""
    if 2 * min(len(name), len(known)) < least * (len(name) + len(known)):
        return 0.0
    matcher = difflib.SequenceMatcher(None, name, known)
    if matcher.quick_ratio() < least:
        return 0.0
    ratio = matcher.ratio()
    return ratio if ratio >= least else 0.0


def value_names(kind: RecordType, column: Column) -> dict[str, str]:
    """Normalised name of a value → value, for closed lists and booleans."""
    listed = cell_words().values
    own = listed.get(f"{kind.name}.{column.name}") or listed.get(column.name)
    if own is None and column.kind == "boolean":
        own = listed["boolean"]
    names = {normal_value(name): str(value) for value, others in (own or {}).items() for name in others}
    labels = dict(zip(map(normal_value, column.labels), column.allowed, strict=False))
    return names | labels | {normal_value(value): value for value in column.allowed}


def meanings(kind: RecordType, column: Column, values: Collection[str]) -> dict[str, str]:
    """Value of a cell → the value of the column that it means, of those that landing or the dictionary knows."""
    names = value_names(kind, column)
    known = {value: names[normal_value(value)] for value in values if normal_value(value) in names}
    return known | coded(column, values) | national_lists.meanings(column, values)


def fitting_lists(column: Column, values: Collection[str]) -> dict[str, dict[str, str]]:
    """Name → codes with their values, of the national lists that have all codes of a column; "" has no value."""
    codes = {value for value in values if normal_value(value) not in cell_words().empty}
    lists = {
        name: {code: value for value, listed in entry.items() for code in listed}
        for name, entry in cell_words().code_lists.get(column.name, {}).items()
    }
    return {name: known for name, known in lists.items() if codes and codes <= known.keys()}


def coded(column: Column, values: Collection[str]) -> dict[str, str]:
    """Code → value by the national lists that have all codes of a column, if no two of them disagree on one."""
    fitting = fitting_lists(column, values).values()
    if any(len({known[code] for known in fitting if code in known}) > 1 for code in values):
        return {}
    return {code: known[code] for known in fitting for code in values if known.get(code)}


@cache
def _document(name: str) -> Any:
    return yaml.safe_load((_FOLDER / name).read_text(encoding="utf-8"))
